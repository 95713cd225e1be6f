package query

import (
	"reflect"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
)

func parse(t *testing.T, dialect, text string) []*Query {
	t.Helper()
	syntax, _ := lex.SyntaxOf(dialect)
	queries, problems := Parse("q.sql", text, syntax)
	for _, p := range problems {
		t.Error(p)
	}
	return queries
}

const documented = `-- about the file

-- above
-- name: A :one
-- below
--   indented
--
-- last
SELECT 1 -- not this
-- nor this

-- name: B :exec

-- not this one, an empty line is between
DELETE FROM x; -- behind text
-- of C
-- name: C :many
SELECT 2;
/* -- name: D :one */
`

func TestDoc(t *testing.T) {
	want := map[string][]string{
		"A": {"above", "below", "  indented", "", "last"},
		"B": nil,
		"C": {"of C"},
	}
	queries := parse(t, "postgres", documented)
	if len(queries) != len(want) {
		t.Errorf("%d queries", len(queries))
	}
	for _, q := range queries {
		if !reflect.DeepEqual(q.Doc, want[q.Name]) {
			t.Errorf("%s: got %q, want %q", q.Name, q.Doc, want[q.Name])
		}
	}
}

func TestLinesOfQueries(t *testing.T) {
	for _, q := range parse(t, "postgres", documented) {
		if want := map[string]int{"A": 4, "B": 12, "C": 17}[q.Name]; q.Line != want {
			t.Errorf("%s: line %d, want %d", q.Name, q.Line, want)
		}
	}
}

func TestParams(t *testing.T) {
	q := parse(t, "mysql", "-- name: A :many\nSELECT sqlc.arg(b), sqlc.narg('a'), sqlc.arg(b) FROM x WHERE y IN (/* each l */ sqlc.slice(l) /* end */)\n"+
		"/* when a */ AND a = sqlc.narg(a) /* end */ LIMIT ?/* n */;")[0]
	var got []string
	for _, p := range q.Params {
		text := p.Macro.String() + " " + p.Name
		if p.List {
			text += " list"
		}
		if p.Whens {
			text += " when"
		}
		got = append(got, text)
	}
	want := []string{"sqlc.arg b", "sqlc.narg a when", "sqlc.slice l list", "? n"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzParse: no file makes the reader fail, and what it keeps of a query is a part of the file.
func FuzzParse(f *testing.F) {
	f.Add(documented)
	f.Add("-- name: A :many\nSELECT a FROM b WHERE c IN (/* each x */ sqlc.slice(x) /* end */) /* when d */ e = sqlc.narg(d) /* end */;")
	f.Add("-- name: A :many\n/* end */ /* when x */ ?/* y */ @z sqlc.")
	f.Add("-- name: A :one")
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range lex.Names() {
			syntax, _ := lex.SyntaxOf(name)
			queries, _ := Parse("q.sql", text, syntax)
			for _, q := range queries {
				for _, i := range q.Items {
					if i.Text != ";" && !strings.Contains(text, i.Text) { // MERGE gets a semicolon
						t.Fatalf("%q is not of the file", i.Text)
					}
				}
			}
		}
	})
}
