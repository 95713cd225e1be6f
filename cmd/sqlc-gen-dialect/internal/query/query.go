// Package query reads a dialect's query files: it finds the queries, their macros and their optional and repeated
// parts. It is for the plugin's own use.
package query

import (
	"fmt"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
)

// Problem is a reason to refuse the input, told to the person who wrote it.
type Problem struct {
	File   string
	Line   int
	Query  string // empty when the problem belongs to no query
	What   string
	Remedy string
}

func (p *Problem) Error() string {
	where := fmt.Sprintf("%s:%d: ", p.File, p.Line)
	if p.Line == 0 {
		where = p.File + ": "
	}
	if p.Query != "" {
		where += p.Query + ": "
	}
	return where + p.What + ": " + p.Remedy
}

// Query is one named query of one dialect.
type Query struct {
	Name string
	Cmd  string // ":one", ":many", ":exec", ":execrows"
	File string
	Line int      // of the name line
	Doc  []string // comment lines around the name line
	// Items is the text that is sent, macros and parts marked, surrounding blanks and comments gone.
	Items []Item
	// Params are the parameters in order of their first appearance.
	Params []*Param
}

// Problemf makes a problem of the query at a line.
func (q *Query) Problemf(line int, remedy, format string, args ...any) *Problem {
	return &Problem{q.File, line, q.Name, fmt.Sprintf(format, args...), remedy}
}

// Param returns the parameter of that name, or nil.
func (q *Query) Param(name string) *Param {
	for _, p := range q.Params {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// ItemKind is what an item is.
type ItemKind uint8

// The kinds of item.
const (
	Text  ItemKind = iota // a token that is sent as it is
	Table                 // a name of a table or sequence
	Arg                   // a parameter
	When                  // begins a part that is sent when the parameter is there
	Each                  // begins a part that is sent once an element
	End                   // ends a part
)

// Item is a token, or a mark that was made of several.
type Item struct {
	lex.Token
	Is    ItemKind
	Name  string // of the parameter
	Macro Macro  // of an Arg
}

// Significant tells whether the item is more than a blank, a comment or a mark of a part.
func (i Item) Significant() bool {
	switch i.Is {
	case Text:
		return i.Kind != lex.Space && i.Kind != lex.Comment && i.Kind != lex.Hint
	case Table, Arg:
		return true
	}
	return false
}

// Macro is the way in which a parameter is written.
type Macro uint8

// The macros.
const (
	MacroArg   Macro = iota // sqlc.arg(x)
	MacroNarg               // sqlc.narg(x)
	MacroSlice              // sqlc.slice(x)
	MacroBare               // ?/* x */
)

func (m Macro) String() string {
	return [...]string{"sqlc.arg", "sqlc.narg", "sqlc.slice", "?"}[m]
}

// Param is a parameter of a query and how it is used.
type Param struct {
	Name  string
	Line  int
	Macro Macro
	List  bool // sqlc.slice, or used inside an each part of its own name
	Whens bool // drives a when part
}
