package bench

import (
	"database/sql"
	"flag"
	"maps"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

// scale makes the data larger or smaller; documented figures are of 1.
var scale = flag.Float64("scale", 1, "size of the data that is purged, as a part of the documented one")

func logRows(engine string) int {
	rows := 200_000
	if engine == enginetest.NameSQLite {
		rows = 140_000
	}
	if testing.Short() {
		rows /= 5
	}
	return int(float64(rows) * *scale)
}

// outcome is one measured purge.
type outcome struct {
	rows int64 // child rows counted
	took time.Duration
	left map[string]int64 // rows that remain, by table
}

func (o *outcome) add(m outcome) {
	o.rows, o.took, o.left = o.rows+m.rows, o.took+m.took, m.left
}

func (o outcome) speed() float64 { return float64(o.rows) / o.took.Seconds() }

// BenchmarkPurge compares cleanup.Run at its default chunk size with the same
// rules as unbounded statements in one transaction ("ratio"), and with what no
// purge can beat: one DELETE without any rule, check or child row
// ("ratio-bare"). The three are measured by turns, each on a copy of its own.
func BenchmarkPurge(b *testing.B) {
	forEngines(b, measured(), func(b *testing.B, s *enginetest.Server) {
		o := newOriginal(b, s, logRows(s.Engine))
		b.Run("impl=chunked", func(b *testing.B) {
			var slow, ours, bare outcome
			for b.Loop() {
				slow.add(o.unbounded(b))
				ours.add(o.chunked(b, cleanup.Options{}))
				bare.add(o.bare(b))
			}
			if !maps.Equal(slow.left, ours.left) {
				b.Fatalf("the purge left %v, the unbounded statements %v", ours.left, slow.left)
			}
			b.ReportMetric(float64(ours.took.Nanoseconds())/float64(b.N), "ns/op")
			b.ReportMetric(ours.speed(), "rows/s")
			b.ReportMetric(slow.speed(), "unbounded-rows/s")
			b.ReportMetric(bare.speed(), "bare-rows/s")
			b.ReportMetric(ours.speed()/slow.speed(), "ratio")
			b.ReportMetric(ours.speed()/bare.speed(), "ratio-bare")
		})
	})
}

// chunked purges a copy with cleanup.Run.
func (o *original) chunked(b *testing.B, opts cleanup.Options) (m outcome) {
	o.copied(b, func(url string) {
		store := openStore(b, url)
		opts.Now, opts.Unlocked = now, true
		start := time.Now()
		report, err := cleanup.Run(b.Context(), store, &opts)
		m = outcome{rows: report.Deleted, took: time.Since(start), left: remaining(b, store.DB())}
		closed(b, err)
		closed(b, store.Close())
	})
	return m
}

func (o *original) unbounded(b *testing.B) outcome {
	return o.handWritten(b, func(db *sql.DB) int64 { return unbounded(b, o.server.Engine, db) })
}

func (o *original) bare(b *testing.B) outcome {
	return o.handWritten(b, func(db *sql.DB) int64 {
		r, err := db.ExecContext(b.Context(), expand(o.server.Engine, "DELETE FROM IDN_AUTH_SESSION_STORE WHERE EXPIRY_TIME < $before"))
		if err != nil {
			b.Fatal(err)
		}
		n, err := r.RowsAffected()
		closed(b, err)
		return n
	})
}

func (o *original) handWritten(b *testing.B, purge func(*sql.DB) int64) (m outcome) {
	o.copied(b, func(url string) {
		db := openPool(b, url)
		start := time.Now()
		m.rows = purge(db)
		m.took = time.Since(start)
		m.left = remaining(b, db)
		closed(b, db.Close())
	})
	return m
}

func remaining(b *testing.B, db *sql.DB) map[string]int64 {
	left := map[string]int64{}
	for _, t := range append([]string{"IDN_AUTH_SESSION_STORE"}, childTables...) {
		var n int64
		if err := db.QueryRowContext(b.Context(), "SELECT COUNT(*) FROM "+t).Scan(&n); err != nil {
			b.Fatal(err)
		}
		left[t] = n
	}
	return left
}
