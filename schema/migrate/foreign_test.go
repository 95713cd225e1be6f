package migrate_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/sqlite"
	"github.com/sessiondb/sessiondb/internal/goosestore"
	"github.com/sessiondb/sessiondb/schema"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

// foreign is a dialect from outside for a database that goose does not know;
// SQLite plays it.
type foreign struct {
	dialects.Dialect
	like string
}

func (foreign) Name() string { return "foreign" }

func (f foreign) Migrations() dialects.Migrations {
	return dialects.Migrations{Baseline: schema.Baseline("sqlite"), Optional: schema.Optional("sqlite"), NewStore: foreignStore, Like: f.like}
}

func foreignStore(table string) (database.Store, error) {
	return migrate.NewVersionStore(table, migrate.VersionStatements{
		Create: "CREATE TABLE %s (id INTEGER PRIMARY KEY, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP NOT NULL)",
		Insert: "INSERT INTO %s (version_id, is_applied, tstamp) VALUES (?, ?, ?)",
		Delete: "DELETE FROM %s WHERE version_id = ?",
		Get:    "SELECT tstamp, is_applied FROM %s WHERE version_id = ? ORDER BY id DESC",
		Latest: "SELECT MAX(version_id) FROM %s",
		List:   "SELECT version_id, is_applied FROM %s ORDER BY id DESC",
	})
}

// A version store, and what a dialect says it is like, are all that a database
// needs that goose does not know.
func TestForeignDatabase(t *testing.T) {
	db, _, _, err := dialects.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "foreign.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	migrator := func(like, table string) *migrate.Migrator {
		m, err := migrate.New(db, foreign{sqlite.Dialect, like}, &migrate.Options{VersionTable: table})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := migrator("sqlite", "")
	for _, want := range []int{7, 0} {
		steps, err := m.Up(t.Context())
		if err != nil || len(steps) != want {
			t.Fatalf("Up: %d steps, %v", len(steps), err)
		}
	}
	if r, err := migrator("sqlite", "again").Adopt(t.Context(), &migrate.AdoptOptions{DryRun: true}); err != nil || len(r.Differences) > 0 {
		t.Errorf("Adopt: %v", err)
	}
	if _, err := migrator("", "third").Adopt(t.Context(), nil); !errors.Is(err, migrate.ErrNoCatalog) {
		t.Errorf("Adopt by a dialect that is like none: %v", err)
	}
	if steps, err := m.DownTo(t.Context(), 0, nil); err != nil || len(steps) != 7 {
		t.Errorf("DownTo: %d steps, %v", len(steps), err)
	}
}

// Scripts are written as for the database that the dialect is like.
func TestForeignScript(t *testing.T) {
	for like, slashes := range map[string]bool{"postgres": false, "oracle": true, "": true} {
		text := script(t, foreign{like: like}, nil)
		if strings.Contains(text, "\n/\n") != slashes {
			t.Errorf("like %q: slashes are %t", like, !slashes)
		}
	}
}

func TestVersionStoreRefusesATable(t *testing.T) {
	if _, err := foreignStore("x; DROP TABLE y"); !errors.Is(err, goosestore.ErrInvalidTable) {
		t.Errorf("got %v", err)
	}
}
