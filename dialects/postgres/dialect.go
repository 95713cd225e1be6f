// Package postgres is for programs that keep their sessions in PostgreSQL, or in
// a database that speaks its protocol (CockroachDB, YugabyteDB).
package postgres

import (
	"errors"

	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/schema"
)

// Dialect is PostgreSQL 12 or newer, through github.com/jackc/pgx/v5.
var Dialect dialects.Dialect = dialect{}

type dialect struct{}

var (
	_ dialects.Opener = dialect{}
	_ dialects.Locker = dialect{}
)

func init() { dialects.Register(Dialect) }

// Name is "postgres".
func (dialect) Name() string { return "postgres" }

// Queries returns the generated accessors.
func (d dialect) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	return newQueries(db, d.Traits().Config(cfg))
}

// SWITCH: becomes genpostgres.New when gen/postgres is there.
func newQueries(gen.DBTX, *gen.Config) (gen.Querier, error) {
	return nil, errors.New("gen/postgres is not generated yet")
}

// Migrations are the files of schema/postgres, recorded by goose's own dialect.
func (dialect) Migrations() dialects.Migrations {
	return dialects.Migrations{
		Baseline: schema.Baseline("postgres"),
		Optional: schema.Optional("postgres"),
		Goose:    database.DialectPostgres,
	}
}
