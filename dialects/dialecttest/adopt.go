package dialecttest

import (
	"errors"
	"testing"

	"github.com/sessiondb/sessiondb/schema/migrate"
)

// adoptTablesOfAnother: what the migrations make is what the catalog shows, so
// tables of another installation can be compared and recorded, and are then
// used and never dropped.
func adoptTablesOfAnother(t *testing.T, b *bundle) {
	s, _ := b.bareStore(t, "")
	installation := b.migrator(t, func(o *migrate.Options) { o.VersionTable = "another_version" })
	t.Cleanup(func() { b.remove(t, installation) })
	_, err := installation.Up(t.Context())
	must(t, err)
	m := b.migrator(t, nil)
	for _, dry := range []bool{true, false} {
		report, err := m.Adopt(t.Context(), &migrate.AdoptOptions{DryRun: dry})
		if errors.Is(err, migrate.ErrNoCatalog) {
			t.Skip(err)
		}
		if report != nil {
			for _, d := range report.Differences {
				t.Error(d)
			}
		}
		must(t, err)
		for _, a := range report.Migrations {
			equal(t, a.Name+" is adopted", a.Adopted, !dry)
		}
	}
	// Without its record of the adoption, Remove may take the tables.
	defer b.exec(t, "DELETE FROM %s WHERE version_id < 0", b.table("sessiondb_optional_version"))
	steps, err := m.Up(t.Context())
	must(t, err)
	equal(t, "steps up", len(steps), 0)
	must(t, s.Put(t.Context(), sso("a"), nil))
	_, err = m.Down(t.Context(), &migrate.DownOptions{DropData: true})
	fails(t, "Down", err, migrate.ErrAdopted)
	b.present(t, tables...)
}
