// Package recorddb is for tests that assert the exact SQL and binds sent to a
// database of which no server is at hand. It checks no syntax: what can run on
// a real server is tested there.
package recorddb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"sync"
)

// Call is one statement as it reached the driver.
type Call struct {
	SQL  string
	Args []any
}

// Answer is the result of one query, or the error of one statement.
type Answer struct {
	Columns []string
	Rows    [][]driver.Value
	Err     error
}

// Recorder is the driver's memory.
type Recorder struct {
	mu      sync.Mutex
	calls   []Call
	answers map[string][]Answer
	check   func(*driver.NamedValue) error
}

// Open returns a database that records all and answers what Reply was told.
func Open() (*sql.DB, *Recorder) {
	return OpenLike(func(*driver.NamedValue) error { return driver.ErrSkip })
}

// OpenLike is Open with the CheckNamedValue of a real driver, which decides
// what that driver is handed.
func OpenLike(check func(*driver.NamedValue) error) (*sql.DB, *Recorder) {
	r := &Recorder{answers: map[string][]Answer{}, check: check}
	return sql.OpenDB(connector{r}), r
}

// Reply queues an answer for a statement text. Statements without one succeed
// and return no rows.
func (r *Recorder) Reply(query string, a Answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[query] = append(r.answers[query], a)
}

// Calls returns what was sent so far and forgets it.
func (r *Recorder) Calls() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := r.calls
	r.calls = nil
	return calls
}

func (r *Recorder) take(query string, args []driver.NamedValue) Answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := Call{SQL: query}
	for _, a := range args {
		c.Args = append(c.Args, a.Value)
	}
	r.calls = append(r.calls, c)
	queue := r.answers[query]
	if len(queue) == 0 {
		return Answer{}
	}
	r.answers[query] = queue[1:]
	return queue[0]
}

type connector struct{ *Recorder }

// Connect makes a connection.
func (c connector) Connect(context.Context) (driver.Conn, error) { return conn(c), nil }

// Driver is asked for by database/sql only for (*sql.DB).Driver.
func (c connector) Driver() driver.Driver { return nil }

type conn struct{ *Recorder }

var (
	_ driver.ExecerContext  = conn{}
	_ driver.QueryerContext = conn{}
	_ driver.ConnBeginTx    = conn{}

	_ driver.NamedValueChecker = conn{}
)

// CheckNamedValue is what OpenLike was given.
func (c conn) CheckNamedValue(v *driver.NamedValue) error { return c.check(v) }

// Prepare is not reached: the context forms below answer everything.
func (c conn) Prepare(string) (driver.Stmt, error) { return nil, driver.ErrSkip }

// Close does nothing.
func (c conn) Close() error { return nil }

// Begin is not reached: BeginTx answers.
func (c conn) Begin() (driver.Tx, error) { return nil, driver.ErrSkip }

// BeginTx records nothing: only statements are of interest.
func (c conn) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) { return tx{}, nil }

// ExecContext records the statement.
func (c conn) ExecContext(_ context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), c.take(query, args).Err
}

// QueryContext records the statement and returns its answer.
func (c conn) QueryContext(_ context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	a := c.take(query, args)
	if a.Err != nil {
		return nil, a.Err
	}
	return &rows{a}, nil
}

type tx struct{}

// Commit does nothing.
func (tx) Commit() error { return nil }

// Rollback does nothing.
func (tx) Rollback() error { return nil }

type rows struct{ Answer }

// Columns are the answer's.
func (r *rows) Columns() []string { return r.Answer.Columns }

// Close does nothing.
func (r *rows) Close() error { return nil }

// Next gives one row after the other.
func (r *rows) Next(dest []driver.Value) error {
	if len(r.Rows) == 0 {
		return io.EOF
	}
	copy(dest, r.Rows[0])
	r.Rows = r.Rows[1:]
	return nil
}
