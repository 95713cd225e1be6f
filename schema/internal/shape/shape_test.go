package shape_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // answers canned catalog queries

	"github.com/sessiondb/sessiondb/schema"
	"github.com/sessiondb/sessiondb/schema/internal/shape"
)

// statements are those of a folder's files before Down.
func statements(t *testing.T, files fs.FS) []string {
	t.Helper()
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, n := range names {
		text, err := fs.ReadFile(files, n)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		for s := range strings.SplitSeq(up, "CREATE ") {
			all = append(all, "CREATE "+s)
		}
	}
	return all
}

// outline is a table in one line, without what the databases differ in.
func outline(tab *shape.Table) string {
	var b strings.Builder
	b.WriteString(tab.Name)
	for _, c := range tab.Columns {
		fmt.Fprintf(&b, " %s", c.Name)
		if c.Filled {
			b.WriteString("+")
		}
	}
	for _, k := range tab.Keys {
		parts := strings.NewReplacer("LOWER(", "", ")", "").Replace(strings.Join(k.Parts, ","))
		fmt.Fprintf(&b, " | %s %s %s", k.Kind, k.Name, parts)
	}
	return b.String()
}

// The six folders make the same tables, columns and keys; the reader of DDL
// understands them all.
func TestFromDDL(t *testing.T) {
	var want []string
	for _, s := range shape.FromDDL(statements(t, schema.Baseline("postgres"))) {
		want = append(want, outline(s))
	}
	if len(want) != 7 || want[2] != "IDN_AUTH_USER_SESSION_MAPPING ID+ USER_ID SESSION_ID | unique key USER_SESSION_STORE_CONSTRAINT USER_ID,SESSION_ID"+
		" | primary key  ID | index IDX_USER_ID USER_ID | index IDX_SESSION_ID SESSION_ID" {
		t.Fatalf("postgres:\n%s", strings.Join(want, "\n"))
	}
	for _, db := range schema.Databases() {
		tables := shape.FromDDL(statements(t, schema.Baseline(db)))
		var got []string
		for _, s := range tables {
			got = append(got, outline(s))
			for _, c := range s.Columns {
				if c.Type.Kind == "" {
					t.Errorf("%s: %s.%s has no type", db, s.Name, c.Name)
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", db, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		with := shape.Alter(tables, statements(t, schema.Optional(db)))
		if n := len(with[1].Keys) - len(tables[1].Keys); len(with) != 7 || n != 1 {
			t.Errorf("%s: the optional migrations add %d keys to %s", db, n, with[1].Name)
		}
	}
}

func TestCatalogs(t *testing.T) {
	for _, db := range schema.Databases() {
		if _, err := shape.ParseCatalog(schema.Catalog(db)); err != nil {
			t.Errorf("%s: %v", db, err)
		}
	}
	if _, err := shape.ParseCatalog("-- name: Table\nSELECT 1\n-- name: Columns\n-- nothing\n"); err == nil || err.Error() != `no query "Columns"` {
		t.Errorf("got %v", err)
	}
}

// rows are a query that answers with constants, as another database's catalog
// would.
func rows(name string, list ...string) string {
	return "-- name: " + name + "\nSELECT " + strings.Join(list, " UNION ALL SELECT ") + "\n"
}

// What Oracle's catalog is documented to say of its own seed is no difference:
// blanks behind a default, quotes in an expression, a constraint without a name,
// indexes by a second query.
func TestReadAsOracleAnswers(t *testing.T) {
	catalog := "-- size: INTEGER = 38\n-- size: TIMESTAMP = 6\n" +
		rows("Table", "'table', NULL, 1") +
		rows("Columns", "'ID', 'INTEGER', 0, 1, NULL, NULL, NULL", "'NAME', 'VARCHAR2(255)', 0, 1, NULL, NULL, NULL",
			"'TENANT_ID', 'INTEGER', 1, 1, '-1 ', NULL, NULL", "'AT', 'TIMESTAMP(6)', 1, 1, NULL, NULL, NULL", "'SEEN', 'NUMBER(19,0)', 1, 1, NULL, NULL, NULL") +
		rows("Keys", "'SYS_C007', 'primary', 'ID', NULL, 0, NULL, NULL", "'U', 'unique', 'NAME', NULL, 0, NULL, NULL", "'U', 'unique', 'TENANT_ID', NULL, 0, NULL, NULL") +
		rows("Indexes", `'I', 'index', 'SYS_NC00007$', 'LOWER("NAME")', 0, NULL, NULL`, "'I', 'index', 'AT', NULL, 0, NULL, NULL",
			`'D', 'index', 'SYS_NC00008$', '"SEEN"', 1, 'unusable', NULL`)
	want := shape.FromDDL([]string{
		"CREATE TABLE T (ID INTEGER NOT NULL, NAME VARCHAR (255) NOT NULL, TENANT_ID INTEGER DEFAULT -1, AT TIMESTAMP, SEEN NUMBER(19), PRIMARY KEY(ID), CONSTRAINT U UNIQUE (NAME, TENANT_ID))",
		"CREATE INDEX I ON T (LOWER(NAME), AT)",
	})
	got := compare(t, catalog, want[0])
	if len(got) != 1 || got[0] != "different T: index D (SEEN DESC) unusable is not in the migrations" {
		t.Errorf("differences\n%s", strings.Join(got, "\n"))
	}
}

func compare(t *testing.T, catalog string, want *shape.Table) []string {
	t.Helper()
	c, err := shape.ParseCatalog(catalog)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	have, err := c.Read(t.Context(), db, "DBA", "T")
	if err != nil {
		t.Fatal(err)
	}
	if have.Name != "DBA.T" {
		t.Errorf("read %s", have.Name)
	}
	var list []string
	for _, d := range c.Compare(have, want, nil) {
		list = append(list, fmt.Sprintf("%s %s: %s %s", d.Severity, d.Table, d.Object, d.What))
	}
	return list
}

func TestNamesStandInTheQueries(t *testing.T) {
	catalog := rows("Table", "'{schema}/{table}/{name}', NULL, 1") + rows("Columns", "1, 2 FROM nowhere") + rows("Keys", "1")
	c, err := shape.ParseCatalog(catalog)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err = c.Read(t.Context(), db, "", "T"); err == nil || !strings.HasPrefix(err.Error(), "catalog of T, query Columns: ") {
		t.Errorf("got %v", err)
	}
}
