package dialecttest

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
)

// Locks: of one name there is one holder, and a holder that is gone holds
// nothing.
var lockCases = []testCase{
	{"OneHolder", oneHolder},
	{"LostConnectionFreesTheLock", lostConnectionFreesTheLock},
	{"WaitingWithADeadline", waitingWithADeadline},
	{"WaitsItsTurn", waitsItsTurn},
	{"NeverTwoAtOnce", neverTwoAtOnce},
}

// promptly is what an answer at once may take on a busy machine; a lock may take a
// second by its contract.
const promptly = 5 * time.Second

// locker is the dialect's, or the test is skipped.
func (b *bundle) locker(t *testing.T) dialects.Locker {
	t.Helper()
	l, ok := b.h.Dialect.(dialects.Locker)
	if !ok {
		t.Skip("the dialect has no locks")
	}
	return l
}

// lockName is a name of this case's own: the locks of cases that share a database
// are apart by nothing else.
func (b *bundle) lockName(name string) string { return b.db.target.Prefix + name }

func (b *bundle) conn(t *testing.T, db database) *sql.Conn {
	t.Helper()
	conn, err := db.Conn(t.Context())
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() }) // it may be lost
	return conn
}

func oneHolder(t *testing.T, b *bundle) {
	l := b.locker(t)
	first, second := b.conn(t, b.db), b.conn(t, b.h.open(t, b.url))
	release, err := l.TryLock(t.Context(), first, b.lockName("a"))
	must(t, err)
	began := time.Now()
	_, err = l.TryLock(t.Context(), second, b.lockName("a"))
	fails(t, "a second holder", err, dialects.ErrLocked)
	if took := time.Since(began); took > promptly {
		t.Errorf("the answer took %s", took)
	}
	another, err := l.TryLock(t.Context(), second, b.lockName("b"))
	must(t, err)
	must(t, another(t.Context()))
	must(t, release(t.Context()))
	release, err = l.TryLock(t.Context(), second, b.lockName("a"))
	must(t, err)
	must(t, release(t.Context()))
}

func lostConnectionFreesTheLock(t *testing.T, b *bundle) {
	l := b.locker(t)
	if b.h.Disconnect == nil {
		t.Skip("Harness.Disconnect is nil")
	}
	first, second := b.conn(t, b.h.open(t, b.url)), b.conn(t, b.db)
	_, err := l.TryLock(t.Context(), first, b.lockName("a"))
	must(t, err)
	must(t, b.h.Disconnect(t.Context(), first, second))
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		release, err := l.TryLock(t.Context(), second, b.lockName("a"))
		if err == nil {
			must(t, release(t.Context()))
			return
		}
		fails(t, "the lock of a lost connection", err, dialects.ErrLocked)
		if t.Failed() || time.Now().After(end) {
			t.Fatal("the lock was not freed")
		}
	}
}

// hold runs do while another connection holds the lock.
func (b *bundle) hold(t *testing.T, l dialects.Locker, name string, do func(release func())) {
	t.Helper()
	release, err := l.TryLock(t.Context(), b.conn(t, b.h.open(t, b.url)), name)
	must(t, err)
	var once sync.Once
	free := func() { once.Do(func() { must(t, release(context.WithoutCancel(t.Context()))) }) }
	defer free()
	do(free)
}

var errUnlocked = errors.New("ran without the lock")

func waitingWithADeadline(t *testing.T, b *bundle) {
	never := func(context.Context) error { return errUnlocked }
	b.hold(t, b.locker(t), b.lockName("a"), func(func()) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		began := time.Now()
		err := dialects.WithLock(ctx, b.h.Dialect, b.db.DB, b.lockName("a"), patience, nil, never)
		fails(t, "a wait past its deadline", err, context.DeadlineExceeded)
		err = dialects.WithLock(t.Context(), b.h.Dialect, b.db.DB, b.lockName("a"), 300*time.Millisecond, nil, never)
		fails(t, "a wait that is over", err, dialects.ErrLocked)
		if took := time.Since(began); took > 2*promptly {
			t.Errorf("both waits took %s", took)
		}
	})
}

func waitsItsTurn(t *testing.T, b *bundle) {
	var told, ran int
	b.hold(t, b.locker(t), b.lockName("a"), func(release func()) {
		waiting := func() { told++; release() }
		must(t, dialects.WithLock(t.Context(), b.h.Dialect, b.db.DB, b.lockName("a"), patience, waiting, func(context.Context) error {
			ran++
			return nil
		}))
	})
	equal(t, "times told", told, 1)
	equal(t, "times run", ran, 1)
	failed := errors.New("failed")
	err := dialects.WithLock(t.Context(), b.h.Dialect, b.db.DB, b.lockName("a"), 0, nil, func(context.Context) error { return failed })
	fails(t, "the function's own error", err, failed)
	must(t, dialects.WithLock(t.Context(), b.h.Dialect, b.db.DB, b.lockName("a"), 0, nil, func(context.Context) error { return nil }))
}

func neverTwoAtOnce(t *testing.T, b *bundle) {
	b.locker(t)
	var inside, ran atomic.Int64
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 3 {
				if err := dialects.WithLock(t.Context(), b.h.Dialect, b.db.DB, b.lockName("a"), patience, nil, func(context.Context) error {
					if n := inside.Add(1); n > 1 {
						t.Errorf("%d hold the lock", n)
					}
					time.Sleep(5 * time.Millisecond)
					inside.Add(-1)
					ran.Add(1)
					return nil
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	equal(t, "runs", ran.Load(), 12)
}
