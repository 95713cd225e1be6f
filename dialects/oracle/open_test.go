package oracle

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/sijms/go-ora/v2/configurations"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

func TestConfig(t *testing.T) {
	type part struct {
		Host                                 string
		Port                                 int
		Service, SID, User, Password, Client string
	}
	for _, c := range []struct {
		url  string
		want part
	}{
		{"oracle://u:p%40%2F%3A%3F%23%3B@h:1444/s.example", part{"h", 1444, "s.example", "", "u", "p@/:?#;", "sessiondb"}},
		{"oracle://u@h/s", part{"h", 1521, "s", "", "u", "", "sessiondb"}},
		{"oracle://u@[::1]/s", part{"::1", 1521, "s", "", "u", "", "sessiondb"}},
		{"ORACLE://u@h?sid=X&Program=my%20app", part{"h", 1521, "", "X", "u", "", "my app"}},
	} {
		target, err := dialects.ParseURL(c.url)
		if err != nil {
			t.Fatal(err)
		}
		u, err := driverURL(target)
		if err != nil {
			t.Fatal(err)
		}
		got, err := configurations.ParseConfig(u.String())
		if err != nil {
			t.Fatal(err)
		}
		have := part{got.Servers[0].Addr, got.Servers[0].Port, got.ServiceName, got.SID, got.UserID, got.DatabaseInfo.Password, got.ProgramName}
		if have != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.url, have, c.want)
		}
	}
}

func TestOpenRefusals(t *testing.T) {
	const password = "s3cr%40t"
	for _, c := range []struct{ url, want string }{
		{"oracle:u/s3cret@h/s", "want oracle://user@host/service"},
		{"oracle://u:" + password + "@h", "the service is missing: write oracle://user@host:1521/SERVICE, or ?SID=NAME"},
		{"oracle://u:" + password + "@h/s?speed=fast", "unknown URL option: speed"},
		{"oracle://u:" + password + "@h/s?TIMEOUT=soon", "CONNECTION TIMEOUT value must be an integer"},
		{"oracle://u@h/s?wallet=/nowhere&wallet%20password=" + password, "no such file or directory"},
		{"oracle://u:" + password + "@/s", "empty connection servers"},
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
	_, _, _, err := dialects.Open(t.Context(), "oracle://u:s3cret@127.0.0.1:1/d")
	if !errors.Is(err, dialects.ErrUnavailable) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("nothing listens: %v", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	begin := time.Now()
	_, _, _, err = dialects.Open(t.Context(), "oracle://u:s3cret@"+silent.Addr().String()+"/d?sessiondb.connect_timeout=200ms")
	if !errors.Is(err, dialects.ErrUnavailable) || time.Since(begin) > 2*time.Second {
		t.Errorf("a silent server, after %v: %v", time.Since(begin), err)
	}
	// A pool that the first ping has passed.
	target, err := dialects.ParseURL("oracle://u@" + silent.Addr().String() + "/d?sessiondb.connect_timeout=200ms")
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

func TestQueries(t *testing.T) {
	cfg := &gen.Config{Prefix: "P_"}
	if _, err := Dialect.Queries(nil, cfg); err != nil || cfg.MaxList != 0 {
		t.Errorf("%v, the caller's config: %+v", err, cfg)
	}
	if _, err := Dialect.Queries(nil, &gen.Config{Prefix: "P; --"}); err == nil {
		t.Error("a prefix that is no identifier was taken")
	}
	store, err := Dialect.Migrations().NewStore("goose_db_version")
	if err != nil || store.Tablename() != "goose_db_version" {
		t.Errorf("%v, %v", store, err)
	}
}

func TestTraits(t *testing.T) {
	if traits := Dialect.Traits(); traits.MaxList != 1000 || !traits.EmptyIsNull || traits.Length != dialects.Bytes {
		t.Errorf("%+v", traits)
	}
}

func TestTryLock(t *testing.T) {
	url := enginetest.For(t, enginetest.NameOracle).NewDatabase(t)
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
