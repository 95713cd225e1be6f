package mariadb_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/schema/migrate"

	mariadb "example.com/mariadb-dialect"
)

// Adoption compares tables with our own schema, by the catalog queries that
// sessiondb has for goose's MySQL.
func TestAdopt(t *testing.T) {
	report, err := adopt(t, migrated(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range report.Differences {
		t.Error(d)
	}
}

// Our statements compare keys once, and rely on the collation for it.
func TestAdoptRefusesAnotherCollation(t *testing.T) {
	db := migrated(t)
	_, err := db.ExecContext(t.Context(), "ALTER TABLE IDN_AUTH_SESSION_STORE CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
	if err != nil {
		t.Fatal(err)
	}
	report, err := adopt(t, db)
	if !errors.Is(err, migrate.ErrIncompatible) {
		t.Fatalf("got %v", err)
	}
	const want = "utf8mb4_nopad_bin, on which the statements of the dialect rely"
	for _, d := range report.Differences {
		if !strings.Contains(d.String(), want) {
			t.Error(d)
		}
	}
	if len(report.Differences) != 3 {
		t.Errorf("%d differences", len(report.Differences))
	}
}

// adopt is the adoption of tables that another version table does not know of.
func adopt(t *testing.T, db *sql.DB) (*migrate.AdoptReport, error) {
	t.Helper()
	m, err := migrate.New(db, mariadb.Dialect, &migrate.Options{VersionTable: "other_version"})
	if err != nil {
		t.Fatal(err)
	}
	return m.Adopt(t.Context(), nil)
}
