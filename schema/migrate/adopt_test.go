package migrate_test

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/schema/migrate"
)

// byHand makes the tables as an administrator does: from the product's own
// script, on SQLite, which it does not have, from ours.
func (p place) byHand(t *testing.T) {
	t.Helper()
	if p.dialect.Name() == "sqlite" {
		p.printed(t, nil)
		return
	}
	text, err := os.ReadFile("../testdata/seed/" + p.dialect.Name() + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	p.script(t, string(text))
}

// printed runs the script that Print writes.
func (p place) printed(t *testing.T, o *migrate.Options) {
	t.Helper()
	var b strings.Builder
	if err := migrate.Print(&b, p.dialect, o); err != nil {
		t.Fatal(err)
	}
	p.script(t, b.String())
}

func (p place) script(t *testing.T, text string) {
	t.Helper()
	text = regexp.MustCompile(`(?m)^\s*--.*$`).ReplaceAllString(text, "")
	for s := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(s) != "" {
			p.exec(t, s)
		}
	}
}

// listed are differences as text, one a line.
func listed(r *migrate.AdoptReport) string {
	if r == nil {
		return "no report"
	}
	var lines []string
	for _, d := range r.Differences {
		lines = append(lines, string(d.Severity)+": "+d.String())
	}
	return strings.Join(lines, "\n")
}

// What the migrations make is what the catalog then shows, also with every
// optional migration, and with a prefix.
func TestMigratedTablesDoNotDiffer(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, &migrate.Options{Prefix: "Abc_"})
		up(t, m)
		for _, optional := range append([]string{""}, m.OptionalNames()...) {
			if optional != "" {
				if _, err := m.Optional(t.Context(), optional); err != nil {
					t.Fatal(err)
				}
			}
			r, err := m.Adopt(t.Context(), nil)
			if err != nil || listed(r) != "" {
				t.Errorf("after %q: %v\n%s", optional, err, listed(r))
			}
			for _, a := range r.Migrations {
				if !a.Before || a.Adopted {
					t.Errorf("%+v", a)
				}
			}
		}
	})
}

func TestAdoptTheProductsTables(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		p.byHand(t)
		p.exec(t, insertUser(""))
		m := p.migrator(t, nil)
		r, err := m.Adopt(t.Context(), &migrate.AdoptOptions{DryRun: true})
		if err != nil || listed(r) != "" || !r.Compatible() {
			t.Fatalf("dry run: %v\n%s", err, listed(r))
		}
		wantTables(t, m, []string{"goose_db_version", "sessiondb_optional_version"}, false)
		for _, first := range []bool{true, false} {
			r, err := m.Adopt(t.Context(), nil)
			if err != nil || listed(r) != "" || len(r.Migrations) != 7 {
				t.Fatalf("adopt: %v\n%s", err, listed(r))
			}
			for i, a := range r.Migrations {
				if a.Adopted != first || a.Before == first || !slices.Equal(a.Tables, tables[i:i+1]) {
					t.Errorf("first %v: %+v", first, a)
				}
			}
		}
		afterAdoption(t, m)
		wantTables(t, m, []string{"goose_db_version"}, false)
	})
}

// afterAdoption: up does nothing, status says so, down refuses.
func afterAdoption(t *testing.T, m *migrate.Migrator) {
	t.Helper()
	if steps, err := m.Up(t.Context()); err != nil || len(steps) != 0 {
		t.Errorf("up = %v, %v", names(steps), err)
	}
	for _, s := range status(t, m) {
		if s.Applied == s.Optional || s.Adopted == s.Optional {
			t.Errorf("%+v", s)
		}
	}
	if _, err := m.Down(t.Context(), &migrate.DownOptions{DropData: true}); !errors.Is(err, migrate.ErrAdopted) {
		t.Errorf("down = %v", err)
	}
	wantTables(t, m, tables, true)
}

func TestAdoptWithPrefix(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		o := &migrate.Options{Prefix: "Old_"}
		p.printed(t, o)
		p.exec(t, "CREATE TABLE IDN_AUTH_USER (A INTEGER)") // another program's
		m := p.migrator(t, o)
		if r, err := m.Adopt(t.Context(), nil); err != nil || listed(r) != "" {
			t.Errorf("%v\n%s", err, listed(r))
		}
	})
}

func TestAdoptInSchema(t *testing.T) {
	p := newPlace(t, "postgres")
	p.exec(t, "CREATE SCHEMA Dba", "CREATE SCHEMA other")
	p.printed(t, &migrate.Options{Schema: "other"})
	if _, err := p.migrator(t, &migrate.Options{Schema: "Dba"}).Adopt(t.Context(), nil); !errors.Is(err, migrate.ErrNothingToAdopt) {
		t.Errorf("adopt beside the tables: %v", err)
	}
	p.printed(t, &migrate.Options{Schema: "Dba"})
	p.exec(t, "DROP INDEX other.IDX_USER_ID")
	m := p.migrator(t, &migrate.Options{Schema: "Dba"})
	if r, err := m.Adopt(t.Context(), nil); err != nil || listed(r) != "" {
		t.Errorf("%v\n%s", err, listed(r))
	}
	wantTables(t, m, []string{"Dba.sessiondb_optional_version"}, true)
	wantTables(t, m, []string{"sessiondb_optional_version"}, false)
}

func TestAdoptInAnotherDatabase(t *testing.T) {
	p, far := newPlace(t, "mysql"), newPlace(t, "mysql")
	far.byHand(t)
	far.exec(t, "DROP INDEX IDX_USER_ID ON IDN_AUTH_USER_SESSION_MAPPING")
	var schema string
	if err := far.db.QueryRowContext(t.Context(), "SELECT DATABASE()").Scan(&schema); err != nil {
		t.Fatal(err)
	}
	r, err := p.migrator(t, &migrate.Options{Schema: schema}).Adopt(t.Context(), nil)
	want := "missing index: " + schema + ".IDN_AUTH_USER_SESSION_MAPPING: index IDX_USER_ID (USER_ID) is missing"
	if err != nil || listed(r) != want {
		t.Errorf("%v\n%s", err, listed(r))
	}
}

func TestAdoptRefusesWhatIsNotThere(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		_, err := m.Adopt(t.Context(), nil)
		if !errors.Is(err, migrate.ErrNothingToAdopt) || !strings.Contains(err.Error(), "sessiondb migrate up") {
			t.Errorf("adopt in an empty database: %v", err)
		}
		p.byHand(t)
		p.exec(t, "DROP TABLE IDN_AUTH_USER", "DROP TABLE IDN_AUTH_SESSION_META_DATA")
		_, err = m.Adopt(t.Context(), nil)
		want := `only some of the tables are there: IDN_AUTH_SESSION_STORE, IDN_AUTH_TEMP_SESSION_STORE, IDN_AUTH_USER_SESSION_MAPPING, IDN_AUTH_SESSION_APP_INFO, IDN_AUTH_WAIT_STATUS; ` +
			`missing are IDN_AUTH_SESSION_META_DATA, IDN_AUTH_USER: create those with the product's script or from "sessiondb migrate print", then adopt again`
		if !errors.Is(err, migrate.ErrTablesIncomplete) || err.Error() != want {
			t.Errorf("adopt of some tables:\n%v\nwant\n%s", err, want)
		}
		wantTables(t, m, []string{"goose_db_version", "sessiondb_optional_version"}, false)
	})
}

func TestAdoptBesideOwnTables(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		if _, err := m.UpTo(t.Context(), 6); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Adopt(t.Context(), nil); !errors.Is(err, migrate.ErrNothingToAdopt) {
			t.Errorf("adopt with one table missing: %v", err)
		}
		up(t, m)
		p.exec(t, "DELETE FROM goose_db_version WHERE version_id = 7")
		r, err := m.Adopt(t.Context(), nil)
		if err != nil || listed(r) != "" || !r.Migrations[6].Adopted || r.Migrations[5].Adopted {
			t.Errorf("%v\n%+v", err, r)
		}
		p.exec(t, "DROP TABLE IDN_AUTH_WAIT_STATUS")
		if _, err := m.Adopt(t.Context(), nil); !errors.Is(err, migrate.ErrTableMissing) {
			t.Errorf("adopt after a loss: %v", err)
		}
	})
}
