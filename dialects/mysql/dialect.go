// Package mysql is for programs that keep their sessions in MySQL or MariaDB (also
// as a Galera cluster), or in a database that speaks their protocol (TiDB).
package mysql

import (
	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	genmysql "github.com/sessiondb/sessiondb/gen/mysql"
	"github.com/sessiondb/sessiondb/schema"
)

// Dialect is MySQL 5.7 or MariaDB 10.5 or newer, through
// github.com/go-sql-driver/mysql.
var Dialect dialects.Dialect = dialect{}

type dialect struct{}

var (
	_ dialects.Opener = dialect{}
	_ dialects.Locker = dialect{}
)

func init() { dialects.Register(Dialect) }

// Name is "mysql".
func (dialect) Name() string { return "mysql" }

// Queries returns the generated accessors.
func (d dialect) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	return genmysql.New(db, d.Traits().Config(cfg))
}

// Migrations are the files of schema/mysql, recorded by goose's own dialect.
func (dialect) Migrations() dialects.Migrations {
	return dialects.Migrations{
		Baseline: schema.Baseline("mysql"),
		Optional: schema.Optional("mysql"),
		Goose:    database.DialectMySQL,
	}
}
