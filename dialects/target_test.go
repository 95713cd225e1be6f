package dialects_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

func TestParseURL(t *testing.T) {
	target, err := dialects.ParseURL("MySQL://u:p@h:1/d?a=b%20c%2Bd&sessiondb.schema=S&sessiondb.prefix=P_" +
		"&sessiondb.max_open_conns=7&sessiondb.max_idle_conns=0&sessiondb.conn_max_lifetime=1h&sessiondb.conn_max_idle_time=2m&sessiondb.connect_timeout=3s")
	if err != nil {
		t.Fatal(err)
	}
	want := dialects.Target{
		Scheme: "mysql", URL: target.URL, Schema: "S", Prefix: "P_", MaxOpenConns: 7,
		ConnMaxLifetime: time.Hour, ConnMaxIdleTime: 2 * time.Minute, ConnectTimeout: 3 * time.Second,
	}
	if *target != want {
		t.Errorf("got %+v\nwant %+v", *target, want)
	}
	if got := target.URL.String(); got != "mysql://u:p@h:1/d?a=b%20c%2Bd" {
		t.Errorf("the driver's URL: %s", got)
	}
}

func TestParseURLDefaults(t *testing.T) {
	target, err := dialects.ParseURL("sqlite:a.db")
	if err != nil {
		t.Fatal(err)
	}
	want := dialects.Target{
		Scheme: "sqlite", URL: target.URL, MaxOpenConns: 20, MaxIdleConns: 5,
		ConnMaxLifetime: 30 * time.Minute, ConnMaxIdleTime: 5 * time.Minute, ConnectTimeout: 10 * time.Second,
	}
	if *target != want {
		t.Errorf("got %+v\nwant %+v", *target, want)
	}
}

func TestParseURLRefusals(t *testing.T) {
	for _, c := range []struct{ url, want string }{
		{"", "want SCHEME:..."},
		{"sessions.db", "want SCHEME:..."},
		{"host=h password=s3cret", "want SCHEME:..."},
		{"postgres://u:s3cret/x@h/d", "want SCHEME:..."},
		{"postgres://u:s3cret%zz@h/d", "write @ / ? # % in a password as %40 %2F %3F %23 %25"},
		{"postgres://u:1#s3cret@h/d", "write @ / ? # % in a password as %40 %2F %3F %23 %25"},
		{"postgres://u:1/s3cret@h/d", "write @ / ? # % in a password as"},
		{"postgres://u:p@h/d?options=a@b", "any other @ as %40"},
		{"postgres://u@h/d#s3cret", "write # as %23"},
		{"sqlite:a#b.db", "write # as %23"},
		{"mysql://h/d?a;password=s3cret", "is not name=value&name=value"},
		{"mysql://h/d?sessiondb.color=red&password=s3cret", "unknown parameter sessiondb.color; known are sessiondb.conn_max_idle_time, sessiondb.conn_max_lifetime, sessiondb.connect_timeout, sessiondb.max_idle_conns, sessiondb.max_open_conns, sessiondb.prefix, sessiondb.schema"},
		{"mysql://h/d?sessiondb.prefix=A&sessiondb.prefix=B", "parameter sessiondb.prefix is given 2 times; give it once"},
		{"mysql://h/d?sessiondb.max_open_conns=0", `parameter sessiondb.max_open_conns: "0" is not a whole number of at least 1`},
		{"mysql://h/d?sessiondb.max_idle_conns=few", `"few" is not a whole number of at least 0`},
		{"mysql://h/d?sessiondb.connect_timeout=5", `"5" is not a positive duration such as 30s or 10m`},
		{"mysql://h/d?sessiondb.connect_timeout=-5s", `"-5s" is not a positive duration`},
	} {
		_, err := dialects.ParseURL(c.url)
		if !errors.Is(err, dialects.ErrInvalidURL) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.url, err, c.want)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: shows the password: %v", c.url, err)
		}
	}
}

func TestRedact(t *testing.T) {
	for _, c := range []struct{ url, want string }{
		{"sqlite:a.db?mode=ro", "sqlite:a.db?mode=ro"},
		{"sqlite:///srv/secrets/a.db", "sqlite:///srv/secrets/a.db"},
		{"postgres://u@h/d", "postgres://u@h/d"},
		{"postgres://u:s3cret@h:1/d?sslmode=disable", "postgres://u:xxxxx@h:1/d?sslmode=disable"},
		{"sqlserver://h?password=s3cret&user%20id=u", "sqlserver://h?password=xxxxx&user+id=u"},
		{"db2://h/d?PWD=s3cret&SSLClientKeystoreDBPassword=s3cret", "db2://h/d?PWD=xxxxx&SSLClientKeystoreDBPassword=xxxxx"},
		{"mysql://h/d?a;password=s3cret", "mysql://h/d?xxxxx"},
		{"mysql://h/d?password=s#3cret", "mysql://h/d?password=xxxxx#xxxxx"},
		// Not escaped: what the parser takes for a path, a query or a fragment.
		{"postgres://u:12/s3cret@h/d", "postgres://xxxxx@h/d"},
		{"postgres://u:12?s3cret@h/d?password=s3cret", "postgres://xxxxx@h/d?password=xxxxx"},
		{"postgres://u:12#s3cret@h/d", "postgres://xxxxx@h/d"},
		{"postgres://u:s3@cret@h/d", "postgres://u:xxxxx@h/d"},
		{"postgres://u:s3%cret@h/d", "postgres://xxxxx@h/d"},
		{"postgres://u:s3cret", "postgres://xxxxx"},
		// Other tools' forms.
		{"root:s3cret@tcp(h:3306)/d", "root:xxxxx@xxxxx"},
		{"host=h password=s3cret", "xxxxx"},
		{"sqlserver:server=h;password=s3cret", "sqlserver:xxxxx"},
		{"Server=h;Pwd=s3cret", "xxxxx"},
		{"", "xxxxx"},
	} {
		if got := dialects.Redact(c.url); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.url, got, c.want)
		}
	}
}

// The password stands between two marks, at least one of which would show in a
// leak, whatever is between them.
func FuzzRedact(f *testing.F) {
	for _, between := range []string{"", "@", "/", "?", "#", "%", "%zz", ":", "://", "@h/?", ";", "=", "&", " ", "\n", "\x00", "[", "]", "é", "x@y:z/w?v#u", "12/34", "//", "://@"} {
		f.Add(between)
	}
	f.Fuzz(func(t *testing.T, between string) {
		password := "Zq7" + between + "7qZ"
		for _, format := range []string{
			"postgres://u:%s@h/d?x=y", "postgres://u:%s@h:5432/d", "mysql://:%s@h", "root:%s@tcp(h)/d", "oracle://u:12%s@h/s?TIMEOUT=1",
		} {
			noLeak(t, fmt.Sprintf(format, password))
			noLeak(t, fmt.Sprintf(format, url.PathEscape(password)))
			noLeak(t, fmt.Sprintf(format, url.QueryEscape(password)))
		}
		for _, format := range []string{"sqlserver://h?password=%s&database=d", "db2://u@h/d?Pwd=%s", "oracle://u:p@h/s?wallet%%20password=%s&x;y"} {
			noLeak(t, fmt.Sprintf(format, url.QueryEscape(password)))
		}
	})
}

func noLeak(t *testing.T, rawURL string) {
	t.Helper()
	texts := []string{dialects.Redact(rawURL)}
	target, err := dialects.ParseURL(rawURL)
	if err != nil {
		texts = append(texts, err.Error())
	} else {
		texts = append(texts, target.Invalid("the driver says %s: %q", target.URL, target.URL).Error())
	}
	for _, text := range texts {
		if strings.Contains(text, "Zq7") || strings.Contains(text, "7qZ") {
			t.Errorf("%q is shown as %q", rawURL, text)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	dialects.Register(plain{"closed"})
	failing := errors.New("the driver fails")
	dialects.Register(opening{plain: plain{"failing"}, open: func(context.Context, *dialects.Target) (*sql.DB, error) {
		return nil, fmt.Errorf("%w: %w", failing, errKnown)
	}})
	for _, c := range []struct {
		url  string
		want []error
	}{
		{"nonsense", []error{dialects.ErrInvalidURL}},
		{"nowhere://u:s3cret@h", []error{dialects.ErrUnknownDialect}},
		{"closed://u:s3cret@h", []error{dialects.ErrInvalidURL}},
		{"failing://u:s3cret@h", []error{failing, errKnown, dialects.ErrDeadlock}},
	} {
		_, _, _, err := dialects.Open(t.Context(), c.url)
		for _, want := range c.want {
			if !errors.Is(err, want) {
				t.Errorf("%s: got %v, want %v", c.url, err, want)
			}
		}
		if strings.Contains(fmt.Sprint(err), "s3cret") {
			t.Errorf("shows the password: %v", err)
		}
	}
}

// silent is a driver that connects when its context ends, and then fails.
type silent struct{ driver.Connector }

func (silent) Connect(ctx context.Context) (driver.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestOpenConnectTimeout(t *testing.T) {
	dialects.Register(opening{plain: plain{"silent"}, open: func(context.Context, *dialects.Target) (*sql.DB, error) {
		return sql.OpenDB(silent{}), nil
	}})
	_, _, _, err := dialects.Open(t.Context(), "silent://h?sessiondb.connect_timeout=20ms")
	if !errors.Is(err, dialects.ErrUnavailable) || !strings.Contains(err.Error(), "no answer within 20ms (sessiondb.connect_timeout)") {
		t.Errorf("our timeout: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, _, _, err = dialects.Open(ctx, "silent://h")
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, dialects.ErrUnavailable) {
		t.Errorf("the caller's: %v", err)
	}
}

func TestConnectionLost(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{driver.ErrBadConn, true},
		{io.EOF, true},
		{io.ErrUnexpectedEOF, true},
		{net.ErrClosed, true},
		{&net.DNSError{Err: "no such host"}, true},
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, true},
		{&net.OpError{Op: "dial", Err: context.DeadlineExceeded}, true},
		{&net.OpError{Op: "read", Err: context.DeadlineExceeded}, false},
		{&net.OpError{Op: "dial", Err: context.Canceled}, false},
		{context.Canceled, false},
		{context.DeadlineExceeded, false},
		{fmt.Errorf("%w: %w", context.Canceled, io.EOF), false},
		{os.ErrNotExist, false},
		{sql.ErrNoRows, false},
	} {
		if got := dialects.ConnectionLost(c.err); got != c.want {
			t.Errorf("%v: got %v", c.err, got)
		}
	}
}

func TestClassified(t *testing.T) {
	d := plain{"any"}
	if err := dialects.Classified(d, nil); err != nil {
		t.Errorf("nil: %v", err)
	}
	if err := dialects.Classified(d, io.EOF); err != io.EOF {
		t.Errorf("unknown: %v", err)
	}
	once := dialects.Classified(d, errKnown)
	if !errors.Is(once, dialects.ErrDeadlock) || !errors.Is(once, errKnown) || !dialects.Retryable(once) {
		t.Errorf("known: %v", once)
	}
	wrapped := fmt.Errorf("put: %w", once)
	if twice := dialects.Classified(d, wrapped); twice != wrapped {
		t.Errorf("twice: %v", twice)
	}
}

func TestConfig(t *testing.T) {
	traits := dialects.Traits{MaxParams: 10, MaxList: 5}
	if got := traits.Config(nil); got.MaxParams != 10 || got.MaxList != 5 {
		t.Errorf("nil: %+v", got)
	}
	mine := &gen.Config{Prefix: "P_", MaxParams: 3}
	if got := traits.Config(mine); got.MaxParams != 3 || got.MaxList != 5 || got.Prefix != "P_" || got == mine || mine.MaxList != 0 {
		t.Errorf("mine: %+v, became %+v", got, mine)
	}
}
