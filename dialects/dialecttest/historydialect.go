package dialecttest

import (
	"context"
	"database/sql"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// watched is a dialect that stops the tasks of a history before their statements
// and notes what they write. It hides the optional interfaces of the dialect.
type watched struct {
	dialects.Dialect
	mutation mutation
}

// mutation takes a rule out of the product, to see that the histories notice.
type mutation struct {
	text   func(query string) string
	writes bool // of the writers' statements too, not only of purges and sweeps
	reads  bool // of the statements that the model looks with
	traits func(*dialects.Traits)
	// again is what a look finds after child rows were removed in its transaction,
	// by the name of its query.
	again string
	finds []string
}

var (
	_ dialects.Dialect = (*watched)(nil)
	_ gen.Querier      = noted{}
	_ gen.DBTX         = watchedDB{}
)

// Traits are those of the dialect, mutated.
func (d *watched) Traits() dialects.Traits {
	traits := d.Dialect.Traits()
	if d.mutation.traits != nil {
		d.mutation.traits(&traits)
	}
	return traits
}

// Queries are those of the dialect, watched. Those on the temp table are the
// ones with another name for it.
func (d *watched) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	q, err := d.Dialect.Queries(watchedDB{db, d, false}, cfg)
	if err != nil {
		return nil, err
	}
	return noted{Querier: q, dialect: d, temp: cfg != nil && len(cfg.Rename) > 0}, nil
}

// watchedDB has the task that runs a statement stop before it.
type watchedDB struct {
	gen.DBTX
	dialect *watched
	inTx    bool
}

func (db watchedDB) before(ctx context.Context, query string) string {
	m, t := db.dialect.mutation, taskOf(ctx)
	if t != nil {
		t.point(db.inTx)
		if db.inTx {
			t.enter(db.DBTX)
		}
	}
	if m.text != nil && (t == nil && m.reads || t != nil && (m.writes || t.upkeep())) {
		return m.text(query)
	}
	return query
}

// ExecContext implements gen.DBTX.
func (db watchedDB) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return db.DBTX.ExecContext(ctx, db.before(ctx, query), args...)
}

// QueryContext implements gen.DBTX.
func (db watchedDB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return db.DBTX.QueryContext(ctx, db.before(ctx, query), args...)
}

// QueryRowContext implements gen.DBTX.
func (db watchedDB) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return db.DBTX.QueryRowContext(ctx, db.before(ctx, query), args...)
}

// noted tells the task what it has inserted and deleted.
type noted struct {
	gen.Querier
	dialect *watched
	temp    bool
	tx      gen.DBTX // names the transaction; nil outside of one
}

// WithDB implements gen.Querier.
func (q noted) WithDB(db gen.DBTX) gen.Querier {
	return noted{q.Querier.WithDB(watchedDB{db, q.dialect, true}), q.dialect, q.temp, db}
}

// InsertSession implements gen.Querier.
func (q noted) InsertSession(ctx context.Context, p gen.InsertSessionParams) error {
	err := q.Querier.InsertSession(ctx, p)
	if err == nil {
		taskOf(ctx).note(note{tx: q.tx, temp: q.temp, row: rowOf(p)})
	}
	return err
}

// DeleteTempRows implements gen.Querier.
func (q noted) DeleteTempRows(ctx context.Context, p gen.DeleteTempRowsParams) (int64, error) {
	n, err := q.Querier.DeleteTempRows(ctx, p)
	if err == nil {
		taskOf(ctx).note(note{tx: q.tx, temp: true, removal: &removal{
			id: p.SessionID, typ: p.SessionType, upto: p.TimeCreated - epoch.UnixNano(),
		}})
	}
	return n, err
}

// removed notes that child rows were removed in this transaction.
func (q noted) removed(ctx context.Context, n int64, err error) (int64, error) {
	if t := taskOf(ctx); t != nil && err == nil {
		t.removedIn = q.tx
	}
	return n, err
}

// DeleteMappings implements gen.Querier.
func (q noted) DeleteMappings(ctx context.Context, ids []string) (int64, error) {
	n, err := q.Querier.DeleteMappings(ctx, ids)
	return q.removed(ctx, n, err)
}

// mutated tells whether a mutant answers a look itself.
func (q noted) mutated(ctx context.Context, name string) bool {
	t := taskOf(ctx)
	return t != nil && q.tx != nil && t.removedIn == q.tx && q.dialect.mutation.again == name
}

// StoredIDs implements gen.Querier.
func (q noted) StoredIDs(ctx context.Context, p gen.StoredIDsParams) ([]string, error) {
	if q.mutated(ctx, "StoredIDs") {
		return q.dialect.mutation.finds, nil
	}
	return q.Querier.StoredIDs(ctx, p)
}

// LoggedIDs implements gen.Querier.
func (q noted) LoggedIDs(ctx context.Context, p gen.LoggedIDsParams) ([]string, error) {
	if q.mutated(ctx, "LoggedIDs") {
		return q.dialect.mutation.finds, nil
	}
	return q.Querier.LoggedIDs(ctx, p)
}

// LatestOperation implements gen.Querier.
func (q noted) LatestOperation(ctx context.Context, p gen.LatestOperationParams) (gen.LatestOperationRow, error) {
	if q.mutated(ctx, "LatestOperation") {
		return gen.LatestOperationRow{}, sql.ErrNoRows
	}
	return q.Querier.LatestOperation(ctx, p)
}
