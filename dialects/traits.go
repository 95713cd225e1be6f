package dialects

import (
	"database/sql"
	"time"
)

// LengthUnit is what a declared VARCHAR(n) counts.
type LengthUnit int

// The units in use: SQL Server, Oracle and DB2 count bytes, the others
// characters.
const (
	Characters LengthUnit = iota
	Bytes
)

// String names the unit as error messages do.
func (u LengthUnit) String() string {
	if u == Bytes {
		return "bytes"
	}
	return "characters"
}

// Charset is the set of characters that the columns of a default installation
// hold.
type Charset int

// UTF8 holds everything but NUL; Latin1 is MySQL's latin1 (Windows-1252);
// ASCII is what every code page of a VARCHAR column agrees on.
const (
	UTF8 Charset = iota
	Latin1
	ASCII
)

// String names the character set as error messages do.
func (c Charset) String() string {
	return [...]string{"UTF-8", "latin1 (Windows-1252)", "ASCII"}[c]
}

// Traits are the limits and habits of a database. The zero value of a field
// means that there is nothing special; new fields break nobody.
type Traits struct {
	// MaxParams is the number of bind parameters that one statement may have; 0
	// means 32,766.
	MaxParams int
	// MaxList is the number of elements in one IN list; 0 means MaxParams.
	MaxList int
	// MaxChunk is the largest purge chunk in rows that does not escalate to a
	// table lock; 0 means no such limit.
	MaxChunk int
	// MaxBlob is the most bytes SESSION_OBJECT holds in the baseline schema; 0
	// means no limit below 2 GiB.
	MaxBlob int64
	// Length is what VARCHAR(n) counts.
	Length LengthUnit
	// Charset is what the identifier columns hold.
	Charset Charset
	// LastTimestamp is the last instant of a TIMESTAMP column of the baseline; zero
	// means far beyond our lives.
	LastTimestamp time.Time
	// EmptyIsNull is true where the empty string is stored as NULL (Oracle).
	EmptyIsNull bool
	// LooseUpsert is true where an upsert, or InsertNewUser, counts 1 also when
	// another row has its key (MySQL): what is there has to be read back.
	LooseUpsert bool
	// ExpiryRequired is true where EXPIRY_TIME is NOT NULL (DB2); "never
	// expires" is then stored as the greatest 64-bit integer.
	ExpiryRequired bool
	// SingleWriter is true where a writing transaction locks the whole database
	// (SQLite): child rows need no lock of their own.
	SingleWriter bool
	// Isolation is what a writing transaction asks for; LevelDefault where the
	// driver refuses anything else and the server's default is READ COMMITTED.
	Isolation sql.IsolationLevel
	// Prepare is true where the facade should keep prepared statements, because
	// the driver does not cache them itself.
	Prepare bool
	// TransactionalDDL is true where a failed migration leaves nothing behind.
	TransactionalDDL bool
}
