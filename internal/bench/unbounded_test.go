package bench

import (
	"database/sql"
	"strconv"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// childTables own no rows of the log: they go with the last STORE row.
var childTables = []string{"IDN_AUTH_USER_SESSION_MAPPING", "IDN_AUTH_SESSION_APP_INFO", "IDN_AUTH_SESSION_META_DATA"}

// unbounded is the purge that a careful DBA writes for a database at rest: all
// the rules, no chunks, everything in one transaction. It must leave the same
// rows as cleanup.Run.
func unbounded(b *testing.B, engine string, db *sql.DB) (rows int64) {
	ended, drop := endedTable(engine)
	inTx(b, db, func(tx *sql.Tx) {
		run := func(statement string) int64 {
			r, err := tx.ExecContext(b.Context(), expand(engine, statement))
			if err != nil {
				b.Fatalf("%s: %v", statement, err)
			}
			n, err := r.RowsAffected()
			closed(b, err)
			return n
		}
		run(ended)
		run("INSERT INTO ended " + loggedOutIDs)
		rows += run(superseded(engine))
		run("INSERT INTO ended " + expiredIDs)
		rows += run(expired(engine))
		if engine == enginetest.NamePostgres {
			run("ANALYZE ended")
		}
		for _, t := range childTables {
			if engine != enginetest.NameSQLite { // one writer: nobody to lock out
				run(strings.ReplaceAll(lockChildren, "$table", t))
			}
			rows += run(strings.ReplaceAll(children(engine), "$table", t))
		}
		run(drop)
	})
	return rows
}

func endedTable(engine string) (create, drop string) {
	switch engine {
	case enginetest.NamePostgres:
		return "CREATE TEMPORARY TABLE ended (id VARCHAR(100)) ON COMMIT DROP", "SELECT 1"
	case enginetest.NameSQLite:
		return "CREATE TEMPORARY TABLE ended (id TEXT)", "DROP TABLE ended"
	default:
		return "CREATE TEMPORARY TABLE ended (id VARCHAR(100), KEY (id)) DEFAULT CHARACTER SET latin1", "DROP TEMPORARY TABLE ended"
	}
}

// expand puts the instants and the type into a statement. On MariaDB equal(x, y)
// also compares bytes, because the tables' collation takes 'a' for 'A'.
func expand(engine, statement string) string {
	statement = strings.NewReplacer(
		"$cutoff", strconv.FormatInt(now.UnixNano(), 10),
		"$before", strconv.FormatInt(now.Add(-cleanup.DefaultGrace).UnixNano(), 10),
		"$type", "'"+sessionstore.SSOType+"'",
	).Replace(statement)
	if engine != enginetest.NameMySQL {
		return strings.NewReplacer("$same(n, r)", same("n"), "$same(o, r)", same("o")).Replace(statement)
	}
	return strings.NewReplacer("$same(n, r)", sameBytes("n"), "$same(o, r)", sameBytes("o")).Replace(statement)
}

func same(a string) string {
	return a + ".SESSION_ID = r.SESSION_ID AND " + a + ".SESSION_TYPE = r.SESSION_TYPE"
}

// sameBytes needs no conversion: both sides are columns of one character set.
func sameBytes(a string) string {
	return same(a) + " AND BINARY " + a + ".SESSION_ID = r.SESSION_ID AND BINARY " + a + ".SESSION_TYPE = r.SESSION_TYPE"
}

const (
	newer = `$same(n, r) AND n.TIME_CREATED >= r.TIME_CREATED AND n.TIME_CREATED <= $cutoff
		AND (n.TIME_CREATED > r.TIME_CREATED OR (UPPER(n.OPERATION) = 'DELETE' AND UPPER(r.OPERATION) <> 'DELETE'))`
	older = `$same(o, r) AND o.TIME_CREATED <= r.TIME_CREATED
		AND (o.TIME_CREATED < r.TIME_CREATED OR (UPPER(r.OPERATION) = 'DELETE' AND UPPER(o.OPERATION) <> 'DELETE'))`
	loggedOutIDs = `SELECT r.SESSION_ID FROM IDN_AUTH_SESSION_STORE r
		WHERE r.TIME_CREATED < $cutoff AND r.SESSION_TYPE = $type AND UPPER(r.OPERATION) = 'STORE'
		AND EXISTS (SELECT 1 FROM IDN_AUTH_SESSION_STORE n WHERE ` + newer + ` AND UPPER(n.OPERATION) = 'DELETE')`
	expiredIDs = `SELECT r.SESSION_ID FROM IDN_AUTH_SESSION_STORE r
		WHERE r.EXPIRY_TIME < $before AND r.TIME_CREATED < $before AND r.SESSION_TYPE = $type AND UPPER(r.OPERATION) = 'STORE'`
	lockChildren = `SELECT c.SESSION_ID FROM $table c WHERE c.SESSION_ID IN (SELECT id FROM ended) FOR UPDATE`
)

func superseded(engine string) string {
	if engine == enginetest.NameMySQL {
		return `DELETE r FROM IDN_AUTH_SESSION_STORE r INNER JOIN IDN_AUTH_SESSION_STORE n ON ` + newer + `
			WHERE r.TIME_CREATED < $cutoff`
	}
	return `DELETE FROM IDN_AUTH_SESSION_STORE AS r WHERE r.TIME_CREATED < $cutoff
		AND EXISTS (SELECT 1 FROM IDN_AUTH_SESSION_STORE n WHERE ` + newer + `)`
}

func expired(engine string) string {
	if engine == enginetest.NameMySQL {
		return `DELETE r FROM IDN_AUTH_SESSION_STORE r LEFT JOIN IDN_AUTH_SESSION_STORE o ON ` + older + `
			WHERE r.EXPIRY_TIME < $before AND r.TIME_CREATED < $before AND o.SESSION_ID IS NULL`
	}
	return `DELETE FROM IDN_AUTH_SESSION_STORE AS r WHERE r.EXPIRY_TIME < $before AND r.TIME_CREATED < $before
		AND NOT EXISTS (SELECT 1 FROM IDN_AUTH_SESSION_STORE o WHERE ` + older + `)`
}

func children(engine string) string {
	const gone = `NOT EXISTS (SELECT 1 FROM IDN_AUTH_SESSION_STORE s
		WHERE s.SESSION_ID = c.SESSION_ID AND s.SESSION_TYPE = $type AND UPPER(s.OPERATION) = 'STORE')`
	if engine == enginetest.NameMySQL {
		return `DELETE c FROM $table c WHERE c.SESSION_ID IN (SELECT id FROM ended) AND ` + gone
	}
	return `DELETE FROM $table AS c WHERE c.SESSION_ID IN (SELECT id FROM ended) AND ` + gone
}
