package bench

import (
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

// BenchmarkSweep sweeps the child tables of a backlog a part of whose sessions were
// removed without their children, as the product's procedures do when a step
// fails: look-rows/s are child rows looked at, rows/s those deleted.
func BenchmarkSweep(b *testing.B) {
	forEngines(b, measured(), func(b *testing.B, s *enginetest.Server) {
		o := newOriginal(b, s, logRows(s.Engine))
		var looked, deleted int64
		var looking, deleting time.Duration
		for b.Loop() {
			o.copied(b, func(url string) {
				store := openStore(b, url)
				exec(b, store.DB(), "DELETE FROM IDN_AUTH_SESSION_STORE WHERE SESSION_ID < '4'") // a quarter of the hashes
				for table, n := range remaining(b, store.DB()) {
					if table != cleanup.TableSessions {
						looked += n
					}
				}
				start, looks := time.Now(), time.Time{}
				report, err := cleanup.SweepOrphans(b.Context(), store, &cleanup.OrphanOptions{
					Quiesced: true, GraceSet: true, Unlocked: true,
					Progress: func(p cleanup.OrphanProgress) {
						if p.Step == cleanup.OrphanLook {
							looks = time.Now()
						}
					},
				})
				looking += looks.Sub(start)
				deleting += time.Since(looks)
				deleted += report.Deleted
				closed(b, err)
				closed(b, store.Close())
			})
		}
		b.ReportMetric(float64(looked)/looking.Seconds(), "look-rows/s")
		b.ReportMetric(float64(deleted)/deleting.Seconds(), "rows/s")
		b.ReportMetric(float64(deleted)/float64(b.N), "rows")
	})
}
