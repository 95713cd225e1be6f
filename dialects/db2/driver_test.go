//go:build db2

package db2

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ibmdb/go_ibm_db"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestUnreachable(t *testing.T) {
	_, _, _, err := dialects.Open(t.Context(), "db2://u:s3cret@127.0.0.1:1/d")
	if !errors.Is(err, dialects.ErrUnavailable) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("nothing listens: %v", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	begin := time.Now()
	_, _, _, err = dialects.Open(t.Context(), "db2://u:s3cret@"+silent.Addr().String()+"/d?sessiondb.connect_timeout=200ms")
	if !errors.Is(err, dialects.ErrUnavailable) || time.Since(begin) > 2*time.Second {
		t.Errorf("a silent server, after %v: %v", time.Since(begin), err)
	}
	// A pool that the first ping has passed.
	target, err := dialects.ParseURL("db2://u:s3cret@" + silent.Addr().String() + "/d?sessiondb.connect_timeout=200ms")
	if err != nil {
		t.Fatal(err)
	}
	db, err := dialect{}.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.PingContext(t.Context()); (dialect{}).Classify(err) != dialects.ErrUnavailable {
		t.Errorf("later: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if err := db.PingContext(ctx); !errors.Is(err, context.Canceled) || (dialect{}).Classify(err) != nil {
		t.Errorf("cancelled: %v", err)
	}
}

// place is a table of its own on a real server.
type place struct {
	url, table string
	db         *sql.DB
}

func newPlace(t *testing.T) place {
	t.Helper()
	url := enginetest.For(t, enginetest.NameDB2).NewDatabase(t)
	target, err := dialects.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	p := place{url, target.Prefix + "T", nil}
	p.db = p.open(t, "LockTimeout=1")
	p.exec(t, "CREATE TABLE "+p.table+" (a VARCHAR(3) NOT NULL PRIMARY KEY, b INTEGER)")
	p.exec(t, "INSERT INTO "+p.table+" VALUES ('a', 1), ('b', 1)")
	t.Cleanup(func() {
		if _, err := p.db.ExecContext(context.WithoutCancel(t.Context()), "DROP TABLE "+p.table); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p place) open(t *testing.T, params string) *sql.DB {
	t.Helper()
	db, _, _, err := dialects.Open(t.Context(), p.url+"&"+params)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func (p place) exec(t *testing.T, query string) {
	t.Helper()
	if _, err := p.db.ExecContext(t.Context(), query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func (p place) begin(t *testing.T) *sql.Tx {
	t.Helper()
	tx, err := p.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

func TestClassifyServer(t *testing.T) {
	p := newPlace(t)
	run := func(query string) func(*testing.T) error {
		return func(t *testing.T) error {
			_, err := p.db.ExecContext(t.Context(), query)
			return err
		}
	}
	for _, c := range []struct {
		name string
		run  func(*testing.T) error
		want error
	}{
		{"duplicate", run("INSERT INTO " + p.table + " VALUES ('a', 2)"), dialects.ErrDuplicate},
		{"too long", run("INSERT INTO " + p.table + " VALUES ('abcd', 2)"), dialects.ErrTooLong},
		{"no table", run("SELECT * FROM NOWHERE"), dialects.ErrMissingTable},
		{"no schema", run("SELECT * FROM NOWHERE.T"), dialects.ErrMissingTable},
		{"syntax", run("SELEC 1"), nil},
		{"lock timeout", p.blocked, dialects.ErrLockTimeout},
		{"deadlock", p.deadlock, dialects.ErrDeadlock},
		{"wrong password", func(t *testing.T) error {
			_, _, _, err := dialects.Open(t.Context(), strings.Replace(p.url, "@", "s3cret@", 1))
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("shows the password: %v", err)
			}
			return err
		}, nil},
		{"no database", func(t *testing.T) error {
			_, _, _, err := dialects.Open(t.Context(), strings.Replace(p.url, "?", "GONE?", 1))
			return err
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.run(t)
			if err == nil {
				t.Fatal("no error")
			}
			if got := (dialect{}).Classify(err); got != c.want {
				t.Errorf("got %v, want %v: %v", got, c.want, err)
			}
		})
	}
}

func (p place) blocked(t *testing.T) error {
	if _, err := p.begin(t).ExecContext(t.Context(), "UPDATE "+p.table+" SET b = 2 WHERE a = 'a'"); err != nil {
		t.Fatal(err)
	}
	_, err := p.begin(t).ExecContext(t.Context(), "UPDATE "+p.table+" SET b = 3 WHERE a = 'a'")
	return err
}

// deadlock returns the victim's error.
func (p place) deadlock(t *testing.T) error {
	txs := []*sql.Tx{p.begin(t), p.begin(t)}
	errs := make([]error, 2)
	update := func(i int, key string) {
		if _, err := txs[i].ExecContext(t.Context(), "UPDATE "+p.table+" SET b = 2 WHERE a = '"+key+"'"); err != nil {
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

// Prepared statements, transactions and plain queries go through the session.
func TestSession(t *testing.T) {
	p := newPlace(t)
	stmt, err := p.db.PrepareContext(t.Context(), "SELECT b FROM "+p.table+" WHERE a = ?")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stmt.Close() }()
	tx := p.begin(t)
	if _, err := tx.ExecContext(t.Context(), "UPDATE "+p.table+" SET b = 7 WHERE a = ?", "a"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	var b int
	if err := stmt.QueryRowContext(t.Context(), "a").Scan(&b); err != nil || b != 7 {
		t.Errorf("got %d, %v", b, err)
	}
}

// A connection is kept when its rows have been read to their end.
func TestEndOfRows(t *testing.T) {
	p := newPlace(t)
	rows, err := p.db.QueryContext(t.Context(), "SELECT a FROM "+p.table+" WHERE a = ?", "nothing")
	if err != nil {
		t.Fatal(err)
	}
	if rows.Next() {
		t.Error("found a row")
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Error(err)
	}
	if idle := p.db.Stats().Idle; idle == 0 {
		t.Error("the connection was given up")
	}
}

// A connection whose commit failed is not used again: the driver leaves its
// autocommit off.
func TestFailedCommit(t *testing.T) {
	failed := errors.New("failed")
	for _, end := range []func(driver.Tx) error{driver.Tx.Commit, driver.Tx.Rollback} {
		s := &session{tx: failingTx{failed}}
		if !s.IsValid() {
			t.Fatal("a new session is not valid")
		}
		if err := end(transaction{s}); !errors.Is(err, failed) {
			t.Errorf("got %v", err)
		}
		if s.IsValid() {
			t.Error("still valid")
		}
	}
}

type failingTx struct{ err error }

func (f failingTx) Commit() error   { return f.err }
func (f failingTx) Rollback() error { return f.err }

func TestRecordsOfDriver(t *testing.T) {
	err := &go_ibm_db.Error{Diag: []go_ibm_db.DiagRecord{{State: "01000"}, {State: "23505", NativeError: -803}}}
	if got := (dialect{}).Classify(errors.Join(errors.New("other"), err)); got != dialects.ErrDuplicate {
		t.Errorf("got %v", got)
	}
}
