// Package mariadb is for programs that keep their sessions in MariaDB and want
// what only MariaDB has: sequences, a collation that compares keys byte for byte,
// OFFSET … FETCH, and deletes with a subquery on their own table.
//
// Its name and URL scheme are mariadb-native, because package dialects/mysql of
// sessiondb answers to mariadb; a program may import both.
package mariadb

import (
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"

	genmariadb "example.com/mariadb-dialect/internal/gen/mariadb"
)

//go:embed schema/*.sql schema/optional/*.sql
var files embed.FS

// Dialect is MariaDB 10.6 or newer, through github.com/go-sql-driver/mysql.
var Dialect dialects.Dialect = dialect{}

type dialect struct{}

var (
	_ dialects.Opener = dialect{}
	_ dialects.Locker = dialect{}
)

func init() { dialects.Register(Dialect) }

// Name is "mariadb-native".
func (dialect) Name() string { return "mariadb-native" }

// Queries returns the generated accessors.
func (d dialect) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	return genmariadb.New(db, d.Traits().Config(cfg)) // Config fills in the limits
}

// Migrations are the files of schema, recorded by goose's own dialect.
func (dialect) Migrations() dialects.Migrations {
	baseline, _ := fs.Sub(files, "schema") // the folders are embedded
	optional, _ := fs.Sub(files, "schema/optional")
	return dialects.Migrations{Baseline: baseline, Optional: optional, Goose: database.DialectMySQL}
}
