package migrate_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/schema/migrate"
)

func chosen(t *testing.T, m *migrate.Migrator) []string {
	t.Helper()
	var all []string
	for _, s := range status(t, m) {
		if s.Optional && s.Applied {
			all = append(all, s.Name)
		}
	}
	return all
}

func TestOptional(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		up(t, m)
		for _, name := range m.OptionalNames() {
			for _, want := range []bool{true, false} {
				if applied, err := m.Optional(t.Context(), name); err != nil || applied != want {
					t.Errorf("optional %s = %v, %v; want %v", name, applied, err, want)
				}
			}
		}
		if got := chosen(t, m); len(got) != len(m.OptionalNames()) {
			t.Errorf("applied %v, want all of %v", got, m.OptionalNames())
		}
		for _, name := range slices.Backward(m.OptionalNames()) {
			for range 2 {
				if err := m.DownOptional(t.Context(), name, nil); err != nil {
					t.Errorf("down of %s: %v", name, err)
				}
			}
		}
		if got := chosen(t, m); len(got) != 0 {
			t.Errorf("still applied: %v", got)
		}
		if applied, err := m.Optional(t.Context(), "00003_lease"); err != nil || !applied {
			t.Errorf("by its full name: %v, %v", applied, err)
		}
	})
}

func TestUnknownOptional(t *testing.T) {
	m := newPlace(t, "sqlite").migrator(t, nil)
	_, err := m.Optional(t.Context(), "leese")
	if !errors.Is(err, migrate.ErrUnknownOptional) || !strings.Contains(err.Error(), "temp_expiry_index, lease") {
		t.Errorf("got %v, want the names there are", err)
	}
	if err := m.DownOptional(t.Context(), "leese", nil); !errors.Is(err, migrate.ErrUnknownOptional) {
		t.Errorf("got %v", err)
	}
}

func TestOptionalRefusesExistingTable(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		p.exec(t, "CREATE TABLE SESSIONDB_LEASE (A INTEGER)")
		m := p.migrator(t, nil)
		if applied, err := m.Optional(t.Context(), "lease"); applied || !errors.Is(err, migrate.ErrTablesExist) {
			t.Errorf("optional over a table = %v, %v", applied, err)
		}
	})
}

func TestOptionalKeepsRows(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		if _, err := m.Optional(t.Context(), "lease"); err != nil {
			t.Fatal(err)
		}
		p.exec(t, "INSERT INTO SESSIONDB_LEASE (NAME, HOLDER, ACQUIRED_AT, EXPIRES_AT) VALUES ('a', 'b', 1, 2)")
		if err := m.DownOptional(t.Context(), "lease", nil); !errors.Is(err, migrate.ErrTableHasRows) {
			t.Errorf("down = %v", err)
		}
		if err := m.DownOptional(t.Context(), "lease", &migrate.DownOptions{DropData: true}); err != nil {
			t.Error(err)
		}
	})
}

// What an optional migration did to a table goes with the table.
func TestDownForgetsOptional(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		up(t, m)
		for _, name := range m.OptionalNames() {
			if _, err := m.Optional(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := m.DownTo(t.Context(), 0, nil); err != nil {
			t.Fatal(err)
		}
		if got := chosen(t, m); !slices.Equal(got, []string{"00003_lease"}) {
			t.Errorf("applied %v, want the lease table only", got)
		}
		up(t, m)
		if applied, err := m.Optional(t.Context(), "temp_expiry_index"); err != nil || !applied {
			t.Errorf("again: %v, %v", applied, err)
		}
	})
}

func TestRemove(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		for _, o := range []*migrate.Options{nil, {Prefix: "DEMO_"}} {
			m := p.migrator(t, o)
			before := ""
			if o != nil {
				before = o.Prefix
			}
			if err := m.Remove(t.Context(), nil); err != nil {
				t.Fatalf("remove of nothing: %v", err)
			}
			up(t, m)
			for _, name := range m.OptionalNames() {
				if _, err := m.Optional(t.Context(), name); err != nil {
					t.Fatal(err)
				}
			}
			p.exec(t, insertUser(before))
			if err := m.Remove(t.Context(), nil); !errors.Is(err, migrate.ErrTableHasRows) {
				t.Errorf("remove = %v", err)
			}
			if err := m.Remove(t.Context(), &migrate.DownOptions{DropData: true}); err != nil {
				t.Fatal(err)
			}
			for _, name := range append(tables[:7:7], "SESSIONDB_LEASE", "goose_db_version", "sessiondb_optional_version") {
				wantTables(t, m, []string{before + name}, false)
			}
		}
	})
}
