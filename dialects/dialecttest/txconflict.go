package dialecttest

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Conflicts of transactions: the loser runs again, and lost work is never
// reported as done.
var txConflictCases = []testCase{
	{"RetriesAfterDeadlock", func(t *testing.T, b *bundle) { retriesAfterDeadlock(t, b, touch) }},
	{"RetriesAfterDeadlockOfAList", func(t *testing.T, b *bundle) { retriesAfterDeadlock(t, b, lockList) }},
	{"SwallowedErrorIsNoSuccess", func(t *testing.T, b *bundle) { swallowedErrorIsNoSuccess(t, b, touch) }},
	{"SwallowedErrorOfAListIsNoSuccess", func(t *testing.T, b *bundle) { swallowedErrorIsNoSuccess(t, b, lockList) }},
	{"RetriesAfterLockTimeout", retriesAfterLockTimeout},
	{"GivesUpAfterItsAttempts", givesUpAfterItsAttempts},
	{"ConnectionLostBeforeCommit", connectionLostBeforeCommit},
}

// patience bounds every wait of one goroutine for another.
const patience = 30 * time.Second

var errAlone = errors.New("the other side did not come")

// meeting is a place where two goroutines wait for each other.
type meeting struct{ a, b chan struct{} }

func newMeeting() meeting { return meeting{make(chan struct{}), make(chan struct{})} }

func (m meeting) first() error  { return meet(m.a, m.b) }
func (m meeting) second() error { return meet(m.b, m.a) }

func meet(mine, theirs chan struct{}) error {
	close(mine)
	return await(theirs)
}

func await(event <-chan struct{}) error {
	select {
	case <-event:
		return nil
	case <-time.After(patience):
		return errAlone
	}
}

// lockFunc locks the mapping row of a session until the transaction ends.
type lockFunc func(ctx context.Context, tx *sessionstore.Tx, id string) error

// touch does it by an update.
func touch(ctx context.Context, tx *sessionstore.Tx, id string) error {
	_, err := tx.Queries().TouchMapping(ctx, gen.TouchMappingParams{UserID: user(id), SessionID: id})
	return err
}

// lockList does it by a query with many rows: some drivers meet the server's error
// only between two rows.
func lockList(ctx context.Context, tx *sessionstore.Tx, id string) error {
	_, err := tx.Queries().LockMappings(ctx, []string{id})
	return err
}

// crossing runs two transactions that each lock a row and then want the other
// one's. fn gets the rows in its order and may ignore errors.
func crossing(t *testing.T, b *bundle, lock lockFunc, fn func(ctx context.Context, tx *sessionstore.Tx, mine string, lock func() error) error) (runs int) {
	t.Helper()
	if b.h.Dialect.Traits().SingleWriter {
		t.Skip("a database with one writer at a time has no deadlocks between writers")
	}
	b.addChildren(t, "one", "two")
	m := newMeeting()
	var count sync.Mutex
	var group sync.WaitGroup
	side := func(s *sessionstore.Store, mine, theirs string, arrive func() error) {
		first := true
		if err := s.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
			count.Lock()
			runs++
			count.Unlock()
			return fn(ctx, tx, mine, func() error {
				if err := lock(ctx, tx, mine); err != nil {
					return err
				}
				if first {
					first = false
					if err := arrive(); err != nil {
						return err
					}
				}
				return lock(ctx, tx, theirs)
			})
		}); err != nil {
			t.Errorf("the transaction of %s: %v", mine, err)
		}
	}
	group.Go(func() { side(b.store, "one", "two", m.first) })
	group.Go(func() { side(b.other, "two", "one", m.second) })
	group.Wait()
	return runs
}

func retriesAfterDeadlock(t *testing.T, b *bundle, how lockFunc) {
	runs := crossing(t, b, how, func(ctx context.Context, tx *sessionstore.Tx, mine string, lock func() error) error {
		if err := tx.Put(ctx, sso(mine), nil); err != nil {
			return err
		}
		return lock()
	})
	if runs < 3 {
		t.Errorf("%d runs of two transactions: there was no deadlock", runs)
	}
	for _, id := range []string{"one", "two"} {
		equal(t, "rows of "+id, b.summary(t, sso(id)).Total, 1)
	}
}

func swallowedErrorIsNoSuccess(t *testing.T, b *bundle, how lockFunc) {
	runs := crossing(t, b, how, func(ctx context.Context, tx *sessionstore.Tx, mine string, lock func() error) error {
		_ = tx.Put(ctx, sso(mine), nil)
		_ = lock()
		_ = tx.Put(ctx, sso(mine+" later"), nil)
		return nil
	})
	if runs < 3 {
		t.Errorf("%d runs of two transactions: a lost one was not run again", runs)
	}
	for _, id := range []string{"one", "two", "one later", "two later"} {
		equal(t, "rows of "+id, b.summary(t, sso(id)).Total, 1)
	}
}

// holding runs do while another transaction keeps the rows of a session locked;
// release ends that one.
func (b *bundle) holding(t *testing.T, id string, do func(release func())) {
	t.Helper()
	b.addChildren(t, id)
	held, let := make(chan struct{}), make(chan struct{})
	var once sync.Once
	release := func() { once.Do(func() { close(let) }) }
	var group sync.WaitGroup
	defer group.Wait()
	defer release()
	group.Go(func() {
		if err := b.other.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
			if err := touch(ctx, tx, id); err != nil {
				return err
			}
			close(held)
			return await(let)
		}); err != nil {
			t.Error(err)
		}
	})
	must(t, await(held))
	do(release)
}

func retriesAfterLockTimeout(t *testing.T, b *bundle) {
	b.holding(t, "a", func(release func()) {
		s := b.at(t, "Impatient", b.h.Impatient, &sessionstore.Options{Logger: onLog(release)})
		must(t, s.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
			if err := touch(ctx, tx, "a"); err != nil {
				return err
			}
			return tx.Put(ctx, sso("a"), nil)
		}))
	})
	equal(t, "rows", b.sessions(t), 1)
}

// onLog is a logger whose every record calls do: the store logs a conflict
// before it tries again.
func onLog(do func()) *slog.Logger { return slog.New(callHandler{do}) }

type callHandler struct{ do func() }

func (h callHandler) Enabled(context.Context, slog.Level) bool { return true }
func (h callHandler) Handle(context.Context, slog.Record) error {
	h.do()
	return nil
}
func (h callHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h callHandler) WithGroup(string) slog.Handler      { return h }

func givesUpAfterItsAttempts(t *testing.T, b *bundle) {
	s := b.with(t, sessionstore.Options{Attempts: 3})
	runs := 0
	err := s.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		runs++
		must(t, tx.Put(ctx, sso("a"), nil))
		return classified(dialects.ErrDeadlock)
	})
	equal(t, "runs of fn", runs, 3)
	fails(t, "InTx", err, sessionstore.ErrConflict)
	fails(t, "InTx", err, sessionstore.ErrDeadlock)
	says(t, err, "3 attempts")
	b.untouched(t)
}

func connectionLostBeforeCommit(t *testing.T, b *bundle) {
	if b.h.Disconnect == nil {
		t.Skip("Harness.Disconnect is nil")
	}
	d := newTap(b.h.Dialect)
	d.once("InsertSession", func(ctx context.Context, db gen.DBTX, run func() error) error {
		if err := run(); err != nil {
			return err
		}
		return b.h.Disconnect(ctx, db, b.other.DB())
	})
	runs := 0
	err := b.tapped(t, d, nil).InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		runs++
		return tx.Put(ctx, sso("a"), nil)
	})
	fails(t, "InTx", err, sessionstore.ErrOutcomeUnknown)
	fails(t, "InTx", err, sessionstore.ErrUnavailable)
	equal(t, "runs of fn, which may have been committed", runs, 1)
	b.untouched(t)
}
