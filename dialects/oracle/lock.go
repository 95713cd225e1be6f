package oracle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/sijms/go-ora/v2/network"

	"github.com/sessiondb/sessiondb/dialects"
)

// The lock's number is a hash of its name, because DBMS_LOCK's own handles by
// name commit, and of the schema, because numbers are the whole database's.
const (
	lockID        = "DBMS_UTILITY.GET_HASH_VALUE('sessiondb:' || SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') || ':' || :2, 0, 1073741824)"
	lockStatement = "BEGIN :1 := DBMS_LOCK.REQUEST(id => " + lockID + ", lockmode => DBMS_LOCK.X_MODE, timeout => 0, release_on_commit => FALSE); END;"
	freeStatement = "BEGIN :1 := DBMS_LOCK.RELEASE(id => " + lockID + "); END;"
)

// TryLock takes a user lock of the database through DBMS_LOCK. It returns
// ErrLocked, or errors.ErrUnsupported where the account may not use the package.
func (dialect) TryLock(ctx context.Context, conn *sql.Conn, name string) (func(context.Context) error, error) {
	result, err := call(ctx, conn, lockStatement, name)
	var e *network.OracleError
	switch {
	case errors.As(err, &e) && e.ErrCode == 6550: // PLS-00201: must be declared
		return nil, fmt.Errorf("lock %q: %w, grant EXECUTE ON SYS.DBMS_LOCK to this user: %w", name, errors.ErrUnsupported, err)
	case err != nil:
		return nil, fmt.Errorf("lock %q: %w", name, err)
	case result == 1: // timeout; 4 is a lock that this session holds already
		return nil, fmt.Errorf("%w: %q", dialects.ErrLocked, name)
	case result != 0:
		return nil, fmt.Errorf("lock %q: DBMS_LOCK.REQUEST returned %d", name, result)
	}
	return func(ctx context.Context) error { return unlock(ctx, conn, name) }, nil
}

func unlock(ctx context.Context, conn *sql.Conn, name string) error {
	result, err := call(ctx, conn, freeStatement, name)
	if err != nil {
		return fmt.Errorf("unlock %q: %w", name, err)
	}
	if result != 0 {
		return fmt.Errorf("unlock %q: DBMS_LOCK.RELEASE returned %d", name, result)
	}
	return nil
}

func call(ctx context.Context, conn *sql.Conn, statement, name string) (result int64, err error) {
	_, err = conn.ExecContext(ctx, statement, sql.Out{Dest: &result}, name)
	return result, err
}
