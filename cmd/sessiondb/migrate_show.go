package main

import (
	"cmp"
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

func newStatus(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "List the migrations and what the database has of them", Args: noArgs,
		Long:    `List the baseline migrations, then the optional ones, with the time when each was applied. It writes nothing.`,
		Example: `  sessiondb migrate status`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withMigrator(cmd.Context(), func(m *migrate.Migrator) error { return a.sayStatus(cmd.Context(), m) })
		},
	}
}

func (a *app) sayStatus(ctx context.Context, m *migrate.Migrator) error {
	list, err := m.Status(ctx)
	if err != nil {
		return err
	}
	s := status{Migrations: []migrationStatus{}}
	for _, l := range list {
		state := migrationStatus{Version: l.Version, Name: l.Name, Optional: l.Optional, Applied: l.Applied, Adopted: l.Adopted}
		if !l.AppliedAt.IsZero() {
			at := l.AppliedAt.UTC()
			state.AppliedAt = &at
		}
		s.Migrations = append(s.Migrations, state)
	}
	return a.say(s)
}

type migrationStatus struct {
	Version   int64      `json:"version"`
	Name      string     `json:"name"`
	Optional  bool       `json:"optional"`
	Applied   bool       `json:"applied"`
	Adopted   bool       `json:"adopted"`
	AppliedAt *time.Time `json:"applied_at"`
}

// status is what migrate status answers.
type status struct {
	Migrations []migrationStatus `json:"migrations"`
}

func (s status) text() string {
	t := table{right: []bool{true}}
	t.add("VERSION", "NAME", "KIND", "STATE", "AT")
	for _, m := range s.Migrations {
		kind, state, at := "baseline", "not applied", ""
		if m.Optional {
			kind = "optional"
		}
		switch {
		case m.Adopted:
			state = "adopted"
		case m.Applied:
			state = "applied"
		}
		if m.AppliedAt != nil {
			at = m.AppliedAt.Format(time.RFC3339)
		}
		t.add(strconv.FormatInt(m.Version, 10), m.Name, kind, state, at)
	}
	return t.text("")
}

type printFlags struct {
	dialect, schema, prefix string
	optional                []string
}

func newPrint(a *app) *cobra.Command {
	p := &printFlags{}
	c := &cobra.Command{
		Use: "print", Short: "Print the tables as a script for a DBA; needs no database", Args: noArgs,
		Long: `Print the baseline as a plain script, as the database's own command line program
runs it. It connects to nothing: --dialect says for which database, or the URL,
from which the schema name and prefix are taken as well. With --json it is an
object with dialect and script.`,
		Example: `  sessiondb migrate print --dialect oracle
  sessiondb migrate print --dialect postgres --schema identity --prefix OLD_
  sessiondb migrate print --dialect mysql --optional temp_expiry_index`,
		RunE: func(*cobra.Command, []string) error { return p.run(a) },
	}
	f := c.Flags()
	f.StringVar(&p.dialect, "dialect", "", "the database: "+strings.Join(dialects.Names(), ", ")+"; default that of the URL")
	f.StringVar(&p.schema, "schema", "", "schema name before every table; default none")
	f.StringVar(&p.prefix, "prefix", "", "prefix of every name, at most 20 characters; default none")
	f.StringArrayVar(&p.optional, "optional", nil, "print this optional migration after the baseline; may be given several times")
	must(c.RegisterFlagCompletionFunc("dialect", cobra.FixedCompletions(dialects.Names(), cobra.ShellCompDirectiveNoFileComp)))
	return c
}

// script is what migrate print answers.
type script struct {
	Dialect string `json:"dialect"`
	Script  string `json:"script"`
}

func (s script) text() string { return s.Script }

func (p *printFlags) run(a *app) error {
	if err := p.fromURL(a); err != nil {
		return err
	}
	d, err := dialects.ByName(p.dialect)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := migrate.Print(&b, d, &migrate.Options{Schema: p.schema, Prefix: p.prefix}, p.optional...); err != nil {
		return err
	}
	return a.say(script{Dialect: d.Name(), Script: b.String()})
}

// fromURL fills in what no flag says. With --dialect the environment does not
// count: it may be about another database.
func (p *printFlags) fromURL(a *app) error {
	raw := a.url
	if p.dialect == "" {
		raw = cmp.Or(raw, os.Getenv(urlVariable))
	}
	if raw == "" && p.dialect == "" {
		return usage("which database: give --dialect (%s) or --url", strings.Join(dialects.Names(), ", "))
	}
	if raw == "" {
		return nil
	}
	target, err := dialects.ParseURL(raw)
	if err != nil {
		return err
	}
	p.dialect = cmp.Or(p.dialect, target.Scheme)
	p.schema = cmp.Or(p.schema, target.Schema)
	p.prefix = cmp.Or(p.prefix, target.Prefix)
	return nil
}
