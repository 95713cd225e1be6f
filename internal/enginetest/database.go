package enginetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
)

// adminTimeout bounds what is done beside the tests: reaching a server,
// creating and dropping a database.
const adminTimeout = 30 * time.Second

// notPlain is what a database name cannot hold on every engine.
var notPlain = regexp.MustCompile(`[^a-z0-9]+`)

// caseName makes a database name from a test's, so that one that is left over
// tells where it came from. 24 letters and the random part fit every engine.
func caseName(test string) string {
	name := notPlain.ReplaceAllString(strings.ToLower(test), "_")
	if len(name) > 24 {
		name = name[len(name)-24:]
	}
	return "sdbt_" + strings.Trim(name, "_") + "_" + random(4)
}

// random returns n random bytes in hexadecimal.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, says its documentation
	return hex.EncodeToString(b)
}

// admin runs f on a connection of its own. It is not kept, so that no
// connection of ours stands in the way of a dropped database or a leak check.
func admin(driver, dsn string, f func(context.Context, *sql.Conn) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), adminTimeout)
	defer cancel()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	return errors.Join(f(ctx, conn), conn.Close(), db.Close())
}

// run sends statements one after the other and stops at the first error.
func run(statements ...string) func(context.Context, *sql.Conn) error {
	return func(ctx context.Context, conn *sql.Conn) error {
		for _, s := range statements {
			if _, err := conn.ExecContext(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
}

// ask reads one string.
func ask(driver, dsn, query string) (version string, err error) {
	err = admin(driver, dsn, func(ctx context.Context, conn *sql.Conn) error {
		return conn.QueryRowContext(ctx, query).Scan(&version)
	})
	return version, err
}

// withDatabase is the target's URL with another database. Our own parameters,
// which ParseURL took out, are not part of it: a case has no schema or prefix.
func withDatabase(t *dialects.Target, name string) string {
	u := *t.URL
	u.Path = "/" + name
	return u.String()
}

// prefixes keep cases apart on servers where a test account seldom may create
// databases.
type prefixes struct{ target *dialects.Target }

func newPrefixes(t *dialects.Target) isolation { return prefixes{t} }

func (p prefixes) create(string) (string, func() error, error) {
	u := *p.target.URL
	q := u.Query()
	if p.target.Schema != "" {
		q.Set("sessiondb.schema", p.target.Schema)
	}
	// Short: Oracle 12.1 and older end names at 30 bytes.
	q.Set("sessiondb.prefix", "T"+strings.ToUpper(random(3))+"_")
	u.RawQuery = q.Encode()
	return u.String(), func() error { return nil }, nil
}

// files are SQLite's databases: one a case, in a folder of its own below dir.
type files struct {
	dir   string
	query string
}

// startSQLite starts nothing: the engine is compiled in.
func startSQLite() (*Server, error) {
	return &Server{URL: "sqlite:" + filepath.Join(os.TempDir(), "sessions.db")}, nil
}

// newFiles puts the files beside the one that the URL names, with its
// parameters.
func newFiles(t *dialects.Target) isolation {
	path := t.URL.Opaque
	if path == "" {
		path = t.URL.Path
	}
	return files{dir: filepath.Dir(path), query: t.URL.RawQuery}
}

func (f files) create(name string) (string, func() error, error) {
	dir, err := os.MkdirTemp(f.dir, name+"_")
	if err != nil {
		return "", nil, err
	}
	u := url.URL{Scheme: "sqlite", Path: filepath.Join(dir, "sessions.db"), RawQuery: f.query, OmitHost: true}
	return u.String(), func() error { return os.RemoveAll(dir) }, nil
}
