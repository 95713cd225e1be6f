package migrate

import (
	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/internal/goosestore"
)

// VersionStatements are the texts of a version table, in the SQL of a database
// that goose does not know.
type VersionStatements = goosestore.Statements

// NewVersionStore returns goose's record of applied migrations for a database
// that goose does not know; a dialect's Migrations().NewStore calls it. table is
// NAME or SCHEMA.NAME, or the error says so. It is what the Oracle and DB2
// dialects use.
func NewVersionStore(table string, s VersionStatements) (database.Store, error) {
	return goosestore.New(table, s)
}
