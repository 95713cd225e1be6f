// Package dialects is for authors of database dialects and for programs that
// choose a database at run time: it holds the contract that a dialect fulfils,
// the registry that finds one by name or URL scheme, and the errors it speaks.
// A program that only stores sessions uses package sessionstore instead.
package dialects

import (
	"context"
	"database/sql"
	"io/fs"

	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/gen"
)

// Dialect is everything sessiondb needs to know of one database. A dialect is a
// value without state: one value serves any number of stores at the same time.
//
// How to add one:
//
//  1. Copy schema/<db> and queries/<db> of the database that is nearest to
//     yours, change them to native SQL, add an entry to sqlc.yaml and run
//     "make generate": the plugin refuses what does not match the contract.
//  2. Write a folder with the same files as dialects/sqlite: dialect.go (this
//     interface), open.go, errors.go, traits.go, lock.go.
//  3. Call Register in init, so that URLs find it.
//  4. Call dialecttest.Run in a test, and mend what fails.
//
// docs/adding-a-dialect.md is the long form.
type Dialect interface {
	// Name is the registered name and the first URL scheme.
	Name() string

	// Queries returns the generated accessors on db. cfg may be nil; the dialect
	// fills in its own limits. It returns an error for a schema name or a prefix
	// that is not a plain identifier.
	Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error)

	// Migrations returns the schema files and how goose records them.
	Migrations() Migrations

	// Classify returns the sentinel of this package that fits a driver's error
	// (ErrDuplicate, ErrDeadlock, ...), or nil when none does. It decides by the
	// driver's own error types, never by text alone, and looks through wrapping.
	Classify(err error) error

	// Traits are the limits and habits of the database. New facts become new
	// fields, whose zero value means "nothing special".
	Traits() Traits
}

// Migrations are the goose files of one database.
type Migrations struct {
	// Baseline is the product's seven tables, nothing else.
	Baseline fs.FS
	// Optional are changes that an operator applies one by one, by name.
	Optional fs.FS
	// Goose is the name of goose's own dialect; empty when goose has none and
	// NewStore is set.
	Goose database.Dialect
	// NewStore makes a version store on the given (already qualified) table;
	// migrate.NewVersionStore helps.
	NewStore func(table string) (database.Store, error)
	// Like names the database of ours (postgres, mysql, sqlite, mssql, oracle,
	// db2) that this one resembles: where names in DDL take a schema name, how a
	// script ends a statement, what adoption asks the catalog. Empty means the
	// dialect's own name or the database that Goose names, and else oracle for DDL
	// and none for adoption.
	Like string
	// Catalog is the named queries that adoption reads live tables with; see
	// schema/catalog/README.md. Empty means those of the dialect's own name, or of
	// the database that Goose names.
	Catalog string
}

// Opener is the optional interface of a dialect that opens URLs. Without it
// users bring their own *sql.DB.
type Opener interface {
	// Schemes are the URL schemes beside Name.
	Schemes() []string
	// Open returns a pool with the dialect's defaults and the target's limits
	// applied. It does not need to connect; the caller pings.
	Open(ctx context.Context, target *Target) (*sql.DB, error)
}

// Locker is the optional interface of a dialect with locks that belong to a
// connection and vanish with it. The migrator and the purge use it so that two
// do not run at once; without it both are still correct.
type Locker interface {
	// TryLock takes the named exclusive lock on conn, or returns ErrLocked at
	// once (at most a second later) when another session holds it. release must
	// be called with a context that is still alive.
	TryLock(ctx context.Context, conn *sql.Conn, name string) (release func(context.Context) error, err error)
}

// Clocker is the optional interface of a dialect whose server clock needs more
// than the DatabaseClock query.
type Clocker interface {
	// ClockMillis returns the server's clock in milliseconds since the epoch.
	ClockMillis(ctx context.Context, db gen.DBTX) (int64, error)
}
