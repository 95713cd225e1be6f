package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Deletes of the log: a DELETE row hides every row of its key, for as long as
// one of them could be seen.
var logDeleteCases = []testCase{
	{"DeleteHides", deleteHides},
	{"DeleteWinsATie", deleteWinsATie},
	{"LaterExpiryWinsATie", laterExpiryWinsATie},
	{"DeleteFromANodeBehind", deleteFromANodeBehind},
	{"PutAfterDeleteFromANodeBehind", putAfterDeleteFromANodeBehind},
	{"AClockAheadDoesNotSpread", aClockAheadDoesNotSpread},
	{"DeleteCannotPassTheEndOfTime", deleteCannotPassTheEndOfTime},
	{"TombstoneOutlivesWhatItHides", tombstoneOutlivesWhatItHides},
	{"TombstoneOfASessionThatNeverExpires", tombstoneOfASessionThatNeverExpires},
	{"TombstoneLivesAsLongAsItsType", tombstoneLivesAsLongAsItsType},
	{"DeleteOfUnknownKey", deleteOfUnknownKey},
	{"DeleteRowsHaveNoPayloadAndNoTenant", deleteRowsHaveNoPayloadAndNoTenant},
	{"DeleteAll", deleteAll},
	{"DeleteAllCountsWhatIsDone", deleteAllCountsWhatIsDone},
}

func deleteHides(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), sso("a"), []byte("1")))
	must(t, b.other.Delete(t.Context(), sso("a")))
	b.hidden(t, "a")
	equal(t, "rows", b.sessions(t), 2)
	must(t, b.store.Put(t.Context(), sso("a"), []byte("2")))
	got, err := b.other.Get(t.Context(), sso("a"))
	must(t, err)
	equal(t, "payload after another login", string(got.Payload), "2")
}

// hidden wants no read of either node to find the session.
func (b *bundle) hidden(t *testing.T, id string) {
	t.Helper()
	for _, s := range []*sessionstore.Store{b.store, b.other} {
		_, err := s.Get(t.Context(), sso(id))
		fails(t, "Get of "+id, err, sessionstore.ErrNotFound)
		_, err = s.GetRaw(t.Context(), sso(id))
		fails(t, "GetRaw of "+id, err, sessionstore.ErrNotFound)
		op, err := s.LastOperation(t.Context(), sso(id))
		must(t, err)
		equal(t, "last operation of "+id, op, sessionstore.OperationDelete)
	}
}

func deleteWinsATie(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -hour, hour), deleted("a", -hour, hour))
	b.insert(t, deleted("b", -hour, hour), stored("b", -hour, hour))
	b.hidden(t, "a")
	b.hidden(t, "b")
}

func deleteFromANodeBehind(t *testing.T, b *bundle) {
	b.insert(t, stored("a", hour, 2*hour))
	must(t, b.store.Delete(t.Context(), sso("a")))
	b.hidden(t, "a")
	if newest := b.newest(t, sso("a")).TimeCreated; newest <= epoch.Add(hour).UnixNano() {
		t.Errorf("the DELETE row is stamped %d, not after the row that it hides", newest)
	}
}

func putAfterDeleteFromANodeBehind(t *testing.T, b *bundle) {
	b.insert(t, stored("a", hour, 2*hour))
	must(t, b.store.Delete(t.Context(), sso("a")))
	must(t, b.store.Put(t.Context(), sso("a"), []byte("again")))
	for _, s := range []*sessionstore.Store{b.store, b.other} {
		got, err := s.Get(t.Context(), sso("a"))
		must(t, err)
		equal(t, "payload", string(got.Payload), "again")
	}
}

// Having logged out a session of a node whose clock is ahead, a node goes by its own
// clock again: sessions live no longer than their validity, and what other nodes
// store after them counts.
func aClockAheadDoesNotSpread(t *testing.T, b *bundle) {
	b.insert(t, stored("a", 30*24*hour, 31*24*hour))
	must(t, b.store.Delete(t.Context(), sso("a")))
	must(t, b.store.Put(t.Context(), sso("b"), nil, sessionstore.ValidFor(hour)))
	got, err := b.store.Get(t.Context(), sso("b"))
	must(t, err)
	if got.ExpiresAt.After(epoch.Add(2 * hour)) {
		t.Errorf("a session of an hour was stored at %s and expires at %s", epoch, got.ExpiresAt.UTC())
	}
	must(t, b.other.Put(t.Context(), sso("b"), []byte("extended")))
	got, err = b.store.Get(t.Context(), sso("b"))
	must(t, err)
	equal(t, "payload", string(got.Payload), "extended")
	must(t, b.store.Delete(t.Context(), sso("a")))
	b.hidden(t, "a")
}

// A row at the last stamp there is cannot be hidden; the error must say so.
func deleteCannotPassTheEndOfTime(t *testing.T, b *bundle) {
	r := stored("a", 0, never)
	p := b.params(r)
	p.TimeCreated = math.MaxInt64
	must(t, b.store.Queries().InsertSession(t.Context(), p))
	err := b.store.Delete(t.Context(), sso("a"))
	_, read := b.store.Get(t.Context(), sso("a"))
	if err == nil && !gone(t, read) {
		t.Error("Delete succeeded, and the session is still there")
	}
	must(t, b.store.Put(t.Context(), sso("b"), nil))
	_, err = b.store.Get(t.Context(), sso("b"))
	must(t, err)
}

// purgeAsTheReference deletes expired rows as the reference does: whatever they
// hide.
func (b *bundle) purgeAsTheReference(t *testing.T, at time.Time) {
	t.Helper()
	b.exec(t, "DELETE FROM %s WHERE EXPIRY_TIME < %d", b.table("IDN_AUTH_SESSION_STORE"), at.UnixNano())
}

func tombstoneOutlivesWhatItHides(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(60*24*hour)))
	must(t, b.store.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(hour)))
	must(t, b.store.Delete(t.Context(), sso("a")))
	for range 61 {
		b.clock.advance(24 * hour)
		b.purgeAsTheReference(t, b.clock.now())
		_, err := b.store.Get(t.Context(), sso("a"))
		if !gone(t, err) {
			t.Fatalf("logged out, and back at %s", b.clock.now())
		}
		_, err = b.store.GetRaw(t.Context(), sso("a"))
		if !gone(t, err) {
			t.Fatalf("logged out, and back for the reference at %s", b.clock.now())
		}
	}
	equal(t, "rows in the end", b.sessions(t), 0)
}

func tombstoneOfASessionThatNeverExpires(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), sso("a"), nil, sessionstore.NeverExpires()))
	must(t, b.store.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(hour)))
	must(t, b.store.Delete(t.Context(), sso("a")))
	b.purgeAsTheReference(t, epoch.Add(100*365*24*hour))
	_, err := b.store.GetRaw(t.Context(), sso("a"))
	fails(t, "GetRaw", err, sessionstore.ErrNotFound)
	equal(t, "expiry of the DELETE row", b.newest(t, sso("a")).ExpiryTime, b.expiry(stored("", 0, never)))
}

// A STORE row may still be on its way to a key without rows: its DELETE row stays
// as long as one of the type would.
func tombstoneLivesAsLongAsItsType(t *testing.T, b *bundle) {
	s := b.with(t, sessionstore.Options{TypeValidity: map[string]time.Duration{"Long": 90 * 24 * hour}})
	for typ, want := range map[string]time.Duration{"Any": 14 * 24 * hour, "Long": 90 * 24 * hour} {
		key := sessionstore.Key{Type: typ, ID: "a"}
		must(t, s.Put(t.Context(), key, nil, sessionstore.ValidFor(time.Second)))
		must(t, s.Delete(t.Context(), key))
		r := b.newest(t, key)
		equal(t, "operation", r.Operation, "DELETE")
		if lives := time.Duration(r.ExpiryTime.Int64 - r.TimeCreated); lives < want {
			t.Errorf("type %s: the DELETE row lives %s, want %s", typ, lives, want)
		}
	}
}

func deleteOfUnknownKey(t *testing.T, b *bundle) {
	must(t, b.store.Delete(t.Context(), sso("a")))
	equal(t, "rows", b.sessions(t), 1)
	b.insert(t, stored("a", -time.Second, hour))
	b.hidden(t, "a")
}

// A DELETE row is what the product makes of one, whatever the session was; each
// call appends one.
func deleteRowsHaveNoPayloadAndNoTenant(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), sso("a"), []byte("payload"), sessionstore.Tenant(5)))
	for range 2 {
		must(t, b.store.Delete(t.Context(), sso("a")))
	}
	rows := b.log(t)
	equal(t, "rows", len(rows), 3)
	equal(t, "tenant of the STORE row", rows[0].tenant, 5)
	for _, r := range rows[1:] {
		equal(t, "operation", r.operation, "DELETE")
		equal(t, "tenant", r.tenant, sessionstore.NoTenant)
	}
	var n int
	query := "SELECT COUNT(*) FROM " + b.table("IDN_AUTH_SESSION_STORE") + " WHERE SESSION_OBJECT IS NULL"
	must(t, b.db.QueryRowContext(t.Context(), query).Scan(&n))
	equal(t, "rows without a payload", n, 2)
}

// manyKeys are more than two batches of DeleteAll.
func manyKeys(n int) []sessionstore.Key {
	var keys []sessionstore.Key
	for i := range n {
		keys = append(keys, sso(fmt.Sprintf("key %03d", i)))
	}
	return keys
}

func deleteAll(t *testing.T, b *bundle) {
	keys := manyKeys(600)
	var rows []row
	for _, k := range keys[:590] { // the last ten have no row
		rows = append(rows, stored(k.ID, -hour, hour))
	}
	rows = append(rows, stored("stays", -hour, hour), stored(keys[0].ID, -hour, hour).of("Other"))
	b.insert(t, rows...)
	twice := append(append([]sessionstore.Key{keys[5]}, keys...), keys[5], keys[599])
	n, err := b.store.DeleteAll(t.Context(), twice)
	must(t, err)
	equal(t, "keys done", n, len(twice))
	for _, i := range []int{0, 5, 249, 250, 251, 499, 500, 589} {
		b.hidden(t, keys[i].ID)
	}
	for _, k := range []sessionstore.Key{sso("stays"), {Type: "Other", ID: keys[0].ID}} {
		_, err = b.store.Get(t.Context(), k)
		must(t, err)
	}
	n, err = b.store.DeleteAll(t.Context(), nil)
	must(t, err)
	equal(t, "keys done of none", n, 0)
}

func deleteAllCountsWhatIsDone(t *testing.T, b *bundle) {
	keys := manyKeys(600)
	bad := append(append([]sessionstore.Key{}, keys...), sso(""))
	n, err := b.store.DeleteAll(t.Context(), bad)
	fails(t, "an empty key", err, sessionstore.ErrInvalid)
	says(t, err, "601 of 601", "Key.ID")
	equal(t, "keys done before the check", n, 0)
	equal(t, "rows", b.sessions(t), 0)

	d := newTap(b.h.Dialect)
	broke := errors.New("broken")
	calls := 0
	d.on("InsertSession", func(_ context.Context, _ gen.DBTX, run func() error) error {
		if calls++; calls == 300 {
			return broke
		}
		return run()
	})
	s := b.tapped(t, d, nil)
	n, err = s.DeleteAll(t.Context(), keys)
	fails(t, "a statement that fails", err, broke)
	equal(t, "keys done", n, 250)
	equal(t, "rows", b.sessions(t), 250)
	b.hidden(t, keys[249].ID)
	_, err = b.store.LastOperation(t.Context(), keys[250])
	fails(t, "the first key of the failed batch", err, sessionstore.ErrNotFound)
}

// tapped is a store whose statements a test has hooks in.
func (b *bundle) tapped(t *testing.T, d *tap, o *sessionstore.Options) *sessionstore.Store {
	t.Helper()
	tappedBundle := *b
	h := *b.h
	h.Dialect = d
	tappedBundle.h = &h
	return tappedBundle.newStore(t, b.db, o)
}

// Two STORE rows of one stamp, which only another spelling of the operation
// allows: the one that lives longer counts, or a purge of the other would bring
// the session back.
func laterExpiryWinsATie(t *testing.T, b *bundle) {
	for id, order := range map[string][]row{
		"a": {stored("a", -10*hour, -5*hour), stored("a", -10*hour, hour).as("Store")},
		"b": {stored("b", -10*hour, hour), stored("b", -10*hour, -5*hour).as("Store")},
		"c": {stored("c", -10*hour, -5*hour), stored("c", -10*hour, never).as("store")},
		"d": {stored("d", -10*hour, 2*hour), stored("d", -10*hour, hour).as("store")},
		"e": {stored("e", -10*hour, never), stored("e", -10*hour, hour).as("store")},
	} {
		b.insert(t, order[0])
		if err := b.store.Queries().InsertSession(t.Context(), b.params(order[1])); errors.Is(b.h.Dialect.Classify(err), dialects.ErrDuplicate) {
			t.Skip("one key has no two spellings of an operation here")
		} else if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			s, err := b.store.Get(t.Context(), sso(id))
			must(t, err)
			u, err := b.store.UserSession(t.Context(), id)
			must(t, err)
			equal(t, "expiry of "+id, u.ExpiresAt, s.ExpiresAt)
			b.purge(t, cleanup.Options{})
		}
	}
}
