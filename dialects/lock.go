package dialects

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// releaseTime bounds releasing a lock after the caller's context has ended.
const releaseTime = 10 * time.Second

// lockPoll is how often a lock that another session holds is tried again.
const lockPoll = 200 * time.Millisecond

// WithLock runs fn while a connection of its own holds the named lock, so that
// two migrators or two purges do not work at once. It waits up to wait for the
// other one, then returns ErrLocked. Where neither the dialect nor the server
// has such locks, fn runs without one, and so it does where writing transactions
// exclude one another and the pool has one connection only; other pools of one
// connection are refused with ErrPoolTooSmall. waiting, unless nil, is called
// once when another session holds the lock and there is time to wait for it.
func WithLock(ctx context.Context, d Dialect, db *sql.DB, name string, wait time.Duration, waiting func(), fn func(context.Context) error) (err error) {
	locker, ok := d.(Locker)
	if !ok {
		return fn(ctx)
	}
	if db.Stats().MaxOpenConnections == 1 {
		if d.Traits().SingleWriter {
			return fn(ctx)
		}
		return fmt.Errorf("%w: its limit is 1 connection, and the lock %q takes one beside that of the work; raise SetMaxOpenConns (URL parameter sessiondb.max_open_conns)", ErrPoolTooSmall, name)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("take the lock %q: %w", name, Classified(d, err))
	}
	defer func() { err = errors.Join(err, closeConn(conn)) }()
	release, err := waitFor(ctx, func() (func(context.Context) error, error) { return locker.TryLock(ctx, conn, name) }, wait, waiting)
	if errors.Is(err, errors.ErrUnsupported) {
		return fn(ctx) // a server that speaks the dialect but has no locks
	}
	if err != nil {
		return fmt.Errorf("take the lock %q: %w", name, Classified(d, err))
	}
	defer func() {
		alive, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTime)
		defer cancel()
		failed := Classified(d, release(alive))
		if failed != nil && !errors.Is(failed, ErrUnavailable) { // the lock goes with its connection
			err = errors.Join(err, fmt.Errorf("release the lock %q: %w", name, failed))
		}
	}()
	return fn(ctx)
}

// waitFor tries until the lock is ours or the time is up.
func waitFor(ctx context.Context, try func() (func(context.Context) error, error), wait time.Duration, waiting func()) (func(context.Context) error, error) {
	for start := time.Now(); ; {
		release, err := try()
		if err == nil || !errors.Is(err, ErrLocked) {
			return release, err
		}
		if time.Since(start) >= wait {
			return nil, fmt.Errorf("%w (waited %s)", err, max(wait, 0))
		}
		if waiting != nil {
			waiting()
			waiting = nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockPoll):
		}
	}
}

// closeConn gives a connection back; that it is lost already is no news.
func closeConn(conn *sql.Conn) error {
	if err := conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	return nil
}
