package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/pressly/goose/v3"
)

// Up applies the baseline migrations that are not recorded yet. It returns what
// it applied, also beside an error: ErrTablesExist before anything is done, when
// a table is there that has no record; ErrTableMissing and ErrForeignHistory,
// when the records fit nothing; dialects.ErrLocked, when another migrator was at
// work for longer than LockTimeout.
func (m *Migrator) Up(ctx context.Context) ([]Step, error) {
	return m.UpTo(ctx, m.latest())
}

// UpTo is Up, as far as the given version. It returns ErrUnknownVersion as well.
func (m *Migrator) UpTo(ctx context.Context, version int64) (steps []Step, err error) {
	if err := m.checkVersion(version, 1); err != nil {
		return nil, err
	}
	err = m.locked(ctx, func(ctx context.Context) error {
		steps, err = m.up(ctx, version)
		return err
	})
	return steps, err
}

func (m *Migrator) latest() int64 { return m.plan.baseline[len(m.plan.baseline)-1].version }

func (m *Migrator) checkVersion(version, least int64) error {
	if version < least || version > m.latest() {
		return fmt.Errorf("%w %d: the baseline has versions %d to %d", ErrUnknownVersion, version, least, m.latest())
	}
	return nil
}

func (m *Migrator) up(ctx context.Context, target int64) (done []Step, err error) {
	list := slices.DeleteFunc(slices.Clone(m.plan.baseline), func(b migration) bool { return b.version > target })
	for {
		h, err := m.readyUp(ctx, list)
		if err != nil {
			return done, err
		}
		if !slices.ContainsFunc(list, func(b migration) bool { return !h.recorded(b.version) }) {
			return done, nil
		}
		p, err := m.provider(m.plan.baseFS, m.base, slices.Sorted(maps.Keys(h.adopted)))
		if err != nil {
			return done, err
		}
		results, err := p.UpTo(ctx, target)
		var partial *goose.PartialError
		if errors.As(err, &partial) {
			results = partial.Applied
		}
		done = append(done, m.steps(ctx, "applied", results)...)
		if err == nil || !m.overtaken(ctx, partial) {
			return done, explain(m.plan.dialect, err)
		}
	}
}

// readyUp reads the history and checks it against the tables. Without a lock
// another migrator may commit between the two looks: then it looks again.
func (m *Migrator) readyUp(ctx context.Context, list []migration) (*history, error) {
	for {
		h, err := m.history(ctx)
		if err != nil {
			return nil, err
		}
		failed := m.checkUp(ctx, list, h.recorded)
		if failed == nil {
			return h, nil
		}
		again, err := m.history(ctx)
		if err != nil {
			return nil, err
		}
		if maps.Equal(h.applied, again.applied) && maps.Equal(h.adopted, again.adopted) {
			return nil, failed
		}
	}
}

// overtaken reports whether the migration that failed has meanwhile been
// recorded by another migrator, which happens only without a lock.
func (m *Migrator) overtaken(ctx context.Context, partial *goose.PartialError) bool {
	if partial == nil {
		return false
	}
	h, err := m.history(ctx)
	return err == nil && h.recorded(partial.Failed.Source.Version)
}

// provider is goose on one folder. It knows nothing of goose's globals.
func (m *Migrator) provider(files fs.FS, r *record, without []int64) (*goose.Provider, error) {
	return goose.NewProvider(goose.DialectCustom, m.db, files, goose.WithStore(r),
		goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true), goose.WithExcludeVersions(without))
}

func (m *Migrator) steps(ctx context.Context, what string, results []*goose.MigrationResult) []Step {
	var steps []Step
	for _, r := range results {
		s := Step{Version: r.Source.Version, Name: nameOf(r.Source.Path), Duration: r.Duration}
		m.log.InfoContext(ctx, "migration "+what, "version", s.Version, "name", s.Name, "duration", s.Duration)
		steps = append(steps, s)
	}
	return steps
}
