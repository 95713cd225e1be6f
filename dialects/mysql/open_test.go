package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
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

func TestConfig(t *testing.T) {
	for _, c := range []struct{ url, want string }{
		{
			"mysql://u:p%40%2F%3A%3F%23@h/d",
			"u:p@/:?#@tcp(h:3306)/d?" + defaultParams("timeout=10s"),
		},
		{"mariadb://h:3307/d", "tcp(h:3307)/d?" + defaultParams("timeout=10s")},
		{"mysql:///d%2Fe%3F", "tcp(localhost:3306)/d%2Fe%3F?" + defaultParams("timeout=10s")},
		{"mysql://u@[::1]/d", "u@tcp([::1]:3306)/d?" + defaultParams("timeout=10s")},
		{"mysql://u@/d?socket=/run/my%20sql.sock", "u@unix(/run/my sql.sock)/d?" + defaultParams("timeout=10s")},
		{
			"mysql://h/d?timeout=3s&tls=skip-verify&sql_mode='ANSI'&time_zone='SYSTEM'&wsrep_sync_wait=15&sessiondb.connect_timeout=1s",
			"tcp(h:3306)/d?clientFoundRows=true&charset=utf8mb4&collation=utf8mb4_bin&interpolateParams=true&parseTime=true" +
				"&timeout=3s&tls=skip-verify&sql_mode=%27ANSI%27&time_zone=%27SYSTEM%27&wsrep_sync_wait=15",
		},
		{
			"mysql://h/d?charset=utf8mb4,utf8&interpolateParams=false&parseTime=false&clientFoundRows=false",
			"tcp(h:3306)/d?charset=utf8mb4,utf8&timeout=10s&" + sessionParams,
		},
	} {
		target, err := dialects.ParseURL(c.url)
		if err != nil {
			t.Fatal(err)
		}
		cfg, err := config(target, target.URL.Query())
		if err != nil {
			t.Errorf("%s: %v", c.url, err)
			continue
		}
		cfg.MaxAllowedPacket = 64 << 20 // the default, which FormatDSN leaves out
		if got := cfg.FormatDSN(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.url, got, c.want)
		}
	}
}

const sessionParams = "sql_mode=%27STRICT_ALL_TABLES%2CNO_ZERO_IN_DATE%2CNO_ZERO_DATE%2CERROR_FOR_DIVISION_BY_ZERO%2CNO_ENGINE_SUBSTITUTION%27&time_zone=%27%2B00%3A00%27"

// defaultParams is in the order of the driver.
func defaultParams(timeout string) string {
	return "clientFoundRows=true&charset=utf8mb4&collation=utf8mb4_bin&interpolateParams=true&parseTime=true&" + timeout + "&" + sessionParams
}

func TestOpenRefusals(t *testing.T) {
	const password = "s3cr%40t"
	for _, c := range []struct{ url, want string }{
		{"mysql:sessions", "want mysql://user@host/database"},
		{"mysql://u:" + password + "@h/d?parseTime=maybe", "invalid bool value: maybe"},
		{"mysql://u:" + password + "@h/d?readTimeout=soon", `invalid duration "soon"`},
		{"mysql://u:" + password + "@h/d?tls=mine", "unknown config name: mine"},
		{"mysql://u:" + password + "@h/d?strict=true", "remove strict"},
		{"mysql://u:" + password + "@h/d?charset=gbk", "only utf8mb4 and utf8 are right"},
		{"mysql://u:" + password + "@h/d?collation=gbk_chinese_ci", "unsafe collations"},
		{"mysql://u@h/d?password=" + password + "&loc=Nowhere", "unknown time zone Nowhere"},
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
	_, _, _, err := dialects.Open(t.Context(), "mysql://u:s3cret@127.0.0.1:1/d")
	if !errors.Is(err, dialects.ErrUnavailable) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("nothing listens: %v", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	begin := time.Now()
	_, _, _, err = dialects.Open(t.Context(), "mysql://u@"+silent.Addr().String()+"/d?sessiondb.connect_timeout=200ms")
	if !errors.Is(err, dialects.ErrUnavailable) || time.Since(begin) > 2*time.Second {
		t.Errorf("a silent server, after %v: %v", time.Since(begin), err)
	}
	// A pool that the first ping has passed.
	target, err := dialects.ParseURL("mysql://u@" + silent.Addr().String() + "/d?sessiondb.connect_timeout=200ms")
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

// isolation is the variable's name here: see connector.
func isolation(t *testing.T, db *sql.DB) string {
	var name, value string
	err := db.QueryRowContext(t.Context(), "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')").Scan(&name, &value)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestSession(t *testing.T) {
	url := enginetest.MySQL(t).NewDatabase(t)
	for _, c := range []struct{ params, query, want string }{
		{"", "SELECT @@time_zone", "+00:00"},
		{"", "SELECT @@sql_mode", strings.Trim(sqlMode, "'")},
		{"", "SELECT @@character_set_client", "utf8mb4"},
		{"", "SELECT @@collation_connection", "utf8mb4_bin"},
		{"charset=utf8", "SELECT @@character_set_client LIKE 'utf8%'", "1"},
		{"sql_mode=''", "SELECT @@sql_mode", ""},
		{"time_zone='%2B01:00'", "SELECT @@time_zone", "+01:00"},
		{"", `SELECT '\'' || 'a'`, "0"}, // no ANSI, no ORACLE mode
	} {
		t.Run(c.params+c.query, func(t *testing.T) {
			db := open(t, url, c.params)
			if got := ask(t, db, c.query); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got := isolation(t, db); got != "READ-COMMITTED" {
				t.Errorf("isolation %s", got)
			}
		})
	}
	if got := open(t, url, "sessiondb.max_open_conns=3").Stats().MaxOpenConnections; got != 3 {
		t.Errorf("%d connections", got)
	}
}

// Asking for READ COMMITTED costs no statement; other levels are still obeyed,
// and a level in the URL is too.
func TestIsolation(t *testing.T) {
	url := enginetest.MySQL(t).NewDatabase(t)
	db := open(t, url, "sessiondb.max_open_conns=1")
	statements := func() string {
		var name, n string
		if err := db.QueryRowContext(t.Context(), "SHOW SESSION STATUS LIKE 'Com_set_option'").Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := statements()
	for _, level := range []sql.IsolationLevel{sql.LevelDefault, sql.LevelReadCommitted} {
		if err := begin(t.Context(), t, db, level).Commit(); err != nil {
			t.Fatal(err)
		}
	}
	if after := statements(); after != before {
		t.Errorf("SET statements: %s before, %s after", before, after)
	}
	if err := begin(t.Context(), t, db, sql.LevelSerializable).Commit(); err != nil {
		t.Fatal(err)
	}
	if after := statements(); after == before {
		t.Error("SERIALIZABLE was not asked for")
	}
	name := "tx_isolation"
	if _, err := db.ExecContext(t.Context(), "SELECT @@transaction_isolation"); err == nil {
		name = "transaction_isolation"
	}
	if got := isolation(t, open(t, url, name+"='SERIALIZABLE'")); got != "SERIALIZABLE" {
		t.Errorf("the URL's level: %s", got)
	}
}

func TestTraits(t *testing.T) {
	traits := dialect{}.Traits()
	db := open(t, enginetest.MySQL(t).NewDatabase(t), "interpolateParams=false")
	args := make([]any, traits.MaxParams)
	for i := range args {
		args[i] = int64(i)
	}
	exec(t, db, "SELECT 1 FROM DUAL WHERE 1 IN (?"+strings.Repeat(",?", len(args)-1)+")", args...)
}

func TestTryLock(t *testing.T) {
	url := enginetest.MySQL(t).NewDatabase(t)
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
