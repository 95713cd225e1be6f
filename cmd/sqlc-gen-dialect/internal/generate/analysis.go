package generate

import (
	"slices"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/schema"
)

// analysis compares what sqlc's own engine made of a dialect's queries with the contract.
func (g *generator) analysis(d *dialect) error {
	if d.Analysis == "" || d.Contract {
		return nil
	}
	analysed, err := readAnalysis(d.Analysis)
	if err != nil {
		return err
	}
	for _, q := range d.queries {
		m := g.method(q.Name)
		a, ok := analysed[q.Name]
		switch {
		case !ok:
			g.refuse(q.Problemf(q.Line, "run `make generate`, and see that sqlc reads "+d.Queries, "%s does not have this query", d.Analysis))
		case m != nil:
			g.analysedParams(d, m, q, a)
			g.analysedColumns(d, m, q, a)
		}
	}
	return nil
}

func (g *generator) analysedParams(d *dialect, m *method, q *query.Query, a analysedQuery) {
	var found, want []string
	for _, p := range a.Params {
		if !p.Column.IsNamed {
			continue // a bare ?, which sqlc calls as it likes
		}
		found = append(found, p.Column.Name)
		param, use := m.param(p.Column.Name), q.Param(p.Column.Name)
		if param != nil && use != nil && differ(schema.ParseType(typeName(p.Column.Type)), param.SQLType) {
			g.refuse(q.Problemf(use.Line, "cast it, or correct the statement",
				"parameter %s is %s for sqlc's %s engine, %s in the contract", param.Name, typeName(p.Column.Type), d.Name, param.SQLType))
		}
	}
	for _, p := range q.Params {
		if p.Macro != query.MacroBare {
			want = append(want, p.Name)
		}
	}
	slices.Sort(found)
	slices.Sort(want)
	if found = slices.Compact(found); !slices.Equal(found, want) {
		g.refuse(q.Problemf(q.Line, "run `make generate`, or write the parameters so that sqlc sees them",
			"sqlc's %s engine found parameters (%s), the file has (%s)", d.Name, strings.Join(found, ", "), strings.Join(want, ", ")))
	}
}

func (g *generator) analysedColumns(d *dialect, m *method, q *query.Query, a analysedQuery) {
	if len(a.Columns) != len(m.Columns) {
		g.refuse(q.Problemf(q.Line, "select the same, in the same order", "sqlc's %s engine found %d result columns, the contract has %d", d.Name, len(a.Columns), len(m.Columns)))
		return
	}
	for i, c := range a.Columns {
		want := m.Columns[i]
		if !strings.EqualFold(c.Name, want.Name) {
			g.refuse(q.Problemf(q.Line, "select the same, in the same order", "sqlc's %s engine calls result column %d %s, the contract %s", d.Name, i+1, c.Name, want.Name))
		}
		if differ(schema.ParseType(typeName(c.Type)), want.SQLType) {
			g.refuse(q.Problemf(q.Line, "cast it, or correct the statement",
				"result column %s is %s for sqlc's %s engine, %s in the contract", want.Name, typeName(c.Type), d.Name, want.SQLType))
		}
	}
}

// differ tells whether two types are of known and different families.
func differ(a, b schema.Type) bool {
	return a.Family != schema.Unknown && b.Family != schema.Unknown && a.Family != b.Family
}
