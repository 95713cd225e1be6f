package generate

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/schema"
)

// method is a query as all dialects share it.
type method struct {
	Name    string
	Cmd     string
	File    string // of the contract, without folder and .sql
	Doc     []string
	Params  []param
	Columns []column
	query   *query.Query
}

type param struct {
	Name     string // as in the query
	Field    string
	Type     goType
	SQLType  schema.Type
	Nullable bool
	List     bool
	Array    bool // the contract binds the list whole
}

// GoType is the type in Go.
func (p param) GoType() string {
	if p.List {
		return "[]" + p.Type.plain
	}
	return p.Type.name(p.Nullable)
}

type column struct {
	Name     string
	Field    string
	Type     goType
	SQLType  schema.Type
	Nullable bool
	Table    string // when it comes out of one
	Original string // its name there
}

// GoType is the type in Go.
func (c column) GoType() string { return c.Type.name(c.Nullable) }

// list returns the list parameter, or nil.
func (m *method) list() *param {
	for i := range m.Params {
		if m.Params[i].List {
			return &m.Params[i]
		}
	}
	return nil
}

func (m *method) param(name string) *param {
	for i := range m.Params {
		if m.Params[i].Name == name {
			return &m.Params[i]
		}
	}
	return nil
}

// contract makes the methods out of the contract's files and sqlc's analysis of them.
func (g *generator) contract(d *dialect, analysis map[string]analysedQuery) {
	for _, q := range d.queries {
		a, ok := analysis[q.Name]
		if !ok {
			g.refuse(q.Problemf(q.Line, "run `make generate`; the options name another folder than sqlc's queries, perhaps", "sqlc did not analyse this query"))
			continue
		}
		m := &method{Name: q.Name, Cmd: q.Cmd, Doc: q.Doc, query: q, File: strings.TrimSuffix(path.Base(q.File), ".sql")}
		g.contractParams(m, a)
		g.contractColumns(m, a)
		g.contractRules(m)
		g.methods = append(g.methods, m)
	}
}

func (g *generator) contractParams(m *method, a analysedQuery) {
	analysed := slices.Clone(a.Params)
	slices.SortStableFunc(analysed, func(x, y analysedParam) int { return cmp.Compare(x.Number, y.Number) })
	for _, p := range analysed {
		use := m.query.Param(p.Column.Name)
		if use == nil {
			g.refuse(m.query.Problemf(m.query.Line, "run `make generate`", "sqlc found a parameter %s that the file does not have", p.Column.Name))
			continue
		}
		if m.param(use.Name) == nil {
			g.contractParam(m, use, p.Column)
		}
	}
	for _, use := range m.query.Params {
		if m.param(use.Name) == nil && len(m.Params) == len(analysed) {
			g.refuse(m.query.Problemf(use.Line, "take out what hides it from sqlc", "sqlc did not find parameter %s", use.Name))
		}
	}
}

func (g *generator) contractParam(m *method, use *query.Param, c analysedColumn) {
	t, ok := goTypes[typeName(c.Type)]
	if !ok {
		g.refuse(m.query.Problemf(use.Line, castRemedy(typeName(c.Type), use.Macro.String()+"("+use.Name+")"), "parameter %s is of type %s", use.Name, typeName(c.Type)))
	}
	m.Params = append(m.Params, param{
		Name: use.Name, Field: goName(use.Name), Type: t, SQLType: schema.ParseType(typeName(c.Type)),
		Nullable: use.Macro == query.MacroNarg, List: c.IsArray || use.List, Array: c.IsArray,
	})
}

func castRemedy(t, expression string) string {
	switch t {
	case "bool", "boolean":
		return "three engines have no boolean: use a number or a string"
	case "any", "":
		return "name the type with a cast, " + expression + "::bigint for example"
	}
	return "use a type that all engines have: bigint, integer, smallint, varchar, text, bytea, timestamp, date, numeric"
}

func (g *generator) contractColumns(m *method, a analysedQuery) {
	for _, c := range a.Columns {
		t, ok := goTypes[typeName(c.Type)]
		if !ok || c.IsArray {
			g.refuse(m.query.Problemf(m.query.Line, castRemedy(typeName(c.Type), "the expression"), "result column %s is of type %s", c.Name, typeName(c.Type)))
		}
		col := column{Name: c.Name, Field: goName(c.Name), Type: t, SQLType: schema.ParseType(typeName(c.Type)), Nullable: !c.NotNull}
		if c.Table != nil && c.OriginalName != "" {
			col.Table, col.Original = c.Table.Name, c.OriginalName
			col.Nullable = col.Nullable || g.nullableAnywhere(col.Table, col.Original)
		}
		m.Columns = append(m.Columns, col)
	}
}

// nullableAnywhere tells whether any dialect lets the column be NULL.
func (g *generator) nullableAnywhere(table, name string) bool {
	for _, d := range g.dialects {
		if t := d.schema.Table(table); t != nil {
			if c := t.Column(name); c != nil && !c.NotNull {
				return true
			}
		}
	}
	return false
}
