package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/sqlite"
)

func open(t *testing.T, rawURL string) *sql.DB {
	t.Helper()
	db, _, _, err := dialects.Open(t.Context(), rawURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func exec(t *testing.T, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func ask(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	var s string
	if err := db.QueryRowContext(t.Context(), query).Scan(&s); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}

func TestOpenPaths(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, c := range []struct{ url, file string }{
		{"sqlite:a.db", "a.db"},
		{"sqlite3:./b.db", "b.db"},
		{"SQLITE:c.db", "c.db"},
		{"sqlite:with blank.db", "with blank.db"},
		{"sqlite:with%20escape.db", "with escape.db"},
		{"sqlite:50%25.db", "50%.db"},
		{"sqlite:a%3Fb%23c.db", "a?b#c.db"},
		{"sqlite:ünï.db", "ünï.db"},
		{"sqlite:a&b=c.db", "a&b=c.db"},
		{"sqlite:" + dir + "/abs.db", "abs.db"},
		{"sqlite://" + dir + "/abs3.db", "abs3.db"},
		{"sqlite:" + dir + "/50%25 a%3Fb%23c.db", "50% a?b#c.db"},
	} {
		t.Run(c.url, func(t *testing.T) {
			exec(t, open(t, c.url), "CREATE TABLE t (a)")
			if _, err := os.Stat(filepath.Join(dir, c.file)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOpenRefusals(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, c := range []struct{ url, want string }{
		{"sqlite:", "the path is missing: write sqlite:PATH"},
		{"sqlite://rel/a.db", "write sqlite:PATH, or sqlite:///PATH for an absolute path"},
		{"sqlite:50%.db", "write % in a path as %25"},
		{"sqlite:a#b.db", "write # as %23"},
		{"sqlite:.", dir + " is a folder: name a file in it"},
		{"sqlite:no/a.db", "the folder " + dir + "/no does not exist: create it first"},
		{"sqlite:a.db?mode=ro", "a.db does not exist, and mode=ro does not create it"},
		{"sqlite:a.db?mode=memory", "write sqlite::memory:"},
		{"sqlite::memory:?vfs=unix", "remove vfs"},
		{"sqlite:a.db?vfs=a&vfs=b", "conflicting vfs"},
	} {
		t.Run(c.url, func(t *testing.T) {
			_, _, _, err := dialects.Open(t.Context(), c.url)
			if !errors.Is(err, dialects.ErrInvalidURL) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	_, _, _, err := dialects.Open(t.Context(), "sqlite:a.db?_txlock=never")
	if err == nil || !strings.Contains(err.Error(), `unknown _txlock "never"`) {
		t.Errorf("unknown value: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 1 { // a.db of the last case
		t.Errorf("files left: %v", entries)
	}
}

func TestDefaultsGiveWayToTheURL(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	for _, c := range []struct{ params, pragma, want string }{
		{"", "journal_mode", "wal"},
		{"", "synchronous", "2"},
		{"_synchronous=NORMAL", "synchronous", "1"},
		{"_sync=OFF", "synchronous", "0"},
		{"_pragma=synchronous(EXTRA)", "synchronous", "3"},
		{"_timeout=7", "busy_timeout", "7"},
		{"_pragma=busy_timeout(900)", "busy_timeout", "900"},
		{"_txlock=deferred", "busy_timeout", "10000"},
		{"_txlock=deferred&_timeout=900", "busy_timeout", "900"},
		{"mode=ro", "journal_mode", "wal"},
		{"_journal_mode=DELETE", "journal_mode", "delete"},
	} {
		t.Run(c.params+" "+c.pragma, func(t *testing.T) {
			db := open(t, "sqlite:"+file+"?"+c.params)
			if got := ask(t, db, "PRAGMA "+c.pragma); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestPoolLimits(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "a.db")+"?sessiondb.max_open_conns=3")
	if got := db.Stats().MaxOpenConnections; got != 3 {
		t.Errorf("got %d connections", got)
	}
}

// All connections of one pool see one database, no other pool does, and it
// outlives an idle pool.
func TestMemory(t *testing.T) {
	db := open(t, "sqlite::memory:?sessiondb.max_idle_conns=0")
	exec(t, db, "CREATE TABLE t (a)")
	exec(t, db, "INSERT INTO t VALUES (1)")
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if got := ask(t, db, "SELECT count(*) FROM t"); got != "1" {
		t.Errorf("second connection sees %s rows", got)
	}
	if _, err := open(t, "sqlite::memory:").ExecContext(t.Context(), "SELECT * FROM t"); err == nil {
		t.Error("another pool sees the table")
	}
}

// Whatever writes waits for the writer before it: as long as the busy timeout
// says, and no longer than its context.
func TestWaitingForTheWriter(t *testing.T) {
	file := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	holder := open(t, file)
	exec(t, holder, "CREATE TABLE t (a)")
	for _, params := range []string{"?_busy_timeout=300", "?_timeout=300", "?_pragma=busy_timeout(300)", "?_txlock=deferred&_busy_timeout=300"} {
		db := open(t, file+params)
		prepared, err := db.PrepareContext(t.Context(), "INSERT INTO t VALUES (1)")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = prepared.Close() })
		for name, write := range map[string]func(context.Context) error{
			"transaction": func(ctx context.Context) error {
				tx, err := db.BeginTx(ctx, nil)
				if err != nil {
					return err
				}
				_, err = tx.ExecContext(ctx, "INSERT INTO t VALUES (1)")
				return errors.Join(err, tx.Rollback())
			},
			"statement": func(ctx context.Context) error {
				_, err := db.ExecContext(ctx, "INSERT INTO t VALUES (1)")
				return err
			},
			"query": func(ctx context.Context) error {
				var n int
				return db.QueryRowContext(ctx, "INSERT INTO t VALUES (1) RETURNING a").Scan(&n)
			},
			"prepared": func(ctx context.Context) error {
				_, err := prepared.ExecContext(ctx)
				return err
			},
		} {
			t.Run(name+params, func(t *testing.T) { waits(t, holder, params, write) })
		}
	}
}

func waits(t *testing.T, holder *sql.DB, params string, write func(context.Context) error) {
	tx, err := holder.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	started := time.Now()
	if err := write(t.Context()); sqlite.Dialect.Classify(err) != dialects.ErrLockTimeout {
		t.Errorf("until the timeout: %v", err)
	}
	if took := time.Since(started); took < 280*time.Millisecond || took > 2*time.Second {
		t.Errorf("waited %s", took)
	}
	if strings.HasPrefix(params, "?_busy") || strings.HasPrefix(params, "?_timeout") {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		started = time.Now()
		if err := write(ctx); !errors.Is(err, context.DeadlineExceeded) || sqlite.Dialect.Classify(err) != nil {
			t.Errorf("until the deadline: %v", err)
		}
		if took := time.Since(started); took > 250*time.Millisecond {
			t.Errorf("waited %s for a deadline of 50 ms", took)
		}
	}
	time.AfterFunc(100*time.Millisecond, func() { _ = tx.Rollback() })
	if err := write(t.Context()); err != nil {
		t.Errorf("until the writer was done: %v", err)
	}
}

// Several processes may create one file at the same moment.
func TestFirstOpenAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	var group sync.WaitGroup
	for range 12 {
		group.Go(func() {
			db, _, _, err := dialects.Open(t.Context(), "sqlite:"+file)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = db.Close() }()
			if _, err := db.ExecContext(t.Context(), "CREATE TABLE IF NOT EXISTS t (a)"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestTryLock(t *testing.T) {
	locker := sqlite.Dialect.(dialects.Locker)
	dir := t.TempDir()
	lock := func(name string) (func(context.Context) error, error) {
		conn, err := open(t, "sqlite:"+dir+"/a%20%3F.db").Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return locker.TryLock(t.Context(), conn, name)
	}
	release, err := lock("migrate: x/y")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock("migrate: x/y"); !errors.Is(err, dialects.ErrLocked) {
		t.Errorf("second holder: %v", err)
	}
	other, err := lock("purge")
	if err != nil {
		t.Errorf("another name: %v", err)
	} else if err := other(t.Context()); err != nil {
		t.Error(err)
	}
	if err := release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := lock("migrate: x/y"); err != nil {
		t.Errorf("after release: %v", err)
	}
}

func TestTraits(t *testing.T) {
	traits := sqlite.Dialect.Traits()
	if traits.MaxParams < traits.MaxList || !traits.SingleWriter || !traits.Prepare {
		t.Errorf("%+v", traits)
	}
	db := open(t, "sqlite::memory:")
	query := "SELECT 1 WHERE 1 IN (?" + strings.Repeat(",?", traits.MaxParams-1) + ")"
	exec(t, db, query, make([]any, traits.MaxParams)...)
}
