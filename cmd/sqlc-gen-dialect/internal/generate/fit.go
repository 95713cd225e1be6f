package generate

import (
	"maps"
	"slices"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// fitExisting reads the package that option existing names, and has the methods fit it.
func (g *generator) fitExisting() error {
	if g.options.Existing == "" {
		return nil
	}
	e, err := readExisting(g.options.Existing, g.options.Package)
	if err != nil {
		return err
	}
	g.fit(e)
	return nil
}

// fit takes over what can be NULL, and refuses what does not fit the existing package.
func (g *generator) fit(e *existing) {
	for _, m := range g.methods {
		if _, ok := e.methods[m.Name]; !ok {
			g.refuse(m.query.Problemf(m.query.Line, sameVersion, "the package in %s has no such query", e.folder))
			continue
		}
		g.fitNulls(e, m)
		v := view{method: m}
		g.fitType(e, m, "the method", e.methods[m.Name], "("+v.Unnamed()+") ("+strings.Trim(v.Results(""), "()")+")")
		if v.ParamsStruct() != "" {
			g.fitType(e, m, v.ParamsStruct(), strings.Join(e.structs[v.ParamsStruct()], "; "), paramFields(m))
		}
		if v.RowStruct() != "" {
			g.fitType(e, m, v.RowStruct(), strings.Join(e.structs[v.RowStruct()], "; "), columnFields(m))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.methods)) {
		if g.method(name) == nil {
			contract := g.contractDialect()
			g.refuse(&query.Problem{File: contract.Queries, Query: name, What: "the package in " + e.folder + " has this query, the contract has not", Remedy: sameVersion})
		}
	}
}

const sameVersion = "take the contract's queries and schema from the version that the package is of"

// fitNulls takes over which result columns can be NULL.
func (g *generator) fitNulls(e *existing, m *method) {
	for i := range m.Columns {
		c := &m.Columns[i]
		switch e.columnType(m, i) {
		case c.Type.nullable:
			c.Nullable = true
		case c.Type.plain:
			if c.Nullable {
				g.refuse(m.query.Problemf(m.query.Line, "make it NOT NULL in "+strings.Join(g.nullableIn(c), ", "),
					"result column %s can be NULL, the package in %s reads it into %s", c.Name, e.folder, c.Type.plain))
				c.Nullable = false
			}
		}
	}
}

// columnType is the type that the existing package gives a result column, or nothing.
func (e *existing) columnType(m *method, i int) string {
	if len(m.Columns) > 1 {
		row := e.structs[view{method: m}.RowStruct()]
		if i >= len(row) {
			return ""
		}
		_, kind, _ := strings.Cut(row[i], " ")
		return kind
	}
	if m.Cmd == ":many" {
		return strings.TrimPrefix(e.results[m.Name], "[]")
	}
	return e.results[m.Name]
}

// nullableIn lists the schemas that let a result column be NULL.
func (g *generator) nullableIn(c *column) []string {
	var folders []string
	for _, d := range g.dialects {
		if t := d.schema.Table(c.Table); t != nil {
			if col := t.Column(c.Original); col != nil && !col.NotNull {
				folders = append(folders, d.Schema...)
			}
		}
	}
	return folders
}

func (g *generator) fitType(e *existing, m *method, what, got, want string) {
	if got != want {
		g.refuse(m.query.Problemf(m.query.Line, sameVersion, "%s is %s, in %s it is %s", what, want, e.folder, got))
	}
}

func paramFields(m *method) string {
	var all []string
	for _, p := range m.Params {
		all = append(all, p.Field+" "+p.GoType())
	}
	return strings.Join(all, "; ")
}

func columnFields(m *method) string {
	var all []string
	for _, c := range m.Columns {
		all = append(all, c.Field+" "+c.GoType())
	}
	return strings.Join(all, "; ")
}
