// Package shape is for package migrate: it knows what tables look like, as a
// migration's DDL would make them and as a live database has them, and lists
// how the two differ. It writes nothing.
package shape

import "strings"

// Table is what is compared of one table.
type Table struct {
	// Name is the table's name as statements write it.
	Name    string
	Columns []Column
	Keys    []Key
	// Charset and Collation of the text columns and Engine that stores the rows;
	// empty when the DDL leaves them to the server, or the database has no such
	// choice.
	Charset, Collation, Engine string
	// Problem says why a live table cannot be compared; usually empty.
	Problem string
}

// Column is a column in its position.
type Column struct {
	// Name is in upper case; one that an unquoted name does not reach is in
	// quotes.
	Name     string
	Type     Type
	Nullable bool
	// Filled columns get a value by themselves: identity, sequence, trigger.
	Filled bool
	// Default is empty when there is none; see normalDefault.
	Default string
	// Charset and Collation are known of live columns only.
	Charset, Collation string
}

// Kind says what a key is for.
type Kind string

// The kinds. A unique constraint and a unique index do the same.
const (
	Primary Kind = "primary key"
	Unique  Kind = "unique key"
	Index   Kind = "index"
)

// Key is a primary key, a unique key or an index.
type Key struct {
	Name  string // empty when the database makes it up
	Kind  Kind
	Parts []string // columns or expressions in upper case, "X DESC"
	// Special says what else makes it other than its columns ("partial").
	Special string
	// Statement creates it; known of those in migrations only.
	Statement string
}

// parts are the columns as DDL writes them.
func (k Key) parts() string { return "(" + strings.Join(k.Parts, ", ") + ")" }

func (t *Table) column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

func (t *Table) primary() *Key {
	for i := range t.Keys {
		if t.Keys[i].Kind == Primary {
			return &t.Keys[i]
		}
	}
	return nil
}

// short is a name without what qualifies it.
func short(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
