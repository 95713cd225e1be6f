package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
)

// record is a version table. It looks for the table in the portable way, because
// goose compares its name with the catalog letter by letter, which fails for a
// prefix in upper case.
type record struct {
	database.Store
	exists func(context.Context, database.DBTxConn) (bool, error)
}

var _ database.StoreExtender = (*record)(nil)

// TableExists is asked by goose before it creates the table, outside of any
// transaction. It uses goose's connection: a pool may have no other.
func (r *record) TableExists(ctx context.Context, db database.DBTxConn) (bool, error) {
	return r.exists(ctx, db)
}

// GetMigration answers whether a version is recorded, without its time: goose
// asks for no more, and MySQL gives the time only with parseTime=true.
func (r *record) GetMigration(ctx context.Context, db database.DBTxConn, version int64) (*database.GetMigrationResult, error) {
	rows, err := r.ListMigrations(ctx, db)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(rows, func(row *database.ListMigrationsResult) bool { return row.Version == version }) {
		return nil, fmt.Errorf("%w: %d", database.ErrVersionNotFound, version)
	}
	return &database.GetMigrationResult{IsApplied: true}, nil
}

// versions lists what the table records, without goose's own version 0. A table
// that is not there records nothing.
func (r *record) versions(ctx context.Context, db database.DBTxConn) (map[int64]bool, error) {
	there, err := r.exists(ctx, db)
	if err != nil || !there {
		return nil, err
	}
	rows, err := r.ListMigrations(ctx, db)
	if err != nil {
		return nil, err
	}
	found := map[int64]bool{}
	for _, row := range rows {
		if row.Version != 0 {
			found[row.Version] = true
		}
	}
	return found, nil
}

// ensure creates the version table as goose would.
func (r *record) ensure(ctx context.Context, db database.DBTxConn) error {
	there, err := r.exists(ctx, db)
	if err != nil || there {
		return err
	}
	if err := r.CreateVersionTable(ctx, db); err != nil {
		return err
	}
	return r.Insert(ctx, db, database.InsertRequest{Version: 0})
}

// history is what the database says of itself.
type history struct {
	applied map[int64]bool // baseline migrations that sessiondb or goose ran
	adopted map[int64]bool // baseline migrations whose tables were there before
	chosen  map[int64]bool // optional migrations
}

func (h *history) recorded(version int64) bool { return h.applied[version] || h.adopted[version] }

func (m *Migrator) history(ctx context.Context) (*history, error) {
	applied, err := m.base.versions(ctx, m.db)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", m.base.Tablename(), dialects.Classified(m.plan.dialect, err))
	}
	if err := m.checkOurs(applied); err != nil {
		return nil, err
	}
	choices, err := m.choices.versions(ctx, m.db)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", m.choices.Tablename(), dialects.Classified(m.plan.dialect, err))
	}
	h := &history{applied: applied, adopted: map[int64]bool{}, chosen: map[int64]bool{}}
	for v := range choices {
		if v < 0 {
			h.adopted[-v] = true
		} else {
			h.chosen[v] = true
		}
	}
	return h, nil
}

// checkOurs refuses a goose table that another program writes to.
func (m *Migrator) checkOurs(applied map[int64]bool) error {
	var foreign []string
	for v := range applied {
		if !slices.ContainsFunc(m.plan.baseline, func(b migration) bool { return b.version == v }) {
			foreign = append(foreign, fmt.Sprint(v))
		}
	}
	if len(foreign) == 0 {
		return nil
	}
	slices.Sort(foreign)
	return fmt.Errorf("%w: %s has version %s, which this sessiondb does not know; choose another VersionTable, Prefix or Schema, or, if a newer sessiondb made it, use that one",
		ErrForeignHistory, m.base.Tablename(), strings.Join(foreign, ", "))
}

// adopt records a baseline migration whose tables were there before: as the
// negative version in our own table. goose's table does not get it, so that
// neither Down nor a stock "goose down" ever drops those tables.
func (m *Migrator) adopt(ctx context.Context, version int64) error {
	if err := m.choices.ensure(ctx, m.db); err != nil {
		return dialects.Classified(m.plan.dialect, err)
	}
	return dialects.Classified(m.plan.dialect, m.choices.Insert(ctx, m.db, database.InsertRequest{Version: -version}))
}

// look sorts the tables of a migration by whether they are there.
func (m *Migrator) look(ctx context.Context, tables []string) (present, missing []string, err error) {
	for _, t := range tables {
		there, err := m.exists(ctx, t)
		if err != nil {
			return nil, nil, err
		}
		if there {
			present = append(present, t)
		} else {
			missing = append(missing, t)
		}
	}
	return present, missing, nil
}

// checkUp refuses to begin when tables and records do not fit together.
func (m *Migrator) checkUp(ctx context.Context, list []migration, done func(int64) bool) error {
	var stray, lost []string
	for _, b := range list {
		present, missing, err := m.look(ctx, b.tables)
		if err != nil {
			return err
		}
		if done(b.version) {
			lost = append(lost, missing...)
		} else {
			stray = append(stray, present...)
		}
	}
	var errs []error
	if len(lost) > 0 {
		errs = append(errs, fmt.Errorf("%w: %s; if %s belongs to another program, choose another VersionTable, Prefix or Schema, else restore the tables or delete their versions from it",
			ErrTableMissing, strings.Join(lost, ", "), m.base.Tablename()))
	}
	if len(stray) > 0 {
		errs = append(errs, fmt.Errorf(`%w: %s; run "sessiondb migrate adopt" to check and record them, or drop them if a failed migration left them behind`,
			ErrTablesExist, strings.Join(stray, ", ")))
	}
	return errors.Join(errs...)
}
