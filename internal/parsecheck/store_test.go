package parsecheck

import (
	"database/sql"
	"testing"

	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/internal/goosestore/recorddb"
)

// useStore does all that a version store can, and returns what it sent. Errors
// are those of a database that answers nothing.
func useStore(t *testing.T, store database.Store, db *sql.DB, rec *recorddb.Recorder) []string {
	t.Helper()
	ctx := t.Context()
	if err := store.CreateVersionTable(ctx, db); err != nil {
		t.Fatal(err)
	}
	if err := store.Insert(ctx, db, database.InsertRequest{Version: 1}); err != nil {
		t.Fatal(err)
	}
	if err := store.Delete(ctx, db, 1); err != nil {
		t.Fatal(err)
	}
	_, _ = store.GetMigration(ctx, db, 1)
	_, _ = store.GetLatestVersion(ctx, db)
	_, _ = store.ListMigrations(ctx, db)
	var texts []string
	for _, c := range rec.Calls() {
		texts = append(texts, c.SQL)
	}
	if len(texts) != 6 {
		t.Fatalf("a store sends %d statements, not 6", len(texts))
	}
	return texts
}
