package sessionstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/sessiondb/sessiondb/gen"
)

// Get returns the live session of a key: its newest row is a STORE row that has
// not expired. It returns ErrNotFound, ErrInvalid, or the database's error
// classified; never one in place of the other.
func (s *Store) Get(ctx context.Context, key Key) (*Session, error) { return s.root.get(ctx, key) }

// GetRaw reads by the reference's rule: the newest row of the key, whether it
// has expired or not. Errors are those of Get.
func (s *Store) GetRaw(ctx context.Context, key Key) (*Session, error) {
	return s.root.getRaw(ctx, key)
}

// LastOperation returns the operation of a key's newest row without reading its
// payload. Errors are those of Get; ErrNotFound means that there is no row.
func (s *Store) LastOperation(ctx context.Context, key Key) (Operation, error) {
	return s.root.lastOperation(ctx, key)
}

func (a accessor) get(ctx context.Context, key Key) (*Session, error) {
	found, err := a.getRaw(ctx, key)
	if err != nil {
		return nil, err
	}
	if !found.Live(a.s.opts.Now()) {
		return nil, notFound(key)
	}
	return found, nil
}

func (a accessor) getRaw(ctx context.Context, key Key) (*Session, error) {
	if err := a.s.limits.key(key); err != nil {
		return nil, err
	}
	if !a.s.stored(key.Type) {
		return nil, notFound(key)
	}
	row, err := a.log(key.Type).LatestSession(ctx, gen.LatestSessionParams{SessionID: key.ID, SessionType: key.Type})
	if err != nil {
		return nil, a.readError("read session", key, err)
	}
	if !Operation(row.Operation).Is(OperationStore) {
		return nil, notFound(key)
	}
	return &Session{
		Key: key, Payload: row.SessionObject, TenantID: tenantOf(row.TenantID),
		CreatedAt: time.Unix(0, row.TimeCreated), ExpiresAt: expiryOf(row.ExpiryTime),
	}, nil
}

func (a accessor) lastOperation(ctx context.Context, key Key) (Operation, error) {
	if err := a.s.limits.key(key); err != nil {
		return "", err
	}
	if !a.s.stored(key.Type) {
		return "", notFound(key)
	}
	row, err := a.log(key.Type).LatestOperation(ctx, gen.LatestOperationParams{SessionID: key.ID, SessionType: key.Type})
	if err != nil {
		return "", a.readError("read last operation", key, err)
	}
	if Operation(row.Operation).Is(OperationDelete) {
		return OperationDelete, nil
	}
	return OperationStore, nil
}

func (a accessor) readError(doing string, key Key, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return notFound(key)
	}
	return a.s.wrap(fmt.Sprintf("%s %s", doing, key), err)
}

func notFound(key Key) error { return fmt.Errorf("session %s %w", key, ErrNotFound) }

func tenantOf(id sql.NullInt32) int {
	if !id.Valid {
		return NoTenant
	}
	return int(id.Int32)
}

// forever is how a database whose EXPIRY_TIME is NOT NULL stores "never".
const forever = math.MaxInt64

func expiryOf(e sql.NullInt64) time.Time {
	if !e.Valid || e.Int64 == forever {
		return time.Time{}
	}
	return time.Unix(0, e.Int64)
}
