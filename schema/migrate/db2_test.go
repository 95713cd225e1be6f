//go:build db2

package migrate_test

import (
	"context"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	_ "github.com/sessiondb/sessiondb/dialects/db2"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

// TestDB2 runs the migrator, goose and our version store through IBM's driver, on
// DB2 or Apache Derby, with the baseline in the forms that Derby takes.
func TestDB2(t *testing.T) {
	p := newPlace(t, "db2")
	target, err := dialects.ParseURL(p.url)
	if err != nil {
		t.Fatal(err)
	}
	files := p.dialect.Migrations()
	files.Baseline = enginetest.ForDerby(t, files.Baseline)
	m, err := migrate.New(p.db, other{p.dialect, files}, &migrate.Options{Prefix: target.Prefix})
	if err != nil {
		t.Fatal(err)
	}
	drop := &migrate.DownOptions{DropData: true}
	t.Cleanup(func() { // the server is shared: nothing must stay, also after a failure
		if err := m.Remove(context.WithoutCancel(t.Context()), drop); err != nil {
			t.Error(err)
		}
	})
	for range 2 {
		if steps, err := m.Up(t.Context()); err != nil || names(steps) != everything {
			t.Fatalf("up: %v, %v", names(steps), err)
		}
		for _, name := range m.OptionalNames() {
			if applied, err := m.Optional(t.Context(), name); err != nil || !applied {
				t.Errorf("optional %s: %v, %v", name, applied, err)
			}
		}
		for _, s := range status(t, m) {
			if !s.Applied || s.AppliedAt.IsZero() {
				t.Errorf("status %+v", s)
			}
		}
		p.exec(t, insertUser(target.Prefix))
		if _, err := m.DownTo(t.Context(), 0, nil); err == nil {
			t.Error("down dropped rows")
		}
		if steps, err := m.DownTo(t.Context(), 0, drop); err != nil || names(steps) != backwards {
			t.Fatalf("down: %v, %v", names(steps), err)
		}
		if err := m.Remove(t.Context(), drop); err != nil {
			t.Fatal(err)
		}
		wantTables(t, m, []string{target.Prefix + "goose_db_version", target.Prefix + "sessiondb_optional_version"}, false)
	}
}
