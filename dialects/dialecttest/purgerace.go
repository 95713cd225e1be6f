package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// A purge next to writers: each case puts a writer at the one place where it
// could be overlooked.
var purgeRaceCases = []testCase{
	{"ExtendedWhileThePurgeRuns", func(t *testing.T, b *bundle) { loginAt(t, b, "StampBoundary", after) }},
	{"ExtendedBetweenLookAndDelete", func(t *testing.T, b *bundle) {
		overlapping(t, b)
		loginAt(t, b, "DeleteStampedExpired", before)
	}},
	{"LoginBeforeTheChildrenGo", func(t *testing.T, b *bundle) {
		overlapping(t, b)
		loginAt(t, b, "DeleteMappings", before)
	}},
	{"LoginBetweenDeleteAndLook", func(t *testing.T, b *bundle) {
		overlapping(t, b)
		loginAt(t, b, "DeleteMetaData", after)
	}},
	{"NewChildBetweenDeleteAndLook", newChildBetweenDeleteAndLook},
	{"LoginsWhileTheChunkRunsAgain", loginsWhileTheChunkRunsAgain},
	{"ChildAddedWhileTheLastRowGoes", childAddedWhileTheLastRowGoes},
	{"LateLoginBetweenListAndDelete", lateLoginBetweenListAndDelete},
	{"LateRowsBetweenTheDeletes", lateRowsBetweenTheDeletes},
	{"LogoutWhileThePurgeRuns", logoutWhileThePurgeRuns},
	{"LoginsInARowOfChunks", loginsInARowOfChunks},
	{"ConcurrentPurgers", concurrentPurgers},
}

// overlapping skips where a writer cannot come between a purge's statements.
func overlapping(t *testing.T, b *bundle) {
	t.Helper()
	if b.h.Dialect.Traits().SingleWriter {
		t.Skip("a database with one writer at a time lets nobody in between")
	}
}

// login stores a session with its children, as a writer does: in one transaction,
// the children after the session, each locked.
func login(ctx context.Context, s *sessionstore.Store, id string) error {
	return s.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		if err := tx.Put(ctx, sso(id), []byte("again"), sessionstore.ValidFor(hour)); err != nil {
			return err
		}
		return upsertChildren(ctx, tx, id)
	})
}

// alongside runs do in a goroutine of its own and waits for it, but not for
// long: where it has to wait for the purge, both go on.
func alongside(t *testing.T, group *sync.WaitGroup, do func() error) {
	t.Helper()
	began(t, group, 500*time.Millisecond, do)
}

// freely is alongside for what waits for the purge on few databases, and must be
// over for the case to mean something: a slow server gets the time. It reports
// whether it was.
func freely(t *testing.T, group *sync.WaitGroup, do func() error) bool {
	t.Helper()
	return began(t, group, patience/3, do)
}

func began(t *testing.T, group *sync.WaitGroup, wait time.Duration, do func() error) bool {
	t.Helper()
	done := make(chan struct{})
	group.Go(func() {
		defer close(done)
		if err := do(); err != nil {
			t.Error(err)
		}
	})
	select {
	case <-done:
		return true
	case <-time.After(wait):
		return false
	}
}

// loginAt has a user log in again at one place of the purge that takes the last
// row of the session. It must end live, with its children.
func loginAt(t *testing.T, b *bundle, query string, when func(func()) hook) {
	t.Helper()
	b.insert(t, stored("a", -10*hour, -5*hour), stored("b", -10*hour, -5*hour))
	b.addChildren(t, "a", "b")
	var group sync.WaitGroup
	d := newTap(b.h.Dialect)
	reached := false
	d.once(query, when(func() {
		reached = true
		alongside(t, &group, func() error { return login(t.Context(), b.other, "a") })
	}))
	b.purgeBy(t, b.tapped(t, d, nil), cleanup.Options{})
	group.Wait()
	equal(t, "the purge came to "+query, reached, true)
	_, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	b.haveChildren(t, "a")
	b.haveNoChildren(t, "b")
	b.purge(t, cleanup.Options{})
	b.haveChildren(t, "a")
}

// The writer adds a child row that the purge did not see, and commits before the
// purge looks again.
func newChildBetweenDeleteAndLook(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.insert(t, stored("a", -10*hour, -5*hour))
	b.addChildren(t, "a")
	var group sync.WaitGroup
	d := newTap(b.h.Dialect)
	want := 1 // a login that waits for the purge comes after it: the old children have gone
	d.once("DeleteMetaData", after(func() {
		if freely(t, &group, func() error { return b.newUser(t.Context(), "a") }) {
			want = childRows + 1
		}
	}))
	b.purgeBy(t, b.tapped(t, d, nil), cleanup.Options{})
	group.Wait()
	equal(t, "child rows", b.children(t, "a"), want)
}

// newUser stores a session with a child row that was not there.
func (b *bundle) newUser(ctx context.Context, id string) error {
	return b.other.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		if err := tx.Put(ctx, sso(id), nil); err != nil {
			return err
		}
		return tx.MapUser(ctx, "another user", id)
	})
}

// A session that comes back makes the chunk run again, carefully. Others that
// come back then, before and after their children are locked, keep theirs too.
func loginsWhileTheChunkRunsAgain(t *testing.T, b *bundle) {
	overlapping(t, b)
	for _, id := range []string{"a", "b", "c", "d", "gone"} {
		b.insert(t, stored(id, -10*hour, -5*hour))
		b.addChildren(t, id)
	}
	var group sync.WaitGroup
	d := newTap(b.h.Dialect)
	waited := false
	newUser := func(id string) {
		if !freely(t, &group, func() error { return b.newUser(t.Context(), id) }) {
			waited = true
		}
	}
	d.once("DeleteMetaData", after(func() { newUser("a") }))
	d.once("LockMappings", before(func() {
		alongside(t, &group, func() error { return login(t.Context(), b.other, "b") })
	}))
	d.once("DeleteEndedMappings", before(func() {
		newUser("c")
		alongside(t, &group, func() error { return login(t.Context(), b.other, "d") })
	}))
	b.purgeBy(t, b.tapped(t, d, nil), cleanup.Options{})
	group.Wait()
	if waited {
		t.Skip("a login waits here for a delete of other rows: it comes after, and nothing runs again")
	}
	for id, want := range map[string]int{"a": childRows + 1, "b": childRows, "c": childRows + 1, "d": childRows, "gone": 0} {
		equal(t, "child rows of "+id, b.children(t, id), want)
	}
}

// The writer has stored the session and holds its children, but has not committed
// when the purge has deleted the old row and wants the children.
func childAddedWhileTheLastRowGoes(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.insert(t, stored("a", -10*hour, -5*hour))
	b.addChildren(t, "a")
	ready, commit := make(chan struct{}), make(chan struct{})
	finish := sync.OnceFunc(func() { close(commit) })
	var group sync.WaitGroup
	group.Go(func() {
		if err := b.other.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
			if err := tx.Put(ctx, sso("a"), nil); err != nil {
				return err
			}
			if err := upsertChildren(ctx, tx, "a"); err != nil {
				return err
			}
			close(ready)
			return await(commit)
		}); err != nil {
			t.Error(err)
		}
	})
	must(t, await(ready))
	d := newTap(b.h.Dialect)
	// That a session waits for a lock can be seen on no two databases in one way:
	// give it the time to get there. Where a delete waits for the writer's row, the
	// purge does not even come to the children before the writer has committed.
	d.once("DeleteMappings", before(func() { time.AfterFunc(200*time.Millisecond, finish) }))
	time.AfterFunc(time.Second, finish)
	b.purgeBy(t, b.tapped(t, d, nil), cleanup.Options{})
	group.Wait()
	_, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	b.haveChildren(t, "a")
}

// A login commits late, when its session is logged out already, and after the
// purge has listed whose children it may have to remove: they go with the session
// or stay with it.
func lateLoginBetweenListAndDelete(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.insert(t, deleted("a", -hour, 5*hour))
	d := newTap(b.h.Dialect)
	d.once("DeleteSuperseded", before(func() {
		must(t, b.other.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
			if err := tx.Queries().InsertSession(ctx, b.params(stored("a", -hour-time.Minute, hour))); err != nil {
				return err
			}
			return upsertChildren(ctx, tx, "a")
		}))
	}))
	b.purgeBy(t, b.tapped(t, d, nil), cleanup.Options{})
	if b.ofKeys(t, []string{"a"}) > 1 {
		b.haveChildren(t, "a")
	} else {
		b.haveNoChildren(t, "a")
	}
	b.purge(t, cleanup.Options{Now: epoch.Add(4 * hour)})
	b.haveNoChildren(t, "a")
}

// Rows that the DELETE rows of a chunk hide arrive after the chunk's superseded
// rows have gone and before its expired ones do: the DELETE rows stay.
func lateRowsBetweenTheDeletes(t *testing.T, b *bundle) {
	overlapping(t, b)
	older, same := deleted("older", -9*hour, -5*hour), deleted("same", -8*hour, -5*hour)
	b.insert(t, older, same)
	var group sync.WaitGroup
	d := newTap(b.h.Dialect)
	d.once("DeleteStampedExpired", before(func() {
		alongside(t, &group, func() error {
			return errors.Join(
				b.other.Queries().InsertSession(t.Context(), b.params(stored("older", -10*hour, hour))),
				b.other.Queries().InsertSession(t.Context(), b.params(stored("same", -8*hour, hour))))
		})
	}))
	b.purgeBy(t, b.tapped(t, d, nil), cleanup.Options{})
	group.Wait()
	b.hidden(t, "older")
	b.hidden(t, "same")
}

// A session that never expires is logged out between the purge's look and its
// delete; it must not come back, now or in the next purge.
func logoutWhileThePurgeRuns(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -10*hour, 100*hour), stored("a", -9*hour, -5*hour), stored("b", -10*hour, -5*hour))
	d := newTap(b.h.Dialect)
	d.once("ExpiryBoundary", after(func() { must(t, b.other.Delete(t.Context(), sso("a"))) }))
	w := b.watch(t, "a")
	for _, policies := range [][]cleanup.Policy{{cleanup.Expired}, nil} {
		b.purgeBy(t, b.tapped(t, d, nil), cleanup.Options{Policies: policies, ChunkSize: 1, Progress: w.progress})
		b.hidden(t, "a")
	}
	b.purge(t, cleanup.Options{Now: epoch.Add(100 * 24 * hour)})
	b.left(t)
}

// Between any two chunks another user logs in again: all of them stay.
func loginsInARowOfChunks(t *testing.T, b *bundle) {
	all := ids(12)
	var rows []row
	for i, id := range all {
		rows = append(rows, stored(id, -10*hour, -5*hour+time.Duration(i)), deleted(id, -9*hour, -4*hour+time.Duration(i)))
	}
	b.insert(t, rows...)
	b.addChildren(t, all...)
	next := 0
	b.purge(t, cleanup.Options{ChunkSize: 2, Progress: func(cleanup.Progress) {
		if next < len(all) {
			// From the end of the walk, towards it, and in both orders of old and new.
			must(t, login(t.Context(), b.other, all[(next*5)%len(all)]))
			next++
		}
	}})
	for ; next < len(all); next++ {
		must(t, login(t.Context(), b.other, all[(next*5)%len(all)]))
	}
	b.purge(t, cleanup.Options{ChunkSize: 2})
	for _, id := range all {
		_, err := b.store.Get(t.Context(), sso(id))
		must(t, err)
	}
	b.haveChildren(t, all...)
}

// concurrentPurgers runs four purges at once, with logins and logouts between
// them: slower, never wrong.
func concurrentPurgers(t *testing.T, b *bundle) {
	const each = 8
	names := func(kind string) (all []string) {
		for i := range each {
			all = append(all, fmt.Sprintf("%s %d", kind, i))
		}
		return all
	}
	live, ended, out, back := names("live"), names("ended"), names("out"), names("back")
	var rows []row
	for i := range each {
		at := time.Duration(i)
		rows = append(rows, stored(live[i], -11*hour+at, -9*hour), stored(live[i], -10*hour+at, hour),
			stored(ended[i], -11*hour+at, -8*hour), stored(ended[i], -10*hour+at, -9*hour),
			stored(out[i], -11*hour+at, hour), deleted(out[i], -10*hour+at, -9*hour+at),
			stored(back[i], -11*hour+at, -9*hour), deleted(back[i], -10*hour+at, -8*hour))
	}
	b.insert(t, rows...)
	for _, group := range [][]string{live, ended, out, back} {
		b.addChildren(t, group...)
	}
	w := b.watch(t, append(append(live, ended...), out...)...)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			report, err := cleanup.Run(t.Context(), b.store, &cleanup.Options{Now: epoch, ChunkSize: 3, Unlocked: true})
			if err != nil {
				t.Errorf("purge: %v (%+v)", err, report)
			}
		})
	}
	group.Go(func() {
		for i := range each {
			if err := login(t.Context(), b.other, back[i]); err != nil {
				t.Error(err)
			}
			if err := b.other.Put(t.Context(), sso("short"), nil); err != nil {
				t.Error(err)
			}
			if err := b.other.Delete(t.Context(), sso("short")); err != nil {
				t.Error(err)
			}
			w.progress(cleanup.Progress{Chunks: -1})
		}
	})
	group.Wait()
	w.progress(cleanup.Progress{})
	for _, id := range append(live, back...) {
		_, err := b.store.Get(t.Context(), sso(id))
		must(t, err)
		b.haveChildren(t, id)
	}
	b.haveNoChildren(t, append(ended, out...)...)
	b.purge(t, cleanup.Options{})
	equal(t, "rows of sessions that have ended", b.ofKeys(t, append(ended, out...)), 0)
}

// ofKeys counts the rows of SSO sessions.
func (b *bundle) ofKeys(t *testing.T, ids []string) (total int64) {
	t.Helper()
	for _, id := range ids {
		total += b.summary(t, sso(id)).Total
	}
	return total
}
