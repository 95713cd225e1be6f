// Package sessionstore is for Go services that persist the sessions of an
// identity server: a typed repository over the product's seven tables, on any
// database that has a dialect.
//
// The log of sessions is append-only: Put and Delete add rows, the newest row of
// a key is its state. All methods are safe for concurrent use and honour their
// context.
package sessionstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// Names of the two tables that hold logs of sessions.
const (
	mainTable = "IDN_AUTH_SESSION_STORE"
	tempTable = "IDN_AUTH_TEMP_SESSION_STORE"
)

// Store is a repository of sessions in one database. Make one with Open or New.
type Store struct {
	db      *sql.DB
	dialect dialects.Dialect
	opts    Options
	limits  limits
	stamps  stamps
	stmts   *gen.Statements // nil where the driver caches statements itself
	root    accessor
	ownsDB  bool
}

// Open connects to a database URL, whose dialect must have been imported. Close
// ends the connections. It returns the errors of dialects.Open and New.
func Open(ctx context.Context, url string, o *Options) (*Store, error) {
	db, dialect, target, err := dialects.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	var opts Options
	if o != nil {
		opts = *o
	}
	setDefault(&opts.Schema, target.Schema)
	setDefault(&opts.Prefix, target.Prefix)
	s, err := New(db, dialect, &opts)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.ownsDB = true
	return s, nil
}

// New makes a store on a *sql.DB of one's own, which Close leaves open. The
// connection must read and write UTF-8 and UTC; docs has a page for each
// database. It returns ErrInvalid for options that cannot be used. It does not
// touch the database.
func New(db *sql.DB, dialect dialects.Dialect, o *Options) (*Store, error) {
	opts, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	traits := dialect.Traits()
	s := &Store{db: db, dialect: dialect, opts: opts, stamps: stamps{now: opts.Now}}
	s.limits = limits{traits: traits, maxBlob: traits.MaxBlob}
	if opts.MaxBlob > 0 {
		s.limits.maxBlob = opts.MaxBlob
	}
	var handle gen.DBTX = db
	if traits.Prepare {
		s.stmts = gen.Prepared(db, 0)
		handle = s.stmts
	}
	s.root, err = s.newAccessor(handle)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return s, nil
}

func (s *Store) newAccessor(db gen.DBTX) (accessor, error) {
	names := gen.Config{Schema: s.opts.Schema, Prefix: s.opts.Prefix}
	main, err := s.dialect.Queries(db, &names)
	if err != nil {
		return accessor{}, err
	}
	names.Rename = map[string]string{mainTable: tempTable}
	temp, err := s.dialect.Queries(db, &names)
	return accessor{s: s, main: main, temp: temp}, err
}

// Close releases what the store holds: its prepared statements, and the pool if
// Open made it.
func (s *Store) Close() error {
	var err error
	if s.stmts != nil {
		err = s.stmts.Close()
	}
	if s.ownsDB {
		err = errors.Join(err, s.db.Close())
	}
	return err
}

// DB is the pool under the store.
func (s *Store) DB() *sql.DB { return s.db }

// Dialect is the dialect of the store's database.
func (s *Store) Dialect() dialects.Dialect { return s.dialect }

// Options are the options in force, defaults filled in.
func (s *Store) Options() Options { return s.opts }

// Queries are the generated accessors of all statements, on the store's pool.
func (s *Store) Queries() gen.Querier { return s.root.main }

// TempQueries are the same accessors with the log statements on the table of
// temporary sessions.
func (s *Store) TempQueries() gen.Querier { return s.root.temp }

// wrap classifies a database error once and says what was being done.
func (s *Store) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, dialects.Classified(s.dialect, err))
}

func (s *Store) log() *slog.Logger { return s.opts.Logger }

// temporary reports whether sessions of the type are temporary.
func (s *Store) temporary(typ string) bool { return slices.Contains(s.opts.TempTypes, typ) }

// stored reports whether sessions of the type are kept at all.
func (s *Store) stored(typ string) bool {
	return s.opts.TempPlace != TempNotStored || !s.temporary(typ)
}

// inTempTable reports whether sessions of the type live in the temp table.
func (s *Store) inTempTable(typ string) bool {
	return s.opts.TempPlace == TempInTempTable && s.temporary(typ)
}

// accessor runs the store's operations on a pool or inside one transaction.
type accessor struct {
	s          *Store
	main, temp gen.Querier
}

// on returns the accessor on another handle, usually a transaction.
func (a accessor) on(db gen.DBTX) accessor {
	return accessor{s: a.s, main: a.main.WithDB(db), temp: a.temp.WithDB(db)}
}

// log returns the accessors of the table that holds the type.
func (a accessor) log(typ string) gen.Querier {
	if a.s.inTempTable(typ) {
		return a.temp
	}
	return a.main
}
