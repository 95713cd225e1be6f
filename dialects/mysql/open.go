package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/sessiondb/sessiondb/dialects"
)

// sqlMode replaces the server's own, so that a statement means the same
// everywhere: strict, and none of ANSI_QUOTES, NO_BACKSLASH_ESCAPES,
// PIPES_AS_CONCAT or ORACLE. STRICT_ALL_TABLES holds for every storage engine:
// what does not fit is refused, never cut off.
const sqlMode = "'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"

// Schemes are the URL schemes beside the name.
func (dialect) Schemes() []string { return []string{"mariadb"} }

// Open opens mysql://user:password@host:port/database, or with socket=/PATH in
// place of a host. Parameters are those of github.com/go-sql-driver/mysql; what
// it does not know it sets as session variables, so that strings need quotes
// there (sql_mode='ANSI'). It returns ErrInvalidURL.
func (dialect) Open(_ context.Context, t *dialects.Target) (*sql.DB, error) {
	q := t.URL.Query()
	cfg, err := config(t, q)
	if err != nil {
		return nil, err
	}
	base, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, t.Invalid("%v", err)
	}
	ownIsolation := slices.ContainsFunc([]string{"transaction_isolation", "tx_isolation"}, q.Has)
	db := sql.OpenDB(connector{base, cfg.Addr, cfg.Timeout, ownIsolation})
	t.Apply(db)
	return db, nil
}

func config(t *dialects.Target, q url.Values) (*mysql.Config, error) {
	if t.URL.Opaque != "" {
		return nil, t.Invalid("want %s://user@host/database", t.Scheme)
	}
	if q.Has("strict") { // the driver panics
		return nil, t.Invalid("remove strict: it is the default, and sql_mode='' turns it off")
	}
	if c := q.Get("charset"); !strings.HasPrefix(c, "utf8") && c != "" {
		return nil, t.Invalid("charset=%s: the driver sends UTF-8, so only utf8mb4 and utf8 are right", c)
	}
	defaults(q)
	network := address(t.URL, q)
	// The driver reads a comma in a list of character sets as it stands.
	params := strings.ReplaceAll(q.Encode(), "%2C", ",")
	cfg, err := mysql.ParseDSN(network + "/" + url.PathEscape(strings.TrimPrefix(t.URL.Path, "/")) + "?" + params)
	if err != nil {
		return nil, t.Invalid("%v", err)
	}
	cfg.User = t.URL.User.Username()
	cfg.Passwd, _ = t.URL.User.Password()
	cfg.Logger = &mysql.NopLogger{} // every error is returned as well
	if !q.Has("timeout") {
		cfg.Timeout = t.ConnectTimeout
	}
	return cfg, nil
}

func defaults(q url.Values) {
	set := func(name, value string) {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	set("interpolateParams", "true") // no prepare round trip for each statement
	set("parseTime", "true")
	set("clientFoundRows", "true") // count matching rows, as the other databases do
	if !q.Has("charset") {
		set("collation", "utf8mb4_bin")
	}
	set("charset", "utf8mb4")
	set("sql_mode", sqlMode)
	set("time_zone", "'+00:00'") // loc is UTC by default
}

// address is the driver's form of where the server is.
func address(u *url.URL, q url.Values) string {
	if socket := q.Get("socket"); socket != "" {
		q.Del("socket")
		return "unix(" + socket + ")"
	}
	host, port := u.Hostname(), u.Port()
	if host == "" {
		host = "localhost"
	}
	if port == "" {
		port = "3306"
	}
	return "tcp(" + net.JoinHostPort(host, port) + ")"
}

// connector makes READ COMMITTED the session's isolation level. The statement is
// the one form that all versions know: the variable is tx_isolation on older
// servers and transaction_isolation on newer ones.
type connector struct {
	driver.Connector
	addr         string
	timeout      time.Duration
	ownIsolation bool
}

// Connect opens a connection within the timeout; the driver's own ends with the
// dialling.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	limited := ctx
	if c.timeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	conn, err := c.connect(limited)
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%w: %v", ctx.Err(), err) //nolint:errorlint // the context ended it: no class
	case limited.Err() != nil:
		return nil, &net.OpError{Op: "dial", Net: "tcp " + c.addr, Err: fmt.Errorf("no answer within %s: %w", c.timeout, err)}
	}
	return nil, err
}

func (c connector) connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(fullConn)
	if !ok || c.ownIsolation {
		return conn, nil
	}
	if _, err := full.ExecContext(ctx, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", nil); err != nil {
		_ = conn.Close() // the first error explains
		return nil, err
	}
	return readCommitted{full}, nil
}

// fullConn is what the driver's connection can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// readCommitted is a connection whose session is READ COMMITTED already, so that
// asking for it again costs no round trip.
type readCommitted struct{ fullConn }

// BeginTx begins a transaction.
func (c readCommitted) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if sql.IsolationLevel(opts.Isolation) == sql.LevelReadCommitted {
		opts.Isolation = driver.IsolationLevel(sql.LevelDefault)
	}
	return c.fullConn.BeginTx(ctx, opts)
}
