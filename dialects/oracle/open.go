package oracle

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	go_ora "github.com/sijms/go-ora/v2"
	"github.com/sijms/go-ora/v2/configurations"

	"github.com/sessiondb/sessiondb/dialects"
)

// sessionSettings make a session independent of the machine it comes from: the
// driver sets its own time zone. Identifiers compare byte for byte.
const sessionSettings = "ALTER SESSION SET TIME_ZONE = '+00:00' NLS_COMP = BINARY NLS_SORT = BINARY"

// Schemes are the URL schemes beside the name: none.
func (dialect) Schemes() []string { return nil }

// Open opens oracle://user:password@host:port/service. Parameters are those of
// github.com/sijms/go-ora/v2, whatever their case; it refuses others. TIMEOUT is
// the longest wait for any one answer of the server, ten minutes by default;
// a context ends a statement sooner. It returns ErrInvalidURL.
func (dialect) Open(_ context.Context, t *dialects.Target) (*sql.DB, error) {
	u, err := driverURL(t)
	if err != nil {
		return nil, err
	}
	if _, err := configurations.ParseConfig(u.String()); err != nil {
		return nil, t.Invalid("%v", err)
	}
	db := sql.OpenDB(connector{go_ora.NewConnector(u.String()), u.Host, t.ConnectTimeout})
	t.Apply(db)
	return db, nil
}

// driverURL is the target's URL as the driver wants it.
func driverURL(t *dialects.Target) (*url.URL, error) {
	if t.URL.Opaque != "" {
		return nil, t.Invalid("want oracle://user@host/service")
	}
	u := *t.URL
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), "1521")
	}
	q := u.Query()
	if !given(q, "PROGRAM") {
		q.Set("PROGRAM", "sessiondb")
	}
	if strings.Trim(u.Path, "/") == "" && !given(q, "SID") && !given(q, "SERVICE NAME") && !given(q, "CONNSTR") {
		return nil, t.Invalid("the service is missing: write oracle://user@host:1521/SERVICE, or ?SID=NAME")
	}
	u.RawQuery = q.Encode()
	return &u, nil
}

// given looks for a parameter in any spelling.
func given(q url.Values, name string) bool {
	for k := range q {
		if strings.EqualFold(k, name) {
			return true
		}
	}
	return false
}

// connector bounds the connecting and prepares the session.
type connector struct {
	driver.Connector
	addr    string
	timeout time.Duration
}

// Connect opens a connection within the timeout.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
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
	session, ok := conn.(driver.ExecerContext)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%T executes nothing", conn), conn.Close())
	}
	if _, err := session.ExecContext(ctx, sessionSettings, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
