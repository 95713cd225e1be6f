package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

const urlVariable = "SESSIONDB_URL"

// app is one call of the command: its streams and its persistent flags.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	url            string
	json           bool
	verbose        bool
}

const rootHelp = `Create the session tables of an identity server, read and write single
sessions, and purge what no read needs any more: on PostgreSQL, MySQL and
MariaDB, SQL Server, Oracle, DB2 and SQLite.

The database is a URL, given by --url or in the environment variable
SESSIONDB_URL (the flag wins):
  sqlite:sessions.db
  postgres://user:password@host:5432/database
  mysql://user:password@host:3306/database
  sqlserver://user:password@host:1433?database=name
  oracle://user:password@host:1521/service
  db2://user:password@host:50000/database
Parameters after ? go to the driver, except ours: sessiondb.schema and
sessiondb.prefix say where the tables are, sessiondb.max_open_conns and
sessiondb.connect_timeout bound the connections. Write @ / ? # % in a password
as %40 %2F %3F %23 %25. Passwords are never printed.

` + exitHelp

const rootExamples = `  sessiondb demo
  export SESSIONDB_URL=sqlite:sessions.db
  sessiondb migrate up
  echo hello | sessiondb session put --id alice --valid-for 15m
  sessiondb session get --id alice
  sessiondb cleanup run`

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use: "sessiondb", Short: "Session tables of an identity server on six databases",
		Long: rootHelp, Example: rootExamples,
		SilenceErrors: true, SilenceUsage: true, Version: buildVersion(),
	}
	root.SetVersionTemplate("sessiondb {{.Version}}\n")
	f := root.PersistentFlags()
	f.StringVar(&a.url, "url", "", "the database, as SCHEME:...; default $"+urlVariable)
	f.BoolVar(&a.json, "json", false, "print one JSON document to stdout, and errors as JSON to stderr")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "log what happens to stderr")
	root.AddCommand(newMigrate(a), newSession(a), newWait(a), newCleanup(a), newDemo(a), newDialects(a), newVersion(a))
	return root
}

// execute runs one command line and returns the exit code.
func (a *app) execute(ctx context.Context, args []string) int {
	root := newRoot(a)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetArgs(args)
	root.InitDefaultCompletionCmd(args...)
	began := false
	watch(root, &began)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	if !began { // cobra refused a command, a flag or an argument
		err = usageError{err}
		a.json = a.json || wantsJSON(args)
	}
	if signal := context.Cause(ctx); signal != nil && errors.Is(err, context.Canceled) && !errors.Is(err, signal) {
		err = fmt.Errorf("%w: %w", signal, err)
	}
	code := exitCode(err)
	a.complain(err, code, cmd.CommandPath(), args)
	return code
}

// watch notes when a command begins its own work: errors before that are about
// the command line.
func watch(c *cobra.Command, began *bool) {
	if run := c.RunE; run != nil {
		c.RunE = func(cmd *cobra.Command, args []string) error {
			*began = true
			return run(cmd, args)
		}
	}
	for _, sub := range c.Commands() {
		watch(sub, began)
	}
}

// wantsJSON looks for --json where the flags could not be parsed.
func wantsJSON(args []string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return slices.Contains(args, "--json") || slices.Contains(args, "--json=true")
}

// group makes a command that only holds others. cobra would answer an unknown
// one with the help and success.
func group(c *cobra.Command, commands ...*cobra.Command) *cobra.Command {
	c.AddCommand(commands...)
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(cmd *cobra.Command, args []string) error {
		var names []string
		for _, sub := range cmd.Commands() {
			names = append(names, sub.Name())
		}
		have := strings.Join(names, ", ")
		if len(args) == 0 {
			return usage("%s needs one of its commands: %s", cmd.Name(), have)
		}
		return usage("unknown command %q for %q; it has %s", args[0], cmd.CommandPath(), have)
	}
	return c
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("unexpected argument %q: %s takes flags only", args[0], cmd.CommandPath())
	}
	return nil
}

// databaseURL is the flag, else the environment.
func (a *app) databaseURL() (string, error) {
	if raw := cmp.Or(a.url, os.Getenv(urlVariable)); raw != "" {
		return raw, nil
	}
	return "", usage("no database: give --url or set %s, for example --url sqlite:sessions.db or --url postgres://user:password@host/database", urlVariable)
}

// withStore opens the store of the command line and calls fn with it.
func (a *app) withStore(ctx context.Context, o *sessionstore.Options, fn func(*sessionstore.Store) error) (err error) {
	store, err := a.openStore(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return fn(store)
}

// openStore connects to the database of the command line.
func (a *app) openStore(ctx context.Context, o *sessionstore.Options) (*sessionstore.Store, error) {
	raw, err := a.databaseURL()
	if err != nil {
		return nil, err
	}
	opts := sessionstore.Options{}
	if o != nil {
		opts = *o
	}
	opts.Logger = a.logger()
	return sessionstore.Open(ctx, existing(raw), &opts)
}

// existing has a mistyped path of SQLite fail instead of making an empty file,
// which only the migrations may do. Other databases are there or not.
func existing(raw string) string {
	t, err := dialects.ParseURL(raw)
	if err != nil {
		return raw // which whoever opens it explains
	}
	d, err := dialects.ByName(t.Scheme)
	if err != nil || d.Name() != "sqlite" || t.URL.Query().Has("mode") || t.URL.Opaque == ":memory:" {
		return raw
	}
	if strings.Contains(raw, "?") {
		return raw + "&mode=rw"
	}
	return raw + "?mode=rw"
}
