// Package shape finds out which tables, columns and result columns a statement names. It is for the plugin's own use. It
// knows the clauses that six dialects have in common and is no parser: what it does not understand it leaves out.
package shape

import (
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// Statement is what was understood of a statement.
type Statement struct {
	Results []Result
	Refs    []Ref
	Blocks  []*Block
	aliases map[string]bool
}

// Alias tells whether the statement gives this name to an expression.
func (s *Statement) Alias(name string) bool {
	for _, r := range s.Results {
		if strings.EqualFold(r.Name, name) {
			return true
		}
	}
	return s.aliases[strings.ToUpper(name)]
}

// Block is a SELECT, or the statement itself when it changes rows, with the tables that it reads or writes.
type Block struct {
	Parent *Block
	Tables []Table
	with   map[string]bool // names of WITH queries
	target *Table          // that INSERT, UPDATE or MERGE write
}

// Table is a table in FROM and the like.
type Table struct {
	Name    string // empty: a subquery, a WITH query, a function
	Alias   string // the name itself when there is no alias
	Line    int
	Known   bool // the schema has it
	Foreign bool // a qualified name, which the schema need not have
}

// Find returns the table that a qualifier means, or nil.
func (b *Block) Find(qualifier string) *Table {
	for ; b != nil; b = b.Parent {
		for i := range b.Tables {
			if strings.EqualFold(b.Tables[i].Alias, qualifier) {
				return &b.Tables[i]
			}
		}
	}
	return nil
}

// Ref is a name that is, or may be, a column.
type Ref struct {
	Block     *Block
	Qualifier string
	Name      string
	Line      int
	Sure      bool   // stands where only a column can
	Target    *Table // the table that it must belong to, when there is only one
}

// Result is a result column.
type Result struct {
	Name  string // empty: it has none
	Line  int
	Star  bool
	Plain *Ref   // when it is a column and nothing else
	Cast  string // the type, when it is CAST(.. AS type) and nothing else
}

// Read looks at the items of a query.
func Read(items []query.Item) *Statement {
	w := &walker{st: &Statement{aliases: map[string]bool{}}}
	for _, i := range items {
		if i.Significant() {
			w.items = append(w.items, i)
		}
	}
	w.pair()
	w.walk(w.block(nil), 0, len(w.items), false)
	w.resolve()
	return w.st
}

// walker steps through the significant items of a statement.
type walker struct {
	items []query.Item
	match []int // index of the closing bracket of an opening one
	st    *Statement

	aliased []*Block // whose target may be an alias of a table further on
}

func (w *walker) block(parent *Block) *Block {
	b := &Block{Parent: parent, with: map[string]bool{}}
	w.st.Blocks = append(w.st.Blocks, b)
	return b
}

// pair finds the closing brackets; an opening one without is closed by the end.
func (w *walker) pair() {
	w.match = make([]int, len(w.items))
	var open []int
	for i := range w.items {
		w.match[i] = len(w.items)
		switch w.word(i) {
		case "(":
			open = append(open, i)
		case ")":
			if n := len(open); n > 0 {
				w.match[open[n-1]] = i
				open = open[:n-1]
			}
		}
	}
}

// word is an item's text in capitals if it is a name, a keyword or an operator, and a placeholder's is nothing.
func (w *walker) word(i int) string {
	if i < 0 || i >= len(w.items) || w.items[i].Is == query.Arg {
		return ""
	}
	switch w.items[i].Kind {
	case lex.Ident, lex.Op:
		return strings.ToUpper(w.items[i].Text)
	}
	return ""
}

func (w *walker) is(i int, words ...string) bool {
	for n, word := range words {
		if w.word(i+n) != word {
			return false
		}
	}
	return true
}

// name tells whether an item is a name, and which.
func (w *walker) name(i int) (string, bool) {
	if i < 0 || i >= len(w.items) || w.items[i].Is == query.Arg {
		return "", false
	}
	switch t := w.items[i]; t.Kind {
	case lex.Ident:
		return t.Text, true
	case lex.Quoted:
		return t.Text[1 : len(t.Text)-1], true
	}
	return "", false
}

// subquery tells whether a bracket at i opens one.
func (w *walker) subquery(i int) bool {
	for w.is(i, "(") {
		i++
		if w.is(i, "SELECT") || w.is(i, "WITH") || w.is(i, "VALUES") {
			return true
		}
	}
	return false
}
