package db2

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		url  string
		want connector
	}{
		{
			"db2://u:p%40%2F%3A%3F%23%7B%27@h:50001/SESS",
			connector{"CONNECTTIMEOUT=10;DATABASE=SESS;HOSTNAME=h;PORT=50001;PROGRAMNAME=sessiondb;PROTOCOL=TCPIP;PWD=p@/:?#{';UID=u;", "h:50001", 10 * time.Second, 10},
		},
		{
			"db2://u@h/SESS?Authentication=SERVER&locktimeout=-1&ConnectTimeout=3&ProgramName=mine&sessiondb.connect_timeout=1500ms",
			connector{"AUTHENTICATION=SERVER;CONNECTTIMEOUT=3;DATABASE=SESS;HOSTNAME=h;PORT=50000;PROGRAMNAME=mine;PROTOCOL=TCPIP;UID=u;", "h", 1500 * time.Millisecond, -1},
		},
		{
			"DB2://u@h/sess?sessiondb.connect_timeout=1500ms",
			connector{"CONNECTTIMEOUT=2;DATABASE=sess;HOSTNAME=h;PORT=50000;PROGRAMNAME=sessiondb;PROTOCOL=TCPIP;UID=u;", "h", 1500 * time.Millisecond, 10},
		},
	} {
		target, err := dialects.ParseURL(c.url)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := newConnector(target); err != nil || got != c.want {
			t.Errorf("%s: %v\n got %+v\nwant %+v", c.url, err, got, c.want)
		}
	}
}

func TestOpenRefusals(t *testing.T) {
	const password = "s3cr%40t"
	for _, c := range []struct{ url, want string }{
		{"db2:HOSTNAME=h;PWD=s3cret", "want db2://user@host:50000/DATABASE"},
		{"db2://u:" + password + "@h", "want db2://user@host:50000/DATABASE"},
		{"db2://u:" + password + "@/SESS", "want db2://user@host:50000/DATABASE"},
		{"db2://u:" + password + "%3B@h/SESS", "PWD has a semicolon or a control character"},
		{"db2://u:" + password + "@h/SESS%3BPWD=x", "DATABASE has a semicolon"},
		{"db2://u:" + password + "@h/SESS?a%3Db=c", "A=B has a semicolon"},
		{"db2://u:" + password + "@h/SESS?LockTimeout=soon", "LockTimeout=soon: want seconds"},
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
	if traits := Dialect.Traits(); traits.MaxChunk != 4000 || !traits.ExpiryRequired || traits.Length != dialects.Bytes {
		t.Errorf("%+v", traits)
	}
}
