package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"modernc.org/sqlite"

	"github.com/sessiondb/sessiondb/dialects"
)

// Schemes are the URL schemes beside the name.
func (dialect) Schemes() []string { return []string{"sqlite3"} }

// Open opens sqlite:PATH, sqlite:///ABSOLUTE/PATH or sqlite::memory:. The file
// is created when it is not there, its folder is not. A database in memory
// belongs to the pool and ends with it. Parameters are those of the driver
// (modernc.org/sqlite) and of SQLite's own URIs; docs/databases/sqlite.md lists
// the defaults. It returns ErrInvalidURL.
func (dialect) Open(_ context.Context, t *dialects.Target) (*sql.DB, error) {
	path, err := file(t)
	if err != nil {
		return nil, err
	}
	q := t.URL.Query()
	defaults(q)
	if path == ":memory:" {
		return openMemory(t, q)
	}
	if !q.Has("vfs") {
		if path, err = usable(path, q.Get("mode")); err != nil {
			return nil, t.Invalid("%v", err)
		}
	}
	wait := patience(q)
	connector, err := sqlite.NewConnector(dsn(path, q))
	if err != nil {
		return nil, t.Invalid("%v", err)
	}
	if wait > 0 {
		connector = patient{connector, wait}
	}
	db := sql.OpenDB(connector)
	t.Apply(db)
	return db, nil
}

// file is the path that the target's URL names.
func file(t *dialects.Target) (string, error) {
	if t.URL.Host != "" || t.URL.User != nil {
		return "", t.Invalid("two slashes begin a host name, and SQLite has none: write %s:PATH, or %s:///PATH for an absolute path", t.Scheme, t.Scheme)
	}
	if t.URL.Opaque == "" {
		if t.URL.Path == "" {
			return "", t.Invalid("the path is missing: write %s:PATH", t.Scheme)
		}
		return t.URL.Path, nil
	}
	path, err := url.PathUnescape(t.URL.Opaque)
	if err != nil {
		return "", t.Invalid("write %% in a path as %%25")
	}
	return path, nil
}

// usable is the absolute path, because connections are opened later as well,
// and the program may have changed its folder by then. It turns what SQLite only
// calls "unable to open database file" into words.
func usable(path, mode string) (string, error) {
	if mode == "memory" {
		return "", errors.New("mode=memory gives every connection a database of its own: write sqlite::memory:")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return "", fmt.Errorf("%s is a folder: name a file in it", path)
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		return path, err
	case mode == "ro" || mode == "rw":
		return "", fmt.Errorf("%s does not exist, and mode=%s does not create it: correct the path, or make the database with \"sessiondb migrate up\"", path, mode)
	}
	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); err != nil {
		return "", fmt.Errorf("the folder %s does not exist: create it first", folder)
	}
	return path, nil
}

// defaults sets what the URL leaves open. The driver has two names for some
// parameters, and a third way by _pragma.
func defaults(q url.Values) {
	set := func(name, value string, others ...string) {
		pragma := strings.TrimPrefix(name, "_")
		if !slices.ContainsFunc(append(others, name), q.Has) && !hasPragma(q, pragma) {
			q.Set(name, value)
		}
	}
	// Writers wait for one another instead of failing.
	set("_busy_timeout", "10000", "_timeout")
	// Readers and the one writer do not wait for one another. A read-only file
	// cannot be changed to it.
	if q.Get("mode") != "ro" && !q.Has("immutable") {
		set("_journal_mode", "WAL", "_journal")
	}
	// FULL syncs on every commit. NORMAL is faster and never corrupts the file,
	// but a power loss undoes the last commits: a logout would come undone.
	set("_synchronous", "FULL", "_sync")
	// A transaction that starts reading and then writes cannot wait for the
	// lock (SQLITE_BUSY_SNAPSHOT); read-only ones are not affected.
	set("_txlock", "immediate")
	set("_time_format", "sqlite", "_time_integer_format")
	set("_timezone", "UTC")
	// Without it an error on opening carries an unrelated message.
	set("_error_rc", "1")
}

func hasPragma(q url.Values, name string) bool {
	return slices.ContainsFunc(q["_pragma"], func(p string) bool {
		return strings.HasPrefix(strings.ToLower(strings.TrimSpace(p)), name)
	})
}

// dsn is a file: URI, because only there blanks, ? and % in a path have an
// escaped form.
func dsn(path string, q url.Values) string {
	path = filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		path = "/" + path
	}
	return "file:" + strings.ReplaceAll(url.PathEscape(path), "%2F", "/") + "?" + q.Encode()
}

// openMemory gives every pool a database of its own in SQLite's memdb, which
// several connections share. Its locks are those of a file without WAL.
func openMemory(t *dialects.Target, q url.Values) (*sql.DB, error) {
	if q.Has("vfs") {
		return nil, t.Invalid("a database in memory has a vfs of its own: remove vfs")
	}
	q.Set("vfs", "memdb")
	connector, err := sqlite.NewConnector(dsn("/sessiondb-"+rand.Text(), q))
	if err != nil {
		return nil, t.Invalid("%v", err)
	}
	db := sql.OpenDB(&memory{Connector: connector})
	t.Apply(db)
	return db, nil
}

// memory holds one connection for as long as the pool lives: the database would
// vanish with its last one.
type memory struct {
	driver.Connector
	mu   sync.Mutex
	kept driver.Conn
}

// Connect opens a connection, the first time another one to keep.
func (m *memory) Connect(ctx context.Context) (driver.Conn, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		kept, err := m.Connector.Connect(ctx)
		if err != nil {
			return nil, err
		}
		m.kept = kept
	}
	return m.Connector.Connect(ctx)
}

// Close ends the database; sql.DB.Close calls it last.
func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		return nil
	}
	return m.kept.Close()
}
