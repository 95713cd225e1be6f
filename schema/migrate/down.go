package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/pressly/goose/v3"

	"github.com/sessiondb/sessiondb/dialects"
)

// Down takes the newest recorded baseline migration back: its table is dropped.
// opts may be nil. It returns what it took back, nothing when nothing is
// recorded, or, before anything is done: ErrTableHasRows, unless DropData is
// set; ErrAdopted, always, for a table that sessiondb did not create.
//
// The rows are counted just before the table is dropped, not under one lock:
// stop the writers first.
func (m *Migrator) Down(ctx context.Context, opts *DownOptions) ([]Step, error) {
	return m.downLocked(ctx, 0, true, opts)
}

// DownTo takes back all baseline migrations above the given version; 0 takes
// back all. Errors are those of Down, and ErrUnknownVersion.
func (m *Migrator) DownTo(ctx context.Context, version int64, opts *DownOptions) ([]Step, error) {
	if err := m.checkVersion(version, 0); err != nil {
		return nil, err
	}
	return m.downLocked(ctx, version, false, opts)
}

func (m *Migrator) downLocked(ctx context.Context, target int64, one bool, opts *DownOptions) (steps []Step, err error) {
	err = m.locked(ctx, func(ctx context.Context) error {
		h, err := m.history(ctx)
		if err != nil {
			return err
		}
		list := m.recordedAbove(h, target)
		if one && len(list) > 1 {
			list = list[:1]
		}
		if err := m.checkDown(ctx, h, list, opts); err != nil {
			return err
		}
		steps, err = m.down(ctx, h, list)
		return err
	})
	return steps, err
}

// recordedAbove lists the baseline migrations to take back, newest first.
func (m *Migrator) recordedAbove(h *history, target int64) []migration {
	var list []migration
	for _, b := range slices.Backward(m.plan.baseline) {
		if b.version > target && h.recorded(b.version) {
			list = append(list, b)
		}
	}
	return list
}

// checkDown refuses before anything is dropped.
func (m *Migrator) checkDown(ctx context.Context, h *history, list []migration, opts *DownOptions) error {
	for _, b := range list {
		if h.adopted[b.version] {
			return fmt.Errorf("%w: %v is never dropped by down; drop it by hand if that is meant", ErrAdopted, b.tables)
		}
	}
	for _, b := range list {
		if err := m.checkRows(ctx, b.tables, opts); err != nil {
			return err
		}
	}
	return nil
}

func (m *Migrator) checkRows(ctx context.Context, tables []string, opts *DownOptions) error {
	for _, t := range tables {
		var n int64
		if err := m.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+t).Scan(&n); err != nil {
			err = dialects.Classified(m.plan.dialect, err)
			if errors.Is(err, dialects.ErrMissingTable) {
				return fmt.Errorf("%w: %s; delete its version from the version table (%s, or %s for an optional one): %w",
					ErrTableMissing, t, m.base.Tablename(), m.choices.Tablename(), err)
			}
			return fmt.Errorf("count the rows of %s: %w", t, err)
		}
		if n == 0 {
			continue
		}
		if opts == nil || !opts.DropData {
			return fmt.Errorf("%w: %s has %d; --drop-data (DownOptions.DropData) drops them with it", ErrTableHasRows, t, n)
		}
		m.log.WarnContext(ctx, "dropping rows", "table", t, "rows", n)
	}
	return nil
}

func (m *Migrator) down(ctx context.Context, h *history, list []migration) (done []Step, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	p, err := m.provider(m.plan.baseFS, m.base, nil)
	if err != nil {
		return nil, err
	}
	for _, b := range list {
		result, err := p.ApplyVersion(ctx, b.version, false)
		if err != nil {
			return done, explain(m.plan.dialect, err)
		}
		done = append(done, m.steps(ctx, "taken back", []*goose.MigrationResult{result})...)
		if err := m.forget(ctx, h, b.tables); err != nil {
			return done, err
		}
	}
	return done, nil
}

// forget removes the records of optional migrations that altered dropped
// tables: what they did is gone with them, and they can be applied again.
func (m *Migrator) forget(ctx context.Context, h *history, tables []string) error {
	for _, o := range m.plan.optional {
		if !h.chosen[o.version] || !o.concerns(tables) {
			continue
		}
		if err := m.choices.Delete(ctx, m.db, o.version); err != nil {
			return fmt.Errorf("forget optional migration %s: %w", o.name, dialects.Classified(m.plan.dialect, err))
		}
		delete(h.chosen, o.version)
	}
	return nil
}

// Remove takes everything back, the optional migrations and both version tables
// included: afterwards nothing of sessiondb is left under this schema and
// prefix. Errors are those of Down, before anything is done.
func (m *Migrator) Remove(ctx context.Context, opts *DownOptions) error {
	return m.locked(ctx, func(ctx context.Context) error {
		h, err := m.history(ctx)
		if err != nil {
			return err
		}
		list := m.recordedAbove(h, 0)
		own := m.ownTables(h)
		if err := m.checkDown(ctx, h, append(slices.Clone(own), list...), opts); err != nil {
			return err
		}
		for _, o := range own {
			if err := m.undo(ctx, o); err != nil {
				return err
			}
		}
		if _, err := m.down(ctx, h, list); err != nil {
			return err
		}
		return errors.Join(m.dropRecord(ctx, m.base), m.dropRecord(ctx, m.choices))
	})
}

// ownTables lists the chosen optional migrations that made tables. What the
// others altered goes with the baseline's tables.
func (m *Migrator) ownTables(h *history) []migration {
	var own []migration
	for _, o := range slices.Backward(m.plan.optional) {
		if h.chosen[o.version] && len(o.tables) > 0 {
			own = append(own, o)
		}
	}
	return own
}

func (m *Migrator) dropRecord(ctx context.Context, r *record) error {
	there, err := r.exists(ctx, m.db)
	if err != nil || !there {
		return err
	}
	_, err = m.db.ExecContext(ctx, "DROP TABLE "+r.Tablename())
	return dialects.Classified(m.plan.dialect, err)
}
