package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/sessiondb/sessiondb/dialects"
)

// Schemes are the URL schemes beside the name.
func (dialect) Schemes() []string { return []string{"postgresql"} }

// Open opens postgres://user:password@host:port/database. Parameters are those
// of pgx, which are libpq's; what the URL leaves open comes from libpq's
// environment variables and files. Several hosts are written
// postgres:///database?host=a,b&port=5432,5432.
//
// Behind PgBouncer in transaction or statement mode before 1.21, prepared
// statements get lost: add default_query_exec_mode=exec (or simple_protocol).
// It returns ErrInvalidURL.
func (dialect) Open(_ context.Context, t *dialects.Target) (*sql.DB, error) {
	if t.URL.Opaque != "" {
		return nil, t.Invalid("want %s://user@host/database", t.Scheme)
	}
	u := *t.URL
	u.Scheme = "postgres"
	cfg, err := pgx.ParseConfig(u.String())
	if err != nil {
		return nil, t.Invalid("%s", cause(err))
	}
	if cfg.ConnectTimeout == 0 && !u.Query().Has("connect_timeout") {
		cfg.ConnectTimeout = t.ConnectTimeout
	}
	setDefault(cfg.RuntimeParams, "application_name", "sessiondb")
	setDefault(cfg.RuntimeParams, "timezone", "UTC")
	db := sql.OpenDB(connector{stdlib.GetConnector(*cfg)})
	t.Apply(db)
	return db, nil
}

// cause is the driver's message without the URL that it begins with.
func cause(err error) string {
	text := err.Error()
	if _, after, found := strings.Cut(text, "`: "); found {
		return after
	}
	return text
}

// setDefault respects a parameter in any spelling: PostgreSQL's names have no
// case.
func setDefault(params map[string]string, name, value string) {
	for given := range params {
		if strings.EqualFold(given, name) {
			return
		}
	}
	params[name] = value
}

// connector tells the connect timeout from the caller's own: in the driver's
// error both are the context's.
type connector struct{ driver.Connector }

// Connect opens a connection within connect_timeout.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%w: %v", ctx.Err(), err) //nolint:errorlint // the context ended it: no class
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &net.OpError{Op: "dial", Net: "postgres", Err: err}
	}
	return nil, err
}
