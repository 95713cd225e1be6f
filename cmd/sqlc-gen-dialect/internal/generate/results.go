package generate

import (
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/schema"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/shape"
)

// results compares the result columns of a query with the contract's.
func (g *generator) results(d *dialect, m *method, q *query.Query, st *shape.Statement) {
	if len(m.Columns) == 0 || runsProcedure(q) {
		return
	}
	var names, want []string
	for i, r := range st.Results {
		switch {
		case r.Star:
			g.refuse(q.Problemf(r.Line, "name the columns", "result column %d is *", i+1))
			return
		case r.Name == "":
			g.refuse(q.Problemf(r.Line, "write AS name behind it", "result column %d has no name", i+1))
			return
		}
		names = append(names, strings.ToLower(r.Name))
	}
	for _, c := range m.Columns {
		want = append(want, strings.ToLower(c.Name))
	}
	if got := strings.Join(names, ", "); got != strings.Join(want, ", ") {
		g.refuse(q.Problemf(q.Line, "select the same, in the same order", "result columns are (%s), the contract has (%s)", got, strings.Join(want, ", ")))
		return
	}
	for i, r := range st.Results {
		g.resultType(d, q, r, m.Columns[i])
	}
}

// runsProcedure tells whether the result columns cannot be seen in the text.
func runsProcedure(q *query.Query) bool {
	for _, i := range q.Items {
		if i.Significant() {
			word := strings.ToUpper(i.Text)
			return word == "EXEC" || word == "EXECUTE" || word == "DECLARE" || word == "BEGIN" || word == "CALL"
		}
	}
	return false
}

// resultType compares a result column whose type can be seen.
func (g *generator) resultType(d *dialect, q *query.Query, r shape.Result, want column) {
	got := schema.Type{}
	if r.Cast != "" {
		got = schema.ParseType(r.Cast)
	} else if r.Plain != nil && r.Plain.Qualifier != "" {
		if t := r.Plain.Block.Find(r.Plain.Qualifier); t != nil {
			got = columnType(d, t.Name, r.Plain.Name)
		}
	} else if r.Plain != nil && len(r.Plain.Block.Tables) == 1 {
		got = columnType(d, r.Plain.Block.Tables[0].Name, r.Plain.Name)
	}
	if differ(got, want.SQLType) {
		g.refuse(q.Problemf(r.Line, "cast it, or select the column that the contract means",
			"result column %s is %s (%s), the contract has %s (%s)", r.Name, got, got.Family, want.SQLType, want.SQLType.Family))
	}
}

func columnType(d *dialect, table, name string) schema.Type {
	if t := d.schema.Table(table); t != nil {
		if c := t.Column(name); c != nil {
			return c.Type
		}
	}
	return schema.Type{}
}
