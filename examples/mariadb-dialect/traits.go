package mariadb

import (
	"database/sql"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
)

// Traits are the limits of MariaDB's protocol and of our schema.
func (dialect) Traits() dialects.Traits {
	return dialects.Traits{
		MaxParams: 65535, // a 16-bit count in the protocol
		MaxList:   1024,  // longer ones cost more than they save
		// MEDIUMBLOB holds 16 MiB, but so does max_allowed_packet by default, and
		// a statement with the value in its text can be twice as long as it.
		MaxBlob: 8<<20 - 64<<10,
		Length:  dialects.Characters, // of VARCHAR(n)
		Charset: dialects.UTF8,       // utf8mb4
		// ON DUPLICATE KEY UPDATE counts 1 whatever row it found.
		LooseUpsert: true,
		// TIMESTAMP ends in 2038 before MariaDB 11.5, and on 32 bits.
		LastTimestamp: time.Unix(1<<31-1, 0),
		// The server's default is REPEATABLE READ, and a pool of the user's own
		// has that.
		Isolation: sql.LevelReadCommitted,
		// Prepare: interpolateParams saves the round trip instead.
		// TransactionalDDL: every DDL statement commits.
	}
}
