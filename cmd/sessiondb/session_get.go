package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/sessionstore"
)

type getFlags struct {
	sessionFlags
	cookie cookieFlag
	raw    bool
}

func newGet(a *app) *cobra.Command {
	g := &getFlags{}
	c := &cobra.Command{
		Use: "get", Short: "Read a session; the payload goes to stdout or a file", Args: noArgs,
		Long: `Read a live session and write its payload, byte for byte, to stdout or a file.
Exit code 3 says that there is none: never stored, logged out, or expired.

With --json stdout gets an object with type, id, tenant, created_at, expires_at
(null: it never expires), live, bytes and payload (base64; left out with --file).`,
		Example: `  sessiondb session get --id alice
  sessiondb session get --id alice --file session.bin --json
  sessiondb session get --id alice --raw --json | jq .live
  sessiondb session get --cookie - --file session.bin <cookie.txt`,
		RunE: func(cmd *cobra.Command, _ []string) error { return g.run(cmd.Context(), a) },
	}
	g.bind(c)
	g.cookie.bind(c)
	c.MarkFlagsMutuallyExclusive("id", "cookie")
	c.MarkFlagsMutuallyExclusive("type", "cookie")
	c.MarkFlagsOneRequired("id", "cookie")
	g.bindFile(c, "write the payload to this file, readable by its owner only; - is stdout")
	c.Flags().BoolVar(&g.raw, "raw", false, "read as the product does: the newest row counts, expired or not")
	return c
}

func (g *getFlags) run(ctx context.Context, a *app) error {
	o, err := g.options()
	if err != nil {
		return err
	}
	if g.cookie.given() {
		if g.key.ID, err = g.cookie.id(ctx, a); err != nil {
			return err
		}
	}
	return a.withStore(ctx, o, func(store *sessionstore.Store) error {
		read := store.Get
		if g.raw {
			read = store.GetRaw
		}
		s, err := read(ctx, g.key)
		if err != nil {
			return err
		}
		return g.write(a, s)
	})
}

func (g *getFlags) write(a *app, s *sessionstore.Session) error {
	toFile := g.file != "-"
	if toFile {
		if err := os.WriteFile(g.file, s.Payload, 0o600); err != nil {
			return fmt.Errorf("write the payload: %w", err)
		}
	}
	switch {
	case a.json:
		return writeJSON(a.stdout, describe(s, !toFile))
	case toFile:
		_, err := fmt.Fprintf(a.stdout, "wrote %s to %s\n", plural(int64(len(s.Payload)), "byte"), g.file)
		return err
	default:
		_, err := a.stdout.Write(s.Payload)
		return err
	}
}

// session is what get answers with --json.
type session struct {
	Type      string     `json:"type"`
	ID        string     `json:"id"`
	Tenant    int        `json:"tenant"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at"`
	Live      bool       `json:"live"`
	Bytes     int        `json:"bytes"`
	Payload   *[]byte    `json:"payload,omitempty"`
}

func describe(s *sessionstore.Session, withPayload bool) session {
	d := session{
		Type: s.Type, ID: s.ID, Tenant: s.TenantID,
		CreatedAt: s.CreatedAt.UTC(), Live: s.Live(time.Now()), Bytes: len(s.Payload), ExpiresAt: instant(s.ExpiresAt),
	}
	if withPayload {
		d.Payload = &s.Payload
	}
	return d
}
