package dialecttest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// Terminate next to log-ins: each case puts one where its child rows could be
// lost with the session alive.
var terminateRaceCases = []testCase{
	{"LoginBeforeTheDeleteRow", func(t *testing.T, b *bundle) { loginDuringTerminate(t, b, "InsertSession", before) }},
	{"LoginBeforeTheChildrenGo", func(t *testing.T, b *bundle) {
		overlapping(t, b)
		loginDuringTerminate(t, b, "DeleteMappings", before)
	}},
	{"LoginBetweenDeleteAndLook", func(t *testing.T, b *bundle) {
		overlapping(t, b)
		loginDuringTerminate(t, b, "DeleteMetaData", after)
	}},
	{"NewChildBetweenDeleteAndLook", newChildDuringTerminate},
	{"LoginHoldsTheChildren", loginHoldsTheChildren},
	{"LeftOversOfASessionThatComesBack", leftOversOfASessionThatComesBack},
	{"OvertakenEachTime", overtakenEachTime},
	{"OvertakenInATransaction", overtakenInATransaction},
	{"EightAtOnce", eightTerminationsAtOnce},
	{"LoginsAndTerminations", loginsAndTerminations},
	{"LostAnswer", terminateWithALostAnswer},
}

// wholeOrEnded wants a session to live with all child rows, or not to live.
func (b *bundle) wholeOrEnded(t *testing.T, id string, children int) {
	t.Helper()
	if _, err := b.store.Get(t.Context(), sso(id)); gone(t, err) {
		return
	}
	if n := b.children(t, id); n != children {
		t.Errorf("session %q lives with %d child rows, want %d", id, n, children)
	}
}

func loginDuringTerminate(t *testing.T, b *bundle, query string, when func(func()) hook) {
	t.Helper()
	b.logsIn(t, "a", "b")
	var group sync.WaitGroup
	d := newTap(b.h.Dialect)
	d.once(query, when(func() { alongside(t, &group, func() error { return logIn(t.Context(), b.other, "a") }) }))
	ended, err := b.tapped(t, d, nil).Terminate(t.Context(), "a")
	must(t, err)
	group.Wait()
	equal(t, "ended", ended, true)
	b.wholeOrEnded(t, "a", childRows)
	b.haveChildren(t, "b")
}

// A log-in that waits for nothing and commits before the look is ended too. Where
// it waits for the deletes, it comes after.
func newChildDuringTerminate(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.insert(t, stored("a", -hour, hour))
	var group sync.WaitGroup
	d := newTap(b.h.Dialect)
	over := false
	d.once("DeleteMetaData", after(func() {
		over = freely(t, &group, func() error { return b.newUser(t.Context(), "a") })
	}))
	ended, err := b.tapped(t, d, nil).Terminate(t.Context(), "a")
	must(t, err)
	group.Wait()
	equal(t, "ended", ended, true)
	if over {
		b.hidden(t, "a")
	}
	b.wholeOrEnded(t, "a", 1)
}

// The log-in has stored the session and holds its children, but has not committed
// when Terminate wants them.
func loginHoldsTheChildren(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.logsIn(t, "a")
	ready, commit := make(chan struct{}), make(chan struct{})
	finish := sync.OnceFunc(func() { close(commit) })
	d := newTap(b.h.Dialect)
	stamped := make(chan struct{})
	d.once("KeySummary", after(func() { close(stamped); must(t, await(ready)) }))
	d.once("DeleteMappings", before(func() { time.AfterFunc(200*time.Millisecond, finish) }))
	time.AfterFunc(time.Second, finish)
	var group sync.WaitGroup
	group.Go(func() {
		if err := await(stamped); err != nil {
			t.Error(err)
		}
		if err := b.other.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
			if err := tx.Put(ctx, sso("a"), nil); err != nil {
				return err
			}
			if err := upsertChildren(ctx, tx, "a"); err != nil {
				return err
			}
			select {
			case <-ready:
			default:
				close(ready)
			}
			return await(commit)
		}); err != nil {
			t.Error(err)
		}
	})
	_, err := b.tapped(t, d, nil).Terminate(t.Context(), "a")
	must(t, err)
	group.Wait()
	b.wholeOrEnded(t, "a", childRows)
}

// Child rows that a DELETE row has left over belong to a session that comes back
// before they are removed.
func leftOversOfASessionThatComesBack(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.insert(t, deleted("a", -hour, hour))
	b.addChildren(t, "a")
	var group sync.WaitGroup
	d := newTap(b.h.Dialect)
	d.once("DeleteMappings", before(func() { freely(t, &group, func() error { return logIn(t.Context(), b.other, "a") }) }))
	ended, err := b.tapped(t, d, nil).Terminate(t.Context(), "a")
	must(t, err)
	group.Wait()
	equal(t, "ended", ended, true)
	b.wholeOrEnded(t, "a", childRows)
}

// stores commits a newer STORE row at each call.
func (b *bundle) stores(t *testing.T, id string, times *int) hook {
	t.Helper()
	return before(func() {
		*times++
		if err := b.other.Put(t.Context(), sso(id), nil); err != nil {
			t.Error(err)
		}
	})
}

func overtakenEachTime(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.logsIn(t, "a")
	d := newTap(b.h.Dialect)
	times := 0
	d.on("DeleteMappings", b.stores(t, "a", &times))
	ended, err := b.tapped(t, d, &sessionstore.Options{Attempts: 3}).Terminate(t.Context(), "a")
	fails(t, "overtaken", err, sessionstore.ErrConflict)
	says(t, err, "stored again meanwhile", "3 attempts")
	equal(t, "ended", ended, false)
	equal(t, "attempts", times, 3)
	b.wholeOrEnded(t, "a", childRows)
	equal(t, "DELETE rows", b.summary(t, sso("a")).Total, 4)
}

// The whole function of a transaction runs again, even when it ignores the error.
func overtakenInATransaction(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.logsIn(t, "a")
	d := newTap(b.h.Dialect)
	times, runs := 0, 0
	d.once("DeleteMappings", b.stores(t, "a", &times))
	must(t, b.tapped(t, d, nil).InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		runs++
		_, _ = tx.Terminate(ctx, "a")
		return nil
	}))
	equal(t, "runs", runs, 2)
	b.hidden(t, "a")
	b.haveNoChildren(t, "a")
}

func eightTerminationsAtOnce(t *testing.T, b *bundle) {
	b.logsIn(t, "a", "b")
	b.eightAtOnce(t, func(ctx context.Context, s *sessionstore.Store) error {
		return result(s.Terminate(ctx, "a"))
	})
	b.hidden(t, "a")
	b.haveNoChildren(t, "a")
	b.haveChildren(t, "b")
}

// Log-ins and terminations of the same sessions: whatever wins, no session lives
// with a part of its child rows.
func loginsAndTerminations(t *testing.T, b *bundle) {
	all := []string{"a", "b"}
	b.logsIn(t, all...)
	o := &sessionstore.Options{Attempts: 50}
	s, other := b.newStore(t, b.db, o), b.other
	var group sync.WaitGroup
	for _, id := range all {
		group.Go(func() {
			for range 10 {
				if err := logIn(t.Context(), other, id); err != nil && !errors.Is(err, sessionstore.ErrConflict) {
					t.Errorf("log in %s: %v", id, err)
				}
			}
		})
		group.Go(func() {
			for range 10 {
				if _, err := s.Terminate(t.Context(), id); err != nil {
					t.Errorf("terminate %s: %v", id, err)
				}
			}
		})
	}
	group.Wait()
	for _, id := range all {
		b.wholeOrEnded(t, id, childRows)
	}
}

// The connection is lost behind the DELETE row: the whole is tried again.
func terminateWithALostAnswer(t *testing.T, b *bundle) {
	b.logsIn(t, "a")
	d := newTap(b.h.Dialect)
	d.once("InsertSession", unanswered())
	ended, err := b.tapped(t, d, nil).Terminate(t.Context(), "a")
	must(t, err)
	equal(t, "ended", ended, true)
	b.hidden(t, "a")
	b.haveNoChildren(t, "a")
	equal(t, "rows", b.summary(t, sso("a")).Total, 2)
}
