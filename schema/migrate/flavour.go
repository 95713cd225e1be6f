package migrate

import (
	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
)

// where says in which statements an index name takes a schema name.
type where int

const (
	never where = iota
	onDrop
	always
)

// flavour is what a database's DDL wants beside the files themselves.
type flavour struct {
	noSchema   bool  // there are no schemas to choose from
	index      where // PostgreSQL: an index is created beside its table, but dropped by its own name
	triggers   bool  // trigger names take a schema name
	terminator string
	header     string // first line of a script
	batch      string // line after each file of a script
}

// The terminators are those of psql, mysql, sqlite3, sqlcmd, SQL*Plus and the
// DB2 command line processor.
var flavours = map[string]flavour{
	"postgres": {index: onDrop, terminator: ";"},
	"mysql":    {triggers: true, terminator: ";"},
	"sqlite":   {noSchema: true, triggers: true, terminator: ";"},
	"mssql":    {triggers: true, terminator: ";", batch: "GO"},
	"oracle":   {index: always, triggers: true, terminator: "\n/"},
	"db2":      {index: always, triggers: true, terminator: "\n/", header: "--#SET TERMINATOR /"},
}

// byGoose serves dialects from outside, which are mostly built on one of ours.
var byGoose = map[database.Dialect]string{
	database.DialectPostgres: "postgres", database.DialectRedshift: "postgres", database.DialectAuroraDSQL: "postgres",
	database.DialectMySQL: "mysql", database.DialectTiDB: "mysql", database.DialectStarrocks: "mysql",
	database.DialectSQLite3: "sqlite", database.DialectTurso: "sqlite",
	database.DialectMSSQL: "mssql",
}

// kin lists the names under which a dialect's habits may be known, best first.
func kin(d dialects.Dialect) []string {
	m := d.Migrations()
	return []string{m.Like, d.Name(), byGoose[m.Goose]}
}

func flavourOf(d dialects.Dialect) flavour {
	for _, name := range kin(d) {
		if f, known := flavours[name]; known {
			return f
		}
	}
	return flavours["oracle"] // the SQL standard's view of schemas
}
