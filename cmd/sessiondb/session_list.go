package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// listFlags are those of session list.
type listFlags struct {
	user, filter, order, page string
	tenant, limit             int
	all                       bool
}

// listOrders are the values of --order.
var listOrders = []sessionstore.Order{sessionstore.OrderNewest, sessionstore.OrderOldest, sessionstore.OrderByID}

func orderNames() (names []string) {
	for _, o := range listOrders {
		names = append(names, o.String())
	}
	return names
}

func newSessionList(a *app) *cobra.Command {
	l := &listFlags{}
	c := &cobra.Command{
		Use: "list", Short: "List the active sessions of users, with where and since when they are logged in", Args: noArgs,
		Long: `List active single sign-on sessions, by pages. What a page shows was active when
it was read; the log decides, so sessions that the product does not list, because
they have no user or metadata, are shown too.

A filter is conditions joined by and: attribute, operator, value. A value with
blanks stands in double quotes, with \" for a quote and \\ for a backslash.
  sessionId, ipAddress       eq sw ew co    byte for byte
  loginId, userAgent         eq sw ew co    whatever the case; loginId is the
                                            subject at an application
  appId                      eq             the application's number
  loginTime, lastAccessTime  eq lt le gt ge milliseconds since 1970, or a time
                                            as 2026-01-31T23:59:59Z
  since                      ge gt          when the session was stored or
  until                      le lt          extended last: nanoseconds since
                                            1970, or a time

A session id, --user, and loginId eq together with appId eq follow an index. Any
other filter reads the log, newest first, until the page is full: bound it with
since. To see every session exactly once while others log in and out, use
--order id.

With --json stdout gets an object with sessions and next, the token of the next
page, which is left out at the end.`,
		Example: `  sessiondb session list --user 4f2a
  sessiondb session list --filter 'loginId eq "alice" and appId eq 12'
  sessiondb session list --filter 'userAgent co firefox and since ge 2026-01-31T00:00:00Z' --limit 100
  sessiondb session list --all --order id --json | jq -r '.sessions[].id'`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("user") && l.user == "" { // a variable that is not set would list everybody
				return usage("--user is empty: give a user id, or leave the flag out to list the sessions of all users")
			}
			o, err := l.options(cmd.Flags().Changed("tenant"), cmd.Flags().Changed("limit"))
			if err != nil {
				return err
			}
			return a.withStore(cmd.Context(), nil, func(store *sessionstore.Store) error { return l.run(cmd.Context(), a, store, o) })
		},
	}
	f := c.Flags()
	f.StringVar(&l.user, "user", "", "only sessions that are mapped to this user id")
	f.StringVar(&l.filter, "filter", "", "only sessions that fulfil this filter")
	f.StringVar(&l.order, "order", "newest", "the order: "+strings.Join(orderNames(), ", "))
	f.StringVar(&l.page, "page", "", "the token of the page, which the page before has given")
	f.IntVar(&l.limit, "limit", sessionstore.DefaultPageSize, fmt.Sprintf("the most sessions of a page, up to %d", sessionstore.MaxPageSize))
	f.BoolVar(&l.all, "all", false, "list all pages")
	tenantFlag(c, &l.tenant)
	c.MarkFlagsMutuallyExclusive("all", "limit")
	must(c.RegisterFlagCompletionFunc("order", cobra.FixedCompletions(orderNames(), cobra.ShellCompDirectiveNoFileComp)))
	return c
}

func tenantFlag(c *cobra.Command, tenant *int) {
	c.Flags().IntVar(tenant, "tenant", sessionstore.NoTenant, "only sessions of this tenant and of none, -1 is none; default all")
	c.Flags().Lookup("tenant").DefValue = "" // all, which is no number
}

func (l *listFlags) options(tenantGiven, limitGiven bool) (*sessionstore.SearchOptions, error) {
	o := &sessionstore.SearchOptions{User: l.user, Token: l.page}
	if limitGiven && l.limit < 1 {
		return nil, usage("--limit %d: a page has 1 to %d sessions", l.limit, sessionstore.MaxPageSize)
	}
	if !l.all {
		o.Limit = l.limit
	}
	if tenantGiven {
		o.Tenant = &l.tenant
	}
	var err error
	if o.Filter, err = sessionstore.ParseFilter(l.filter); err != nil {
		return nil, err
	}
	for _, order := range listOrders {
		if order.String() == l.order {
			o.Order = order
			return o, nil
		}
	}
	return nil, usage("--order %q: use one of %s", l.order, strings.Join(orderNames(), ", "))
}

func (l *listFlags) run(ctx context.Context, a *app, store *sessionstore.Store, o *sessionstore.SearchOptions) error {
	var out listing = &tableListing{to: a.stdout}
	if a.json {
		out = &jsonListing{to: a.stdout}
	}
	if l.all {
		o.Limit = sessionstore.MaxPageSize
	}
	for {
		page, err := store.Search(ctx, o)
		if err != nil {
			return err
		}
		if err := out.add(page.Sessions); err != nil {
			return err
		}
		if o.Token = page.Next; o.Token == "" || !l.all {
			return out.end(o.Token)
		}
	}
}

// listing prints pages as they come: a list may be longer than memory.
type listing interface {
	add(page []sessionstore.UserSession) error
	end(next string) error
}

// jsonListing is one document.
type jsonListing struct {
	to    io.Writer
	begun bool
}

func (j *jsonListing) add(page []sessionstore.UserSession) error {
	for i := range page {
		before := ",\n    "
		if !j.begun {
			before, j.begun = "{\n  \"sessions\": [\n    ", true
		}
		var text strings.Builder
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		e.SetIndent("    ", "  ")
		if err := e.Encode(describeUser(&page[i])); err != nil {
			return err
		}
		if _, err := io.WriteString(j.to, before+strings.TrimSuffix(text.String(), "\n")); err != nil {
			return err
		}
	}
	return nil
}

func (j *jsonListing) end(next string) error {
	text := "{\n  \"sessions\": []"
	if j.begun {
		text = "\n  ]"
	}
	if next != "" {
		text += fmt.Sprintf(",\n  \"next\": %q", next)
	}
	_, err := io.WriteString(j.to, text+"\n}\n")
	return err
}

// userSession is a session as list shows it with --json.
type userSession struct {
	ID           string              `json:"id"`
	Tenant       int                 `json:"tenant"`
	Users        []string            `json:"users"`
	Applications []application       `json:"applications"`
	IP           string              `json:"ip"`
	UserAgent    string              `json:"user_agent"`
	LoginTime    *time.Time          `json:"login_time"`
	LastAccess   *time.Time          `json:"last_access"`
	CreatedAt    time.Time           `json:"created_at"`
	ExpiresAt    *time.Time          `json:"expires_at"`
	Properties   map[string][]string `json:"properties"`
}

type application struct {
	Subject string `json:"subject"`
	ID      int    `json:"app_id"`
	Type    string `json:"inbound_auth_type"`
}

func describeUser(s *sessionstore.UserSession) userSession {
	d := userSession{
		ID: s.ID, Tenant: s.TenantID, Users: append([]string{}, s.Users...), Applications: []application{},
		IP: s.IP, UserAgent: s.UserAgent, LoginTime: instant(s.LoginTime), LastAccess: instant(s.LastAccess),
		CreatedAt: s.CreatedAt.UTC(), ExpiresAt: instant(s.ExpiresAt), Properties: s.Properties,
	}
	for _, app := range s.Applications {
		d.Applications = append(d.Applications, application{app.Subject, app.AppID, app.InboundAuthType})
	}
	return d
}

// tableListing is a table a page, under one head.
type tableListing struct {
	to    io.Writer
	begun bool
}

func (l *tableListing) add(page []sessionstore.UserSession) error {
	if len(page) == 0 {
		return nil
	}
	t := &table{}
	if !l.begun {
		t.add("SESSION", "USERS", "LOGIN", "LAST ACCESS", "EXPIRES", "IP", "APPLICATIONS")
		l.begun = true
	}
	for _, s := range page {
		var apps, address []string
		for _, app := range s.Applications {
			apps = append(apps, fmt.Sprintf("%d:%s", app.AppID, app.Subject))
		}
		if s.IP != "" {
			address = []string{s.IP}
		}
		expires := "never"
		if !s.ExpiresAt.IsZero() {
			expires = moment(&s.ExpiresAt)
		}
		t.add(printable(s.ID), joined(s.Users, ","), moment(instant(s.LoginTime)), moment(instant(s.LastAccess)), expires, joined(address, ""), joined(apps, " "))
	}
	_, err := io.WriteString(l.to, t.text(""))
	return err
}

func (l *tableListing) end(next string) error {
	text := ""
	switch {
	case next != "":
		text = "\nmore with: --page " + next + "\n"
	case !l.begun:
		text = "no active sessions\n"
	}
	_, err := io.WriteString(l.to, text)
	return err
}

// joined are values that others have stored, or a dash.
func joined(values []string, by string) string {
	if len(values) == 0 {
		return "-"
	}
	shown := make([]string, len(values))
	for i, v := range values {
		shown[i] = printable(v)
	}
	return strings.Join(shown, by)
}

func newSessionCount(a *app) *cobra.Command {
	var tenant int
	c := &cobra.Command{
		Use: "count", Short: "Count the active sessions of users", Args: noArgs,
		Long: `Count the active single sign-on sessions that list would show. The database reads
every row of the log that has not expired.`,
		Example: `  sessiondb session count
  sessiondb session count --tenant 7 --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var of *int
			if cmd.Flags().Changed("tenant") {
				of = &tenant
			}
			return a.withStore(cmd.Context(), nil, func(store *sessionstore.Store) error {
				n, err := store.CountActive(cmd.Context(), of)
				if err != nil {
					return err
				}
				return a.say(counted{Active: n, Tenant: of})
			})
		},
	}
	tenantFlag(c, &tenant)
	return c
}

// counted is what count answers.
type counted struct {
	Active int64 `json:"active"`
	Tenant *int  `json:"tenant,omitempty"`
}

func (c counted) text() string { return fmt.Sprintf("%s\n", plural(c.Active, "active session")) }
