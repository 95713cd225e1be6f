package schema

import (
	"errors"
	"fmt"
	"os"
	"path"
	"regexp"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
)

// Column is a column of a table.
type Column struct {
	Name    string
	Type    Type
	NotNull bool
}

// Table is a table and its columns in order.
type Table struct {
	Name    string
	Columns []*Column
}

// Column finds a column, whatever the case.
func (t *Table) Column(name string) *Column {
	for _, c := range t.Columns {
		if strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

// Schema is what one dialect's DDL makes.
type Schema struct {
	Dialect   string
	tables    map[string]*Table
	sequences map[string]string
	columns   map[string]bool
}

// New returns a schema without tables.
func New(dialect string) *Schema {
	return &Schema{dialect, map[string]*Table{}, map[string]string{}, map[string]bool{}}
}

// Table finds a table, whatever the case.
func (s *Schema) Table(name string) *Table { return s.tables[strings.ToUpper(name)] }

// Sequence tells whether there is a sequence of that name.
func (s *Schema) Sequence(name string) bool { return s.sequences[strings.ToUpper(name)] != "" }

// HasColumn tells whether any table has a column of that name.
func (s *Schema) HasColumn(name string) bool { return s.columns[strings.ToUpper(name)] }

// Empty tells whether no table was found.
func (s *Schema) Empty() bool { return len(s.tables) == 0 }

// Read adds the DDL of a file.
func (s *Schema) Read(file string, syntax lex.Syntax) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return s.Add(path.Clean(file), string(text), syntax)
}

var down = regexp.MustCompile(`(?im)^-- \+goose Down`)

// Add adds the DDL of a text; what follows `-- +goose Down` is not read.
func (s *Schema) Add(file, text string, syntax lex.Syntax) error {
	if at := down.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	tokens, err := lex.Lex(text, syntax)
	if err != nil {
		var unfinished *lex.Error
		if errors.As(err, &unfinished) {
			return fmt.Errorf("%s:%d: %s", file, unfinished.Line, unfinished.What)
		}
		return fmt.Errorf("%s: %w", file, err)
	}
	sc := &scanner{schema: s, syntax: syntax.Name, file: file, tokens: significant(tokens)}
	for sc.pos < len(sc.tokens) {
		sc.statement()
	}
	return sc.err
}

func significant(tokens []lex.Token) []lex.Token {
	var kept []lex.Token
	for _, t := range tokens {
		if t.Kind != lex.Space && t.Kind != lex.Comment && t.Kind != lex.Hint {
			kept = append(kept, t)
		}
	}
	return kept
}

func (s *Schema) addTable(t *Table) {
	s.tables[strings.ToUpper(t.Name)] = t
	for _, c := range t.Columns {
		s.columns[strings.ToUpper(c.Name)] = true
	}
}
