package rt

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// Statements runs queries on a database and keeps their prepared statements, by text. It is safe for concurrent use.
type Statements struct {
	db     *sql.DB
	max    int
	mu     sync.RWMutex
	kept   map[string]*sql.Stmt
	closed bool
}

var _ DBTX = (*Statements)(nil)

// Prepared keeps at most max statements of db; what comes later runs unprepared. Default for 0: 256.
func Prepared(db *sql.DB, max int) *Statements {
	if max <= 0 {
		max = 256
	}
	return &Statements{db: db, max: max, kept: map[string]*sql.Stmt{}}
}

// Close closes the statements, not the database. Later queries run unprepared.
func (s *Statements) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, stmt := range s.kept {
		errs = append(errs, stmt.Close())
	}
	s.kept, s.closed = map[string]*sql.Stmt{}, true
	return errors.Join(errs...)
}

func (s *Statements) find(query string) (stmt *sql.Stmt, full bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.kept[query], s.closed || len(s.kept) >= s.max
}

// prepared returns the statement of a text, or nil when there is no room for it.
func (s *Statements) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	stmt, full := s.find(query)
	if stmt != nil || full {
		return stmt, nil
	}
	stmt, err := s.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.keep(query, stmt), nil
}

// keep stores a new statement, unless another goroutine was faster or the room is gone.
func (s *Statements) keep(query string, stmt *sql.Stmt) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.kept[query]; other != nil || s.closed || len(s.kept) >= s.max {
		_ = stmt.Close() // never used, so nothing can be lost
		return other
	}
	s.kept[query] = stmt
	return stmt
}

// ExecContext implements DBTX.
func (s *Statements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := s.prepared(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case stmt == nil:
		return s.db.ExecContext(ctx, query, args...)
	}
	return stmt.ExecContext(ctx, args...)
}

// QueryContext implements DBTX.
func (s *Statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := s.prepared(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case stmt == nil:
		return s.db.QueryContext(ctx, query, args...)
	}
	return stmt.QueryContext(ctx, args...)
}

// QueryRowContext implements DBTX. When the text cannot be prepared it runs unprepared, so that Scan has the error.
func (s *Statements) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := s.prepared(ctx, query)
	if err != nil || stmt == nil {
		return s.db.QueryRowContext(ctx, query, args...)
	}
	return stmt.QueryRowContext(ctx, args...)
}

// PrepareContext implements DBTX. The statement is the caller's to close.
func (s *Statements) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return s.db.PrepareContext(ctx, query)
}

// InTx runs queries in a transaction: by a statement that is already kept, or unprepared. Nothing is prepared outside of
// the transaction, because the pool may have no second connection.
func (s *Statements) InTx(tx *sql.Tx) DBTX { return &inTx{Tx: tx, pool: s} }

type inTx struct {
	*sql.Tx
	pool *Statements
	mu   sync.Mutex
	own  map[*sql.Stmt]*sql.Stmt // the transaction closes them when it ends
}

// kept returns the transaction's own form of a kept statement, or nil.
func (t *inTx) kept(ctx context.Context, query string) *sql.Stmt {
	stmt, _ := t.pool.find(query)
	if stmt == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.own[stmt]
	if own == nil {
		own = t.StmtContext(ctx, stmt)
		if t.own == nil {
			t.own = map[*sql.Stmt]*sql.Stmt{}
		}
		t.own[stmt] = own
	}
	return own
}

func (t *inTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := t.kept(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

func (t *inTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := t.kept(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

func (t *inTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := t.kept(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}
