package dialecttest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Stamps: they strictly increase, and no row is lost to a stamp that is taken.
var logStampCases = []testCase{
	{"StampsStrictlyIncrease", stampsStrictlyIncrease},
	{"ManyWritersOfOneKey", manyWritersOfOneKey},
	{"CollisionIsRestamped", collisionIsRestamped},
	{"CollisionOfOtherSpellings", collisionOfOtherSpellings},
	{"CollisionOfDeletes", collisionOfDeletes},
	{"RetryKeepsItsStamp", retryKeepsItsStamp},
	{"RetryOfWhatNeverArrived", retryOfWhatNeverArrived},
	{"RetryThatMeetsAStranger", retryThatMeetsAStranger},
	{"ConflictIsTriedAgain", conflictIsTriedAgain},
	{"CancelledRetrySaysWhy", cancelledRetrySaysWhy},
}

func stampsStrictlyIncrease(t *testing.T, b *bundle) {
	const writers, each = 8, 10
	s := b.with(t, sessionstore.Options{Now: fixed(epoch)})
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range each {
				if err := s.Put(t.Context(), sso("a"), nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	sum := b.summary(t, sso("a"))
	equal(t, "rows", sum.Total, writers*each)
	equal(t, "newest stamp", sum.NewestTime, epoch.UnixNano()+writers*each-1)
}

func collisionIsRestamped(t *testing.T, b *bundle) {
	b.insert(t, stored("a", 0, hour), stored("a", 1, hour), stored("a", 2, hour))
	s := b.with(t, sessionstore.Options{Now: fixed(epoch)})
	must(t, s.Put(t.Context(), sso("a"), []byte("mine"), sessionstore.ValidFor(2*hour)))
	equal(t, "rows", b.sessions(t), 4)
	got, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	equal(t, "payload", string(got.Payload), "mine")
	equal(t, "stamp", got.CreatedAt.UTC(), epoch.Add(3))
	equal(t, "validity", got.ExpiresAt.Sub(got.CreatedAt), 2*hour)
}

// Where the collation takes one identifier for another, their stamps collide;
// both rows must be there.
func collisionOfOtherSpellings(t *testing.T, b *bundle) {
	for _, id := range []string{"a", "A", "a ", "A  "} {
		s := b.with(t, sessionstore.Options{Now: fixed(epoch)})
		must(t, s.Put(t.Context(), sso(id), []byte("payload of "+id)))
	}
	for _, id := range []string{"a", "A", "a ", "A  "} {
		got, err := b.store.Get(t.Context(), sso(id))
		must(t, err)
		equal(t, "payload", string(got.Payload), "payload of "+id)
	}
}

func collisionOfDeletes(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), sso("a"), nil))
	d := newTap(b.h.Dialect)
	// Between the look at the key and the insert, another node deletes it with
	// the very stamp that this one has chosen.
	d.once("InsertSession", before(func() {
		newest := time.Duration(b.summary(t, sso("a")).NewestTime - epoch.UnixNano())
		b.insert(t, deleted("a", newest+1, hour))
	}))
	s := b.tapped(t, d, &sessionstore.Options{Now: fixed(epoch.Add(-hour))})
	must(t, s.Delete(t.Context(), sso("a")))
	equal(t, "rows", b.sessions(t), 3)
	b.hidden(t, "a")
}

func retryKeepsItsStamp(t *testing.T, b *bundle) {
	d := newTap(b.h.Dialect)
	d.once("InsertSession", unanswered())
	s := b.tapped(t, d, nil)
	must(t, s.Put(t.Context(), sso("a"), []byte("once"), sessionstore.Tenant(3)))
	equal(t, "rows", b.sessions(t), 1)
	got, err := b.other.Get(t.Context(), sso("a"))
	must(t, err)
	equal(t, "payload", string(got.Payload), "once")

	d.once("InsertSession", unanswered())
	must(t, s.Delete(t.Context(), sso("a")))
	equal(t, "rows", b.sessions(t), 2)
	b.hidden(t, "a")
}

func retryOfWhatNeverArrived(t *testing.T, b *bundle) {
	d := newTap(b.h.Dialect)
	d.once("InsertSession", broken(classified(dialects.ErrUnavailable)))
	s := b.tapped(t, d, nil)
	must(t, s.Put(t.Context(), sso("a"), []byte("once")))
	equal(t, "rows", b.sessions(t), 1)
	_, err := b.other.Get(t.Context(), sso("a"))
	must(t, err)
}

// The first attempt never arrived, and another node has taken its stamp since:
// that row is not the answer to the retry.
func retryThatMeetsAStranger(t *testing.T, b *bundle) {
	d := newTap(b.h.Dialect)
	d.once("InsertSession", func(context.Context, gen.DBTX, func() error) error {
		b.insert(t, stored("a", 0, hour))
		return classified(dialects.ErrUnavailable)
	})
	s := b.tapped(t, d, &sessionstore.Options{Now: fixed(epoch)})
	must(t, s.Put(t.Context(), sso("a"), []byte("mine")))
	equal(t, "rows", b.sessions(t), 2)
	got, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	equal(t, "payload", string(got.Payload), "mine")
}

func conflictIsTriedAgain(t *testing.T, b *bundle) {
	d := newTap(b.h.Dialect)
	for _, class := range []error{dialects.ErrDeadlock, dialects.ErrSerialization, dialects.ErrLockTimeout} {
		d.once("InsertSession", broken(classified(class)))
		d.once("KeySummary", broken(classified(class)))
	}
	s := b.tapped(t, d, nil)
	must(t, s.Put(t.Context(), sso("a"), nil))
	must(t, s.Delete(t.Context(), sso("a")))
	equal(t, "rows", b.sessions(t), 2)
	b.hidden(t, "a")

	d.on("InsertSession", broken(classified(dialects.ErrDeadlock)))
	err := s.Put(t.Context(), sso("b"), nil)
	fails(t, "a conflict without end", err, sessionstore.ErrDeadlock)
}

// The context ends between two attempts: the error has it, and what went wrong
// before, because an insert may have arrived.
func cancelledRetrySaysWhy(t *testing.T, b *bundle) {
	ctx, cancel := context.WithCancel(t.Context())
	d := newTap(b.h.Dialect)
	d.once("InsertSession", func(ctx context.Context, db gen.DBTX, run func() error) error {
		defer cancel()
		return unanswered()(ctx, db, run)
	})
	err := b.tapped(t, d, nil).Put(ctx, sso("a"), nil)
	fails(t, "Put", err, context.Canceled)
	fails(t, "Put", err, sessionstore.ErrUnavailable)
	equal(t, "rows", b.sessions(t), 1)
}
