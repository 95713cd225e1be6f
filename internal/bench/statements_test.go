package bench

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/sessionstore"
)

var statements = flag.String("statements", "", "engine whose purge is taken apart by statement (TestStatements)")

// TestStatements says where the time of a purge goes:
//
//	go test -run Statements ./internal/bench -statements=postgres -v
func TestStatements(t *testing.T) {
	if *statements == "" {
		t.Skip("for people who change queries: -statements=ENGINE")
	}
	testing.Benchmark(func(b *testing.B) {
		o := newOriginal(b, enginetest.For(b, *statements), logRows(*statements))
		o.copied(b, func(url string) { takeApart(t, b, url) })
		b.Skip("measured once")
	})
}

func takeApart(t *testing.T, b *testing.B, url string) {
	db, d, _, err := dialects.Open(b.Context(), url)
	closed(b, err)
	watch := &stopwatch{took: map[string]time.Duration{}, times: map[string]int{}}
	store, err := sessionstore.New(db, timed{d, watch}, nil)
	closed(b, err)
	start := time.Now()
	report, err := cleanup.Run(b.Context(), store, &cleanup.Options{Now: now, Unlocked: true})
	closed(b, err)
	t.Logf("%d rows, %d chunks in %v\n%s", report.Deleted, report.Chunks, time.Since(start), watch)
	closed(b, store.Close())
	closed(b, db.Close())
}

// stopwatch adds up times by the beginning of a statement.
type stopwatch struct {
	mu    sync.Mutex
	took  map[string]time.Duration
	times map[string]int
}

func (w *stopwatch) add(query string, since time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	query = strings.Join(strings.Fields(query), " ")
	name := query[:min(len(query), 60)]
	if i := strings.Index(query, "EXISTS"); i >= 0 {
		name += " ... " + query[i:min(len(query), i+60)]
	}
	w.took[name] += time.Since(since)
	w.times[name]++
}

func (w *stopwatch) String() string {
	var lines []string
	for name, took := range w.took {
		lines = append(lines, fmt.Sprintf("%9.3fs %5d  %s", took.Seconds(), w.times[name], name))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// timed is a dialect whose statements are timed.
type timed struct {
	dialects.Dialect
	watch *stopwatch
}

func (t timed) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	q, err := t.Dialect.Queries(timedDB{db, t.watch}, cfg)
	return timedQueries{q, t.watch}, err
}

type timedQueries struct {
	gen.Querier
	watch *stopwatch
}

func (q timedQueries) WithDB(db gen.DBTX) gen.Querier {
	return timedQueries{q.Querier.WithDB(timedDB{db, q.watch}), q.watch}
}

type timedDB struct {
	gen.DBTX
	watch *stopwatch
}

func (d timedDB) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	defer d.watch.add(query, time.Now())
	return d.DBTX.ExecContext(ctx, query, args...)
}

func (d timedDB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	defer d.watch.add(query, time.Now())
	return d.DBTX.QueryContext(ctx, query, args...)
}

func (d timedDB) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	defer d.watch.add(query, time.Now())
	return d.DBTX.QueryRowContext(ctx, query, args...)
}
