package postgres

import (
	"database/sql"

	"github.com/sessiondb/sessiondb/dialects"
)

// Traits are the limits of PostgreSQL's protocol and storage.
func (dialect) Traits() dialects.Traits {
	return dialects.Traits{
		// A 16-bit count in the Bind message.
		MaxParams: 65535,
		// The driver keeps 512 statements a connection, each with its text.
		MaxList: 4096,
		// A field holds 1 GiB with its header; the rest of the Bind message
		// needs room as well.
		MaxBlob: 1<<30 - 1<<16,
		Length:  dialects.Characters,
		Charset: dialects.UTF8,
		// Sent with BEGIN, so that a server or role set to another default
		// costs nothing.
		Isolation:        sql.LevelReadCommitted,
		Prepare:          false, // pgx caches prepared statements itself
		TransactionalDDL: true,
	}
}
