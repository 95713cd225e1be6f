package postgres

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

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestClassify(t *testing.T) {
	state := func(code string) error { return &pgconn.PgError{Code: code} }
	for _, c := range []struct {
		err  error
		want error
	}{
		{nil, nil},
		{state("23505"), dialects.ErrDuplicate},
		{state("40P01"), dialects.ErrDeadlock},
		{state("40001"), dialects.ErrSerialization},
		{state("55P03"), dialects.ErrLockTimeout},
		{state("22001"), dialects.ErrTooLong},
		{state("25006"), dialects.ErrReadOnly},
		{state("42P01"), dialects.ErrMissingTable},
		{state("3F000"), dialects.ErrMissingTable},
		{state("08006"), dialects.ErrUnavailable},
		{state("08P01"), dialects.ErrUnavailable},
		{state("57P01"), dialects.ErrUnavailable},
		{state("57P03"), dialects.ErrUnavailable},
		{state("53300"), dialects.ErrUnavailable},
		{state("57014"), nil},
		{state("42601"), nil},
		{state("28P01"), nil},
		{state(""), nil},
		{driver.ErrBadConn, dialects.ErrUnavailable},
		{io.ErrUnexpectedEOF, dialects.ErrUnavailable},
		{pgconn.ErrConnClosed, dialects.ErrUnavailable},
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
	server := enginetest.Postgres(t)
	url := server.NewDatabase(t)
	db := open(t, url, "lock_timeout=100")
	exec(t, db, "CREATE TABLE t (a varchar(3) PRIMARY KEY, b int)")
	exec(t, db, "INSERT INTO t VALUES ('a', 1), ('b', 1)")
	readOnly := open(t, url, "default_transaction_read_only=on")
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
		{"read only", run(readOnly, "DELETE FROM t"), dialects.ErrReadOnly},
		{"syntax", run(db, "SELEC 1"), nil},
		{"lock timeout", func(ctx context.Context) error { return blocked(ctx, t, db) }, dialects.ErrLockTimeout},
		{"deadlock", func(ctx context.Context) error { return deadlock(ctx, t, open(t, url)) }, dialects.ErrDeadlock},
		{"serialization", func(ctx context.Context) error { return conflict(ctx, t, db) }, dialects.ErrSerialization},
		{"killed", run(open(t, url), "SELECT pg_terminate_backend(pg_backend_pid())"), dialects.ErrUnavailable},
		{"cancelled", func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
			defer cancel()
			return run(db, "SELECT pg_sleep(10)")(ctx)
		}, nil},
		{"no database", func(ctx context.Context) error {
			_, _, _, err := dialects.Open(ctx, strings.Replace(url, "?", "_gone?", 1))
			return err
		}, nil},
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

func conflict(ctx context.Context, t *testing.T, db *sql.DB) error {
	tx := begin(ctx, t, db, sql.LevelRepeatableRead)
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM t").Scan(&n); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "UPDATE t SET b = b + 1 WHERE a = 'b'")
	_, err := tx.ExecContext(ctx, "UPDATE t SET b = b + 1 WHERE a = 'b'")
	return err
}
