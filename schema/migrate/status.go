package migrate

import (
	"context"
	"fmt"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
)

// Status is what the database says of one migration.
type Status struct {
	Version int64
	// Name is the file's name without .sql.
	Name string
	// Optional migrations are applied by name, never by Up.
	Optional bool
	// Applied is true for adopted migrations too.
	Applied bool
	// Adopted: the tables were there before; Down does not drop them.
	Adopted bool
	// AppliedAt is the zero time when the migration is not applied.
	AppliedAt time.Time
}

// Status lists the baseline migrations, then the optional ones. It writes
// nothing, and takes no lock: it shows a migrator at work as far as it is. It
// returns ErrForeignHistory.
func (m *Migrator) Status(ctx context.Context) ([]Status, error) {
	h, err := m.history(ctx)
	if err != nil {
		return nil, err
	}
	var list []Status
	for _, b := range m.plan.baseline {
		s := Status{Version: b.version, Name: b.name, Applied: h.recorded(b.version), Adopted: h.adopted[b.version]}
		switch {
		case s.Adopted:
			s.AppliedAt, err = m.appliedAt(ctx, m.choices, -b.version)
		case s.Applied:
			s.AppliedAt, err = m.appliedAt(ctx, m.base, b.version)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	for _, o := range m.plan.optional {
		s := Status{Version: o.version, Name: o.name, Optional: true, Applied: h.chosen[o.version]}
		if s.Applied {
			if s.AppliedAt, err = m.appliedAt(ctx, m.choices, o.version); err != nil {
				return nil, err
			}
		}
		list = append(list, s)
	}
	return list, nil
}

func (m *Migrator) appliedAt(ctx context.Context, r *record, version int64) (time.Time, error) {
	found, err := r.Store.GetMigration(ctx, m.db, version)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the time of version %d in %s (MySQL needs parseTime=true): %w",
			version, r.Tablename(), dialects.Classified(m.plan.dialect, err))
	}
	return found.Timestamp, nil
}
