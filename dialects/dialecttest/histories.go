package dialecttest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/dialects"
)

// HistoryOptions are how RunHistories runs. The zero value and nil work.
type HistoryOptions struct {
	// Budget is how long 100 histories should take; default 3 minutes. A run that
	// takes longer says so and goes on: a busy machine is no fault of a dialect.
	Budget time.Duration
	// WholeTransactions keeps writers and purges from stopping inside a
	// transaction: for databases whose readers wait for writers. Where a database
	// has one writer at a time it is so anyway.
	WholeTransactions bool
	// NoTrailingBlanks leaves out the identifier that ends in a blank: for
	// databases whose indexes may return another spelling of it than was stored.
	NoTrailingBlanks bool

	mutation mutation
}

// RunHistories runs random histories of every operation against a model in
// memory: writers of ours on nodes whose clocks differ, a writer that follows the
// product's rules, and up to two purges or orphan sweeps, each of which may stop
// before any of its statements while the others go on. After each step every read,
// the product's and the lists of sessions included, and all child rows must be what
// the model allows: no purge brings back what was gone or removes what lives, child
// rows go with the last STORE row of their session or when it is terminated, and
// sweeps take only those that never had one.
//
// It runs as many histories as SESSIONDB_TEST_HISTORIES says in the environment,
// and skips without it. pgregory.net/rapid makes a failure smaller and keeps it in
// testdata/rapid, from where the next run takes it up first; its message says how
// to run it anywhere else (-rapid.failfile, -rapid.seed).
func RunHistories(t *testing.T, h Harness, o *HistoryOptions) {
	t.Helper()
	h.check(t, nil)
	skipUnasked(t)
	var opts HistoryOptions
	if o != nil {
		opts = *o
	}
	if opts.Budget == 0 {
		opts.Budget = 3 * time.Minute
	}
	setHistories(t)
	p := h.newArena(t, &opts)
	began := time.Now()
	rapid.Check(t, p.history)
	took := time.Since(began)
	n := max(1, p.did.histories)
	t.Logf("%d histories in %s, %s each; budget %s for 100; %s", n, took.Round(time.Millisecond), (took / time.Duration(n)).Round(time.Millisecond), opts.Budget, p.did)
	if each := opts.Budget / 100; took/time.Duration(n) > each {
		t.Logf("OVER BUDGET: %s a history is more than %s; look at it when the machine has nothing else to do", took/time.Duration(n), each)
	}
}

// historiesVariable is how many histories a run has.
const historiesVariable = "SESSIONDB_TEST_HISTORIES"

// skipUnasked keeps random histories out of a plain run: they take minutes on a
// small machine.
func skipUnasked(t *testing.T) {
	t.Helper()
	if os.Getenv(historiesVariable) == "" {
		t.Skipf("random histories run when %s says how many, for example 100", historiesVariable)
	}
}

// setHistories tells rapid, whose own variable Go's cache of test results does
// not see.
func setHistories(t *testing.T) {
	t.Helper()
	if n := os.Getenv(historiesVariable); n != "" {
		if err := flag.Set("rapid.checks", n); err != nil {
			t.Fatalf("%s=%s: %v", historiesVariable, n, err)
		}
	}
}

// mostTasks bounds the tasks that have stopped or wait for one that has: each
// holds a connection.
const mostTasks = 6

// historyConns is enough for all tasks and the reader.
const historyConns = 12

func (h *Harness) newArena(t *testing.T, o *HistoryOptions) *arena {
	t.Helper()
	b := h.setup(t, false)
	p := &arena{
		b: b, dialect: &watched{Dialect: h.Dialect, mutation: o.mutation}, db: h.open(t, b.url),
		whole: o.WholeTransactions || h.Dialect.Traits().SingleWriter,
		ids:   []string{"a", "A", "a ", "b"}, stateFile: filepath.Join(t.TempDir(), "state"),
	}
	if h.Dialect.Traits().Charset != dialects.ASCII {
		p.ids = append(p.ids, "á")
	}
	if o.NoTrailingBlanks {
		p.ids[2] = "a b"
	}
	p.db.SetMaxOpenConns(historyConns)
	p.db.SetMaxIdleConns(historyConns)
	return p
}

// history is the property.
func (p *arena) history(rt *rapid.T) {
	h, err := p.newHistory(rt)
	if err != nil {
		rt.Fatal(err)
	}
	defer func() {
		if err := h.close(); err != nil {
			rt.Error(err)
		}
	}()
	h.must(h.past())
	rt.Repeat(h.actions())
	h.must(h.end())
}

// complete wants the last purge to have left nothing but what never expires.
func (m *logModel) complete() error {
	want := m.expected()
	var errs []error
	for _, r := range m.rows {
		if r.there != want[r.name()] {
			errs = append(errs, fmt.Errorf("after the last purge %s, type %s, is there: %t, want %t", r, r.typ, r.there, want[r.name()]))
		}
	}
	return errors.Join(errs...)
}

func (d tally) String() string {
	return fmt.Sprintf("%d steps, %d writes, %d purges, which removed %d rows and %d child rows; %d sweeps, which removed %d; %d child rows of terminated sessions; %d lists; %d waits for a lock",
		d.steps, d.writes, d.purges, d.rows, d.children, d.sweeps, d.swept, d.ended, d.lists, d.waits)
}
