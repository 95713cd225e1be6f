package parsecheck

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"regexp"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/mssql"
	"github.com/sessiondb/sessiondb/dialects/oracle"
	"github.com/sessiondb/sessiondb/internal/goosestore/recorddb"
	"github.com/sessiondb/sessiondb/schema"
)

// locks are the statements that take and free a lock; DB2 has none.
func locks(t *testing.T, database string) []statement {
	t.Helper()
	locker, ok := map[string]dialects.Dialect{"mssql": mssql.Dialect, "oracle": oracle.Dialect}[database].(dialects.Locker)
	if !ok {
		return nil
	}
	db, rec := recorddb.OpenLike(func(*driver.NamedValue) error { return nil })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = locker.TryLock(t.Context(), conn, "a") // tells the text to answer
	text := rec.Calls()[0].SQL
	granted := recorddb.Answer{Columns: []string{"result"}, Rows: [][]driver.Value{{int64(0)}}}
	rec.Reply(text, granted)
	return numbered(database, "lock", []string{text, freed(t, locker, conn, rec)})
}

func freed(t *testing.T, locker dialects.Locker, conn *sql.Conn, rec *recorddb.Recorder) string {
	t.Helper()
	release, err := locker.TryLock(t.Context(), conn, "a")
	if err != nil {
		t.Fatal(err)
	}
	_ = release(context.WithoutCancel(t.Context())) // nobody answers
	calls := rec.Calls()
	if len(calls) != 2 {
		t.Fatalf("a lock and its release are %d statements", len(calls))
	}
	return calls[1].SQL
}

var catalogName = regexp.MustCompile(`(?m)^-- name: (\w+)$`)

// catalog are the queries with which adoption reads live tables.
func catalog(database string) []statement {
	fill := strings.NewReplacer("{schema}", "S", "{table}", "T", "{name}", "T")
	text := schema.Catalog(database)
	var all []statement
	names := catalogName.FindAllStringSubmatchIndex(text, -1)
	for i, at := range names {
		end := len(text)
		if i+1 < len(names) {
			end = names[i+1][0]
		}
		all = append(all, statement{database, "catalog " + text[at[2]:at[3]], strings.TrimSpace(fill.Replace(text[at[1]:end]))})
	}
	return all
}

func TestCatalogIsWhole(t *testing.T) {
	for database, want := range map[string]int{"db2": 4, "mssql": 3, "oracle": 4} {
		if n := len(catalog(database)); n != want {
			t.Errorf("%s: %d queries, want %d", database, n, want)
		}
	}
}
