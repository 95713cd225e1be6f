//go:build db2

package db2

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"io"

	"github.com/ibmdb/go_ibm_db"

	"github.com/sessiondb/sessiondb/dialects"
)

// session mends habits of the driver. It cannot end a statement: here a call
// returns when its context ends, and the connection, which goes on until the
// server answers, is closed then. After a COMMIT or ROLLBACK that failed the
// driver leaves autocommit off, and the next user would write into a transaction
// that nobody ends; and it keeps connections that the server has closed: such
// ones are thrown away.
type session struct {
	ibm    *go_ibm_db.Conn
	tx     driver.Tx
	broken bool
	// left is closed when the call ends that nobody waits for any more.
	left chan struct{}
}

var (
	_ driver.Validator          = (*session)(nil)
	_ driver.ConnPrepareContext = (*session)(nil)
	_ driver.QueryerContext     = (*session)(nil)
)

// guard runs a call of the driver until it ends or the context does.
func guard[T any](ctx context.Context, s *session, call func() (T, error)) (result T, err error) {
	if s.left != nil {
		return result, driver.ErrBadConn
	}
	if ctx.Done() == nil {
		result, err = call()
		return result, s.note(err)
	}
	if err := ctx.Err(); err != nil {
		return result, err
	}
	var answer T
	var failure error
	done := make(chan struct{})
	go func() {
		defer close(done)
		answer, failure = call()
	}()
	select {
	case <-done:
		return answer, s.note(failure)
	case <-ctx.Done():
		s.left = done
		return result, ctx.Err()
	}
}

// note marks a connection that is of no more use.
func (s *session) note(err error) error {
	if err != nil && errors.Is((dialect{}).Classify(err), dialects.ErrUnavailable) {
		s.broken = true
	}
	return err
}

// IsValid reports whether the pool may keep the connection.
func (s *session) IsValid() bool { return !s.broken && s.left == nil }

// Close closes the connection, in the background where a call still runs on it.
func (s *session) Close() error {
	if s.left == nil {
		return s.ibm.Close()
	}
	go func() {
		<-s.left
		if s.tx != nil {
			_ = s.tx.Rollback() // nobody is left to tell, here and below
		}
		_ = s.ibm.Close()
	}()
	return nil
}

// Prepare prepares a statement.
func (s *session) Prepare(query string) (driver.Stmt, error) {
	return s.PrepareContext(context.Background(), query)
}

// PrepareContext prepares a statement.
func (s *session) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return guard(ctx, s, func() (driver.Stmt, error) {
		prepared, err := s.ibm.Prepare(query)
		if err != nil {
			return nil, err
		}
		return statement{prepared.(*go_ibm_db.Stmt), s}, nil
	})
}

// QueryContext runs a query without arguments; others are prepared.
func (s *session) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) > 0 {
		return nil, driver.ErrSkip
	}
	return guard(ctx, s, func() (driver.Rows, error) { return s.rows(ctx)(s.ibm.Query(query, nil)) })
}

// Begin begins a transaction.
func (s *session) Begin() (driver.Tx, error) {
	tx, err := s.ibm.Begin() //nolint:staticcheck // the driver has no other
	if err != nil {
		s.broken = true
		return nil, err
	}
	s.tx = tx
	return transaction{s}, nil
}

type transaction struct{ session *session }

// Commit commits.
func (t transaction) Commit() error {
	if t.session.left != nil {
		return driver.ErrBadConn
	}
	return t.end(driver.Tx.Commit)
}

// Rollback rolls back. Where a call still runs, that happens when it has ended.
func (t transaction) Rollback() error {
	if t.session.left != nil {
		return nil
	}
	return t.end(driver.Tx.Rollback)
}

func (t transaction) end(how func(driver.Tx) error) error {
	tx := t.session.tx
	t.session.tx = nil
	err := how(tx)
	if err != nil {
		t.session.broken = true
	}
	return err
}

type statement struct {
	*go_ibm_db.Stmt
	session *session
}

var (
	_ driver.StmtExecContext   = statement{}
	_ driver.StmtQueryContext  = statement{}
	_ driver.NamedValueChecker = statement{}
)

// Close closes the statement. One that still runs goes with its connection.
func (s statement) Close() error {
	if s.session.left != nil {
		return nil
	}
	return s.Stmt.Close()
}

// ExecContext runs the statement.
func (s statement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	args = own(ctx, args)
	return guard(ctx, s.session, func() (driver.Result, error) { return s.Stmt.ExecContext(context.Background(), args) })
}

// QueryContext runs the query.
func (s statement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	args = own(ctx, args)
	return guard(ctx, s.session, func() (driver.Rows, error) {
		return s.session.rows(ctx)(s.Stmt.QueryContext(context.Background(), args))
	})
}

// own copies what the caller may change when the call has returned and the
// driver still reads it.
func own(ctx context.Context, args []driver.NamedValue) []driver.NamedValue {
	if ctx.Done() == nil {
		return args
	}
	copied := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		if b, ok := arg.Value.([]byte); ok {
			arg.Value = bytes.Clone(b)
		}
		copied[i] = arg
	}
	return copied
}

// rows returns a function that takes the results of a query.
func (s *session) rows(ctx context.Context) func(driver.Rows, error) (driver.Rows, error) {
	return func(r driver.Rows, err error) (driver.Rows, error) {
		if err != nil {
			return nil, err
		}
		return &rows{r, s, ctx}, nil
	}
}

// rows hide that the driver announces a further result after each, which keeps
// database/sql from closing them at their end.
type rows struct {
	driver  driver.Rows
	session *session
	ctx     context.Context //nolint:containedctx // Next has none
}

// Columns are their names.
func (r *rows) Columns() []string { return r.driver.Columns() }

// Close ends the reading.
func (r *rows) Close() error {
	if r.session.left != nil {
		return nil
	}
	return r.driver.Close()
}

// Next reads a row; the server may make it wait for a lock.
func (r *rows) Next(dest []driver.Value) error {
	end := false
	values, err := guard(r.ctx, r.session, func() ([]driver.Value, error) {
		row := make([]driver.Value, len(dest))
		err := r.driver.Next(row)
		if end = errors.Is(err, io.EOF); end { // of the rows, not of the connection
			err = nil
		}
		return row, err
	})
	if err == nil && end {
		return io.EOF
	}
	copy(dest, values)
	return err
}
