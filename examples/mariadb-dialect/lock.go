package mariadb

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/sessiondb/sessiondb/dialects"
)

// lockName is hashed because names end at 64 characters, and has the database
// in it because the server's locks are not bound to one.
const lockName = "CONCAT('sessiondb:', SHA1(CONCAT(COALESCE(DATABASE(), ''), ':', ?)))"

// TryLock takes a user-level lock of the server. It returns ErrLocked.
func (dialect) TryLock(ctx context.Context, conn *sql.Conn, name string) (func(context.Context) error, error) {
	granted, err := lockFunction(ctx, conn, "SELECT GET_LOCK("+lockName+", 0)", name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("lock %q: %w", name, err)
	case granted == 0:
		return nil, fmt.Errorf("%w: %q", dialects.ErrLocked, name)
	}
	return func(ctx context.Context) error {
		held, err := lockFunction(ctx, conn, "SELECT RELEASE_LOCK("+lockName+")", name)
		if err == nil && held == 0 {
			err = fmt.Errorf("this session does not hold it")
		}
		if err != nil {
			return fmt.Errorf("unlock %q: %w", name, err)
		}
		return nil
	}, nil
}

// lockFunction returns 1 or 0; NULL, an error of the server's, is one here too.
func lockFunction(ctx context.Context, conn *sql.Conn, query, name string) (answer int64, err error) {
	err = conn.QueryRowContext(ctx, query, name).Scan(&answer)
	return answer, err
}
