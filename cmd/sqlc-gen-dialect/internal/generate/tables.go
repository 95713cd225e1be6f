package generate

import (
	"slices"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// markTables finds the tables and sequences in a query, whose names the run time completes.
func (g *generator) markTables(d *dialect, q *query.Query) {
	m := tableMarker{g: g, d: d, q: q}
	for i, item := range q.Items {
		if item.Significant() {
			m.significant = append(m.significant, i)
		}
	}
	for at := range m.significant {
		m.mark(at)
	}
}

type tableMarker struct {
	g           *generator
	d           *dialect
	q           *query.Query
	significant []int // indexes of items
}

// word is the text of a significant item in capitals, or nothing beyond the ends.
func (m *tableMarker) word(at int) string {
	if at < 0 || at >= len(m.significant) {
		return ""
	}
	return strings.ToUpper(m.item(at).Text)
}

func (m *tableMarker) item(at int) *query.Item { return &m.q.Items[m.significant[at]] }

func (m *tableMarker) mark(at int) {
	item := m.item(at)
	name, ok := m.candidate(at)
	if !ok || m.isColumn(at, name) {
		return
	}
	if what, remedy := m.refusal(at, name); what != "" {
		m.g.refuse(m.q.Problemf(item.Line, remedy, "%s", what))
		return
	}
	item.Is, item.Name = query.Table, item.Text
	if !slices.Contains(m.d.tables, name) {
		m.d.tables = append(m.d.tables, name)
	}
}

// candidate tells whether the item has the name of a table or sequence.
func (m *tableMarker) candidate(at int) (string, bool) {
	item := m.item(at)
	name := item.Text
	switch {
	case item.Is != query.Text:
		return "", false
	case item.Kind == lex.Quoted:
		name = name[1 : len(name)-1]
	case item.Kind == lex.String:
		if !m.sequenceArgument(at) {
			return "", false
		}
		name = strings.Trim(name, "'")
		return name, m.d.schema.Sequence(name)
	case item.Kind != lex.Ident:
		return "", false
	}
	return name, m.d.schema.Table(name) != nil || m.d.schema.Sequence(name)
}

// sequenceArgument: PostgreSQL takes the name of a sequence as a string.
func (m *tableMarker) sequenceArgument(at int) bool {
	switch m.word(at - 2) {
	case "NEXTVAL", "CURRVAL", "SETVAL":
		return m.word(at-1) == "("
	}
	return false
}

// isColumn tells a column from a table of the same name.
func (m *tableMarker) isColumn(at int, name string) bool {
	if m.word(at-1) == "." {
		return !m.tablePosition(at - 2)
	}
	return m.d.schema.HasColumn(name) && !m.tablePosition(at)
}

// tablePosition tells whether a table must stand here.
func (m *tableMarker) tablePosition(at int) bool {
	switch m.word(at - 1) {
	case "FROM", "JOIN", "INTO", "USING", "TABLE", "ONLY", "MERGE":
		return true
	case "UPDATE":
		return m.word(at-2) != "KEY" && m.word(at-2) != "DO"
	}
	return false
}

// refusal tells why a name cannot be completed where it stands.
func (m *tableMarker) refusal(at int, name string) (what, remedy string) {
	before, after := m.word(at-1), m.word(at+1)
	switch {
	case before == ".":
		return "table " + name + " is qualified", "write the name alone, Config.Schema completes it"
	case after == "." && m.d.schema.Sequence(name) && (m.word(at+2) == "NEXTVAL" || m.word(at+2) == "CURRVAL"):
		return "", ""
	case after == ".":
		return "table " + name + " qualifies a column", "use an alias"
	case before == "OF":
		return "table " + name + " follows OF", "use an alias"
	case before == "AS" || at > 0 && m.item(at-1).Is == query.Table:
		return "alias " + name + " is the name of a table", "use another alias"
	case before == "WITH" || after == "AS" && m.word(at+2) == "(":
		return name + " is the name of a table", "call the WITH query something else"
	}
	return "", ""
}
