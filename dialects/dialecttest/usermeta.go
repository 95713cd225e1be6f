package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Users: the metadata of a session.
var userMetaCases = []testCase{
	{"MetadataIsWrittenOnce", metadataIsWrittenOnce},
	{"MetadataOfALogin", metadataOfALogin},
	{"UpdateMetadata", updateMetadata},
	{"SeveralValuesBecomeOne", severalValuesBecomeOne},
	{"TouchMovesForward", touchMovesForward},
	{"EightUpdatesAtOnce", eightUpdatesAtOnce},
	{"PropertyThatMovesMeanwhile", propertyThatMovesMeanwhile},
	{"SameValueAddedMeanwhile", sameValueAddedMeanwhile},
	{"OtherSpellingOfAPropertyStays", otherSpellingOfAPropertyStays},
	{"PropertyThatChangesWhileItIsAdded", propertyThatChangesWhileItIsAdded},
}

var zeroTime time.Time

// values are those of a property.
func (b *bundle) values(t *testing.T, id, property string) string {
	t.Helper()
	rows, err := b.store.Queries().MetaDataOfSession(t.Context(), id)
	must(t, err)
	var all []string
	for _, r := range rows {
		if r.PropertyType == property {
			all = append(all, r.Value)
		}
	}
	return fmt.Sprintf("%q", all)
}

func metadataIsWrittenOnce(t *testing.T, b *bundle) {
	ctx := t.Context()
	must(t, b.store.AddMetadata(ctx, "s", sessionstore.Metadata{"IP": "1", "User Agent": "a"}))
	must(t, b.other.AddMetadata(ctx, "s", sessionstore.Metadata{"IP": "1", "User Agent": "a"}))
	must(t, b.store.AddMetadata(ctx, "s", sessionstore.Metadata{"IP": "1", "Colour": "red"}))
	must(t, b.store.AddMetadata(ctx, "s", nil))
	equal(t, "rows", b.childCounts(t), "0 0 3")

	err := b.store.AddMetadata(ctx, "s", sessionstore.Metadata{"Added": "too", "IP": "2"})
	fails(t, "another value", err, sessionstore.ErrDuplicate)
	says(t, err, `"IP"`, `"1"`, "UpdateMetadata")
	b.addMeta(t, "s", "IP", "2")
	fails(t, "one value of two", b.store.AddMetadata(ctx, "s", sessionstore.Metadata{"IP": "1"}), sessionstore.ErrDuplicate)
	equal(t, "nothing of a refused call is there", b.values(t, "s", "Added"), "[]")
	equal(t, "values", b.values(t, "s", "IP"), `["1" "2"]`)
}

func metadataOfALogin(t *testing.T, b *bundle) {
	at := epoch.Truncate(time.Millisecond)
	must(t, b.store.AddMetadata(t.Context(), "s", sessionstore.LoginMetadata("curl", "::1", at)))
	b.insert(t, stored("s", -hour, hour), stored("t", -hour, hour))
	s, err := b.store.UserSession(t.Context(), "s")
	must(t, err)
	equal(t, "agent, address", s.UserAgent+" "+s.IP, "curl ::1")
	equal(t, "times", fmt.Sprint(s.LoginTime.UnixNano(), s.LastAccess.UnixNano()), fmt.Sprint(at.UnixNano(), at.UnixNano()))
	equal(t, "as the product writes it", b.values(t, "s", "Login Time"), fmt.Sprintf(`["%d"]`, at.UnixMilli()))
	must(t, b.store.AddMetadata(t.Context(), "t", sessionstore.LoginMetadata("", "", at)))
	s, err = b.store.UserSession(t.Context(), "t")
	must(t, err)
	equal(t, "without agent and address", len(s.Properties), 2)
}

func (b *bundle) update(t *testing.T, id, property, value string, want bool) {
	t.Helper()
	changed, err := b.store.UpdateMetadata(t.Context(), id, property, value)
	must(t, err)
	equal(t, "changed "+property+" of "+id, changed, want)
}

func updateMetadata(t *testing.T, b *bundle) {
	b.addMeta(t, "s", "IP", "1", "User Agent", "a")
	b.addMeta(t, "t", "IP", "1")
	b.update(t, "s", "IP", "2", true)
	b.update(t, "s", "IP", "2", true) // it has the property, with that value
	b.update(t, "s", "Colour", "red", false)
	b.update(t, "S", "IP", "3", false)
	b.update(t, "s", "ip", "3", false)
	b.update(t, "u", "IP", "3", false)
	equal(t, "values", b.values(t, "s", "IP")+b.values(t, "s", "User Agent")+b.values(t, "t", "IP"), `["2"]["a"]["1"]`)
	b.update(t, "s", "User Agent", "A ", true)
	equal(t, "another spelling of the value", b.values(t, "s", "User Agent"), `["A "]`)
	equal(t, "rows", b.childCounts(t), "0 0 3")
}

// Several values were made by hand, or by the product. Whichever is to stay, no
// key is in the way.
func severalValuesBecomeOne(t *testing.T, b *bundle) {
	for i, value := range []string{"1", "2", "3", "0", "4"} {
		id := fmt.Sprint("s", i)
		b.addMeta(t, id, "IP", "1", "IP", "2", "IP", "3", "User Agent", "a")
		b.update(t, id, "IP", value, true)
		equal(t, "values", b.values(t, id, "IP"), fmt.Sprintf("[%q]", value))
		equal(t, "another property", b.values(t, id, "User Agent"), `["a"]`)
	}
	b.addMeta(t, "t", "IP", "x", "IP", "y")
	b.update(t, "t", "IP", "Y", true)
	equal(t, "another spelling of a value", b.values(t, "t", "IP"), `["Y"]`)
}

func touchMovesForward(t *testing.T, b *bundle) {
	touch := func(at time.Duration, want bool) {
		t.Helper()
		changed, err := b.store.Touch(t.Context(), "s", epoch.Add(at))
		must(t, err)
		equal(t, "changed", changed, want)
	}
	is := func(at time.Duration) {
		t.Helper()
		equal(t, "last access", b.values(t, "s", sessionstore.PropertyLastAccess), fmt.Sprintf(`["%d"]`, epoch.Add(at).UnixMilli()))
	}
	touch(0, false)
	equal(t, "rows", b.childCounts(t), "0 0 0")
	must(t, b.store.AddMetadata(t.Context(), "s", sessionstore.LoginMetadata("a", "1", epoch)))
	touch(hour, true)
	is(hour)
	touch(time.Minute, true) // late: the later one stays
	is(hour)
	touch(2*hour, true)
	is(2 * hour)
	b.addMeta(t, "s", sessionstore.PropertyLastAccess, "5", sessionstore.PropertyLastAccess, "soon")
	touch(hour, true)
	is(2 * hour)
	b.exec(t, "DELETE FROM %s", b.table("IDN_AUTH_SESSION_META_DATA"))
	b.addMeta(t, "s", sessionstore.PropertyLastAccess, "soon")
	touch(hour, true)
	is(hour)
}

// Updates of one property, some of them back in the order of the key, and
// accesses: all succeed, and one row is left.
func eightUpdatesAtOnce(t *testing.T, b *bundle) {
	b.addMeta(t, "s", "IP", "5", "IP", "6", sessionstore.PropertyLastAccess, "1")
	b.eightAtOnce(t, func(ctx context.Context, s *sessionstore.Store) error {
		for i := range 5 {
			at := b.clock.now()
			one, err := s.UpdateMetadata(ctx, "s", "IP", fmt.Sprint(9-at.UnixNano()%9))
			two, err2 := s.Touch(ctx, "s", at)
			if err = errors.Join(err, err2); err != nil || !one || !two {
				return fmt.Errorf("round %d: %t, %t, %w", i, one, two, err)
			}
		}
		return nil
	})
	equal(t, "rows", b.childCounts(t), "0 0 2")
}

// The row moves in the key while the statement that wants to lock it waits: it is
// found at its new place.
func propertyThatMovesMeanwhile(t *testing.T, b *bundle) {
	b.addMeta(t, "s", "IP", "5")
	d := newTap(b.h.Dialect)
	d.once("LockProperty", unsent()) // as if it had looked where the row no longer is
	changed, err := b.tapped(t, d, nil).UpdateMetadata(t.Context(), "s", "IP", "1")
	must(t, err)
	equal(t, "changed", changed, true)
	equal(t, "values", b.values(t, "s", "IP"), `["1"]`)
	d.on("LockProperty", unsent())
	_, err = b.tapped(t, d, nil).UpdateMetadata(t.Context(), "s", "IP", "2")
	fails(t, "again and again", err, sessionstore.ErrConflict)
}

// Another writer adds the very value that a property is being set to, after its
// rows were locked: it is the one that stays.
func sameValueAddedMeanwhile(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.addMeta(t, "s", "IP", "5")
	var group sync.WaitGroup
	d := newTap(b.h.Dialect)
	d.once("UpdateMetaData", before(func() {
		alongside(t, &group, func() error {
			_, err := b.other.Queries().UpsertMetaData(t.Context(), gen.UpsertMetaDataParams{SessionID: "s", PropertyType: "IP", Value: "1"})
			return err
		})
	}))
	changed, err := b.tapped(t, d, nil).UpdateMetadata(t.Context(), "s", "IP", "1")
	must(t, err)
	group.Wait()
	equal(t, "changed", changed, true)
	equal(t, "values", b.values(t, "s", "IP"), `["1"]`)
}

// A value that only the collation takes for that of another session is refused,
// where it does.
func otherSpellingOfAPropertyStays(t *testing.T, b *bundle) {
	b.addMeta(t, "s", "IP", "1")
	b.addMeta(t, "S", "IP", "2")
	_, err := b.store.UpdateMetadata(t.Context(), "S", "IP", "1")
	if err != nil {
		fails(t, "another spelling has the row", err, sessionstore.ErrOtherSpelling)
		fails(t, "another spelling has the row", err, sessionstore.ErrDuplicate)
		equal(t, "the row", b.values(t, "S", "IP"), `["2"]`)
	}
	equal(t, "the other", b.values(t, "s", "IP"), `["1"]`)
}

// A property that is there changes after AddMetadata has looked: its old value
// does not come back beside the new one.
func propertyThatChangesWhileItIsAdded(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.addMeta(t, "s", "IP", "1")
	d := newTap(b.h.Dialect)
	d.once("LockMetaData", before(func() {
		changed, err := b.store.UpdateMetadata(t.Context(), "s", "IP", "2")
		must(t, err)
		equal(t, "changed", changed, true)
	}))
	err := b.tapped(t, d, nil).AddMetadata(t.Context(), "s", sessionstore.Metadata{"IP": "1"})
	fails(t, "the old value", err, sessionstore.ErrDuplicate)
	equal(t, "values", b.values(t, "s", "IP"), `["2"]`)
}
