package migrate_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/internal/goosestore/recorddb"
	"github.com/sessiondb/sessiondb/schema"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

// The script does what Up does.
func TestPrintedScriptRuns(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		o := &migrate.Options{Prefix: "dba_"}
		for _, s := range strings.Split(script(t, p.dialect, o), ";\n") {
			if strings.TrimSpace(s) != "" {
				p.exec(t, s)
			}
		}
		m := p.migrator(t, o)
		wantTables(t, m, []string{"dba_IDN_AUTH_SESSION_STORE", "dba_IDN_AUTH_WAIT_STATUS", "dba_SESSIONDB_LEASE"}, true)
		if _, err := m.Up(t.Context()); !errors.Is(err, migrate.ErrTablesExist) {
			t.Errorf("up after the script = %v, want ErrTablesExist", err)
		}
	})
}

func TestPrintUnknownOptional(t *testing.T) {
	var out strings.Builder
	if err := migrate.Print(&out, paper{name: "oracle"}, nil, "nothing"); !errors.Is(err, migrate.ErrUnknownOptional) || out.Len() != 0 {
		t.Errorf("got %v and %q", err, out.String())
	}
}

// Print and the checks of Up read the files as goose does.
func TestSplitIsGooses(t *testing.T) {
	for _, db := range schema.Databases() {
		for _, files := range []fs.FS{schema.Baseline(db), schema.Optional(db)} {
			rec, run := gooseOn(t, files)
			for _, s := range run.ListSources() {
				text, err := fs.ReadFile(files, s.Path)
				if err != nil {
					t.Fatal(err)
				}
				up, down, err := migrate.Split(string(text))
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range []struct {
					up   bool
					want []string
				}{{true, up}, {false, down}} {
					if _, err := run.ApplyVersion(t.Context(), s.Version, c.up); err != nil {
						t.Fatal(err)
					}
					var sent []string
					for _, call := range rec.Calls() {
						sent = append(sent, call.SQL)
					}
					if !slices.Equal(sent, c.want) {
						t.Errorf("%s/%s: goose sends %q, we read %q", db, s.Path, sent, c.want)
					}
				}
			}
		}
	}
}

func gooseOn(t *testing.T, files fs.FS) (*recorddb.Recorder, *goose.Provider) {
	t.Helper()
	db, rec := recorddb.Open()
	store, err := database.NewStore(database.DialectSQLite3, "v") // not used: versioning is off
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectCustom, db, files, goose.WithStore(store),
		goose.WithDisableVersioning(true), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	return rec, p
}

func TestSplitRefuses(t *testing.T) {
	for _, text := range []string{"CREATE TABLE A (B INT);", "-- +goose Up\nCREATE TABLE A (B INT)\n"} {
		if _, _, err := migrate.Split(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
