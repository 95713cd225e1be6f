package mssql

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"

	"github.com/sessiondb/sessiondb/dialects"
)

const (
	lockStatement = "DECLARE @r int; EXEC @r = sp_getapplock @Resource = @p1, @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0; SELECT @r"
	freeStatement = "DECLARE @r int; EXEC @r = sp_releaseapplock @Resource = @p1, @LockOwner = 'Session'; SELECT @r"
)

// TryLock takes an application lock of the connected database, owned by the
// session. It returns ErrLocked.
func (dialect) TryLock(ctx context.Context, conn *sql.Conn, name string) (func(context.Context) error, error) {
	result, err := call(ctx, conn, lockStatement, name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("lock %q: %w", name, err)
	case result == -1: // -2 and -3 are a cancelled request and a deadlock's victim
		return nil, fmt.Errorf("%w: %q", dialects.ErrLocked, name)
	case result < 0:
		return nil, fmt.Errorf("lock %q: sp_getapplock returned %d", name, result)
	}
	return func(ctx context.Context) error { return unlock(ctx, conn, name) }, nil
}

func unlock(ctx context.Context, conn *sql.Conn, name string) error {
	result, err := call(ctx, conn, freeStatement, name)
	if err != nil {
		return fmt.Errorf("unlock %q: %w", name, err)
	}
	if result < 0 {
		return fmt.Errorf("unlock %q: sp_releaseapplock returned %d", name, result)
	}
	return nil
}

// call hashes name, because resources end at 255 characters.
func call(ctx context.Context, conn *sql.Conn, statement, name string) (result int, err error) {
	resource := fmt.Sprintf("sessiondb:%x", sha256.Sum256([]byte(name)))
	err = conn.QueryRowContext(ctx, statement, resource).Scan(&result)
	return result, err
}
