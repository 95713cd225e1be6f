package schema

import "strings"

// alterTable takes the actions of an ALTER TABLE that add or change columns.
func (s *scanner) alterTable() {
	s.accept("IF", "EXISTS")
	s.accept("ONLY")
	table := s.schema.Table(s.name())
	if table == nil {
		return
	}
	for s.action(table) && s.accept(",") {
		continue
	}
	s.schema.addTable(table)
}

// action takes one action and tells whether more may follow.
func (s *scanner) action(table *Table) bool {
	switch {
	case s.accept("ADD"):
		s.add(table)
	case s.accept("MODIFY") || s.accept("ALTER", "COLUMN") || s.accept("ALTER"):
		s.modify(table)
	case s.accept("DROP", "COLUMN"):
		s.accept("IF", "EXISTS")
		name := s.name()
		table.Columns = without(table.Columns, name)
	case ParseType(s.peek(1).Text).Family != Unknown:
		s.add(table) // ADD a INT, b INT
	default:
		return len(s.untilComma()) > 0
	}
	return true
}

func without(columns []*Column, name string) []*Column {
	var kept []*Column
	for _, c := range columns {
		if !strings.EqualFold(c.Name, name) {
			kept = append(kept, c)
		}
	}
	return kept
}

// add takes what follows ADD: a constraint, a column, or columns in brackets.
func (s *scanner) add(table *Table) {
	s.accept("COLUMN")
	s.accept("IF", "NOT", "EXISTS")
	if !s.accept("(") {
		s.element(table)
		return
	}
	for !s.atEnd() {
		s.element(table)
		if !s.accept(",") {
			break
		}
	}
	s.accept(")")
}

// modify takes a changed column. A change keeps the family; it never makes a column stricter, because an optional
// migration need not have run.
func (s *scanner) modify(table *Table) {
	s.accept("COLUMN")
	bracket := s.accept("(")
	line, name := s.peek(0).Line, s.name()
	_ = s.accept("SET", "DATA", "TYPE") || s.accept("TYPE")
	rest := s.untilComma()
	if bracket {
		s.accept(")")
	}
	c := table.Column(name)
	if c == nil {
		s.fail(line, "table %s has no column %s: correct the name, or add the column first", table.Name, name)
		return
	}
	for i := range rest {
		if follows(rest[i:], "DROP", "NOT", "NULL") {
			c.NotNull = false
		}
	}
	if t := ParseType(spell(rest[:typeLength(rest)])); t.Family != Unknown && c.Type.Family != Unknown && t.Family != c.Type.Family {
		s.fail(line, "column %s.%s changes from %s to %s: keep the type's family", table.Name, c.Name, c.Type, t)
	}
}
