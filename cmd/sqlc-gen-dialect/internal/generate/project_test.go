package generate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// project is a small sqlc project: a contract in PostgreSQL and one dialect more.
type project struct {
	dialect  string            // of the second one; default mssql
	contract string            // queries/postgres/q.sql
	other    string            // queries/<dialect>/q.sql; default: the contract
	analysis string            // sqlc's analysis of the contract, see analysed
	second   string            // its analysis of the dialect, "-" when the file is missing
	files    map[string]string // further files, or others in place of the default ones
	options  func(*Options)
}

const bookTable = "CREATE TABLE BOOK (ID INTEGER NOT NULL, TITLE VARCHAR(100) NOT NULL, SOLD BIGINT, PRIMARY KEY (ID));\nCREATE TABLE LOAN (BOOK_ID INTEGER NOT NULL, DUE BIGINT);\n"

// run makes the project in a new folder and generates it.
func (p project) run(t *testing.T) ([]File, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if p.dialect == "" {
		p.dialect = "mssql"
	}
	if p.other == "" {
		p.other = p.contract
	}
	files := map[string]string{
		"schema/postgres/1.sql": bookTable, "schema/" + p.dialect + "/1.sql": bookTable,
		"queries/postgres/q.sql": p.contract, "queries/" + p.dialect + "/q.sql": p.other,
	}
	if p.second != "" && p.second != "-" {
		files["second.json"] = string(marshal(t, request{Queries: analysed(t, p.second)}))
	}
	for name, text := range p.files {
		files[name] = text
	}
	for name, text := range files {
		writeFile(t, name, text)
	}
	return Run(marshal(t, request{Options: marshal(t, p.allOptions()), Queries: analysed(t, p.analysis)}))
}

func (p project) allOptions() Options {
	o := Options{Package: "store", Import: "example.com/store", Dialects: []DialectOptions{
		{Name: "postgres", Contract: true, Queries: "queries/postgres", Schema: []string{"schema/postgres"}},
		{Name: p.dialect, Queries: "queries/" + p.dialect, Schema: []string{"schema/" + p.dialect}},
	}}
	if p.second != "" {
		o.Dialects[1].Analysis = "second.json"
	}
	if p.options != nil {
		p.options(&o)
	}
	return o
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var (
	analysisLine = regexp.MustCompile(`^(\w+) (:\w+) \((.*?)\) \((.*)\)$`)
	analysisItem = regexp.MustCompile(`^(\w+) ([\w ]+)(\[\])?(\?)?(!)?(?: (\w+)\.(\w+))?$`)
)

// analysed makes an analysis of lines `Name :cmd (param type, ...) (column type! table.column, ...)`: [] is an array, !
// is not null, ? is a bare placeholder.
func analysed(t *testing.T, text string) []analysedQuery {
	t.Helper()
	var queries []analysedQuery
	for line := range strings.Lines(text) {
		m := analysisLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			t.Fatalf("analysis %q", line)
		}
		q := analysedQuery{Name: m[1], Cmd: m[2], File: "q.sql"}
		for i, c := range analysedColumns(t, m[3]) {
			q.Params = append(q.Params, analysedParam{Number: i + 1, Column: c})
		}
		q.Columns = analysedColumns(t, m[4])
		queries = append(queries, q)
	}
	return queries
}

func analysedColumns(t *testing.T, list string) []analysedColumn {
	t.Helper()
	var columns []analysedColumn
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		m := analysisItem.FindStringSubmatch(item)
		if m == nil {
			t.Fatalf("analysis item %q", item)
		}
		c := analysedColumn{Name: m[1], Type: analysedName{Name: m[2]}, IsArray: m[3] != "", IsNamed: m[4] == "", NotNull: m[5] != ""}
		if m[6] != "" {
			c.Table, c.OriginalName = &analysedName{Name: m[6]}, m[7]
		}
		columns = append(columns, c)
	}
	return columns
}
