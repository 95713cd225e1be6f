package sent

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/goosestore/recorddb"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

// Driver is what a test knows of the driver that it stands in for.
type Driver struct {
	// Check is the driver's own CheckNamedValue.
	Check func(*driver.NamedValue) error
	// Encode says in what form the driver sends an argument; may be nil.
	Encode func(any) string
	// Missing is the driver's error for a table that is not there.
	Missing error
	// Replies are answers that locks need.
	Replies map[string]recorddb.Answer
}

// Queries writes down what every query hands to the driver.
func Queries(t *testing.T, d dialects.Dialect, like Driver) string {
	t.Helper()
	db, rec := recorddb.OpenLike(like.Check)
	q, err := d.Queries(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range gen.QueryNames() {
		for _, form := range []Form{Full, Bare} {
			if err := Call(t.Context(), q, name, form); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			fmt.Fprintf(&b, "== %s: %s\n", name, form.Name)
			for _, c := range rec.Calls() {
				writeCall(&b, c, like.Encode)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// Migrations writes down what "migrate up" on an empty database hands to the
// driver, locks and version table included, and then what taking back and the
// optional migrations do.
func Migrations(t *testing.T, d dialects.Dialect, like Driver) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("== up\n")
	for _, c := range up(t, d, like) {
		writeCall(&b, c, like.Encode)
		b.WriteString("\n")
	}
	files := d.Migrations()
	for _, c := range Files(t, files.Baseline) {
		if c.Down {
			fmt.Fprintf(&b, "== down: %s\n%s\n\n", c.Source, c.SQL)
		}
	}
	for _, c := range Files(t, files.Optional) {
		direction := map[bool]string{false: "up", true: "down"}[c.Down]
		fmt.Fprintf(&b, "== optional, %s: %s\n%s\n\n", direction, c.Source, c.SQL)
	}
	return b.String()
}

// up lets the real migrator work on a database that has none of the tables.
func up(t *testing.T, d dialects.Dialect, like Driver) []recorddb.Call {
	t.Helper()
	db, rec := recorddb.OpenLike(like.Check)
	for text, a := range like.Replies {
		rec.Reply(text, a)
	}
	for _, table := range append(tables(t, d), "goose_db_version", "sessiondb_optional_version") {
		for range 2 { // the look before, and goose's own
			rec.Reply("SELECT 1 FROM "+table+" WHERE 1=0", recorddb.Answer{Err: like.Missing})
		}
	}
	// goose wants to see the version 0 that it has just recorded.
	rec.Reply("SELECT MAX(version_id) FROM goose_db_version", recorddb.Answer{Columns: []string{"max"}, Rows: [][]driver.Value{{int64(0)}}})
	for range 8 {
		rec.Reply("SELECT version_id, is_applied FROM goose_db_version ORDER BY id DESC",
			recorddb.Answer{Columns: []string{"version_id", "is_applied"}, Rows: [][]driver.Value{{int64(0), int64(1)}}})
	}
	m, err := migrate.New(db, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	return rec.Calls()
}

func tables(t *testing.T, d dialects.Dialect) []string {
	t.Helper()
	var names []string
	for _, s := range Files(t, d.Migrations().Baseline) {
		if rest, found := strings.CutPrefix(s.SQL, "CREATE TABLE "); found {
			names = append(names, strings.Fields(rest)[0])
		}
	}
	return names
}

// Statement is one statement of a migration file.
type Statement struct {
	Source string // the file
	Down   bool
	SQL    string
}

// Files are the statements of a folder, as goose takes them apart and sends
// them.
func Files(t *testing.T, files fs.FS) []Statement {
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
	var all []Statement
	for _, source := range p.ListSources() {
		for _, down := range []bool{false, true} {
			if _, err := p.ApplyVersion(context.Background(), source.Version, !down); err != nil {
				t.Fatal(err)
			}
			for _, c := range rec.Calls() {
				all = append(all, Statement{source.Path, down, c.SQL})
			}
		}
	}
	return all
}
