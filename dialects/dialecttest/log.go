package dialecttest

import (
	"math"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// Reads of the log: the newest row of a key is its state.
var logCases = []testCase{
	{"PutGet", putGet},
	{"NewestWins", newestWins},
	{"LateOlderRowDoesNotWin", lateOlderRowDoesNotWin},
	{"TypesAreSeparate", typesAreSeparate},
	{"OperationIgnoresCase", operationIgnoresCase},
	{"RawReadIgnoresExpiry", rawReadIgnoresExpiry},
	{"LastOperation", lastOperation},
	{"ExpiryBoundary", expiryBoundary},
	{"NeverExpires", neverExpires},
	{"ValidityPerCallTypeDefault", validityPerCallTypeDefault},
	{"NoTenantAndTenants", noTenantAndTenants},
}

func putGet(t *testing.T, b *bundle) {
	key := sso("a")
	earliest := b.clock.now()
	must(t, b.store.Put(t.Context(), key, []byte("payload"), sessionstore.ValidFor(hour), sessionstore.Tenant(7)))
	latest := b.clock.now()
	for name, s := range map[string]*sessionstore.Store{"same": b.store, "other": b.other} {
		got, err := s.Get(t.Context(), key)
		must(t, err)
		equal(t, name+" node: key", got.Key, key)
		equal(t, name+" node: payload", string(got.Payload), "payload")
		equal(t, name+" node: tenant", got.TenantID, 7)
		equal(t, name+" node: expiry", got.ExpiresAt, got.CreatedAt.Add(hour))
		if !got.CreatedAt.After(earliest) || !got.CreatedAt.Before(latest) {
			t.Errorf("created %s, want between %s and %s", got.CreatedAt, earliest, latest)
		}
	}
	_, err := b.store.Get(t.Context(), sso("b"))
	fails(t, "another key", err, sessionstore.ErrNotFound)
}

func newestWins(t *testing.T, b *bundle) {
	for i, s := range []*sessionstore.Store{b.store, b.other, b.store, b.other} {
		payload := []byte{byte(i)}
		must(t, s.Put(t.Context(), sso("a"), payload))
		for _, reader := range []*sessionstore.Store{b.store, b.other} {
			got, err := reader.Get(t.Context(), sso("a"))
			must(t, err)
			equal(t, "payload", string(got.Payload), string(payload))
		}
	}
	equal(t, "rows", b.sessions(t), 4)
}

func lateOlderRowDoesNotWin(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), sso("a"), []byte("newer")))
	must(t, b.store.Delete(t.Context(), sso("b")))
	b.insert(t, stored("a", -hour, 30*hour), stored("b", -hour, 30*hour))
	got, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	equal(t, "payload", string(got.Payload), "newer")
	_, err = b.store.Get(t.Context(), sso("b"))
	fails(t, "a logged-out session whose STORE arrives late", err, sessionstore.ErrNotFound)
}

func typesAreSeparate(t *testing.T, b *bundle) {
	one, two := sessionstore.Key{Type: "One", ID: "a"}, sessionstore.Key{Type: "Two", ID: "a"}
	must(t, b.store.Put(t.Context(), one, []byte("1")))
	must(t, b.store.Put(t.Context(), two, []byte("2")))
	must(t, b.store.Delete(t.Context(), two))
	got, err := b.store.Get(t.Context(), one)
	must(t, err)
	equal(t, "payload", string(got.Payload), "1")
	_, err = b.store.Get(t.Context(), two)
	fails(t, "the deleted type", err, sessionstore.ErrNotFound)
}

func operationIgnoresCase(t *testing.T, b *bundle) {
	b.insert(t,
		stored("a", -hour, hour).as("store"), stored("b", -hour, hour).as("Store"),
		stored("c", -2*hour, hour), deleted("c", -hour, hour).as("delete"),
		stored("d", -hour, hour).as("store"), deleted("d", -hour, hour).as("Delete"))
	for id, want := range map[string]sessionstore.Operation{
		"a": sessionstore.OperationStore, "b": sessionstore.OperationStore,
		"c": sessionstore.OperationDelete, "d": sessionstore.OperationDelete,
	} {
		op, err := b.store.LastOperation(t.Context(), sso(id))
		must(t, err)
		equal(t, "last operation of "+id, op, want)
		_, err = b.store.Get(t.Context(), sso(id))
		equal(t, id+" is gone", gone(t, err), want == sessionstore.OperationDelete)
		_, err = b.store.GetRaw(t.Context(), sso(id))
		equal(t, id+" is gone by the raw read", gone(t, err), want == sessionstore.OperationDelete)
	}
}

func rawReadIgnoresExpiry(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -3*hour, -2*hour))
	_, err := b.store.Get(t.Context(), sso("a"))
	fails(t, "Get of an expired session", err, sessionstore.ErrNotFound)
	got, err := b.store.GetRaw(t.Context(), sso("a"))
	must(t, err)
	equal(t, "payload", string(got.Payload), "a")
	equal(t, "expiry", got.ExpiresAt.UTC(), epoch.Add(-2*hour))
	equal(t, "live", got.Live(b.clock.now()), false)
	_, err = b.store.GetRaw(t.Context(), sso("b"))
	fails(t, "GetRaw without a row", err, sessionstore.ErrNotFound)
}

func lastOperation(t *testing.T, b *bundle) {
	_, err := b.store.LastOperation(t.Context(), sso("a"))
	fails(t, "without a row", err, sessionstore.ErrNotFound)
	wants := func(what string, want sessionstore.Operation) {
		t.Helper()
		op, err := b.other.LastOperation(t.Context(), sso("a"))
		must(t, err)
		equal(t, what, op, want)
	}
	must(t, b.store.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(hour)))
	wants("after Put", sessionstore.OperationStore)
	b.clock.advance(2 * hour)
	wants("after expiry", sessionstore.OperationStore)
	must(t, b.store.Delete(t.Context(), sso("a")))
	wants("after Delete", sessionstore.OperationDelete)
}

func expiryBoundary(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -hour, hour))
	for _, c := range []struct {
		at   time.Duration
		gone bool
	}{{hour - 1, false}, {hour, true}, {hour + 1, true}} {
		s := b.with(t, sessionstore.Options{Now: fixed(epoch.Add(c.at))})
		_, err := s.Get(t.Context(), sso("a"))
		equal(t, "gone at "+(c.at-hour).String()+" from its expiry", gone(t, err), c.gone)
		_, err = s.GetRaw(t.Context(), sso("a"))
		must(t, err)
	}
}

func neverExpires(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), sso("a"), nil, sessionstore.NeverExpires()))
	last := time.Unix(0, math.MaxInt64)
	got, err := b.with(t, sessionstore.Options{Now: fixed(last)}).Get(t.Context(), sso("a"))
	must(t, err)
	if !got.ExpiresAt.IsZero() {
		t.Errorf("expires at %s, want never", got.ExpiresAt)
	}
	sum := b.summary(t, sso("a"))
	if b.h.Dialect.Traits().ExpiryRequired {
		equal(t, "stored expiry", sum.LatestExpiry, int64(math.MaxInt64))
	} else {
		equal(t, "rows without an expiry", sum.UnboundedCount, 1)
	}
}

func validityPerCallTypeDefault(t *testing.T, b *bundle) {
	temp := sessionstore.DefaultTempTypes()[0]
	chosen := b.with(t, sessionstore.Options{
		Validity: 3 * hour, TempValidity: 2 * hour,
		TypeValidity: map[string]time.Duration{"Own": hour, temp: 4 * hour},
	})
	for _, c := range []struct {
		name string
		s    *sessionstore.Store
		typ  string
		opts []sessionstore.PutOption
		want time.Duration
	}{
		{"default", b.store, "Any", nil, 14 * 24 * hour},
		{"default of temporary types", b.store, temp, nil, 40 * time.Minute},
		{"the store's own", chosen, "Any", nil, 3 * hour},
		{"the store's own for temporary types", chosen, sessionstore.DefaultTempTypes()[1], nil, 2 * hour},
		{"the type's", chosen, "Own", nil, hour},
		{"the type's, temporary", chosen, temp, nil, 4 * hour},
		{"the call's", chosen, "Own", []sessionstore.PutOption{sessionstore.ValidFor(time.Minute)}, time.Minute},
		{"a nanosecond", chosen, "Own", []sessionstore.PutOption{sessionstore.ValidFor(1)}, 1},
	} {
		key := sessionstore.Key{Type: c.typ, ID: "a"}
		must(t, c.s.Put(t.Context(), key, nil, c.opts...))
		got, err := c.s.GetRaw(t.Context(), key)
		must(t, err)
		equal(t, c.name, got.ExpiresAt.Sub(got.CreatedAt), c.want)
	}
}

func noTenantAndTenants(t *testing.T, b *bundle) {
	for _, id := range []int{sessionstore.NoTenant, -1234, 0, math.MaxInt32, math.MinInt32} {
		must(t, b.store.Put(t.Context(), sso("a"), nil, sessionstore.Tenant(id)))
		got, err := b.store.Get(t.Context(), sso("a"))
		must(t, err)
		equal(t, "tenant", got.TenantID, id)
	}
	must(t, b.store.Put(t.Context(), sso("a"), nil))
	got, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	equal(t, "tenant by default", got.TenantID, sessionstore.NoTenant)
}
