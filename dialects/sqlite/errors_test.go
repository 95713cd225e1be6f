package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/sqlite"
)

// The driver's error has no exported fields, so every case is the real thing.
func TestClassify(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	db := open(t, "sqlite:"+file)
	exec(t, db, "CREATE TABLE t (a VARCHAR(3) PRIMARY KEY CHECK (length(a) <= 3), b UNIQUE) WITHOUT ROWID")
	exec(t, db, "CREATE TABLE r (id INTEGER PRIMARY KEY)")
	exec(t, db, "INSERT INTO t VALUES ('a', 1)")
	exec(t, db, "INSERT INTO r VALUES (1)")
	readOnly := open(t, "sqlite:"+file+"?mode=ro")
	impatient := open(t, "sqlite:"+file+"?_busy_timeout=1&_txlock=deferred")
	run := func(db *sql.DB, query string, args ...any) func() error {
		return func() error {
			_, err := db.ExecContext(t.Context(), query, args...)
			return err
		}
	}
	for _, c := range []struct {
		name string
		run  func() error
		want error
	}{
		{"primary key", run(db, "INSERT INTO t VALUES ('a', 2)"), dialects.ErrDuplicate},
		{"unique", run(db, "INSERT INTO t VALUES ('b', 1)"), dialects.ErrDuplicate},
		{"row id", run(db, "INSERT INTO r VALUES (1)"), dialects.ErrDuplicate},
		{"length", run(db, "INSERT INTO t VALUES ('abcd', 3)"), dialects.ErrTooLong},
		{"blob", func() error { return tooBig(t, impatient) }, dialects.ErrTooLong},
		{"no table", run(db, "SELECT * FROM nowhere"), dialects.ErrMissingTable},
		{"no schema", run(db, "SELECT * FROM other.t"), dialects.ErrMissingTable},
		{"no schema, insert", run(db, "INSERT INTO other.t VALUES (1)"), dialects.ErrMissingTable},
		{"read only", run(readOnly, "DELETE FROM t"), dialects.ErrReadOnly},
		{"busy", func() error { return busy(t, db, impatient) }, dialects.ErrLockTimeout},
		{"busy snapshot", func() error { return snapshot(t, db, impatient) }, dialects.ErrSerialization},
		{"cannot open", cannotOpen, dialects.ErrUnavailable},
		{"syntax", run(db, "SELEC 1"), nil},
		{"no column", run(db, "SELECT nothing FROM t"), nil},
		{"not null", run(db, "INSERT INTO t VALUES (NULL, 5)"), nil},
		{"cancelled", cancelled(db), nil},
		{"no rows", func() error { return sql.ErrNoRows }, nil},
		{"nil", func() error { return nil }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.run()
			if err == nil && c.name != "nil" {
				t.Fatal("no error")
			}
			if got := sqlite.Dialect.Classify(err); got != c.want {
				t.Errorf("got %v, want %v: %v", got, c.want, err)
			}
			if got := sqlite.Dialect.Classify(fmt.Errorf("wrapped: %w", err)); err != nil && got != c.want {
				t.Errorf("wrapped: got %v, want %v", got, c.want)
			}
		})
	}
}

func tooBig(t *testing.T, db *sql.DB) error {
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	old, err := driver.Limit(conn, sqlite3.SQLITE_LIMIT_LENGTH, 100)
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.ExecContext(t.Context(), "INSERT INTO t VALUES ('c', ?)", make([]byte, 200))
	if _, err := driver.Limit(conn, sqlite3.SQLITE_LIMIT_LENGTH, old); err != nil {
		t.Fatal(err)
	}
	return err
}

func busy(t *testing.T, holder, impatient *sql.DB) error {
	tx, err := holder.BeginTx(t.Context(), nil) // _txlock=immediate locks here
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	_, err = impatient.ExecContext(t.Context(), "DELETE FROM r")
	return err
}

func snapshot(t *testing.T, holder, deferred *sql.DB) error {
	tx, err := deferred.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	var n int
	if err := tx.QueryRowContext(t.Context(), "SELECT count(*) FROM r").Scan(&n); err != nil {
		t.Fatal(err)
	}
	exec(t, holder, "INSERT INTO r VALUES (2)")
	_, err = tx.ExecContext(t.Context(), "INSERT INTO r VALUES (3)")
	return err
}

func cannotOpen() error {
	connector, err := driver.NewConnector("file:/no/such/folder/a.db")
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	return errors.Join(db.PingContext(context.Background()), db.Close())
}

func cancelled(db *sql.DB) func() error {
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		var n int
		err := db.QueryRowContext(ctx, "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM r) SELECT count(*) FROM r").Scan(&n)
		if !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("not the context's error: %w", dialects.ErrDeadlock)
		}
		return err
	}
}
