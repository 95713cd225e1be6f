package mysql

import (
	"database/sql"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
)

// Traits are the limits of MySQL's protocol and of the baseline schema.
func (dialect) Traits() dialects.Traits {
	return dialects.Traits{
		// A 16-bit count in COM_STMT_PREPARE. Interpolated statements have no
		// such limit, but a pool of the user's own may not interpolate.
		MaxParams: 65535,
		// The optimizer gives up ranges beyond range_optimizer_max_mem_size: 8 MB
		// by default, at some 230 bytes an element and column.
		MaxList: 1024,
		// BLOB. The optional MEDIUMBLOB migration raises it to 16 MiB.
		MaxBlob: 65535,
		Length:  dialects.Characters,
		// The baseline's DEFAULT CHARACTER SET.
		Charset: dialects.Latin1,
		// TIMESTAMP counts seconds in 31 bits.
		LastTimestamp: time.Unix(1<<31-1, 0),
		// ON DUPLICATE KEY UPDATE goes by the collation, and with clientFoundRows
		// counts rows that it leaves as they are.
		LooseUpsert: true,
		// The server's default is REPEATABLE READ. Open sets it for the session,
		// and then asks for nothing more at BEGIN; a pool of the user's own pays
		// a statement for each transaction.
		Isolation: sql.LevelReadCommitted,
		// Binary values and no parsing: reads and writes of one session take a
		// quarter less time than interpolated ones. Statements with lists run in
		// transactions, which prepare nothing.
		Prepare: true,
		// Every DDL statement commits.
		TransactionalDDL: false,
	}
}
