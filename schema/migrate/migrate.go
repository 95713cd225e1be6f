// Package migrate is for programs that create, inspect or remove the session
// tables: the sessiondb command, tests, and Go services that migrate at their
// start. It runs the embedded goose migrations of any dialect, with a schema
// name and table prefix if asked, and never touches tables it did not make.
package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
)

// Migrator applies the migrations of one database. It has no state of its own
// beside the pool and may be used by several goroutines.
type Migrator struct {
	db      *sql.DB
	plan    *plan
	log     *slog.Logger
	wait    time.Duration
	base    *record // of the baseline: goose's own table
	choices *record // of the optional migrations, and of adoptions
}

// Step is one migration that was applied or taken back.
type Step struct {
	Version  int64
	Name     string
	Duration time.Duration
}

// New returns a migrator on a pool. The pool stays the caller's; on MySQL it
// needs parseTime=true for Status, as the dialect's own Open sets it. opts may be nil. It
// returns ErrInvalidName, ErrSchemaRefused, or what is wrong with the dialect's
// files; it does not connect.
func New(db *sql.DB, d dialects.Dialect, opts *Options) (*Migrator, error) {
	if db == nil {
		return nil, errors.New("migrate: db is nil; pass an open *sql.DB")
	}
	o := opts.filled()
	p, err := newPlan(d, &o)
	if err != nil {
		return nil, err
	}
	m := &Migrator{db: db, plan: p, log: o.Logger, wait: o.LockTimeout}
	if m.base, err = m.newRecord(p.names.object(o.VersionTable)); err != nil {
		return nil, err
	}
	if m.choices, err = m.newRecord(p.names.object(optionalTable)); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Migrator) newRecord(table string) (*record, error) {
	files := m.plan.dialect.Migrations()
	open := func(t string) (database.Store, error) { return database.NewStore(files.Goose, t) }
	if files.NewStore != nil {
		open = files.NewStore
	}
	store, err := open(table)
	if err != nil {
		return nil, fmt.Errorf("migrate: version table %s of dialect %s: %w", table, m.plan.dialect.Name(), err)
	}
	return &record{Store: store, exists: func(ctx context.Context, db database.DBTxConn) (bool, error) { return m.existsOn(ctx, db, table) }}, nil
}

// exists looks for a table in the one way that every database has. It runs
// outside of transactions, because on PostgreSQL its error would end one.
func (m *Migrator) exists(ctx context.Context, table string) (bool, error) {
	return m.existsOn(ctx, m.db, table)
}

func (m *Migrator) existsOn(ctx context.Context, db database.DBTxConn, table string) (bool, error) {
	err := probe(ctx, db, "SELECT 1 FROM "+table+" WHERE 1=0")
	if err == nil {
		return true, nil
	}
	if errors.Is(m.plan.dialect.Classify(err), dialects.ErrMissingTable) {
		return false, nil
	}
	return false, fmt.Errorf("look for table %s: %w", table, dialects.Classified(m.plan.dialect, err))
}

func probe(ctx context.Context, db database.DBTxConn, query string) (err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() { // some drivers report a missing table only here
	}
	return rows.Err()
}
