package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

func newShow(a *app) *cobra.Command {
	var cookie cookieFlag
	c := &cobra.Command{
		Use: "show ID", Short: "Show a single sign-on session: its users, applications and metadata", Args: atMostOneID,
		Long: `Show a single sign-on session with its users, applications and metadata, as the
log and the child tables have it. The payload is not read.

Exit code 3 says that it is not active; stdout then has the reason: no row, logged
out, or expired.`,
		Example: `  sessiondb session show 5f2c...
  sessiondb session show --cookie - --json <cookie.txt`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := cookie.ids(cmd.Context(), a, args)
			if err != nil {
				return err
			}
			return a.withStore(cmd.Context(), nil, func(store *sessionstore.Store) error {
				return a.show(cmd.Context(), store, ids[0])
			})
		},
	}
	cookie.bind(c)
	return c
}

func atMostOneID(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("%d session ids: give one", len(args))
	}
	return nil
}

func (a *app) show(ctx context.Context, store *sessionstore.Store, id string) error {
	s, err := store.UserSession(ctx, id)
	if errors.Is(err, sessionstore.ErrNotFound) {
		why, readErr := whyNot(ctx, store, id)
		if readErr != nil {
			return readErr
		}
		return errors.Join(a.say(why), err)
	}
	if err != nil {
		return err
	}
	return a.say(shown{true, describeUser(s)})
}

// notActive is what show answers for a session that is not active.
type notActive struct {
	ID            string     `json:"id"`
	Active        bool       `json:"active"`
	Reason        string     `json:"reason"`
	LastOperation string     `json:"last_operation,omitempty"`
	LastStamp     *time.Time `json:"last_stamp,omitempty"`
	ExpiresAt     *time.Time `json:"expires_at,omitempty"`
}

// whyNot reads the newest row of a session that is not active.
func whyNot(ctx context.Context, store *sessionstore.Store, id string) (notActive, error) {
	n := notActive{ID: id, Reason: "no row"}
	row, err := store.Queries().LatestOperation(ctx, gen.LatestOperationParams{SessionID: id, SessionType: store.Options().SSOType})
	if errors.Is(err, sql.ErrNoRows) {
		return n, nil
	}
	if err != nil {
		return n, fmt.Errorf("read the newest row of session %s: %w", id, err)
	}
	n.LastStamp, n.LastOperation = instant(time.Unix(0, row.TimeCreated)), strings.ToUpper(row.Operation)
	if row.ExpiryTime.Valid && row.ExpiryTime.Int64 != math.MaxInt64 {
		n.ExpiresAt = instant(time.Unix(0, row.ExpiryTime.Int64))
	}
	switch {
	case n.LastOperation == string(sessionstore.OperationDelete):
		n.Reason = "logged out"
	case n.LastOperation != string(sessionstore.OperationStore):
		n.Reason = "unknown operation"
	case n.ExpiresAt != nil && !n.ExpiresAt.After(time.Now()):
		n.Reason = "expired"
	default:
		n.Reason = "stored again meanwhile"
	}
	return n, nil
}

func (n notActive) text() string {
	id := printable(n.ID)
	switch n.Reason {
	case "logged out":
		return fmt.Sprintf("session %s is not active: logged out at %s (its newest row is a DELETE row)\n", id, moment(n.LastStamp))
	case "expired":
		return fmt.Sprintf("session %s is not active: expired at %s (its newest row is a STORE row of %s)\n", id, moment(n.ExpiresAt), moment(n.LastStamp))
	case "unknown operation":
		return fmt.Sprintf("session %s is not active: the operation of its newest row, of %s, is %s, neither STORE nor DELETE\n", id, moment(n.LastStamp), printable(n.LastOperation))
	}
	return fmt.Sprintf("session %s is not active: %s\n", id, n.Reason)
}

// shown is what show answers for an active session.
type shown struct {
	Active bool `json:"active"`
	userSession
}

func (s shown) text() string {
	var t table
	line := func(name, value string) { t.add(name, value) }
	times := func(name string, at *time.Time, absent string) {
		if at != nil {
			absent = moment(at)
		}
		line(name, absent)
	}
	line("tenant", strconv.Itoa(s.Tenant))
	times("created", &s.CreatedAt, "")
	times("expires", s.ExpiresAt, "never")
	for _, u := range s.Users {
		line("user", printable(u))
	}
	for _, app := range s.Applications {
		line("application", fmt.Sprintf("%d as %s by %s", app.ID, printable(app.Subject), printable(app.Type)))
	}
	times("login", s.LoginTime, "unknown")
	times("last access", s.LastAccess, "unknown")
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if name == sessionstore.PropertyLoginTime && s.LoginTime != nil || name == sessionstore.PropertyLastAccess && s.LastAccess != nil {
			continue // has its line above
		}
		for _, v := range s.Properties[name] {
			line(printable(name), printable(v))
		}
	}
	return fmt.Sprintf("session %s is active\n", printable(s.ID)) + t.text("  ")
}
