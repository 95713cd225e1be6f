package generate

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// A dialect that is made beside an existing package is the one that is made with it, and nothing else is written.
func TestExistingPackageGetsADialect(t *testing.T) {
	t.Chdir(library)
	text, err := os.ReadFile("recorded/request.json")
	if err != nil {
		t.Fatal(err)
	}
	var r map[string]any
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	r["plugin_options"] = marshal(t, Options{
		Package: "golden", Import: "github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden", Existing: golden,
		Dialects: []DialectOptions{
			{Name: "postgres", Contract: true, Queries: "queries/postgres", Schema: []string{"schema/postgres"}},
			{Name: "db2", Queries: "queries/db2", Schema: []string{"schema/db2"}},
		},
	})
	files, err := Run(marshal(t, r))
	if err != nil {
		t.Fatal(err)
	}
	want := goldenFiles(t)
	for _, f := range files {
		if !strings.HasPrefix(f.Name, "db2/") {
			t.Errorf("%s is written", f.Name)
		} else if string(f.Contents) != string(want[f.Name]) {
			t.Errorf("%s differs from the golden file", f.Name)
		}
	}
	if len(files) != 3 {
		t.Errorf("%d files", len(files))
	}
}

const (
	listBooks     = "-- name: Books :many\nSELECT b.SOLD\nFROM BOOK b WHERE b.ID = sqlc.arg(id);\n"
	booksAnalysis = "Books :many (id int4) (sold int8! book.sold)"
	soldNotNull   = "CREATE TABLE BOOK (ID INTEGER NOT NULL, SOLD BIGINT NOT NULL);\n"
	soldNull      = "CREATE TABLE BOOK (ID INTEGER NOT NULL, SOLD BIGINT);\n"
)

// beside is a project of one query whose package has Books and more in the way that is given.
func beside(method, more, otherSchema string) project {
	return project{
		contract: listBooks, analysis: booksAnalysis,
		files: map[string]string{
			"schema/postgres/1.sql": soldNotNull, "schema/mssql/1.sql": otherSchema,
			"there/querier.go":   "package store\n\ntype Querier interface {\n\tQQuerier\n\tWithDB(db DBTX) Querier\n}\n\ntype QQuerier interface {\n\t" + method + "\n}\n" + more,
			"there/it_test.go":   "package other",
			"there/sub/other.go": "package other",
		},
		options: func(o *Options) { o.Existing = "there" },
	}
}

// Whether a column can be NULL is what the existing package says: another dialect of it may need that.
func TestExistingPackageDecidesOnNull(t *testing.T) {
	files, err := beside("Books(ctx context.Context, id int32) ([]sql.NullInt64, error)", "", soldNotNull).run(t)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name == "mssql/q.sql.go" && !strings.Contains(string(f.Contents), "id int32) ([]sql.NullInt64, error)") {
			t.Errorf("%s", f.Contents)
		}
	}
}

const rightMethod = "Books(ctx context.Context, id int32) ([]int64, error)"

var existingRefusals = []refusal{
	{"NULL only here", beside(rightMethod, "", soldNull),
		"queries/postgres/q.sql:1: Books: result column sold can be NULL, the package in there reads it into int64: make it NOT NULL in schema/mssql"},
	{"query is not there", beside("More(ctx context.Context) error", "", soldNotNull),
		"queries/postgres/q.sql:1: Books: the package in there has no such query: take the contract's queries and schema from the version that the package is of\n" +
			"queries/postgres: More: the package in there has this query, the contract has not: take the contract's queries and schema from the version that the package is of"},
	{"other types", beside("Books(ctx context.Context, id int64) ([]int64, error)", "", soldNotNull),
		"queries/postgres/q.sql:1: Books: the method is (context.Context, int32) ([]int64, error), in there it is (context.Context, int64) ([]int64, error): take the contract's queries and schema from the version that the package is of"},
	{"other package", beside(rightMethod, "", soldNotNull).withPackage("shop"),
		"there/querier.go: package is store, option package says shop: correct one of options existing and package"},
	{"no package", beside("", "", soldNotNull).withSource("package store\n"),
		"sqlc.yaml: option existing: there has no package that sqlc-gen-dialect made: name the folder with its querier.go"},
	{"no Go", beside("", "", soldNotNull).withSource("package store\nvar"),
		"option existing: there/querier.go:2:4: expected 'IDENT', found 'EOF'"},
	{"other rows", existingRow("SOLD sql.NullInt64; ID int32"),
		"queries/postgres/q.sql:1: Books: BooksRow is ID int32; Sold int64, in there it is SOLD sql.NullInt64; ID int32: take the contract's queries and schema from the version that the package is of"},
	{"nothing to write", beside(rightMethod, "", soldNotNull).contractOnly(),
		"sqlc.yaml: option existing: nothing is left to write: name a dialect beside the contract"},
}

// existingRow is a project whose query has two columns.
func existingRow(fields string) project {
	p := beside("Books(ctx context.Context, id int32) ([]BooksRow, error)", "type BooksRow struct { "+fields+" }\n", soldNotNull)
	p.contract = strings.Replace(listBooks, "b.SOLD", "b.ID, b.SOLD", 1)
	p.analysis = "Books :many (id int4) (id int4! book.id, sold int8! book.sold)"
	return p
}

func (p project) withPackage(name string) project {
	p.options = func(o *Options) { o.Existing, o.Package = "there", name }
	return p
}

func (p project) withSource(text string) project {
	p.files["there/querier.go"] = text
	return p
}

func (p project) contractOnly() project {
	p.options = func(o *Options) { o.Existing, o.Dialects = "there", o.Dialects[:1] }
	return p
}

func TestRefusalsBesideAnExistingPackage(t *testing.T) {
	for _, r := range existingRefusals {
		t.Run(r.name, func(t *testing.T) { r.check(t) })
	}
}

// A second database that speaks PostgreSQL's language binds arrays as the contract does, and lists too.
func TestArraysBesideTheContract(t *testing.T) {
	for text, want := range map[string]string{
		listContract: "SELECT ID FROM {{table BOOK}} WHERE ID = ANY($1::integer[])",
		listOther:    "SELECT ID FROM {{table BOOK}} WHERE ID IN ({{list ids}})",
		"-- name: Some :many\nSELECT ID FROM BOOK WHERE ID = ANY(sqlc.arg(ids)::integer[]) /* x */ OR SOLD = any ( sqlc.arg(ids) );": "SELECT ID FROM {{table BOOK}} WHERE ID = ANY($1::integer[]) OR SOLD = any ( $1 )",
	} {
		p := project{dialect: "cockroach", contract: listContract, analysis: listAnalysis, other: text}
		p.options = func(o *Options) { o.Dialects[1].Syntax = "postgres" }
		files, err := p.run(t)
		if err != nil {
			t.Error(err)
		} else if got := constant(t, files, "cockroach/q.sql.go", "sqlSome"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
