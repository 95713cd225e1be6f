package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestClassify(t *testing.T) {
	number := func(n uint16) error { return &mysql.MySQLError{Number: n} }
	for _, c := range []struct {
		err  error
		want error
	}{
		{nil, nil},
		{number(1062), dialects.ErrDuplicate},
		{number(1586), dialects.ErrDuplicate},
		{number(1213), dialects.ErrDeadlock},
		{number(1020), dialects.ErrSerialization},
		{number(9007), dialects.ErrSerialization},
		{number(1205), dialects.ErrLockTimeout},
		{number(3572), dialects.ErrLockTimeout},
		{number(1406), dialects.ErrTooLong},
		{number(1153), dialects.ErrTooLong},
		{fmt.Errorf("send: %w", mysql.ErrPktTooLarge), dialects.ErrTooLong},
		{number(1290), dialects.ErrReadOnly},
		{number(1792), dialects.ErrReadOnly},
		{number(1836), dialects.ErrReadOnly},
		{number(1146), dialects.ErrMissingTable},
		{number(1049), dialects.ErrMissingTable},
		{number(1040), dialects.ErrUnavailable},
		{number(1047), dialects.ErrUnavailable},
		{number(1053), dialects.ErrUnavailable},
		{number(2006), dialects.ErrUnavailable},
		{number(2013), dialects.ErrUnavailable},
		{number(1317), nil},
		{number(1064), nil},
		{number(1045), nil},
		{mysql.ErrInvalidConn, dialects.ErrUnavailable},
		{driver.ErrBadConn, dialects.ErrUnavailable},
		{io.ErrUnexpectedEOF, dialects.ErrUnavailable},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, dialects.ErrUnavailable},
		{&net.OpError{Op: "dial", Err: context.DeadlineExceeded}, dialects.ErrUnavailable},
		{&net.OpError{Op: "dial", Err: context.Canceled}, nil},
		{context.Canceled, nil},
		{context.DeadlineExceeded, nil},
		{sql.ErrNoRows, nil},
		{errors.New("duplicate key"), nil},
	} {
		for _, err := range []error{c.err, fmt.Errorf("wrapped: %w", c.err)} {
			if got := (dialect{}).Classify(err); got != c.want {
				t.Errorf("%v: got %v, want %v", err, got, c.want)
			}
		}
	}
}

// The same by a real server.
func TestClassifyServer(t *testing.T) {
	server := enginetest.MySQL(t)
	url := server.NewDatabase(t)
	db := open(t, url, "innodb_lock_wait_timeout=1")
	exec(t, db, "CREATE TABLE t (a varchar(3) PRIMARY KEY, b int)")
	exec(t, db, "INSERT INTO t VALUES ('a', 1), ('b', 1)")
	readOnly := func(ctx context.Context) error {
		tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback() }()
		_, err = tx.ExecContext(ctx, "DELETE FROM t")
		return err
	}
	run := func(db *sql.DB, query string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.ExecContext(ctx, query)
			return err
		}
	}
	for _, c := range []struct {
		name string
		run  func(context.Context) error
		want error
	}{
		{"duplicate", run(db, "INSERT INTO t VALUES ('a', 2)"), dialects.ErrDuplicate},
		{"too long", run(db, "INSERT INTO t VALUES ('abcd', 2)"), dialects.ErrTooLong},
		{"no table", run(db, "SELECT * FROM nowhere"), dialects.ErrMissingTable},
		{"no schema", run(db, "SELECT * FROM nowhere.t"), dialects.ErrMissingTable},
		{"read only", readOnly, dialects.ErrReadOnly},
		{"syntax", run(db, "SELEC 1"), nil},
		{"lock timeout", func(ctx context.Context) error { return blocked(ctx, t, db) }, dialects.ErrLockTimeout},
		{"deadlock", func(ctx context.Context) error { return deadlock(ctx, t, open(t, url)) }, dialects.ErrDeadlock},
		// In a pool of its own: the driver may not see at once that it is closed.
		{"killed", func(ctx context.Context) error { return killed(ctx, t, open(t, url)) }, dialects.ErrUnavailable},
		{"cancelled", func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
			defer cancel()
			return run(db, "SELECT SLEEP(10)")(ctx)
		}, nil},
		{"no database", func(ctx context.Context) error {
			_, _, _, err := dialects.Open(ctx, strings.Replace(url+"?", "?", "_gone?", 1))
			return err
		}, dialects.ErrMissingTable},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.run(t.Context())
			if err == nil {
				t.Fatal("no error")
			}
			if got := (dialect{}).Classify(err); got != c.want {
				t.Errorf("got %v, want %v: %v", got, c.want, err)
			}
			if c.name == "cancelled" && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("not the context's error: %v", err)
			}
		})
	}
}

func begin(ctx context.Context, t *testing.T, db *sql.DB, level sql.IsolationLevel) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: level})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

// killed returns how a connection notices that it was ended. MySQL first says that
// the query was interrupted, MariaDB at once that the connection is gone.
func killed(ctx context.Context, t *testing.T, db *sql.DB) error {
	t.Helper()
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = conn.ExecContext(ctx, "KILL CONNECTION_ID()")
	var e *mysql.MySQLError
	if errors.As(err, &e) && e.Number == 1317 {
		_, err = conn.ExecContext(ctx, "DO 1")
	}
	return err
}

func blocked(ctx context.Context, t *testing.T, db *sql.DB) error {
	if _, err := begin(ctx, t, db, 0).ExecContext(ctx, "UPDATE t SET b = 2 WHERE a = 'a'"); err != nil {
		t.Fatal(err)
	}
	_, err := begin(ctx, t, db, 0).ExecContext(ctx, "UPDATE t SET b = 3 WHERE a = 'a'")
	return err
}

// deadlock returns the victim's error.
func deadlock(ctx context.Context, t *testing.T, db *sql.DB) error {
	exec(t, db, "CREATE TABLE d (a varchar(3) PRIMARY KEY, b int)")
	exec(t, db, "INSERT INTO d VALUES ('a', 1), ('b', 1)")
	txs := []*sql.Tx{begin(ctx, t, db, 0), begin(ctx, t, db, 0)}
	errs := make([]error, 2)
	update := func(i int, key string) {
		if _, err := txs[i].ExecContext(ctx, "UPDATE d SET b = 2 WHERE a = '"+key+"'"); err != nil {
			errs[i] = errors.Join(err, txs[i].Rollback())
		}
	}
	update(0, "a")
	update(1, "b")
	var group sync.WaitGroup
	group.Go(func() { update(0, "b") })
	group.Go(func() { update(1, "a") })
	group.Wait()
	return errors.Join(errs...)
}

// MariaDB refuses to update what has changed since the transaction's snapshot,
// from 11.6.2 on by default.
func TestSnapshotConflict(t *testing.T) {
	db := open(t, enginetest.MySQL(t).NewDatabase(t))
	exec(t, db, "CREATE TABLE s (a int)")
	exec(t, db, "INSERT INTO s VALUES (1)")
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(t.Context(), "SET SESSION innodb_snapshot_isolation = ON"); err != nil {
		t.Skipf("this server has no innodb_snapshot_isolation: %v", err)
	}
	tx, err := conn.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	var a int
	if err := tx.QueryRowContext(t.Context(), "SELECT a FROM s").Scan(&a); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "UPDATE s SET a = 2")
	_, err = tx.ExecContext(t.Context(), "UPDATE s SET a = 3")
	if got := (dialect{}).Classify(err); got != dialects.ErrSerialization {
		t.Errorf("got %v, want %v: %v", got, dialects.ErrSerialization, err)
	}
}
