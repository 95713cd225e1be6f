package mssql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net"
	"strings"
	"sync"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"

	"github.com/sessiondb/sessiondb/dialects"
)

// Schemes are the URL schemes beside the name.
func (dialect) Schemes() []string { return []string{"mssql"} }

// Open opens sqlserver://user:password@host:port?database=NAME; a path is the
// name of an instance. Parameters are those of github.com/microsoft/go-mssqldb.
// It returns ErrInvalidURL.
//
// The driver resets a session before it reuses its connection, so that nothing
// can be set once per connection: LOCK_TIMEOUT stays infinite, a context ends
// the wait, and XACT_ABORT stays what the server's "user options" say.
func (dialect) Open(_ context.Context, t *dialects.Target) (*sql.DB, error) {
	c, err := newConnector(t)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(c)
	t.Apply(db)
	return db, nil
}

func newConnector(t *dialects.Target) (connector, error) {
	if t.URL.Opaque != "" {
		return connector{}, t.Invalid("want %s://user@host?database=NAME", t.Scheme)
	}
	u := *t.URL
	u.Scheme = "sqlserver"
	if u.Path == "/" {
		u.Path = ""
	}
	if u.Path != "" && u.Port() != "" {
		return connector{}, t.Invalid("the path is an instance, which a port makes void: write ?database=%s", strings.TrimPrefix(u.Path, "/"))
	}
	cfg, err := msdsn.Parse(u.String())
	if err != nil {
		return connector{}, t.Invalid("%v", err)
	}
	if _, given := cfg.Parameters[msdsn.AppName]; !given {
		cfg.AppName = "sessiondb"
	}
	if _, given := cfg.Parameters[msdsn.DialTimeout]; !given {
		cfg.DialTimeout = t.ConnectTimeout
	}
	return connector{cfg}, nil
}

// connector bounds the whole connecting. The driver's own timeout, and its
// context, end with the dialling: a server that takes the connection but does
// not answer would block for ever.
type connector struct{ cfg msdsn.Config }

var _ driver.Connector = connector{}

// Connect opens a connection within the timeout.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	limited := ctx
	if c.cfg.DialTimeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, c.cfg.DialTimeout)
		defer cancel()
	}
	d := &dialer{Dialer: net.Dialer{KeepAlive: c.cfg.KeepAlive}, ctx: limited}
	base := mssql.NewConnectorConfig(c.cfg)
	base.Dialer = d
	conn, err := base.Connect(limited)
	switch closed := d.release(); {
	case err == nil && !closed:
		return conn, nil
	case err == nil:
		err = limited.Err()
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%w: %v", ctx.Err(), err) //nolint:errorlint // the context ended it: no class
	}
	if limited.Err() != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp " + c.cfg.Host, Err: fmt.Errorf("no answer within %s: %w", c.cfg.DialTimeout, err)}
	}
	return nil, err
}

// Driver is the driver's own.
func (c connector) Driver() driver.Driver { return mssql.NewConnectorConfig(c.cfg).Driver() }

// dialer closes what it dialled when ctx ends before release.
type dialer struct {
	net.Dialer
	ctx context.Context

	mu    sync.Mutex
	stops []func() bool
}

var _ mssql.Dialer = (*dialer)(nil)

// DialContext dials. The driver may do so for several addresses at once.
func (d *dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := d.Dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stops = append(d.stops, context.AfterFunc(d.ctx, func() { _ = conn.Close() }))
	return conn, nil
}

// release leaves the connections open for good, and reports whether it came too
// late.
func (d *dialer) release() (closed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, stop := range d.stops {
		if !stop() {
			closed = true
		}
	}
	return closed
}
