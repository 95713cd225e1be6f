package generate

import (
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/shape"
)

// contractRules refuses what cannot be had on all databases.
func (g *generator) contractRules(m *method) {
	q := m.query
	lists := 0
	for i := range m.Params {
		if m.Params[i].List {
			lists++
		}
	}
	if lists > 1 {
		g.refuse(q.Problemf(q.Line, "leave one, the others as queries of their own", "more than one list parameter"))
	}
	if lists > 0 && m.Cmd == ":one" {
		g.refuse(q.Problemf(q.Line, "use :many", ":one cannot have a list, which may be sent in several statements"))
	}
	g.goNames(m)
	rows := m.Cmd == ":one" || m.Cmd == ":many"
	if rows && len(m.Columns) == 0 {
		g.refuse(q.Problemf(q.Line, "use :exec or :execrows", "%s has no result columns", m.Cmd))
	}
	if len(m.Columns) > 0 && inserts(q) {
		g.refuse(q.Problemf(q.Line, "take the id from a sequence first, or read the row back by its key", "an INSERT that returns columns: not all databases have it"))
	}
	if !rows && len(m.Columns) > 0 {
		g.refuse(q.Problemf(q.Line, "use :one or :many", "%s has result columns", m.Cmd))
	}
}

// inserts tells whether a query is an INSERT, perhaps behind WITH queries.
func inserts(q *query.Query) bool {
	for _, i := range q.Items {
		if i.Is == query.Text && strings.EqualFold(i.Text, "INSERT") {
			return true
		}
	}
	return false
}

// goNames refuses names that make no Go code.
func (g *generator) goNames(m *method) {
	q := m.query
	switch m.Name {
	case "WithDB", "Text", "Variants":
		g.refuse(q.Problemf(q.Line, "rename the query", "the generated code has a method %s of its own", m.Name))
	}
	if m.File == "unimplemented" {
		g.refuse(q.Problemf(q.Line, "rename the file", "the generated code has an UnimplementedQuerier of its own"))
	}
	fields := map[string]string{}
	for _, p := range m.Params {
		if other, ok := fields[p.Field]; ok {
			g.refuse(q.Problemf(q.Line, "rename one", "parameters %s and %s are both %s in Go", other, p.Name, p.Field))
		}
		fields[p.Field] = p.Name
	}
	clear(fields)
	for _, c := range m.Columns {
		if other, ok := fields[c.Field]; ok {
			g.refuse(q.Problemf(q.Line, "give one an alias", "result columns %s and %s are both %s in Go", other, c.Name, c.Field))
		}
		fields[c.Field] = c.Name
	}
}

// pair compares a dialect's queries with the contract.
func (g *generator) pair(d *dialect) {
	checker := columnChecker{g: g, d: d, contract: g.contractDialect().schema, seen: map[string]bool{}}
	for _, m := range g.methods {
		q := d.query(m.Name)
		if q == nil {
			g.refuse(m.query.Problemf(m.query.Line, "add it to a file in "+d.Queries, "dialect %s has no such query", d.Name))
			continue
		}
		g.pairQuery(d, m, q)
		st := shape.Read(q.Items)
		g.results(d, m, q, st)
		g.lists(q)
		checker.q = q
		checker.check(st)
	}
	for _, q := range d.queries {
		if g.method(q.Name) == nil {
			g.refuse(q.Problemf(q.Line, "take it out, or add it to the contract", "the contract has no such query"))
		}
	}
}

func (g *generator) contractDialect() *dialect {
	for _, d := range g.dialects {
		if d.Contract {
			return d
		}
	}
	return nil // options were checked
}

func (g *generator) method(name string) *method {
	for _, m := range g.methods {
		if m.Name == name {
			return m
		}
	}
	return nil
}

func (g *generator) pairQuery(d *dialect, m *method, q *query.Query) {
	if q.Cmd != m.Cmd {
		g.refuse(q.Problemf(q.Line, "write "+m.Cmd, "command is %s, the contract has %s", q.Cmd, m.Cmd))
	}
	for _, p := range m.Params {
		if q.Param(p.Name) == nil {
			g.refuse(q.Problemf(q.Line, "use it, or take it out of the contract", "parameter %s of the contract is not used", p.Name))
		}
	}
	for _, use := range q.Params {
		p := m.param(use.Name)
		if p == nil {
			g.refuse(q.Problemf(use.Line, "correct the name, or add it to the contract", "parameter %s is not in the contract", use.Name))
			continue
		}
		g.pairKind(d, q, p, use)
	}
}

// pairKind compares the way in which a parameter is written.
func (g *generator) pairKind(d *dialect, q *query.Query, p *param, use *query.Param) {
	want := query.MacroArg
	switch {
	case p.List && !d.Contract:
		want = query.MacroSlice
	case p.Nullable:
		want = query.MacroNarg
	}
	switch {
	case d.array(p, q) && use.List:
		g.refuse(q.Problemf(use.Line, "write = ANY(sqlc.arg("+p.Name+")::type[]), or make it no array", "array parameter %s is used as a list of single values", p.Name))
	case p.List != use.List && !d.array(p, q):
		g.refuse(q.Problemf(use.Line, "write "+want.String()+"("+p.Name+")", "parameter %s is %s, in the contract it is %s", p.Name, listWord(use.List), listWord(p.List)))
	case !p.List && use.Macro != want && use.Macro != query.MacroBare:
		g.refuse(q.Problemf(use.Line, "write "+want.String()+"("+p.Name+")", "parameter %s is %s, in the contract it is %s", p.Name, use.Macro, want))
	case use.Whens && !p.Nullable:
		g.refuse(q.Problemf(use.Line, "write sqlc.narg("+p.Name+") in the contract", "/* when %s */ needs an optional parameter", p.Name))
	}
}

func listWord(list bool) string {
	if list {
		return "a list"
	}
	return "a single value"
}
