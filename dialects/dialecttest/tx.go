package dialecttest

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// Transactions: all or nothing, and nothing before the commit.
var txCases = []testCase{
	{"CommitsTogether", commitsTogether},
	{"ReadsItsOwnWrites", readsItsOwnWrites},
	{"InvisibleBeforeCommit", invisibleBeforeCommit},
	{"RollsBackOnError", rollsBackOnError},
	{"RollsBackOnPanic", rollsBackOnPanic},
	{"RollsBackOnRefusedValue", rollsBackOnRefusedValue},
	{"CancelledContext", cancelledContext},
	{"CollisionStartsAgain", collisionStartsAgain},
	{"SwallowedCollisionIsNoSuccess", swallowedCollisionIsNoSuccess},
}

func commitsTogether(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), sso("old"), nil))
	must(t, b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		return errors.Join(
			tx.Put(ctx, sso("new"), []byte("payload")),
			upsertChildren(ctx, tx, "new"),
			tx.Delete(ctx, sso("old")),
		)
	}))
	got, err := b.other.Get(t.Context(), sso("new"))
	must(t, err)
	equal(t, "payload", string(got.Payload), "payload")
	b.haveChildren(t, "new")
	b.hidden(t, "old")
}

func readsItsOwnWrites(t *testing.T, b *bundle) {
	must(t, b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		must(t, tx.Put(ctx, sso("a"), []byte("payload")))
		got, err := tx.Get(ctx, sso("a"))
		must(t, err)
		equal(t, "payload", string(got.Payload), "payload")
		must(t, tx.Delete(ctx, sso("a")))
		_, err = tx.Get(ctx, sso("a"))
		fails(t, "Get after Delete", err, sessionstore.ErrNotFound)
		_, err = tx.GetRaw(ctx, sso("a"))
		fails(t, "GetRaw after Delete", err, sessionstore.ErrNotFound)
		op, err := tx.LastOperation(ctx, sso("a"))
		equal(t, "last operation", op, sessionstore.OperationDelete)
		return err
	}))
}

// A reader outside may have to wait, but never sees the session.
func invisibleBeforeCommit(t *testing.T, b *bundle) {
	must(t, b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		must(t, tx.Put(ctx, sso("a"), nil))
		short, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		if _, err := b.other.Get(short, sso("a")); err == nil {
			t.Error("there before the commit")
		}
		return nil
	}))
	_, err := b.other.Get(t.Context(), sso("a"))
	must(t, err)
}

// untouched wants an empty log and no connection left in use.
func (b *bundle) untouched(t *testing.T) {
	t.Helper()
	equal(t, "rows", b.sessions(t), 0)
	equal(t, "connections in use", b.db.Stats().InUse, 0)
}

func rollsBackOnError(t *testing.T, b *bundle) {
	failed := errors.New("changed my mind")
	err := b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		must(t, tx.Put(ctx, sso("a"), nil))
		must(t, upsertChildren(ctx, tx, "a"))
		return failed
	})
	fails(t, "InTx", err, failed)
	b.untouched(t)
	b.haveNoChildren(t, "a")
}

func rollsBackOnPanic(t *testing.T, b *bundle) {
	func() {
		defer func() { equal(t, "panic", recover(), any("panic in fn")) }()
		_ = b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
			must(t, tx.Put(ctx, sso("a"), nil))
			panic("panic in fn")
		})
	}()
	b.untouched(t)
}

func rollsBackOnRefusedValue(t *testing.T, b *bundle) {
	err := b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		must(t, tx.Put(ctx, sso("a"), nil))
		return tx.Put(ctx, sso(""), nil)
	})
	fails(t, "InTx", err, sessionstore.ErrInvalid)
	b.untouched(t)
}

func cancelledContext(t *testing.T, b *bundle) {
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	err := b.store.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		runs++
		must(t, tx.Put(ctx, sso("a"), nil))
		cancel()
		return rolledBack(tx) // from here on the commit would say that the transaction is done
	})
	fails(t, "InTx whose context ends in fn", err, context.Canceled)
	equal(t, "runs of fn", runs, 1)
	methods := everyMethodIn(ctx, b.store)
	maps.Copy(methods, everyUserMethod(ctx, b.store))
	for name, err := range methods {
		fails(t, name+" with a context that has ended", err, context.Canceled)
	}
	equal(t, "rows", b.sessions(t), 0)
}

// rolledBack waits until a transaction whose context has ended is rolled back.
func rolledBack(tx *sessionstore.Tx) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if _, err := tx.LastOperation(context.Background(), sso("a")); errors.Is(err, sql.ErrTxDone) {
			return nil
		}
	}
	return errors.New("the transaction goes on")
}

// everyMethodIn returns the errors of all methods in one context.
func everyMethodIn(ctx context.Context, s *sessionstore.Store) map[string]error {
	_, get := s.Get(ctx, sso("a"))
	_, last := s.LastOperation(ctx, sso("a"))
	_, all := s.DeleteAll(ctx, []sessionstore.Key{sso("a")})
	inTx := s.InTx(ctx, func(context.Context, *sessionstore.Tx) error { return nil })
	return map[string]error{
		"Put": s.Put(ctx, sso("a"), nil), "Delete": s.Delete(ctx, sso("a")),
		"Delete of a temporary type": s.Delete(ctx, temp("a")),
		"Get":                        get, "LastOperation": last, "DeleteAll": all, "InTx": inTx,
	}
}

func collisionStartsAgain(t *testing.T, b *bundle) {
	b.insert(t, stored("a", 0, hour), deleted("b", 1, hour))
	s := b.with(t, sessionstore.Options{Now: fixed(epoch)})
	runs := 0
	must(t, s.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		runs++
		if err := tx.Put(ctx, sso("a"), []byte("mine")); err != nil {
			return err
		}
		return tx.Put(ctx, sso("c"), nil)
	}))
	equal(t, "runs of fn", runs, 2)
	got, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	equal(t, "payload", string(got.Payload), "mine")
	equal(t, "rows of a key written in both runs", b.summary(t, sso("c")).Total, 1)
}

func swallowedCollisionIsNoSuccess(t *testing.T, b *bundle) {
	b.insert(t, stored("a", 0, hour))
	s := b.with(t, sessionstore.Options{Now: fixed(epoch)})
	must(t, s.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		_ = tx.Put(ctx, sso("a"), []byte("mine"))
		_ = tx.Put(ctx, sso("b"), nil)
		return nil
	}))
	got, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	equal(t, "payload", string(got.Payload), "mine")
	_, err = b.store.Get(t.Context(), sso("b"))
	must(t, err)
}
