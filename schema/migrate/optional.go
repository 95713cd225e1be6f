package migrate

import (
	"context"
	"path"
	"strings"

	"github.com/pressly/goose/v3"
)

// Optional applies one optional migration by name, with or without its number,
// and reports whether it was not applied before. It returns ErrUnknownOptional,
// with the names there are, or the errors of Up.
func (m *Migrator) Optional(ctx context.Context, name string) (applied bool, err error) {
	o, err := m.plan.byName(name)
	if err != nil {
		return false, err
	}
	err = m.locked(ctx, func(ctx context.Context) error {
		h, err := m.history(ctx)
		if err != nil {
			return err
		}
		chosen := func(v int64) bool { return h.chosen[v] }
		if err := m.checkUp(ctx, []migration{o}, chosen); err != nil || h.chosen[o.version] {
			return err
		}
		applied = true
		return m.apply(ctx, o, true)
	})
	return applied && err == nil, err
}

// DownOptional takes one optional migration back. It does nothing when it is not
// applied, and returns ErrUnknownOptional or ErrTableHasRows.
func (m *Migrator) DownOptional(ctx context.Context, name string, opts *DownOptions) error {
	o, err := m.plan.byName(name)
	if err != nil {
		return err
	}
	return m.locked(ctx, func(ctx context.Context) error {
		h, err := m.history(ctx)
		if err != nil || !h.chosen[o.version] {
			return err
		}
		if err := m.checkRows(ctx, o.tables, opts); err != nil {
			return err
		}
		return m.undo(ctx, o)
	})
}

// OptionalNames lists the names that Optional takes, without their numbers.
func (m *Migrator) OptionalNames() []string {
	var names []string
	for _, o := range m.plan.optional {
		names = append(names, o.short())
	}
	return names
}

func (m *Migrator) undo(ctx context.Context, o migration) error { return m.apply(ctx, o, false) }

func (m *Migrator) apply(ctx context.Context, o migration, up bool) error {
	p, err := m.provider(m.plan.optionalFS, m.choices, nil)
	if err != nil {
		return err
	}
	result, err := p.ApplyVersion(ctx, o.version, up)
	if err != nil {
		return explain(m.plan.dialect, err)
	}
	what := "taken back"
	if up {
		what = "applied"
	}
	m.steps(ctx, "optional "+what, []*goose.MigrationResult{result})
	return nil
}

// short is the name without its number.
func (m migration) short() string {
	_, short, _ := strings.Cut(m.name, "_")
	return short
}

func nameOf(file string) string { return strings.TrimSuffix(path.Base(file), ".sql") }
