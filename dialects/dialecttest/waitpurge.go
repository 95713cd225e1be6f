package dialecttest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// The purge of waits: off unless asked for, and far from anything that may live.
var waitPurgeCases = []testCase{
	{"PurgedOnlyWhenAskedFor", waitsPurgedOnlyWhenAskedFor},
	{"PurgeOfExpiredWaits", purgeOfExpiredWaits},
	{"PurgeOfWaitsInSmallChunks", purgeOfWaitsInSmallChunks},
	{"PurgeFromAnotherTimeZone", purgeOfWaitsFromAnotherTimeZone},
	{"WaitsWithoutExpiryStay", waitsWithoutExpiryStay},
	{"GraceUnderTwentySixHoursRefused", graceOfWaitsRefused},
}

var onlyWaits = []cleanup.Policy{cleanup.Wait}

func waitsPurgedOnlyWhenAskedFor(t *testing.T, b *bundle) {
	b.insertWait(t, "old", "1", epoch.Add(-1000*hour))
	report := b.purge(t, cleanup.Options{})
	b.status(t, "old", sessionstore.WaitWaiting)
	_, told := report.Tables[cleanup.TableWaits]
	equal(t, "the report tells of waits", told, false)
	report = b.purge(t, cleanup.Options{Policies: append(cleanup.Policies(), cleanup.Wait)})
	b.status(t, "old", sessionstore.WaitUnknown)
	equal(t, "waits deleted", report.Tables[cleanup.TableWaits], 1)
	equal(t, "deleted", report.Deleted, 1)
}

// edgesOfWaits adds waits around the grace and returns those that stay.
func (b *bundle) edgesOfWaits(t *testing.T) (stay, over []string) {
	t.Helper()
	for _, status := range []string{"0", "1"} {
		for _, expired := range []time.Duration{-hour, 0, 2 * hour, 14 * hour, 26*hour - time.Minute, 26*hour + time.Minute, 40 * hour, 9000 * hour} {
			key := fmt.Sprintf("%s expired %s ago", status, expired)
			b.insertWait(t, key, status, epoch.Add(-expired))
			if expired > 26*hour {
				over = append(over, key)
			} else {
				stay = append(stay, key)
			}
		}
	}
	return stay, over
}

func (b *bundle) haveWaits(t *testing.T, there bool, keys []string) {
	t.Helper()
	for _, key := range keys {
		w, err := b.store.GetWait(t.Context(), key)
		must(t, err)
		equal(t, key+" is there", w.Status != sessionstore.WaitUnknown, there)
	}
}

func purgeOfExpiredWaits(t *testing.T, b *bundle) {
	stay, over := b.edgesOfWaits(t)
	// The grace of the sessions is none of theirs.
	report := b.purge(t, cleanup.Options{Policies: onlyWaits, GraceSet: true, Quiesced: true})
	b.haveWaits(t, true, stay)
	b.haveWaits(t, false, over)
	equal(t, "deleted", report.Deleted, int64(len(over)))
	b.purge(t, cleanup.Options{Policies: onlyWaits, WaitGrace: 100 * hour, Now: epoch.Add(100 * hour)})
	b.haveWaits(t, true, stay[:1])
	b.haveWaits(t, false, stay[2:4])
}

func purgeOfWaitsInSmallChunks(t *testing.T, b *bundle) {
	for _, size := range []int{1, 2, 3, 16, 17} {
		stay, over := b.edgesOfWaits(t)
		report := b.purge(t, cleanup.Options{Policies: onlyWaits, ChunkSize: size})
		b.haveWaits(t, true, stay)
		b.haveWaits(t, false, over)
		equal(t, "deleted", report.Tables[cleanup.TableWaits], int64(len(over)))
		if want := (len(stay) + len(over)) / size; report.Chunks < want {
			t.Errorf("chunks of %d: %d, want %d or more", size, report.Chunks, want)
		}
		for _, key := range stay {
			must(t, result(b.store.RemoveWait(t.Context(), key)))
		}
	}
}

// The zone of the purge's session changes nothing, and 26 hours cover a node whose
// timestamps are in any zone.
func purgeOfWaitsFromAnotherTimeZone(t *testing.T, b *bundle) {
	stay, over := b.edgesOfWaits(t)
	for zone := -12 * hour; zone <= 14*hour; zone += 13 * hour {
		key := "written in the zone of UTC" + zone.String()
		b.insertWait(t, key, "1", epoch.Add(zone)) // expires now by the clock on its wall
		stay = append(stay, key)
	}
	far := b.at(t, "Elsewhere", b.h.Elsewhere, nil)
	b.purgeBy(t, far, cleanup.Options{Policies: onlyWaits})
	b.haveWaits(t, true, stay)
	b.haveWaits(t, false, over)
}

func waitsWithoutExpiryStay(t *testing.T, b *bundle) {
	b.insertWait(t, "k", "1", epoch.Add(-1000*hour))
	if _, err := b.db.ExecContext(t.Context(), "UPDATE "+b.table(cleanup.TableWaits)+" SET EXPIRE_TIME = NULL"); err != nil {
		t.Skipf("EXPIRE_TIME is NOT NULL: %v", err)
	}
	w, err := b.store.GetWait(t.Context(), "k")
	must(t, err)
	if !w.ExpiresAt.IsZero() {
		t.Skipf("EXPIRE_TIME became %s, not NULL", w.ExpiresAt)
	}
	b.purge(t, cleanup.Options{Policies: onlyWaits, Now: epoch.Add(10_000 * hour)})
	b.status(t, "k", sessionstore.WaitWaiting)
}

func graceOfWaitsRefused(t *testing.T, b *bundle) {
	b.insertWait(t, "k", "1", epoch.Add(-1000*hour))
	for _, grace := range []time.Duration{-1, time.Second, 26*hour - 1} {
		report, err := cleanup.Run(t.Context(), b.store, &cleanup.Options{Now: epoch, Policies: onlyWaits, WaitGrace: grace, Quiesced: true})
		fails(t, "grace "+grace.String(), err, cleanup.ErrInvalid)
		equal(t, "the reason is told", strings.Contains(err.Error(), "no time zone"), true)
		equal(t, "deleted", report.Deleted, 0)
	}
	b.status(t, "k", sessionstore.WaitWaiting)
}
