package generate

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/schema"
)

// dialect is a dialect with all that was read of it.
type dialect struct {
	DialectOptions
	syntax  lex.Syntax
	schema  *schema.Schema
	queries []*query.Query
	tables  []string // names of tables and sequences that queries use, sorted
}

func (d *dialect) query(name string) *query.Query {
	for _, q := range d.queries {
		if q.Name == name {
			return q
		}
	}
	return nil
}

// load reads a dialect's schema and queries.
func (g *generator) load(o DialectOptions) (*dialect, error) {
	syntax, _ := lex.SyntaxOf(o.Syntax)
	d := &dialect{DialectOptions: o, syntax: syntax, schema: schema.New(o.Name)}
	files, err := sqlFiles(o.Schema...)
	if err != nil {
		return nil, fmt.Errorf("schema of %s: %w", o.Name, err)
	}
	for _, file := range files {
		if err := d.schema.Read(file, syntax); err != nil {
			return nil, err
		}
	}
	if d.schema.Empty() {
		return nil, fmt.Errorf("sqlc.yaml: dialect %s: no CREATE TABLE in %s: correct option schema", o.Name, strings.Join(o.Schema, ", "))
	}
	return d, g.loadQueries(d)
}

func (g *generator) loadQueries(d *dialect) error {
	files, err := sqlFiles(d.Queries)
	if err != nil {
		return fmt.Errorf("queries of %s: %w", d.Name, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		queries, problems := query.Parse(filepath.ToSlash(file), string(text), d.syntax)
		g.problems = append(g.problems, problems...)
		for _, q := range queries {
			if other := d.query(q.Name); other != nil {
				g.refuse(q.Problemf(q.Line, "rename one", "the name is taken already in %s:%d", other.File, other.Line))
				continue
			}
			d.queries = append(d.queries, q)
		}
	}
	return nil
}

// sqlFiles lists the *.sql files below folders, sorted, each once. Like the go command it leaves folders called testdata
// alone.
func sqlFiles(folders ...string) ([]string, error) {
	var files []string
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(name string, entry os.DirEntry, err error) error {
			if err == nil && entry.IsDir() && entry.Name() == "testdata" && name != folder {
				return filepath.SkipDir
			}
			if err == nil && !entry.IsDir() && strings.HasSuffix(name, ".sql") {
				files = append(files, filepath.ToSlash(filepath.Clean(name)))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}
