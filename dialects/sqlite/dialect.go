// Package sqlite is for programs that keep their sessions in one SQLite file:
// the embedded default, without a server and without cgo.
package sqlite

import (
	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	gensqlite "github.com/sessiondb/sessiondb/gen/sqlite"
	"github.com/sessiondb/sessiondb/schema"
)

// Dialect is SQLite 3.35 or newer, through modernc.org/sqlite.
var Dialect dialects.Dialect = dialect{}

type dialect struct{}

var (
	_ dialects.Opener = dialect{}
	_ dialects.Locker = dialect{}
)

func init() { dialects.Register(Dialect) }

// Name is "sqlite".
func (dialect) Name() string { return "sqlite" }

// Queries returns the generated accessors.
func (d dialect) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	return gensqlite.New(db, d.Traits().Config(cfg))
}

// Migrations are the files of schema/sqlite, recorded by goose's own dialect.
func (dialect) Migrations() dialects.Migrations {
	return dialects.Migrations{
		Baseline: schema.Baseline("sqlite"),
		Optional: schema.Optional("sqlite"),
		Goose:    database.DialectSQLite3,
	}
}
