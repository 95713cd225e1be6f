package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// slice is how long SQLite itself waits for a lock. It looks at no context
// meanwhile, so that the long wait is made of short ones.
const slice = 25 * time.Millisecond

// patience takes the busy timeout out of q and leaves a slice in it, where the
// default way to write holds: then a transaction waits when it begins, and at no
// other time. Elsewhere it is 0, and SQLite does all the waiting.
func patience(q url.Values) time.Duration {
	if q.Get("_txlock") != "immediate" || !strings.EqualFold(q.Get("_journal_mode"), "WAL") || hasPragma(q, "busy_timeout") {
		return 0
	}
	name := "_busy_timeout"
	if q.Get("_timeout") != "" {
		name = "_timeout"
	}
	ms, err := strconv.Atoi(q.Get(name))
	wait := time.Duration(ms) * time.Millisecond
	if err != nil || wait <= slice {
		return 0
	}
	q.Set(name, strconv.FormatInt(slice.Milliseconds(), 10))
	return wait
}

// retry runs f until it finds the database free, the patience ends or the
// context does.
func retry(ctx context.Context, patience time.Duration, f func() error) error {
	for end := time.Now().Add(patience); ; {
		err := f()
		var e *sqlite.Error
		if !errors.As(err, &e) || e.Code()&0xff != sqlite3.SQLITE_BUSY || e.Code() == sqlite3.SQLITE_BUSY_SNAPSHOT {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if time.Now().After(end) {
			return err
		}
	}
}

// patient makes connections that wait for locks with the caller's context.
type patient struct {
	driver.Connector
	patience time.Duration
}

// Connect opens a connection.
func (p patient) Connect(ctx context.Context) (conn driver.Conn, err error) {
	err = retry(ctx, p.patience, func() error {
		conn, err = p.Connector.Connect(ctx)
		return err
	})
	full, ok := conn.(fullConn)
	if err != nil || !ok {
		return conn, err
	}
	return &patientConn{fullConn: full, patience: p.patience}, nil
}

// fullConn is what the driver's connection can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type patientConn struct {
	fullConn
	patience time.Duration
	inTx     bool
}

// retry waits for what is not part of a transaction, which has its lock already.
func (c *patientConn) retry(ctx context.Context, f func() error) error {
	if c.inTx {
		return f()
	}
	return retry(ctx, c.patience, f)
}

// BeginTx begins a transaction.
func (c *patientConn) BeginTx(ctx context.Context, opts driver.TxOptions) (tx driver.Tx, err error) {
	err = c.retry(ctx, func() error {
		tx, err = c.fullConn.BeginTx(ctx, opts)
		return err
	})
	c.inTx = err == nil
	return patientTx{tx, c}, err
}

// ExecContext executes a statement.
func (c *patientConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (r driver.Result, err error) {
	err = c.retry(ctx, func() error {
		r, err = c.fullConn.ExecContext(ctx, query, args)
		return err
	})
	return r, err
}

// QueryContext runs a query up to its first row.
func (c *patientConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (r driver.Rows, err error) {
	err = c.retry(ctx, func() error {
		r, err = c.fullConn.QueryContext(ctx, query, args)
		return err
	})
	return r, err
}

// PrepareContext compiles a statement.
func (c *patientConn) PrepareContext(ctx context.Context, query string) (s driver.Stmt, err error) {
	err = c.retry(ctx, func() error {
		s, err = c.fullConn.PrepareContext(ctx, query)
		return err
	})
	full, ok := s.(fullStmt)
	if err != nil || !ok {
		return s, err
	}
	return patientStmt{full, c}, nil
}

type patientTx struct {
	driver.Tx
	conn *patientConn
}

// Commit commits.
func (t patientTx) Commit() error {
	t.conn.inTx = false
	return t.Tx.Commit()
}

// Rollback rolls back.
func (t patientTx) Rollback() error {
	t.conn.inTx = false
	return t.Tx.Rollback()
}

// fullStmt is what the driver's statement can do.
type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type patientStmt struct {
	fullStmt
	conn *patientConn
}

// ExecContext executes the statement.
func (s patientStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (r driver.Result, err error) {
	err = s.conn.retry(ctx, func() error {
		r, err = s.fullStmt.ExecContext(ctx, args)
		return err
	})
	return r, err
}

// QueryContext runs the statement up to its first row.
func (s patientStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (r driver.Rows, err error) {
	err = s.conn.retry(ctx, func() error {
		r, err = s.fullStmt.QueryContext(ctx, args)
		return err
	})
	return r, err
}
