package migrate

import "context"

// AdoptVersion records the tables of one version unseen; Adopt looks first.
func (m *Migrator) AdoptVersion(ctx context.Context, version int64) error {
	return m.adopt(ctx, version)
}

// Exists looks for a table.
func (m *Migrator) Exists(ctx context.Context, table string) (bool, error) {
	return m.exists(ctx, table)
}

// LockName is the name that TryLock gets.
func (m *Migrator) LockName() string { return m.lockName() }

// Split takes a goose file apart.
var Split = split
