package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

func newCleanup(a *app) *cobra.Command {
	return group(&cobra.Command{Use: "cleanup", Short: "Remove the rows that no read needs any more"}, newCleanupRun(a), newCleanupOrphans(a))
}

type purgeFlags struct {
	chunk    int
	grace    time.Duration
	wait     time.Duration
	quiesced bool
	policy   string
	now      string
}

const purgeHelp = `Remove expired, superseded and logged-out rows, with the child rows of sessions
that end, in chunks of one transaction each, next to running writers. It never
removes a live session.

Policies, to be joined with commas:
  expired     rows past their expiry and the grace, once no older row of their
              session is left
  superseded  rows that a newer login of their session has replaced
  logged-out  rows that a logout hides
  temp        expired and superseded rows of the temp table
  all         those above; the default
  wait        long waits that expired --wait-grace ago, whatever their status;
              only when named: --policy wait, --policy all,wait
Rows that were written within the grace stay, whatever they are.

With --json the report is one object with at least deleted (all rows), tables
(rows by table), chunks and seconds. SIGINT and SIGTERM stop the purge between
two chunks: what it deleted is committed, the report is printed, and the exit
code is 5. Exit code 4: another purge is running on these tables.`

func newCleanupRun(a *app) *cobra.Command {
	p := &purgeFlags{}
	c := &cobra.Command{
		Use: "run", Short: "Purge once", Long: purgeHelp, Args: noArgs,
		Example: `  sessiondb cleanup run
  sessiondb cleanup run --chunk 2000 --grace 4h --json
  sessiondb cleanup run --policy superseded,temp
  sessiondb cleanup run --policy all,wait
  sessiondb cleanup run --quiesced --grace 0`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := p.options(cmd.Flags().Changed)
			if err != nil {
				return err
			}
			return runPurge(cmd.Context(), a, o)
		},
	}
	f := c.Flags()
	f.IntVar(&p.chunk, "chunk", cleanup.DefaultChunkSize, fmt.Sprintf("rows that one transaction looks at, 1 to %d; lowered to what the database deletes without locking the table", cleanup.MaxChunkSize))
	f.DurationVar(&p.grace, "grace", cleanup.DefaultGrace, "how long rows stay after they were written and have expired, as 90s or 2h; longer than any write takes from its stamp to its commit")
	f.DurationVar(&p.wait, "wait-grace", cleanup.MinWaitGrace, "how long waits stay after their expiry; at least as long, because their timestamps carry no time zone")
	f.BoolVar(&p.quiesced, "quiesced", false, "nothing writes to the tables: allows a grace under "+cleanup.MinGrace.String())
	f.StringVar(&p.policy, "policy", "all", "what to remove, separated by commas: "+strings.Join(policyNames(), ", "))
	f.StringVar(&p.now, "now", "", "for tests: the instant to measure against, as 2026-01-31T12:00:00Z; a later one than the clock's removes live sessions")
	must(c.RegisterFlagCompletionFunc("policy", cobra.FixedCompletions(policyNames(), cobra.ShellCompDirectiveNoFileComp)))
	return c
}

func policyNames() []string {
	names := []string{"all"}
	for _, p := range cleanup.Policies() {
		names = append(names, string(p))
	}
	return append(names, string(cleanup.Wait))
}

// options checks what the library would take for a default.
func (p *purgeFlags) options(given func(flag string) bool) (*cleanup.Options, error) {
	if p.chunk < 1 {
		return nil, usage("--chunk %d: give 1 to %d rows; the default is %d", p.chunk, cleanup.MaxChunkSize, cleanup.DefaultChunkSize)
	}
	if p.wait < cleanup.MinWaitGrace { // 0 too
		return nil, usage("--wait-grace %s: give %s or more: the timestamps of waits carry no time zone, and those of two nodes can be as far apart", p.wait, cleanup.MinWaitGrace)
	}
	policies, err := cleanup.ParsePolicies(p.policy)
	if err != nil {
		return nil, fmt.Errorf("--policy: %w", err)
	}
	o := &cleanup.Options{Policies: policies, ChunkSize: p.chunk, Grace: p.grace, WaitGrace: p.wait, GraceSet: given("grace"), Quiesced: p.quiesced}
	if given("now") {
		if o.Now, err = time.Parse(time.RFC3339, p.now); err != nil || o.Now.IsZero() {
			return nil, usage("--now %q: give an instant as 2026-01-31T12:00:00Z (RFC 3339)", p.now)
		}
	}
	return o, nil
}

func runPurge(ctx context.Context, a *app, o *cleanup.Options) error {
	o.Logger = a.logger()
	line := a.newLine()
	o.Progress = func(p cleanup.Progress) { line.show(progress(p, o.Policies)) }
	return a.withStore(ctx, nil, func(store *sessionstore.Store) error {
		report, err := cleanup.Run(ctx, store, o)
		line.clear()
		if err == nil || errors.Is(err, cleanup.ErrStopped) || report.Chunks > 0 {
			err = errors.Join(err, a.say(purged{report}))
		}
		return err
	})
}

func progress(p cleanup.Progress, asked []cleanup.Policy) string {
	rate := int64(float64(p.Deleted) / max(p.Elapsed.Seconds(), 0.001))
	return fmt.Sprintf("%s: %s deleted, %s, %s rows/s", walkName(p.Policy, asked),
		plural(p.Deleted, "row"), plural(int64(p.Chunks), "chunk"), comma(rate))
}

// walkName says what a purge does while it reports a policy: superseded and
// logged-out rows go in one walk when both are asked for, expired ones with them.
func walkName(p cleanup.Policy, asked []cleanup.Policy) string {
	switch {
	case p == cleanup.Superseded && slices.Contains(asked, cleanup.LoggedOut) && slices.Contains(asked, cleanup.Expired):
		return "superseded, logged out, expired"
	case p == cleanup.Superseded && slices.Contains(asked, cleanup.LoggedOut):
		return "superseded, logged out"
	case p == cleanup.LoggedOut:
		return "logged out"
	case p == cleanup.Temp:
		return "temporary"
	case p == cleanup.Wait:
		return "waits"
	}
	return string(p)
}

// purged is the report, as cleanup run prints it.
type purged struct{ *cleanup.Report }

// purgedTables are the tables of a report, in the order of the schema.
var purgedTables = []string{cleanup.TableSessions, cleanup.TableTemp, cleanup.TableMapping, cleanup.TableAppInfo, cleanup.TableMetaData, cleanup.TableWaits}

func (p purged) text() string {
	t := table{right: []bool{false, true}}
	t.add("TABLE", "DELETED")
	for _, name := range purgedTables {
		if n, asked := p.Tables[name]; asked {
			t.add(name, comma(n))
		}
	}
	t.add("total", comma(p.Deleted))
	var b strings.Builder
	b.WriteString(t.text(""))
	fmt.Fprintf(&b, "\n%s of up to %s in %s; what expired before %s went\n",
		plural(int64(p.Chunks), "chunk"), plural(int64(p.ChunkSize), "row"), short(seconds(p.Seconds)),
		p.Cutoff.Add(-seconds(p.GraceSeconds)).UTC().Format(time.RFC3339))
	if !p.Complete {
		b.WriteString("It ended early: run it again to go on.\n")
	}
	return b.String()
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
