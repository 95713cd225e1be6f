package mysql

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/sessiondb/sessiondb/dialects"
)

// lockName is hashed because names end at 64 characters, by SHA2 because MySQL
// 9.7 has no SHA1 any more, and has the database in it because the server's
// locks are not bound to one.
const lockName = "CONCAT('sessiondb:', LEFT(SHA2(CONCAT(COALESCE(DATABASE(), ''), ':', ?), 256), 40))"

// TryLock takes a user-level lock of the server. On Galera it holds for the one
// node only, and a proxy must keep to one server connection. It returns
// ErrLocked.
func (dialect) TryLock(ctx context.Context, conn *sql.Conn, name string) (func(context.Context) error, error) {
	granted, err := lockFunction(ctx, conn, "SELECT GET_LOCK("+lockName+", 0)", name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("lock %q: %w", name, err)
	case !granted.Valid:
		return nil, fmt.Errorf("lock %q: the server answered NULL, an internal error of GET_LOCK", name)
	case granted.Int64 == 0:
		return nil, fmt.Errorf("%w: %q", dialects.ErrLocked, name)
	}
	return func(ctx context.Context) error { return unlock(ctx, conn, name) }, nil
}

func unlock(ctx context.Context, conn *sql.Conn, name string) error {
	held, err := lockFunction(ctx, conn, "SELECT RELEASE_LOCK("+lockName+")", name)
	if err != nil {
		return fmt.Errorf("unlock %q: %w", name, err)
	}
	if held.Int64 != 1 {
		return fmt.Errorf("unlock %q: this session did not hold it; does a proxy share connections between clients?", name)
	}
	return nil
}

func lockFunction(ctx context.Context, conn *sql.Conn, query, name string) (answer sql.NullInt64, err error) {
	err = conn.QueryRowContext(ctx, query, name).Scan(&answer)
	return answer, err
}
