package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/sessiondb/sessiondb/dialects"
)

// TryLock holds an exclusive transaction on an empty database beside the file,
// PATH-NAME.lock. A lock in the file itself would stop the very work that it
// protects. It vanishes with the process, not with conn, so release matters; the
// lock file stays, because removing it would race with the next one to lock. A
// database in memory belongs to one pool and needs no lock.
func (dialect) TryLock(ctx context.Context, conn *sql.Conn, name string) (func(context.Context) error, error) {
	var path string
	if err := conn.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path); err != nil {
		return nil, fmt.Errorf("find the database file to lock: %w", err)
	}
	if path == "" {
		return func(context.Context) error { return nil }, nil
	}
	path += "-" + fileName(name) + ".lock"
	connector, err := sqlite.NewConnector(dsn(path, url.Values{"_busy_timeout": {"0"}, "_error_rc": {"1"}}))
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return nil, errors.Join(lockError(path, err), db.Close())
	}
	return func(context.Context) error { return db.Close() }, nil
}

func lockError(path string, err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY {
		return fmt.Errorf("%w: %s", dialects.ErrLocked, path)
	}
	return fmt.Errorf("lock %s: %w", path, err)
}

// fileName keeps what every file system takes.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, name)
}
