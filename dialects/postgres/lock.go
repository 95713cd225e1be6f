package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sessiondb/sessiondb/dialects"
)

// TryLock takes a session-level advisory lock of the connected database; its
// number is a hash of name. PgBouncer in transaction mode gives every statement
// another session: use a direct connection there. CockroachDB always grants it.
// It returns ErrLocked, or errors.ErrUnsupported where the server has no such
// locks (YugabyteDB).
func (dialect) TryLock(ctx context.Context, conn *sql.Conn, name string) (func(context.Context) error, error) {
	key := lockKey(name)
	var granted bool
	err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&granted)
	var e *pgconn.PgError
	switch {
	case errors.As(err, &e) && (e.Code == "0A000" || e.Code == "42883"):
		return nil, fmt.Errorf("advisory locks: %w: %w", errors.ErrUnsupported, err)
	case err != nil:
		return nil, fmt.Errorf("lock %q: %w", name, err)
	case !granted:
		return nil, fmt.Errorf("%w: %q", dialects.ErrLocked, name)
	}
	return func(ctx context.Context) error { return unlock(ctx, conn, name, key) }, nil
}

func unlock(ctx context.Context, conn *sql.Conn, name string, key int64) error {
	var held bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_advisory_unlock($1)", key).Scan(&held); err != nil {
		return fmt.Errorf("unlock %q: %w", name, err)
	}
	if !held {
		return fmt.Errorf("unlock %q: this session did not hold it; does a pooler share connections between clients?", name)
	}
	return nil
}

func lockKey(name string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("sessiondb:" + name)) // a hash never fails
	return int64(h.Sum64())
}
