package dialecttest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// A sweep next to writers: each case puts a login at the one place where it could
// be overlooked.
var orphanRaceCases = []testCase{
	{"LoginAfterTheSecondLook", func(t *testing.T, b *bundle) { loginInASweep(t, b, "LoggedIDs", after) }},
	{"LoginBeforeTheOrphansGo", func(t *testing.T, b *bundle) { loginInASweep(t, b, "DeleteMappings", before) }},
	{"LoginAfterTheOrphansHaveGone", func(t *testing.T, b *bundle) { loginInASweep(t, b, "DeleteMetaData", after) }},
	{"SessionStoredBeforeTheOrphansGo", sessionStoredBeforeTheOrphansGo},
	{"LoginsWhileTheSweepRunsAgain", loginsWhileTheSweepRunsAgain},
	{"ChildHeldByALogin", childHeldByALogin},
	{"SweepsAndPurgesAtOnce", sweepsAndPurgesAtOnce},
}

// loginInASweep has a user log in, with the id of orphans, at one place of the
// sweep. The session must end live, with its children.
func loginInASweep(t *testing.T, b *bundle, query string, when func(func()) hook) {
	t.Helper()
	overlapping(t, b)
	b.addChildren(t, "a", "b")
	var group sync.WaitGroup
	d := newTap(b.h.Dialect)
	reached := false
	d.once(query, when(func() {
		reached = true
		alongside(t, &group, func() error { return login(t.Context(), b.other, "a") })
	}))
	b.sweepBy(t, b.tapped(t, d, nil), cleanup.OrphanOptions{})
	group.Wait()
	equal(t, "the sweep came to "+query, reached, true)
	_, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	b.haveChildren(t, "a")
	b.haveNoChildren(t, "b")
}

// The product locks no child row that is there: its log row alone must keep them,
// when it is committed before the sweep looks again.
func sessionStoredBeforeTheOrphansGo(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.addChildren(t, "stored", "deleted", "gone")
	d := newTap(b.h.Dialect)
	d.once("DeleteMappings", before(func() {
		must(t, b.other.Put(t.Context(), sso("stored"), nil))
		must(t, b.other.Delete(t.Context(), sso("deleted")))
	}))
	report := b.sweepBy(t, b.tapped(t, d, nil), cleanup.OrphanOptions{})
	b.haveChildren(t, "stored", "deleted")
	b.haveNoChildren(t, "gone")
	equal(t, "deleted", report.Deleted, int64(childRows))
}

// A session that comes back makes the chunk run again, carefully. Others that
// come back then, before and after their children are locked, keep theirs too.
func loginsWhileTheSweepRunsAgain(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.addChildren(t, "a", "b", "c", "d", "gone")
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
	d.once("DeleteOrphanedMappings", before(func() {
		newUser("c")
		alongside(t, &group, func() error { return login(t.Context(), b.other, "d") })
	}))
	b.sweepBy(t, b.tapped(t, d, nil), cleanup.OrphanOptions{})
	group.Wait()
	if waited {
		t.Skip("a login waits here for a delete of other rows: it comes after, and nothing runs again")
	}
	for id, want := range map[string]int{"a": childRows + 1, "b": childRows, "c": childRows + 1, "d": childRows, "gone": 0} {
		equal(t, "child rows of "+id, b.children(t, id), want)
	}
}

// The login has stored its session and holds its children, but has not committed
// when the sweep wants them.
func childHeldByALogin(t *testing.T, b *bundle) {
	overlapping(t, b)
	b.addChildren(t, "a", "gone")
	state := stateFile(t)
	b.sweepAt(t, state, 0)
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
	d.once("DeleteMappings", before(func() { time.AfterFunc(200*time.Millisecond, finish) }))
	time.AfterFunc(time.Second, finish)
	_, err := cleanup.SweepOrphans(t.Context(), b.tapped(t, d, nil), &cleanup.OrphanOptions{State: state, Now: epoch.Add(grace), Database: "test"})
	must(t, err)
	group.Wait()
	b.haveChildren(t, "a")
	b.haveNoChildren(t, "gone")
}

// Three sweeps and two purges at once, with logins that reuse the ids of orphans:
// slower, never wrong.
func sweepsAndPurgesAtOnce(t *testing.T, b *bundle) {
	const each = 8
	names := func(kind string) (all []string) {
		for i := range each {
			all = append(all, fmt.Sprintf("%s %d", kind, i))
		}
		return all
	}
	live, ended, orphan, back := names("live"), names("ended"), names("orphan"), names("back")
	for i := range each {
		at := time.Duration(i)
		b.insert(t, stored(live[i], -10*hour+at, hour), stored(ended[i], -10*hour+at, -9*hour))
	}
	for _, group := range [][]string{live, ended, orphan, back} {
		b.addChildren(t, group...)
	}
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			_, err := cleanup.SweepOrphans(t.Context(), b.store, &cleanup.OrphanOptions{ChunkSize: 12, Unlocked: true, Quiesced: true, GraceSet: true})
			if err != nil {
				t.Errorf("sweep: %v", err)
			}
		})
	}
	for range 2 {
		group.Go(func() {
			if _, err := cleanup.Run(t.Context(), b.store, &cleanup.Options{Now: epoch, ChunkSize: 3, Unlocked: true}); err != nil {
				t.Errorf("purge: %v", err)
			}
		})
	}
	group.Go(func() {
		for _, id := range back {
			if err := login(t.Context(), b.other, id); err != nil {
				t.Error(err)
			}
		}
	})
	group.Wait()
	b.haveChildren(t, append(live, back...)...)
	b.sweep(t, cleanup.OrphanOptions{})
	b.haveChildren(t, append(live, back...)...)
	b.haveNoChildren(t, append(ended, orphan...)...)
}
