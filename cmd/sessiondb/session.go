package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/sessiondb/sessiondb/sessionstore"
)

func newSession(a *app) *cobra.Command {
	return group(&cobra.Command{Use: "session", Short: "Store, read and end single sessions; list, count, show and terminate those of users"},
		newPut(a), newGet(a), newDelete(a), newSessionList(a), newSessionCount(a), newShow(a), newTerminate(a))
}

// sessionFlags are what put, get and delete share.
type sessionFlags struct {
	key       sessionstore.Key
	tempPlace string
	file      string
}

// tempPlaces are the values of --temp-place.
var tempPlaces = map[string]sessionstore.TempPlace{
	"temp-table": sessionstore.TempInTempTable, "main-table": sessionstore.TempInMainTable, "not-stored": sessionstore.TempNotStored,
}

func tempPlaceNames() []string { return []string{"temp-table", "main-table", "not-stored"} }

func (s *sessionFlags) bind(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.key.ID, "id", "", "the session's identifier, 1 to 100 characters (bytes on SQL Server, Oracle and DB2)")
	f.StringVar(&s.key.Type, "type", sessionstore.SSOType, "the session's type: the single sign-on session, or another cache of the product")
	f.StringVar(&s.tempPlace, "temp-place", "temp-table", "where temporary types live, as the product is configured: "+strings.Join(tempPlaceNames(), ", "))
	must(c.RegisterFlagCompletionFunc("temp-place", cobra.FixedCompletions(tempPlaceNames(), cobra.ShellCompDirectiveNoFileComp)))
	must(c.RegisterFlagCompletionFunc("type", cobra.FixedCompletions(
		append([]string{sessionstore.SSOType}, sessionstore.DefaultTempTypes()...), cobra.ShellCompDirectiveNoFileComp)))
}

func (s *sessionFlags) bindFile(c *cobra.Command, what string) {
	c.Flags().StringVarP(&s.file, "file", "f", "-", what)
	must(c.MarkFlagFilename("file"))
}

// must is for what only a mistake in this program makes fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func (s *sessionFlags) options() (*sessionstore.Options, error) {
	place, known := tempPlaces[s.tempPlace]
	if !known {
		return nil, usage("--temp-place %q: use one of %s", s.tempPlace, strings.Join(tempPlaceNames(), ", "))
	}
	return &sessionstore.Options{TempPlace: place}, nil
}

// kept reports whether the store keeps sessions of the type at all.
func (s *sessionFlags) kept(o sessionstore.Options) bool {
	return o.TempPlace != sessionstore.TempNotStored || !slices.Contains(o.TempTypes, s.key.Type)
}

type putFlags struct {
	sessionFlags
	tenant   int
	validFor time.Duration
	never    bool
	maxBlob  int64
}

func newPut(a *app) *cobra.Command {
	p := &putFlags{}
	c := &cobra.Command{
		Use: "put", Short: "Store a session; the payload comes from stdin or a file", Args: noArgs,
		Long: `Store a session: append a STORE row with the payload, byte for byte, which is
committed when the command exits with 0. A session that is there already is
replaced by it, its validity included.`,
		Example: `  echo hello | sessiondb session put --id alice --valid-for 15m
  sessiondb session put --id alice --file session.bin --tenant 7 --never-expires`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.run(cmd.Context(), a, cmd.Flags().Changed("valid-for"))
		},
	}
	p.bind(c)
	must(c.MarkFlagRequired("id"))
	p.bindFile(c, "read the payload from this file; - is stdin")
	f := c.Flags()
	f.IntVar(&p.tenant, "tenant", sessionstore.NoTenant, "the tenant's number; -1 is none")
	f.DurationVar(&p.validFor, "valid-for", 0, "how long the session lives, as 90s, 15m or 336h; default 336h (14 days), for temporary types 40m")
	f.BoolVar(&p.never, "never-expires", false, "store it without an expiry: only a delete ends it")
	f.Int64Var(&p.maxBlob, "max-blob", 0, "the most bytes SESSION_OBJECT holds, where the column was enlarged; default what the product's schema says")
	c.MarkFlagsMutuallyExclusive("valid-for", "never-expires")
	return c
}

func (p *putFlags) run(ctx context.Context, a *app, validGiven bool) error {
	o, err := p.options()
	if err != nil {
		return err
	}
	o.MaxBlob = p.maxBlob
	put := []sessionstore.PutOption{sessionstore.Tenant(p.tenant)}
	if validGiven {
		put = append(put, sessionstore.ValidFor(p.validFor))
	}
	if p.never {
		put = append(put, sessionstore.NeverExpires())
	}
	return a.withStore(ctx, o, func(store *sessionstore.Store) error {
		payload, err := a.payload(ctx, p.file)
		if err != nil {
			return err
		}
		if err := store.Put(ctx, p.key, payload, put...); err != nil {
			return err
		}
		return a.say(stored{Type: p.key.Type, ID: p.key.ID, Tenant: p.tenant, Bytes: len(payload), Stored: p.kept(store.Options())})
	})
}

// payload reads a file or stdin. A signal ends the wait for stdin.
func (a *app) payload(ctx context.Context, file string) ([]byte, error) {
	if file != "-" {
		return os.ReadFile(file)
	}
	if f, ok := a.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprintln(a.stderr, "sessiondb: type the payload; an end of file (Ctrl-D) ends it")
	}
	type read struct {
		payload []byte
		err     error
	}
	done := make(chan read, 1)
	go func() {
		payload, err := io.ReadAll(a.stdin)
		done <- read{payload, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return nil, fmt.Errorf("read the payload from stdin: %w", r.err)
		}
		return r.payload, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for the payload on stdin: %w", ctx.Err())
	}
}

// stored is what put answers.
type stored struct {
	Type   string `json:"type"`
	ID     string `json:"id"`
	Tenant int    `json:"tenant"`
	Bytes  int    `json:"bytes"`
	// Stored is false for temporary types with --temp-place not-stored.
	Stored bool `json:"stored"`
}

func (s stored) text() string {
	if !s.Stored {
		return fmt.Sprintf("not stored: %s/%s is of a temporary type\n", printable(s.Type), printable(s.ID))
	}
	return fmt.Sprintf("stored %s/%s, %s\n", printable(s.Type), printable(s.ID), plural(int64(s.Bytes), "byte"))
}

func newDelete(a *app) *cobra.Command {
	d := &sessionFlags{}
	c := &cobra.Command{
		Use: "delete", Short: "End a session (log it out)", Args: noArgs,
		Long: `End a session: append a DELETE row that hides its rows; in the temp table,
remove them. It succeeds too for a session that is not there, because its STORE
row may still be on its way from another node.`,
		Example: `  sessiondb session delete --id alice`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := d.options()
			if err != nil {
				return err
			}
			return a.withStore(cmd.Context(), o, func(store *sessionstore.Store) error {
				if err := store.Delete(cmd.Context(), d.key); err != nil {
					return err
				}
				return a.say(deleted{Type: d.key.Type, ID: d.key.ID, Deleted: true})
			})
		},
	}
	d.bind(c)
	must(c.MarkFlagRequired("id"))
	return c
}

// deleted is what delete answers.
type deleted struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Deleted bool   `json:"deleted"`
}

func (d deleted) text() string {
	return fmt.Sprintf("deleted %s/%s\n", printable(d.Type), printable(d.ID))
}
