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
	writes bool // of the writers' statements too, not only of the purges'
	traits func(*dialects.Traits)
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
	t := taskOf(ctx)
	if t == nil {
		return query
	}
	t.point(db.inTx)
	if m := db.dialect.mutation; m.text != nil && (m.writes || t.purge != nil) {
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
