// Package postgres is for programs that keep their sessions in PostgreSQL, or in
// a database that speaks its protocol (CockroachDB, YugabyteDB).
package postgres

import (
	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	genpostgres "github.com/sessiondb/sessiondb/gen/postgres"
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
	return genpostgres.New(db, d.Traits().Config(cfg))
}

// Migrations are the files of schema/postgres, recorded by goose's own dialect.
func (dialect) Migrations() dialects.Migrations {
	return dialects.Migrations{
		Baseline: schema.Baseline("postgres"),
		Optional: schema.Optional("postgres"),
		Goose:    database.DialectPostgres,
	}
}
