package schema_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/schema"
	"github.com/sessiondb/sessiondb/schema/internal/shape"
)

// facts are what a schema says, by what it says it of: the type family,
// nullability, default and filling of a column; the kind and columns of a key.
type facts map[string]string

// families are the types that hold the same values, in the words of the report.
var families = map[string]string{
	"VARCHAR": "text", "CHAR": "character", "INTEGER": "integer", "BIGINT": "64 bits", "NUMERIC": "64 bits",
	"BYTEA": "bytes", "BLOB": "bytes", "MEDIUMBLOB": "bytes", "VARBINARY": "bytes", "TIMESTAMP": "instant", "DATETIME": "instant",
}

func factsOf(t *testing.T, tables []*shape.Table) facts {
	t.Helper()
	all := facts{}
	for _, table := range tables {
		name := strings.ToUpper(table.Name)
		for i, c := range table.Columns {
			all[name+"."+c.Name] = column(t, i, c)
		}
		for _, k := range table.Keys {
			all[fmt.Sprintf("%s %s %s", name, k.Kind, strings.ToUpper(k.Name))] = strings.Join(k.Parts, ", ")
		}
	}
	return all
}

func column(t *testing.T, position int, c shape.Column) string {
	t.Helper()
	family := families[c.Type.Kind]
	if family == "" {
		t.Errorf("column %s: type %s is of no family", c.Name, c.Type)
	}
	if family == "text" || family == "character" {
		family += " " + c.Type.Args
	}
	words := []string{fmt.Sprint(position + 1), family}
	if !c.Nullable {
		words = append(words, "NOT NULL")
	}
	if c.Filled {
		words = append(words, "filled")
	}
	if c.Default != "" {
		words = append(words, "default "+c.Default)
	}
	return strings.Join(words, " ")
}

// All six folders, optional migrations included, say the same as PostgreSQL's,
// and thereby as each other, but for the differences of testdata/differences.txt.
func TestSchemasAreTheSame(t *testing.T) {
	meant := meantDifferences(t)
	reference := factsOf(t, folders(t, "postgres"))
	for _, db := range databases {
		have := factsOf(t, folders(t, db))
		for _, line := range unlike(db, have, reference) {
			if meant[line] == "" {
				t.Errorf("not in testdata/differences.txt: %s", line)
			}
			delete(meant, line)
		}
	}
	for line := range meant {
		t.Errorf("testdata/differences.txt: no such difference any more: %s", line)
	}
	if len(reference) < 60 {
		t.Errorf("only %d facts were compared", len(reference))
	}
}

func folders(t *testing.T, db string) []*shape.Table {
	t.Helper()
	var up []string
	for _, files := range []map[string]sent{bySource(t, schema.Baseline(db)), bySource(t, schema.Optional(db))} {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			up = append(up, files[name].up...)
		}
	}
	return shape.FromDDL(up)
}

// unlike lists where have is not as want.
func unlike(db string, have, want facts) []string {
	var lines []string
	for _, about := range slices.Sorted(maps.Keys(want)) {
		if have[about] != want[about] {
			lines = append(lines, fmt.Sprintf("%s: %s: %s instead of %s", db, about, said(have[about]), want[about]))
		}
	}
	for _, about := range slices.Sorted(maps.Keys(have)) {
		if want[about] == "" {
			lines = append(lines, fmt.Sprintf("%s: %s: %s instead of nothing", db, about, have[about]))
		}
	}
	return lines
}

func said(fact string) string {
	if fact == "" {
		return "nothing"
	}
	return fact
}

// meantDifferences are lines "DATABASE: WHAT: HAVE instead of WANT" below a line
// "# reason".
func meantDifferences(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/differences.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	reason := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if comment, found := strings.CutPrefix(line, "# "); found {
			reason = comment
		} else if line != "" {
			all[line] = reason
		}
	}
	return all
}

// The seed's own DDL, read as tables, is what the folders make.
func TestSeedMakesTheSameTables(t *testing.T) {
	for _, db := range databases {
		if db == "sqlite" {
			continue // ours
		}
		var up []string
		for _, m := range bySource(t, schema.Baseline(db)) {
			up = append(up, m.up...)
		}
		ours, seeds := factsOf(t, tablesFirst(up)), factsOf(t, tablesFirst(seed(t, db)))
		if len(seeds) < 50 {
			t.Errorf("%s: only %d facts in the seed", db, len(seeds))
		}
		for _, line := range unlike(db, ours, seeds) {
			t.Error(line)
		}
	}
}

// tablesFirst: the reader wants a table before its indexes, whatever the order
// of the files.
func tablesFirst(statements []string) []*shape.Table {
	list := slices.Clone(statements)
	slices.SortStableFunc(list, func(a, b string) int { return rank(a) - rank(b) })
	return shape.FromDDL(list)
}

func rank(statement string) int {
	if strings.HasPrefix(strings.ToUpper(statement), "CREATE TABLE") {
		return 0
	}
	return 1
}
