package oracle

import (
	"database/sql"

	"github.com/sessiondb/sessiondb/dialects"
)

// Traits are the limits in "Oracle Database Reference", logical database limits.
func (dialect) Traits() dialects.Traits {
	return dialects.Traits{
		// ORA-01745, ORA-7445 and worse beyond a 16-bit count.
		MaxParams: 65535,
		// ORA-01795 until 23ai.
		MaxList: 1000,
		// VARCHAR2(n) means BYTE unless NLS_LENGTH_SEMANTICS said otherwise when
		// the tables were made.
		Length: dialects.Bytes,
		// AL32UTF8 is the default of databases made since 12.2. In one with
		// another character set the server replaces what it does not have.
		Charset:     dialects.UTF8,
		EmptyIsNull: true,
		// READ COMMITTED is the server's default, and the driver refuses to be
		// asked for a level.
		Isolation: sql.LevelDefault,
		// The driver parses a statement that is not prepared on each call.
		Prepare: true,
		// Every DDL statement commits.
		TransactionalDDL: false,
	}
}
