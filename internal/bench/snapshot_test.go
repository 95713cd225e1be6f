package bench

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

// BenchmarkPurgeSnapshot purges while a transaction holds the snapshot of
// before: the server may remove nothing of what the purge deletes. A purge that
// walks over it again takes longer with each chunk; "last/first" is 1 when not.
func BenchmarkPurgeSnapshot(b *testing.B) {
	forEngines(b, []string{enginetest.NamePostgres, enginetest.NameMySQL}, func(b *testing.B, s *enginetest.Server) {
		o := newOriginal(b, s, logRows(s.Engine)*2/3)
		b.Run("impl=chunked", func(b *testing.B) {
			for b.Loop() {
				o.copied(b, func(url string) { underSnapshot(b, url) })
			}
		})
	})
}

func underSnapshot(b *testing.B, url string) {
	store := openStore(b, url)
	release := holdSnapshot(b, store.DB())
	var took []time.Duration
	last := time.Now()
	_, err := cleanup.Run(b.Context(), store, &cleanup.Options{
		// Later than all expiries, so that every chunk deletes all its rows.
		Now: now.Add(2 * validity), Unlocked: true, Policies: []cleanup.Policy{cleanup.Superseded, cleanup.LoggedOut, cleanup.Expired},
		Progress: func(cleanup.Progress) {
			took = append(took, time.Since(last))
			last = time.Now()
		},
	})
	closed(b, err)
	release()
	closed(b, store.Close())
	took = took[:len(took)-1] // the last one is not full
	few := min(5, len(took)/2)
	first, end := median(took[:few]), median(took[len(took)-few:])
	b.ReportMetric(float64(first.Microseconds())/1000, "first-ms")
	b.ReportMetric(float64(end.Microseconds())/1000, "last-ms")
	b.ReportMetric(float64(end)/float64(first), "last/first")
}

// holdSnapshot begins a transaction that sees what is there now.
func holdSnapshot(b *testing.B, db *sql.DB) (release func()) {
	tx, err := db.BeginTx(context.WithoutCancel(b.Context()), &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	closed(b, err)
	var rows int64
	closed(b, tx.QueryRowContext(b.Context(), "SELECT COUNT(*) FROM IDN_AUTH_SESSION_STORE").Scan(&rows))
	return func() { closed(b, tx.Rollback()) }
}
