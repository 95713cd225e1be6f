package mssql

import (
	"database/sql"

	"github.com/sessiondb/sessiondb/dialects"
)

// Traits are the limits in "Maximum capacity specifications for SQL Server" and
// the habits of its lock manager.
func (dialect) Traits() dialects.Traits {
	return dialects.Traits{
		// 2,100, of which sp_executesql takes two: the text and the
		// declarations.
		MaxParams: 2090,
		// Lists as long as the parameters allow would each be another plan.
		MaxList: 1024,
		// A statement escalates to a table lock at 5,000 locks on one index, and
		// tries again every 1,250. A row deleted locks its key in up to two
		// indexes' ranges.
		MaxChunk: 2000,
		Length:   dialects.Bytes,
		// The code page of a VARCHAR column is its collation's; we send UTF-8.
		Charset: dialects.ASCII,
		// Part of the request that begins a transaction. A connection from the
		// pool otherwise keeps the level of its last user.
		Isolation:        sql.LevelReadCommitted,
		Prepare:          false, // sp_executesql finds the cached plan by the text
		TransactionalDDL: true,
	}
}
