// Package mssql is for programs that keep their sessions in Microsoft SQL Server
// or Azure SQL.
package mssql

import (
	"database/sql"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	genmssql "github.com/sessiondb/sessiondb/gen/mssql"
	"github.com/sessiondb/sessiondb/schema"
)

// Dialect is SQL Server 2016 or newer, through github.com/microsoft/go-mssqldb.
var Dialect dialects.Dialect = dialect{}

type dialect struct{}

var (
	_ dialects.Opener = dialect{}
	_ dialects.Locker = dialect{}
)

func init() { dialects.Register(Dialect) }

// Name is "sqlserver", the scheme of the driver's own URLs.
func (dialect) Name() string { return "sqlserver" }

// Queries returns the generated accessors.
func (d dialect) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	filled := d.Traits().Config(cfg)
	if filled.Bind == nil {
		filled.Bind = bind
	}
	return genmssql.New(db, filled)
}

// bind sends strings as VARCHAR. The driver's NVARCHAR has the higher
// precedence: the server would convert the column, row by row, instead of
// seeking in its index. Instants go in UTC: the driver sends a DATETIMEOFFSET,
// of which a DATETIME column keeps the clock's face and drops the zone.
func bind(value any) any {
	switch v := value.(type) {
	case string:
		return mssql.VarChar(v)
	case sql.NullString:
		if !v.Valid {
			return nil
		}
		return mssql.VarChar(v.String)
	case time.Time:
		return v.UTC()
	}
	return value
}

// Migrations are the files of schema/mssql, recorded by goose's own dialect.
func (dialect) Migrations() dialects.Migrations {
	return dialects.Migrations{
		Baseline: schema.Baseline("mssql"),
		Optional: schema.Optional("mssql"),
		Goose:    database.DialectMSSQL,
	}
}
