package db2

import (
	"database/sql"

	"github.com/sessiondb/sessiondb/dialects"
)

// Traits are the limits in "SQL and XML limits" of the Db2 manual, and the
// habits of its lock manager.
func (dialect) Traits() dialects.Traits {
	return dialects.Traits{
		// Host variables in one statement.
		MaxParams: 32767,
		// A statement's text ends at 2 MiB; longer lists bring nothing.
		MaxList: 1024,
		// Row locks escalate when they fill MAXLOCKS percent of LOCKLIST; Derby,
		// which the tests run on, locks the table at 5,000.
		MaxChunk: 4000,
		// BLOB without a length is BLOB(1M).
		MaxBlob: 1 << 20,
		Length:  dialects.Bytes,
		// The default code set of a database since 9.5.
		Charset:        dialects.UTF8,
		ExpiryRequired: true,
		// Cursor stability, Db2's READ COMMITTED, is the default, and the driver
		// refuses to be asked for a level.
		Isolation: sql.LevelDefault,
		// The driver prepares a statement that is not prepared on each call.
		Prepare:          true,
		TransactionalDDL: true,
	}
}
