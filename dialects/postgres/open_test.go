package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// open opens rawURL with further parameters.
func open(t *testing.T, rawURL string, params ...string) *sql.DB {
	t.Helper()
	for _, p := range params {
		sep := "?"
		if strings.Contains(rawURL, "?") {
			sep = "&"
		}
		rawURL += sep + p
	}
	db, _, _, err := dialects.Open(t.Context(), rawURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func ask(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	var s string
	if err := db.QueryRowContext(t.Context(), query).Scan(&s); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}

func exec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func TestOpenRefusals(t *testing.T) {
	const password = "s3cr%40t"
	for _, c := range []struct{ url, want string }{
		{"postgres:sessions", "want postgres://user@host/database"},
		{"postgres://u:" + password + "@h:99999/d", "invalid port"},
		{"postgres://u:" + password + "@h/d?sslmode=maybe", "failed to configure TLS (sslmode is invalid)"},
		{"postgres://u@h/d?connect_timeout=soon&password=" + password, "invalid connect_timeout"},
		{"postgres://u:" + password + "@h/d?default_query_exec_mode=fast", `unknown value "fast"`},
		{"postgres://u:" + password + "@h/d?service=none", "failed to read service"},
	} {
		t.Run(c.url, func(t *testing.T) {
			_, _, _, err := dialects.Open(t.Context(), c.url)
			if !errors.Is(err, dialects.ErrInvalidURL) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if strings.Contains(err.Error(), "s3cr") {
				t.Errorf("shows the password: %v", err)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	_, _, _, err := dialects.Open(t.Context(), "postgres://u:s3cret@127.0.0.1:1/d")
	if !errors.Is(err, dialects.ErrUnavailable) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("nothing listens: %v", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	begin := time.Now()
	_, _, _, err = dialects.Open(t.Context(), "postgres://u@"+silent.Addr().String()+"/d?sslmode=disable&sessiondb.connect_timeout=200ms")
	if !errors.Is(err, dialects.ErrUnavailable) || time.Since(begin) > 2*time.Second {
		t.Errorf("a silent server, after %v: %v", time.Since(begin), err)
	}
	// A pool that the first ping has passed.
	target, err := dialects.ParseURL("postgres://u@" + silent.Addr().String() + "/d?sslmode=disable&sessiondb.connect_timeout=200ms")
	if err != nil {
		t.Fatal(err)
	}
	db, err := dialect{}.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.PingContext(t.Context()); dialect.Classify(dialect{}, err) != dialects.ErrUnavailable {
		t.Errorf("later: %v", err)
	}
}

func TestSession(t *testing.T) {
	server := enginetest.Postgres(t)
	url := server.NewDatabase(t)
	for _, c := range []struct{ params, query, want string }{
		{"", "SHOW timezone", "UTC"},
		{"", "SHOW application_name", "sessiondb"},
		{"TimeZone=Europe/Rome&application_name=mine", "SHOW timezone", "Europe/Rome"},
		{"application_name=mine", "SHOW application_name", "mine"},
		{"options=-c%20search_path%3Da%2Cb", "SHOW search_path", "a,b"},
		{"default_query_exec_mode=exec", "SHOW timezone", "UTC"},
		{"default_query_exec_mode=simple_protocol", "SHOW timezone", "UTC"},
	} {
		t.Run(c.params, func(t *testing.T) {
			if got := ask(t, open(t, url, c.params), c.query); got != c.want {
				t.Errorf("%s: got %q, want %q", c.query, got, c.want)
			}
		})
	}
	if got := open(t, url, "sessiondb.max_open_conns=3").Stats().MaxOpenConnections; got != 3 {
		t.Errorf("%d connections", got)
	}
}

func TestTraits(t *testing.T) {
	traits := dialect{}.Traits()
	db := open(t, enginetest.Postgres(t).NewDatabase(t))
	args := make([]any, traits.MaxParams)
	for i := range args {
		args[i] = int64(i)
	}
	var list strings.Builder
	for i := range args {
		list.WriteString(",$" + strconv.Itoa(i+1))
	}
	exec(t, db, "SELECT 1 WHERE 1 IN ("+list.String()[1:]+")", args...)
}

func TestTryLock(t *testing.T) {
	url := enginetest.Postgres(t).NewDatabase(t)
	db, other := open(t, url), open(t, url)
	lock := func(db *sql.DB, name string) (*sql.Conn, func(context.Context) error, error) {
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		release, err := dialect{}.TryLock(t.Context(), conn, name)
		return conn, release, err
	}
	_, release, err := lock(db, "migrate")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := lock(other, "migrate"); !errors.Is(err, dialects.ErrLocked) {
		t.Errorf("second holder: %v", err)
	}
	if _, _, err := lock(other, "purge"); err != nil {
		t.Errorf("another name: %v", err)
	}
	if err := release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := release(t.Context()); err == nil {
		t.Error("released twice without an error")
	}
	conn, _, err := lock(other, "migrate")
	if err != nil {
		t.Fatalf("after release: %v", err)
	}
	// The lock vanishes with its connection.
	if err := conn.Raw(func(any) error { return driver.ErrBadConn }); !errors.Is(err, driver.ErrBadConn) {
		t.Fatal(err)
	}
	for range 50 {
		if _, _, err = lock(db, "migrate"); err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("after the connection was lost: %v", err)
}
