package db2

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
)

// Schemes are the URL schemes beside the name: none.
func (dialect) Schemes() []string { return nil }

// Open opens db2://user:password@host:port/DATABASE. Parameters are the CLI
// driver's keywords, whatever their case. LockTimeout (seconds, -1 for ever)
// bounds every wait for a lock, 10 by default, because neither the server nor a
// context does: the driver cannot end a running statement. It returns
// ErrInvalidURL, and an error of its own without the build tag db2.
func (dialect) Open(_ context.Context, t *dialects.Target) (*sql.DB, error) {
	c, err := newConnector(t)
	if err != nil {
		return nil, err
	}
	db, err := c.open()
	if err != nil {
		return nil, err
	}
	t.Apply(db)
	return db, nil
}

// connector is what a connection needs.
type connector struct {
	dsn         string
	addr        string
	timeout     time.Duration
	lockTimeout int
}

func newConnector(t *dialects.Target) (connector, error) {
	q := keywords(t.URL.Query())
	lockTimeout := 10
	if given := q["LOCKTIMEOUT"]; given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < -1 || n > 32767 {
			return connector{}, t.Invalid("LockTimeout=%s: want seconds, at most 32767, or -1 for no limit", given)
		}
		lockTimeout = n
	}
	delete(q, "LOCKTIMEOUT")
	dsn, err := connectionString(t, q)
	return connector{dsn, t.URL.Host, t.ConnectTimeout, lockTimeout}, err
}

// keywords have no case; the last of several values counts.
func keywords(params url.Values) map[string]string {
	q := map[string]string{}
	for name, values := range params {
		q[strings.ToUpper(name)] = values[len(values)-1]
	}
	return q
}

// connectionString is the form that the CLI driver takes.
func connectionString(t *dialects.Target, q map[string]string) (string, error) {
	database := strings.Trim(t.URL.Path, "/")
	if t.URL.Opaque != "" || t.URL.Hostname() == "" || database == "" {
		return "", t.Invalid("want db2://user@host:50000/DATABASE")
	}
	set := func(name, value string) {
		if _, given := q[name]; !given && value != "" {
			q[name] = value
		}
	}
	q["HOSTNAME"], q["DATABASE"] = t.URL.Hostname(), database
	set("PORT", t.URL.Port())
	set("PORT", "50000")
	set("PROTOCOL", "TCPIP")
	set("UID", t.URL.User.Username())
	password, _ := t.URL.User.Password()
	set("PWD", password)
	set("PROGRAMNAME", "sessiondb")
	set("CONNECTTIMEOUT", strconv.Itoa(int(math.Ceil(t.ConnectTimeout.Seconds()))))

	var dsn strings.Builder
	for _, name := range slices.Sorted(maps.Keys(q)) {
		// Neither braces nor quotes protect a semicolon: seen with CLI 12.1.
		if strings.ContainsAny(name, ";=") || strings.ContainsFunc(name+q[name], forbidden) {
			return "", t.Invalid("%s has a semicolon or a control character, which IBM's driver cannot be told", name)
		}
		fmt.Fprintf(&dsn, "%s=%s;", name, q[name])
	}
	return dsn.String(), nil
}

func forbidden(r rune) bool { return r == ';' || r < ' ' }
