package shape

import (
	"slices"
	"strings"
)

// FromDDL returns the tables that the statements of migrations make, in the
// order of their creation. It understands the forms that the schema folders
// use, and skips what makes no column or key.
func FromDDL(statements []string) []*Table {
	var d ddl
	for _, s := range statements {
		d.statement(s)
	}
	for _, t := range d.tables {
		t.impliedByPrimary()
	}
	return d.tables
}

// Alter applies the statements of an optional migration to copies of the
// tables.
func Alter(tables []*Table, statements []string) []*Table {
	var d ddl
	for _, t := range tables {
		c := *t
		c.Columns, c.Keys = slices.Clone(t.Columns), slices.Clone(t.Keys)
		d.tables = append(d.tables, &c)
	}
	for _, s := range statements {
		d.statement(s)
	}
	return d.tables[:len(tables)]
}

type ddl struct{ tables []*Table }

func (d *ddl) table(name string) *Table {
	for _, t := range d.tables {
		if strings.EqualFold(t.Name, name) {
			return t
		}
	}
	return &Table{} // of another program: what happens to it is lost
}

func (d *ddl) statement(s string) {
	r := read(s)
	switch {
	case r.accept("CREATE", "TABLE"):
		d.createTable(r)
	case r.accept("CREATE", "INDEX"):
		d.createIndex(r, Index, s)
	case r.accept("CREATE", "UNIQUE", "INDEX"):
		d.createIndex(r, Unique, s)
	case r.accept("ALTER", "TABLE"):
		d.alterTable(r)
	}
}

func (d *ddl) createTable(r *reader) {
	t := &Table{Name: r.name()}
	for _, element := range r.group() {
		t.element(element)
	}
	for r.at < len(r.tokens) {
		switch {
		case r.accept("CHARACTER", "SET"), r.accept("CHARSET"):
			r.accept("=")
			t.Charset = r.next()
		case r.accept("COLLATE"):
			r.accept("=")
			t.Collation = r.next()
		case r.accept("ENGINE"):
			r.accept("=")
			t.Engine = r.next()
		default:
			r.next()
		}
	}
	d.tables = append(d.tables, t)
}

// element is a column, or a key of the table.
func (t *Table) element(r *reader) {
	name := ""
	if r.accept("CONSTRAINT") {
		name = r.name()
	}
	switch {
	case r.accept("PRIMARY", "KEY"):
		t.Keys = append(t.Keys, Key{Name: name, Kind: Primary, Parts: r.parts()})
	case r.accept("UNIQUE"):
		t.Keys = append(t.Keys, Key{Name: name, Kind: Unique, Parts: r.parts()})
	case name != "", strings.EqualFold(r.peek(), "CHECK"), strings.EqualFold(r.peek(), "FOREIGN"):
	default:
		t.Columns = append(t.Columns, r.column(t))
	}
}

// follows are the words that end a column's type or its default.
var follows = []string{"NOT", "NULL", "DEFAULT", "CHECK", "PRIMARY", "UNIQUE", "CONSTRAINT", "REFERENCES", "COLLATE",
	"GENERATED", "IDENTITY", "AUTO_INCREMENT", "COMMENT", "ON"}

func (r *reader) column(t *Table) Column {
	c := Column{Name: strings.ToUpper(unquote(r.next())), Type: ParseType(r.until()), Nullable: true}
	for r.at < len(r.tokens) {
		switch {
		case r.accept("NOT", "NULL"):
			c.Nullable = false
		case r.accept("PRIMARY", "KEY"):
			t.Keys = append(t.Keys, Key{Kind: Primary, Parts: []string{c.Name}})
		case r.accept("UNIQUE"):
			t.Keys = append(t.Keys, Key{Kind: Unique, Parts: []string{c.Name}})
		case r.accept("GENERATED"), r.accept("IDENTITY"), r.accept("AUTO_INCREMENT"):
			c.Filled = true
		case r.accept("DEFAULT"):
			c.setDefault(r.until())
		case r.peek() == "(":
			r.group() // of a CHECK
		default:
			r.next()
		}
	}
	return c
}

// until takes everything before one of the words that follow, the first token
// in any case.
func (r *reader) until() string {
	start := r.at
	for depth := 0; r.at < len(r.tokens); r.at++ {
		t := strings.ToUpper(r.peek())
		if r.at > start && depth == 0 && slices.Contains(follows, t) {
			break
		}
		depth += strings.Count(t, "(") - strings.Count(t, ")")
	}
	return spell(r.tokens[start:r.at])
}

// parts are the columns of a key.
func (r *reader) parts() []string {
	var parts []string
	for _, element := range r.group() {
		parts = append(parts, normalPart(element.rest()))
	}
	return parts
}

func (d *ddl) createIndex(r *reader, kind Kind, statement string) {
	k := Key{Kind: kind, Statement: strings.TrimSuffix(statement, ";")}
	k.Name = short(r.name())
	if !r.accept("ON") {
		return
	}
	t := d.table(r.name())
	k.Parts = r.parts()
	t.Keys = append(t.Keys, k)
}

// alterTable understands MySQL's MODIFY.
func (d *ddl) alterTable(r *reader) {
	t := d.table(r.name())
	if !r.accept("MODIFY") {
		return
	}
	changed := r.column(t)
	if c := t.column(changed.Name); c != nil {
		c.Type, c.Nullable = changed.Type, changed.Nullable
	}
}

// impliedByPrimary: the columns of a primary key are never NULL (SQLite's may
// be, and its files say NOT NULL themselves). A number that alone is the key
// fills itself, because no query of sessiondb gives one: by identity, sequence
// or trigger, and on SQLite it is the row's number.
func (t *Table) impliedByPrimary() {
	key := t.primary()
	if key == nil {
		return
	}
	for _, name := range key.Parts {
		if c := t.column(name); c != nil {
			c.Nullable = false
			c.Filled = c.Filled || len(key.Parts) == 1 && c.Type.class() == number
		}
	}
}
