package mssql

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// config opens rawURL, which connects to nothing, and returns what the driver
// was given.
func config(t *testing.T, rawURL string) connector {
	t.Helper()
	target, err := dialects.ParseURL(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	c, err := newConnector(target)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConfig(t *testing.T) {
	type part struct {
		Host, Instance, Database, User, Password, AppName string
		Port                                              uint64
		Timeout                                           time.Duration
	}
	for _, c := range []struct {
		url  string
		want part
	}{
		{"sqlserver://u:p%40%2F%3A%3F%23%3B@h:1444?database=d", part{"h", "", "d", "u", "p@/:?#;", "sessiondb", 1444, 10 * time.Second}},
		{"mssql://u@h/?database=d", part{"h", "", "d", "u", "", "sessiondb", 0, 10 * time.Second}},
		{"sqlserver://h/INST?database=d", part{"h", "INST", "d", "", "", "sessiondb", 0, 10 * time.Second}},
		{"sqlserver://u@h?Database=d&App%20Name=my%20app&dial%20timeout=3", part{"h", "", "d", "u", "", "my app", 0, 3 * time.Second}},
		{"sqlserver://u@[::1]:1433?sessiondb.connect_timeout=2s", part{"::1", "", "", "u", "", "sessiondb", 1433, 2 * time.Second}},
	} {
		got := config(t, c.url).cfg
		if have := (part{got.Host, got.Instance, got.Database, got.User, got.Password, got.AppName, got.Port, got.DialTimeout}); have != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.url, have, c.want)
		}
		if got.Encoding.GetTimezone() != time.UTC {
			t.Errorf("%s: time zone %v", c.url, got.Encoding.GetTimezone())
		}
	}
}

func TestOpenRefusals(t *testing.T) {
	const password = "s3cr%40t"
	for _, c := range []struct{ url, want string }{
		{"sqlserver:server=h;password=s3cret", "want sqlserver://user@host?database=NAME"},
		{"sqlserver://u:" + password + "@h:1433/d", "the path is an instance, which a port makes void: write ?database=d"},
		{"sqlserver://u:" + password + "@h?packet%20size=big", "invalid packet size 'big'"},
		{"sqlserver://u:" + password + "@h?encrypt=maybe", "invalid encrypt 'maybe'"},
		{"sqlserver://u:" + password + "@h?password=s3cret2", `key "password" provided more than once`},
		{"sqlserver://u@h?database=d&database=e&password=" + password, "key database provided more than once"},
		{"sqlserver://u@h?dial%20timeout=" + password + "&password=" + password, "invalid dial timeout"},
	} {
		t.Run(c.url, func(t *testing.T) {
			_, _, _, err := dialects.Open(t.Context(), c.url)
			if !errors.Is(err, dialects.ErrInvalidURL) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if strings.Contains(strings.ReplaceAll(err.Error(), "timeout=s3cr", ""), "s3cr") {
				t.Errorf("shows the password: %v", err)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	_, _, _, err := dialects.Open(t.Context(), "sqlserver://u:s3cret@127.0.0.1:1?database=d")
	if !errors.Is(err, dialects.ErrUnavailable) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("nothing listens: %v", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	begin := time.Now()
	_, _, _, err = dialects.Open(t.Context(), "mssql://u:s3cret@"+silent.Addr().String()+"?database=d&sessiondb.connect_timeout=200ms")
	if !errors.Is(err, dialects.ErrUnavailable) || time.Since(begin) > 2*time.Second {
		t.Errorf("a silent server, after %v: %v", time.Since(begin), err)
	}
	// A pool that the first ping has passed.
	target, err := dialects.ParseURL("mssql://u@" + silent.Addr().String() + "?database=d&sessiondb.connect_timeout=200ms")
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

// Strings go as VARCHAR, and NULL stays NULL; the caller's Config is left alone.
func TestBind(t *testing.T) {
	for _, c := range []struct{ in, want any }{
		{"a", mssql.VarChar("a")},
		{"", mssql.VarChar("")},
		{sql.NullString{String: "a", Valid: true}, mssql.VarChar("a")},
		{sql.NullString{}, nil},
		{int64(1), int64(1)},
		{sql.NullInt64{}, sql.NullInt64{}},
		{nil, nil},
	} {
		if got := bind(c.in); got != c.want {
			t.Errorf("%#v: got %#v, want %#v", c.in, got, c.want)
		}
	}
	if got := bind([]byte("a")); !reflect.DeepEqual(got, []byte("a")) {
		t.Errorf("[]byte: got %#v", got)
	}
	cfg := &gen.Config{Prefix: "P_"}
	if _, err := Dialect.Queries(nil, cfg); err != nil {
		t.Fatal(err)
	}
	if cfg.Bind != nil || cfg.MaxParams != 0 {
		t.Errorf("the caller's config was changed: %+v", cfg)
	}
	if _, err := Dialect.Queries(nil, &gen.Config{Prefix: "P; --"}); err == nil {
		t.Error("a prefix that is no identifier was taken")
	}
}

func TestTraits(t *testing.T) {
	if traits := Dialect.Traits(); traits.MaxParams > 2098 || traits.MaxList > traits.MaxParams || traits.MaxChunk != 2000 {
		t.Errorf("%+v", traits)
	}
}

func TestTryLock(t *testing.T) {
	url := enginetest.For(t, enginetest.NameMSSQL).NewDatabase(t)
	lock := func(name string) (func(context.Context) error, error) {
		db, _, _, err := dialects.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return dialect{}.TryLock(t.Context(), conn, name)
	}
	release, err := lock("migrate")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock("migrate"); !errors.Is(err, dialects.ErrLocked) {
		t.Errorf("second holder: %v", err)
	}
	if _, err := lock("purge"); err != nil {
		t.Errorf("another name: %v", err)
	}
	if err := release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := lock("migrate"); err != nil {
		t.Errorf("after release: %v", err)
	}
}
