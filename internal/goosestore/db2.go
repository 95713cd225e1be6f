package goosestore

import "github.com/pressly/goose/v3/database"

// DB2 returns a version store for DB2, in forms that Apache Derby takes too: the
// identity clause with a comma, SMALLINT for the boolean, no FETCH FIRST. It
// returns ErrInvalidTable.
func DB2(table string) (database.Store, error) {
	return New(table, Statements{
		Create: `CREATE TABLE %s (
	id INTEGER NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1, INCREMENT BY 1),
	version_id BIGINT NOT NULL,
	is_applied SMALLINT NOT NULL,
	tstamp TIMESTAMP NOT NULL,
	PRIMARY KEY (id)
)`,
		Insert: `INSERT INTO %s (version_id, is_applied, tstamp) VALUES (?, ?, ?)`,
		Delete: `DELETE FROM %s WHERE version_id = ?`,
		Get:    `SELECT tstamp, is_applied FROM %s WHERE version_id = ? ORDER BY id DESC`,
		Latest: `SELECT MAX(version_id) FROM %s`,
		List:   `SELECT version_id, is_applied FROM %s ORDER BY id DESC`,
	})
}
