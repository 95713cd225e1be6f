package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
)

// retryLock is how often a lock that another migrator holds is tried again.
const retryLock = 200 * time.Millisecond

// locked runs fn while no other migrator works on the same version table. A
// dialect without locks proceeds at once: Up is correct then too.
func (m *Migrator) locked(ctx context.Context, fn func(context.Context) error) (err error) {
	locker, ok := m.plan.dialect.(dialects.Locker)
	if !ok {
		return fn(ctx)
	}
	if m.db.Stats().MaxOpenConnections == 1 {
		if m.plan.dialect.Traits().SingleWriter {
			return fn(ctx) // its transactions exclude one another anyway
		}
		return fmt.Errorf("%w: the limit is 1 connection, migrating takes 2, one of which holds the lock; raise SetMaxOpenConns (URL parameter sessiondb.max_open_conns)", ErrPoolTooSmall)
	}
	conn, err := m.db.Conn(ctx)
	if err != nil {
		return dialects.Classified(m.plan.dialect, err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	release, err := m.lock(ctx, locker, conn)
	if errors.Is(err, errors.ErrUnsupported) {
		return fn(ctx) // a server that speaks the dialect but has no locks
	}
	if err != nil {
		return err
	}
	defer func() {
		// The lock must go even when the caller's context has ended.
		alive, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if failed := release(alive); failed != nil {
			err = errors.Join(err, fmt.Errorf("release the migration lock: %w", dialects.Classified(m.plan.dialect, failed)))
		}
	}()
	return fn(ctx)
}

// lock tries until the lock is ours or the time is up.
func (m *Migrator) lock(ctx context.Context, locker dialects.Locker, conn *sql.Conn) (func(context.Context) error, error) {
	start := time.Now()
	for told := false; ; {
		release, err := locker.TryLock(ctx, conn, m.lockName())
		if err == nil {
			return release, nil
		}
		if !errors.Is(err, dialects.ErrLocked) {
			return nil, fmt.Errorf("take the migration lock: %w", dialects.Classified(m.plan.dialect, err))
		}
		if time.Since(start) >= m.wait {
			return nil, fmt.Errorf("another migrator is at work on %s, waited %s (LockTimeout): %w", m.base.Tablename(), max(m.wait, 0), err)
		}
		if !told {
			m.log.InfoContext(ctx, "waiting for another migrator", "table", m.base.Tablename())
			told = true
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(retryLock):
		}
	}
}

// lockName is short, because MySQL allows 64 characters, and another one for
// every version table, because a server's locks are shared by its databases.
func (m *Migrator) lockName() string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(m.base.Tablename())) // never fails
	return fmt.Sprintf("sessiondb_migrate_%016x", h.Sum64())
}
