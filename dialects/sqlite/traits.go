package sqlite

import (
	"database/sql"

	"github.com/sessiondb/sessiondb/dialects"
)

// Traits are the limits that SQLite is compiled with (sqlite.org/limits.html)
// and the habits of modernc.org/sqlite.
func (dialect) Traits() dialects.Traits {
	return dialects.Traits{
		// SQLITE_MAX_VARIABLE_NUMBER since 3.32.
		MaxParams: 32766,
		// The driver asks for the name of each parameter, and SQLite looks through
		// all of them for it: time by the square of the list. 4096 took a fifth of a
		// purge.
		MaxList: 512,
		// SQLITE_MAX_LENGTH, 1,000,000,000 bytes, holds for the whole row.
		MaxBlob: 1_000_000_000 - 4096,
		Length:  dialects.Characters,
		Charset: dialects.UTF8,
		// One writer a database file.
		SingleWriter: true,
		// The driver ignores the level: every transaction is serializable.
		Isolation: sql.LevelDefault,
		// The driver compiles a statement that is not prepared on each call.
		Prepare:          true,
		TransactionalDDL: true,
	}
}
