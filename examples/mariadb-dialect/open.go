package mariadb

import (
	"context"
	"database/sql"
	"net"
	"net/url"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/sessiondb/sessiondb/dialects"
)

// Schemes are the URL schemes beside the name: none.
func (dialect) Schemes() []string { return nil }

// Open opens mariadb-native://user:password@host:port/database. Parameters are
// those of github.com/go-sql-driver/mysql; what it does not know it sets as
// session variables, so that strings need quotes there. It returns ErrInvalidURL.
func (dialect) Open(_ context.Context, t *dialects.Target) (*sql.DB, error) {
	if t.URL.Opaque != "" {
		return nil, t.Invalid("want %s://user@host/database", t.Scheme)
	}
	cfg, err := config(t)
	if err != nil {
		return nil, t.Invalid("%v", err) // without the password
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, t.Invalid("%v", err)
	}
	db := sql.OpenDB(connector)
	t.Apply(db) // the pool's limits
	return db, nil
}

// config has the driver read the parameters, and sets the rest itself.
func config(t *dialects.Target) (*mysql.Config, error) {
	q := t.URL.Query()
	for name, value := range defaults {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	cfg, err := mysql.ParseDSN("/?" + q.Encode())
	if err != nil {
		return nil, err
	}
	cfg.Net, cfg.Addr = "tcp", address(t.URL)
	cfg.User = t.URL.User.Username()
	cfg.Passwd, _ = t.URL.User.Password()
	cfg.DBName = strings.TrimPrefix(t.URL.Path, "/")
	cfg.Logger = &mysql.NopLogger{} // every error is returned as well
	if cfg.Timeout == 0 {
		cfg.Timeout = t.ConnectTimeout
	}
	return cfg, nil
}

// defaults are what the URL does not say.
var defaults = map[string]string{
	"interpolateParams": "true", // no prepare round trip for each statement
	"parseTime":         "true",
	"clientFoundRows":   "true", // count matching rows, as other databases do
	"charset":           "utf8mb4",
	"collation":         "utf8mb4_bin",                                // one that the driver knows by name
	"sql_mode":          "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'", // refuse what does not fit
	"time_zone":         "'+00:00'",
	"tx_isolation":      "'READ-COMMITTED'",
}

func address(u *url.URL) string {
	host, port := u.Hostname(), u.Port()
	if host == "" {
		host = "localhost"
	}
	if port == "" {
		port = "3306"
	}
	return net.JoinHostPort(host, port)
}
