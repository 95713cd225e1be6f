package sessionstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sethvargo/go-retry"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// Tx is a transaction of a store. Its methods are those of Store; nothing is
// there for others before InTx returns nil. It is not safe for concurrent use.
type Tx struct {
	acc  accessor
	db   *txHandle
	opts *Options
}

// InTx runs fn in one transaction at READ COMMITTED and commits it. When the
// transaction loses against another one, fn runs again from its start, at most
// Options.Attempts times in all: it must not keep state of an earlier run. A
// conflict counts although fn ignored the error of its statement, because the
// server has rolled back then. It returns fn's error, ErrConflict when the
// attempts ran out, or ErrOutcomeUnknown when the connection was lost or ctx ended
// during the commit.
func (s *Store) InTx(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	attempts := 0
	err := s.attempt(ctx, conflict, func(ctx context.Context) error {
		attempts++
		err := s.tryTx(ctx, fn)
		if conflict(err) {
			s.log().Debug("transaction lost against another one", "attempt", attempts, "error", err)
		}
		return err
	})
	if conflict(err) && ctx.Err() == nil {
		return fmt.Errorf("%w (%d attempts): %w", ErrConflict, attempts, err)
	}
	return err
}

func conflict(err error) bool {
	return dialects.Retryable(err) || errors.Is(err, errCollision) || errors.Is(err, errOvertaken) || errors.Is(err, errSameValue)
}

// backoff is exponential with jitter, bounded by the store's attempts.
func (s *Store) backoff() retry.Backoff {
	b := retry.WithJitterPercent(30, retry.NewExponential(10*time.Millisecond))
	b = retry.WithCappedDuration(time.Second, b)
	return retry.WithMaxRetries(uint64(s.opts.Attempts-1), b)
}

// lazyBackoff is made when something has to be tried again: hardly ever.
func (s *Store) lazyBackoff() retry.Backoff {
	var b retry.Backoff
	return retry.BackoffFunc(func() (time.Duration, bool) {
		if b == nil {
			b = s.backoff()
		}
		return b.Next()
	})
}

// attempt runs fn again while its error is one to try again after. When the
// context ends during an attempt or between two, the error names both reasons.
func (s *Store) attempt(ctx context.Context, again func(error) bool, fn func(context.Context) error) error {
	var last error
	err := retry.Do(ctx, s.lazyBackoff(), func(ctx context.Context) error {
		last = fn(ctx)
		if again(last) {
			return retry.RetryableError(last)
		}
		return last
	})
	if err != nil && last != nil && !errors.Is(err, last) {
		return errors.Join(err, last)
	}
	if err == nil || answered(err) {
		return err
	}
	return withContext(ctx, err)
}

// answered reports whether the database did what it was asked: such an error is
// none of the context's, even if that has ended meanwhile.
func answered(err error) bool {
	for _, a := range []error{ErrNotFound, ErrInvalid, ErrNotMapped, ErrDuplicate} {
		if errors.Is(err, a) {
			return true
		}
	}
	return false
}

// withContext adds the context's error where a driver told it in its own words:
// Oracle's as ORA-01013, SQL Server's as a broken connection when the server does
// not confirm the cancellation.
func withContext(ctx context.Context, err error) error {
	if ctx.Err() == nil || errors.Is(err, ctx.Err()) {
		return err
	}
	return errors.Join(ctx.Err(), err)
}

// retry repeats a read or an idempotent statement that lost a lock or its
// connection.
func (s *Store) retry(ctx context.Context, fn func(context.Context) error) error {
	again := func(err error) bool { return dialects.Retryable(err) || errors.Is(err, dialects.ErrUnavailable) }
	return s.attempt(ctx, again, fn)
}

func (s *Store) tryTx(ctx context.Context, fn func(context.Context, *Tx) error) (err error) {
	sqlTx, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: s.limits.traits.Isolation})
	if err != nil {
		return s.wrap("begin transaction", err)
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked
			err = errors.Join(err, rollback(sqlTx, s))
		}
	}()
	h := &txHandle{DBTX: sqlTx, store: s, tx: sqlTx}
	if s.stmts != nil {
		h.DBTX = s.stmts.InTx(sqlTx)
	}
	tx := &Tx{acc: s.root.on(h), db: h, opts: &s.opts}
	err = fn(ctx, tx)
	h.look()
	if err != nil {
		return errors.Join(dialects.Classified(s.dialect, err), h.lost)
	}
	if h.lost != nil {
		return fmt.Errorf("a statement of the transaction failed, and the server rolled back: %w", h.lost)
	}
	done = true
	return s.commit(ctx, sqlTx)
}

func (s *Store) commit(ctx context.Context, tx *sql.Tx) error {
	alive := ctx.Err() == nil
	err := dialects.Classified(s.dialect, tx.Commit())
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		err = context.Cause(ctx) // database/sql has rolled back because of it
		alive = false
	}
	cut := alive && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
	if cut || errors.Is(err, dialects.ErrUnavailable) {
		return fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
	}
	return s.wrap("commit", err)
}

// rollback ends a transaction; that it is over already is what it wants.
func rollback(tx *sql.Tx, s *Store) error {
	err := tx.Rollback()
	if err == nil || errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	if errors.Is(dialects.Classified(s.dialect, err), dialects.ErrUnavailable) {
		return nil // the server rolls back what it lost
	}
	return s.wrap("rollback", err)
}

// txHandle passes statements on and remembers the error of one that made the
// server roll the transaction back: some servers then answer a commit with
// success.
type txHandle struct {
	gen.DBTX
	store *Store
	tx    *sql.Tx
	lost  error
	// rows are those of the last query, which may fail between two of them.
	rows *sql.Rows
}

func (h *txHandle) note(err error) error {
	err = dialects.Classified(h.store.dialect, err)
	if dialects.Retryable(err) || errors.Is(err, dialects.ErrUnavailable) {
		h.lose(err)
	}
	return err
}

// look notes how the rows of the last query ended.
func (h *txHandle) look() {
	if h.rows != nil {
		_ = h.note(h.rows.Err())
		h.rows = nil
	}
}

// lose ends the transaction: where the server has rolled back already, as MySQL
// does after a deadlock, a further statement of fn would commit by itself.
func (h *txHandle) lose(err error) {
	if h.lost == nil {
		h.lost = errors.Join(err, rollback(h.tx, h.store))
	}
}

// ExecContext implements gen.DBTX.
func (h *txHandle) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	h.look()
	r, err := h.DBTX.ExecContext(ctx, query, args...)
	return r, h.note(err)
}

// QueryContext implements gen.DBTX.
func (h *txHandle) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	h.look()
	r, err := h.DBTX.QueryContext(ctx, query, args...)
	h.rows = r
	return r, h.note(err)
}

// QueryRowContext implements gen.DBTX. The row keeps its error for Scan; it is
// noted here already.
func (h *txHandle) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	h.look()
	r := h.DBTX.QueryRowContext(ctx, query, args...)
	_ = h.note(r.Err())
	return r
}

// Queries are the generated accessors inside the transaction.
func (t *Tx) Queries() gen.Querier { return t.acc.main }

// TempQueries are the same with the log statements on the temp table.
func (t *Tx) TempQueries() gen.Querier { return t.acc.temp }

// Get is Store.Get inside the transaction.
func (t *Tx) Get(ctx context.Context, key Key) (*Session, error) { return t.acc.get(ctx, key) }

// GetRaw is Store.GetRaw inside the transaction.
func (t *Tx) GetRaw(ctx context.Context, key Key) (*Session, error) { return t.acc.getRaw(ctx, key) }

// LastOperation is Store.LastOperation inside the transaction.
func (t *Tx) LastOperation(ctx context.Context, key Key) (Operation, error) {
	return t.acc.lastOperation(ctx, key)
}

// errCollision makes InTx start again: a stamp was taken, and on some databases
// the failed insert has ended the transaction.
var errCollision = errors.New("a row with this key and stamp is there already")

// Put is Store.Put inside the transaction.
func (t *Tx) Put(ctx context.Context, key Key, payload []byte, opts ...PutOption) error {
	s := t.acc.s
	r, err := s.newStoreRow(key, payload, opts)
	if err != nil || !s.stored(key.Type) {
		return err
	}
	return t.insert(ctx, t.acc.log(key.Type), r)
}

// Delete is Store.Delete inside the transaction.
func (t *Tx) Delete(ctx context.Context, key Key) error {
	s := t.acc.s
	if err := s.limits.key(key); err != nil {
		return err
	}
	if !s.stored(key.Type) {
		return nil
	}
	if s.inTempTable(key.Type) {
		return t.acc.deleteTemp(ctx, key)
	}
	r, err := t.acc.tombstone(ctx, key)
	if err != nil {
		return err
	}
	return t.insert(ctx, t.acc.main, r)
}

func (t *Tx) insert(ctx context.Context, q gen.Querier, r *row) error {
	err := t.acc.s.wrap(fmt.Sprintf("%s %s/%s", r.Operation, r.SessionType, r.SessionID), q.InsertSession(ctx, r.InsertSessionParams))
	if errors.Is(err, dialects.ErrDuplicate) {
		err = errors.Join(errCollision, err)
		t.db.lose(err)
	}
	return err
}
