package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

const orphansHelp = `Remove child rows (users, applications, properties) of sessions that have no row
in the log any more. "cleanup run" leaves none behind; the product's own cleanup
and its procedures do.

A login may commit its child rows before its session. So only those sessions are
taken that had no row at two looks, --grace apart, and that still have none when
the rows are deleted, in chunks of one transaction each.

Without --state the command looks, waits for the length of the grace, and then
deletes. With --state FILE it does not wait: the first run looks and writes down
what it has found; a further one, --grace later or more, deletes that and looks
again. A run that comes too early does nothing. The file belongs to one database
and is refused for another.

--dry-run looks once, counts, shows a few session ids, and deletes nothing; among
what it counts may be logins that are under way.

SIGINT and SIGTERM stop the command between two chunks, and at once while it
waits: exit code 5. Exit code 4: a purge is running on these tables.`

type orphanFlags struct {
	cleanup.OrphanOptions
	now string
}

func newCleanupOrphans(a *app) *cobra.Command {
	p := &orphanFlags{}
	c := &cobra.Command{
		Use: "orphans", Short: "Remove child rows that belong to no session", Long: orphansHelp, Args: noArgs,
		Example: `  sessiondb cleanup orphans --dry-run
  sessiondb cleanup orphans --state /var/lib/sessiondb/orphans
  sessiondb cleanup orphans --grace 4h --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.check(cmd.Flags().Changed); err != nil {
				return err
			}
			return p.run(cmd.Context(), a)
		},
	}
	f := c.Flags()
	f.BoolVar(&p.DryRun, "dry-run", false, "look once, count, and delete nothing")
	f.StringVar(&p.State, "state", "", "a file that remembers what was found until a later run; without it the command waits")
	f.DurationVar(&p.Grace, "grace", cleanup.DefaultGrace, "the time between the two looks, as 90m or 2h; longer than a login takes from its child rows to its session")
	f.IntVar(&p.ChunkSize, "chunk", cleanup.DefaultChunkSize, fmt.Sprintf("child rows that one look takes in, 1 to %d; a transaction deletes those of a quarter as many sessions", cleanup.MaxChunkSize))
	f.IntVar(&p.MaxCandidates, "max-candidates", cleanup.DefaultMaxCandidates, "the most sessions to remember at once, some 150 bytes of memory each; the next run finds the rest")
	f.BoolVar(&p.Quiesced, "quiesced", false, "nothing writes to the tables: allows a grace under "+cleanup.MinGrace.String())
	f.StringVar(&p.now, "now", "", "for tests: the instant of this run, as 2026-01-31T12:00:00Z")
	must(c.MarkFlagFilename("state"))
	return c
}

// check refuses what the library would take for a default.
func (p *orphanFlags) check(given func(flag string) bool) (err error) {
	if p.ChunkSize < 1 {
		return usage("--chunk %d: give 1 to %d rows; the default is %d", p.ChunkSize, cleanup.MaxChunkSize, cleanup.DefaultChunkSize)
	}
	if p.MaxCandidates < 1 {
		return usage("--max-candidates %d: give 1 or more; the default is %d", p.MaxCandidates, cleanup.DefaultMaxCandidates)
	}
	if given("state") && p.State == "" {
		return usage("--state is empty: name a file, or leave the flag out to wait for the second look")
	}
	if given("now") {
		if p.Now, err = time.Parse(time.RFC3339, p.now); err != nil || p.Now.IsZero() {
			return usage("--now %q: give an instant as 2026-01-31T12:00:00Z (RFC 3339)", p.now)
		}
	}
	p.GraceSet = given("grace")
	return nil
}

func (p *orphanFlags) run(ctx context.Context, a *app) error {
	raw, err := a.databaseURL()
	if err != nil {
		return err
	}
	p.Database, p.Logger = databaseName(raw), a.logger()
	line := a.newLine()
	p.Progress = func(o cleanup.OrphanProgress) { line.show(sweeping(o)) }
	return a.withStore(ctx, nil, func(store *sessionstore.Store) error {
		report, err := cleanup.SweepOrphans(ctx, store, &p.OrphanOptions)
		line.clear()
		if err == nil || errors.Is(err, cleanup.ErrStopped) || report.Chunks > 0 {
			err = errors.Join(err, a.say(swept{report, p.State}))
		}
		return err
	})
}

// databaseName is what of a URL tells one database from another: no account, no
// driver's parameter but SQL Server's, which holds the name.
func databaseName(raw string) string {
	target, err := dialects.ParseURL(raw)
	if err != nil {
		return ""
	}
	if target.Scheme == "sqlite" && target.URL.Opaque != "" {
		return "sqlite:" + wholePath(target.URL.Opaque)
	}
	u := url.URL{Scheme: target.Scheme, Opaque: target.URL.Opaque, Host: target.URL.Host, Path: target.URL.Path}
	if name := target.URL.Query().Get("database"); name != "" {
		u.RawQuery = url.Values{"database": {name}}.Encode()
	}
	return u.String()
}

// wholePath is where a relative one leads from here: from another folder the same
// one would be another database.
func wholePath(escaped string) string {
	path, err := url.PathUnescape(escaped)
	if err != nil || path == ":memory:" {
		return escaped
	}
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

func sweeping(p cleanup.OrphanProgress) string {
	switch p.Step {
	case cleanup.OrphanLook:
		return fmt.Sprintf("looking through %s: %s without a row", p.Table, plural(int64(p.Candidates), "session"))
	case cleanup.OrphanWait:
		return fmt.Sprintf("%s without a row; looking again in %s", plural(int64(p.Candidates), "session"), p.Left.Round(time.Second))
	}
	return fmt.Sprintf("%s of %s: %s deleted", comma(int64(p.Checked)), plural(int64(p.Candidates), "session"), plural(p.Deleted, "row"))
}

// swept is the report, as cleanup orphans prints it.
type swept struct {
	*cleanup.OrphanReport
	state string
}

func (s swept) text() string {
	if s.TooEarly {
		return fmt.Sprintf("too early: what %s remembers may be deleted from %s on\n", s.state, moment(&s.NotBefore))
	}
	t := table{right: []bool{false, true, true}}
	t.add("TABLE", "ORPHANS FOUND", "DELETED")
	var found int64
	for _, name := range []string{cleanup.TableMapping, cleanup.TableAppInfo, cleanup.TableMetaData} {
		t.add(name, comma(s.Found[name]), comma(s.Tables[name]))
		found += s.Found[name]
	}
	t.add("total", comma(found), comma(s.Deleted))
	return t.text("") + "\n" + strings.Join(s.remarks(), "\n") + "\n"
}

func (s swept) remarks() []string {
	all := []string{fmt.Sprintf("%s without a row in the log, in %s", plural(int64(s.Candidates), "session"), short(seconds(s.Seconds)))}
	if len(s.Sample) > 0 && (s.DryRun || s.state != "") {
		shown := make([]string, len(s.Sample))
		for i, id := range s.Sample {
			shown[i] = printable(id)
		}
		all = append(all, "such as "+strings.Join(shown, ", "))
	}
	if s.Kept > 0 {
		all = append(all, plural(int64(s.Kept), "session")+" of the first look had a row at the second: kept")
	}
	if s.Truncated {
		all = append(all, "There may be more: run it again.")
	}
	if s.DryRun {
		all = append(all, "Dry run: nothing was deleted.")
	}
	if !s.NotBefore.IsZero() && s.Candidates > 0 {
		all = append(all, fmt.Sprintf("A run from %s on deletes what still has no row then.", moment(&s.NotBefore)))
	}
	switch {
	case !s.Complete && s.state == "" && s.Chunks == 0:
		all = append(all, "It ended before its second look. With --state FILE a later run goes on from the first one.")
	case !s.Complete:
		all = append(all, "It ended early: run it again.")
	}
	return all
}
