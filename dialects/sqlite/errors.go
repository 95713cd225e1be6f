package sqlite

import (
	"errors"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/sessiondb/sessiondb/dialects"
)

// extended are the result codes that mean something else than their primary
// code, see sqlite.org/rescode.html.
var extended = map[int]error{
	sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: dialects.ErrDuplicate,
	sqlite3.SQLITE_CONSTRAINT_UNIQUE:     dialects.ErrDuplicate,
	sqlite3.SQLITE_CONSTRAINT_ROWID:      dialects.ErrDuplicate,
	// Every CHECK of schema/sqlite is the length of a column.
	sqlite3.SQLITE_CONSTRAINT_CHECK: dialects.ErrTooLong,
	// A reader that became a writer after another one had committed: only
	// starting the transaction again helps.
	sqlite3.SQLITE_BUSY_SNAPSHOT: dialects.ErrSerialization,
}

// primary are the result codes with their extensions.
var primary = map[int]error{
	sqlite3.SQLITE_BUSY:     dialects.ErrLockTimeout,
	sqlite3.SQLITE_LOCKED:   dialects.ErrLockTimeout,
	sqlite3.SQLITE_PROTOCOL: dialects.ErrLockTimeout, // a race for the WAL file
	sqlite3.SQLITE_TOOBIG:   dialects.ErrTooLong,
	sqlite3.SQLITE_READONLY: dialects.ErrReadOnly,
	sqlite3.SQLITE_CANTOPEN: dialects.ErrUnavailable,
	sqlite3.SQLITE_IOERR:    dialects.ErrUnavailable, // the commit's outcome is unknown
}

// Classify decides by the result code. "No such table" has no code of its own
// (SQLITE_ERROR, as a syntax error has), so there the text decides.
func (dialect) Classify(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		if dialects.ConnectionLost(err) {
			return dialects.ErrUnavailable
		}
		return nil
	}
	if class, ok := extended[e.Code()]; ok {
		return class
	}
	if e.Code() == sqlite3.SQLITE_ERROR && missingTable(e.Error()) {
		return dialects.ErrMissingTable
	}
	return primary[e.Code()&0xff]
}

// missingTable also knows a schema name that is no attached database.
func missingTable(text string) bool {
	return strings.Contains(text, "no such table") || strings.Contains(text, "unknown database")
}
