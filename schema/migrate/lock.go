package migrate

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/sessiondb/sessiondb/dialects"
)

// locked runs fn while no other migrator works on the same version table. A
// dialect without locks proceeds at once: Up is correct then too.
func (m *Migrator) locked(ctx context.Context, fn func(context.Context) error) error {
	waiting := func() {
		m.log.WarnContext(ctx, "waiting for another migrator", "table", m.base.Tablename(), "at_most", m.wait)
	}
	err := dialects.WithLock(ctx, m.plan.dialect, m.db, m.lockName(), m.wait, waiting, fn)
	if errors.Is(err, dialects.ErrLocked) {
		return fmt.Errorf("another migrator is at work on %s (LockTimeout %s): %w", m.base.Tablename(), m.wait, err)
	}
	return err
}

// lockName is short, because MySQL allows 64 characters, and another one for
// every version table, because a server's locks are shared by its databases.
func (m *Migrator) lockName() string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(m.base.Tablename())) // never fails
	return fmt.Sprintf("sessiondb_migrate_%016x", h.Sum64())
}
