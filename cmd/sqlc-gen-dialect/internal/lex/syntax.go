// Package lex splits SQL text into tokens without losing a byte. It is for the plugin's own use: the query reader and
// the schema reader stand on it, one Syntax a dialect.
package lex

// Syntax says what a dialect's SQL looks like to a lexer.
type Syntax struct {
	Name string
	// Backslash: a backslash escapes in every string, and ".." is a string (MySQL).
	Backslash bool
	// EscapeStrings: E'..' knows backslashes (PostgreSQL).
	EscapeStrings bool
	// QStrings: q'[..]' and nq'[..]' (Oracle).
	QStrings bool
	// DollarStrings: $$..$$ and $tag$..$tag$ (PostgreSQL).
	DollarStrings bool
	// Brackets: [..] quotes an identifier (SQL Server, SQLite).
	Brackets bool
	// Backticks: `..` quotes an identifier (MySQL, SQLite).
	Backticks bool
	// NestedComments: /* /* */ */ is one comment.
	NestedComments bool
	// HashComments: # begins a comment, and -- only before a blank (MySQL).
	HashComments bool
	// DollarNames: $x is a name (SQL Server's $action, MySQL).
	DollarNames bool
	// DollarMarks: $x is a placeholder (SQLite).
	DollarMarks bool
	// LineHints: --+ is a hint (Oracle).
	LineHints bool
	// NameStart and NameRest hold characters beyond letters, digits and _ that a name may begin with, or go on with.
	NameStart, NameRest string
}

var syntaxes = map[string]Syntax{
	"postgres": {Name: "postgres", EscapeStrings: true, DollarStrings: true, NestedComments: true, NameRest: "$"},
	"mysql":    {Name: "mysql", Backslash: true, Backticks: true, HashComments: true, DollarNames: true, NameRest: "$"},
	"sqlite":   {Name: "sqlite", Brackets: true, Backticks: true, DollarMarks: true, NameRest: "$"},
	"mssql":    {Name: "mssql", Brackets: true, NestedComments: true, DollarNames: true, NameStart: "#", NameRest: "$#@"},
	"oracle":   {Name: "oracle", QStrings: true, LineHints: true, NameRest: "$#"},
	"db2":      {Name: "db2", NestedComments: true, NameStart: "#", NameRest: "$#@"},
}

// SyntaxOf returns the syntax of that name.
func SyntaxOf(name string) (Syntax, bool) {
	s, ok := syntaxes[name]
	return s, ok
}

// Names lists the syntaxes there are.
func Names() []string {
	return []string{"postgres", "mysql", "sqlite", "mssql", "oracle", "db2"}
}
