package dialecttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Times: an instant is the same instant, whatever zones the caller, the session
// and the column have.
var timeCases = []testCase{
	{"TimeZones", timeZones},
	{"TimesOfEveryLocation", timesOfEveryLocation},
	{"TimestampPrecision", timestampPrecision},
}

// wait writes a long-wait key and wants the instants back, from any of the
// stores.
func (b *bundle) wait(t *testing.T, key string, created, expires time.Time, write *sessionstore.Store, read ...*sessionstore.Store) {
	t.Helper()
	must(t, write.Queries().InsertWaitStatus(t.Context(), gen.InsertWaitStatusParams{
		TenantID: 1, LongWaitKey: key, WaitStatus: "1", TimeCreated: created, ExpireTime: expires,
	}))
	for i, s := range read {
		got, err := s.Queries().WaitStatusByKey(t.Context(), key)
		must(t, err)
		if !got.TimeCreated.Time.Equal(created) || !got.ExpireTime.Time.Equal(expires) {
			t.Errorf("%q, read by %d: got %s and %s, want %s and %s", key, i,
				got.TimeCreated.Time.UTC(), got.ExpireTime.Time.UTC(), created.UTC(), expires.UTC())
		}
	}
}

// Sessions in another time zone see the same instants.
func timeZones(t *testing.T, b *bundle) {
	far := b.at(t, "Elsewhere", b.h.Elsewhere, nil)
	here, err := b.store.Queries().DatabaseClock(t.Context())
	must(t, err)
	there, err := far.Queries().DatabaseClock(t.Context())
	must(t, err)
	if apart := there - here; apart < -1000 || apart > 60_000 {
		t.Errorf("the database's clock differs by %d ms between time zones", apart)
	}
	for i, write := range []*sessionstore.Store{b.store, far} {
		for zone, loc := range locations(t) {
			b.wait(t, fmt.Sprint(i, zone), skipped.In(loc), repeated.In(loc), write, b.store, far)
		}
	}
	must(t, far.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(hour)))
	got, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	equal(t, "expiry", got.ExpiresAt, got.CreatedAt.Add(hour))
}

// Instants whose wall clock some zone does not have: the hour that Berlin skips,
// and the one that it has twice.
var (
	skipped  = time.Date(2026, 3, 29, 2, 30, 0, 0, time.UTC)
	repeated = time.Date(2026, 10, 25, 2, 30, 0, 0, time.UTC)
)

// locations are those that a caller's times may have.
func locations(t *testing.T) map[string]*time.Location {
	t.Helper()
	all := map[string]*time.Location{"UTC": time.UTC, "east": time.FixedZone("east", 14*3600), "west": time.FixedZone("", -12*3600+1)}
	for _, name := range []string{"Asia/Kolkata", "America/New_York", "Europe/Berlin"} {
		loc, err := time.LoadLocation(name)
		must(t, err)
		all[name] = loc
	}
	return all
}

func timesOfEveryLocation(t *testing.T, b *bundle) {
	for zone, loc := range locations(t) {
		for _, at := range []time.Time{
			skipped, repeated, repeated.Add(-hour), repeated.Add(-2 * hour),
			time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC),
		} {
			b.wait(t, zone+at.String(), at.In(loc), at.Add(hour).In(loc), b.store, b.store, b.other)
		}
	}
}

// The columns of the product hold what they hold, a second on MySQL, 1/300 s on
// SQL Server: whole seconds are exact, and no more than one is lost.
func timestampPrecision(t *testing.T, b *bundle) {
	for _, fraction := range []time.Duration{0, 1, 499_999_999, 500_000_000, 999_999_999} {
		created := time.Date(2026, 1, 2, 3, 4, 5, int(fraction), time.UTC)
		key := fraction.String()
		must(t, b.store.Queries().InsertWaitStatus(t.Context(), gen.InsertWaitStatusParams{
			TenantID: 1, LongWaitKey: key, WaitStatus: "1", TimeCreated: created, ExpireTime: created.Add(hour),
		}))
		got, err := b.other.Queries().WaitStatusByKey(t.Context(), key)
		must(t, err)
		off := created.Sub(got.TimeCreated.Time).Abs()
		if off >= time.Second || fraction == 0 && off > 0 {
			t.Errorf("%s came back as %s", created, got.TimeCreated.Time)
		}
		equal(t, "validity of "+key, got.ExpireTime.Time.Sub(got.TimeCreated.Time), hour)
		t.Logf("%s: off by %s", key, off)
	}
}
