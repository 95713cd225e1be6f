package schema

import (
	"fmt"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
)

// scanner walks over the tokens of a file and takes what it understands.
type scanner struct {
	schema *Schema
	syntax string
	file   string
	tokens []lex.Token
	pos    int
	err    error
}

func (s *scanner) fail(line int, format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("%s:%d: %s", s.file, line, fmt.Sprintf(format, args...))
	}
}

func (s *scanner) peek(offset int) lex.Token {
	if s.pos+offset < len(s.tokens) {
		return s.tokens[s.pos+offset]
	}
	return lex.Token{Kind: lex.Op}
}

// accept steps over the words if they come next.
func (s *scanner) accept(words ...string) bool {
	for i, w := range words {
		if t := s.peek(i); t.Kind == lex.Quoted || t.Kind == lex.String || !strings.EqualFold(t.Text, w) {
			return false
		}
	}
	s.pos += len(words)
	return true
}

// statement takes one statement if it is understood, and one token if not.
func (s *scanner) statement() {
	switch {
	case s.accept("CREATE"):
		for s.accept("GLOBAL") || s.accept("LOCAL") || s.accept("TEMPORARY") || s.accept("TEMP") || s.accept("UNLOGGED") || s.accept("OR", "REPLACE") {
			continue
		}
		if s.accept("TABLE") {
			s.createTable()
		} else if s.accept("SEQUENCE") {
			s.accept("IF", "NOT", "EXISTS")
			name := s.name()
			s.schema.sequences[strings.ToUpper(name)] = name
		}
	case s.accept("ALTER", "TABLE"):
		s.alterTable()
	case s.accept("DROP", "TABLE"):
		s.accept("IF", "EXISTS")
		delete(s.schema.tables, strings.ToUpper(s.name()))
	default:
		s.pos++
	}
}

// name takes a name and drops the qualifiers before it.
func (s *scanner) name() string {
	name := unquote(s.peek(0))
	s.pos++
	for s.accept(".") {
		name = unquote(s.peek(0))
		s.pos++
	}
	return name
}

func unquote(t lex.Token) string {
	if t.Kind == lex.Quoted && len(t.Text) >= 2 {
		return t.Text[1 : len(t.Text)-1]
	}
	return t.Text
}

func (s *scanner) createTable() {
	s.accept("IF", "NOT", "EXISTS")
	table := &Table{Name: s.name()}
	if !s.accept("(") {
		return // CREATE TABLE .. AS, PARTITION OF
	}
	for !s.atEnd() {
		s.element(table)
		if !s.accept(",") {
			break
		}
	}
	s.accept(")")
	s.schema.addTable(table)
}

func (s *scanner) atEnd() bool { return s.pos >= len(s.tokens) || s.peek(0).Text == ")" }

// element takes a column or a constraint, up to its comma.
func (s *scanner) element(table *Table) {
	start := s.peek(0)
	if start.Kind == lex.Ident && isConstraint(s.peek(0).Text, s.peek(1).Text) {
		for _, name := range primaryKey(s.untilComma()) {
			if c := table.Column(name); c != nil {
				c.NotNull = true
			}
		}
		return
	}
	table.Columns = append(table.Columns, s.column())
}

// column takes `name type ...` up to its comma.
func (s *scanner) column() *Column {
	name := unquote(s.peek(0))
	s.pos++
	rest := s.untilComma()
	n := typeLength(rest)
	c := &Column{Name: name, Type: s.parseType(rest[:n])}
	for i := range rest {
		if follows(rest[i:], "NOT", "NULL") || follows(rest[i:], "PRIMARY", "KEY") || follows(rest[i:], "IDENTITY") {
			c.NotNull = true
		}
	}
	return c
}

// parseType knows that every integer of SQLite has 64 bits, and Oracle's have more, whatever their names.
func (s *scanner) parseType(tokens []lex.Token) Type {
	t := ParseType(spell(tokens))
	if s.syntax == "sqlite" || s.syntax == "oracle" && !strings.HasPrefix(strings.ToUpper(t.Name), "NUMBER") {
		t.Bits = 0
	}
	return t
}

// isConstraint tells a constraint from a column that is called KEY or so: a column has a type behind its name.
func isConstraint(word, next string) bool {
	switch strings.ToUpper(word) {
	case "CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK", "EXCLUDE", "UNIQUE", "FULLTEXT", "SPATIAL", "LIKE", "PERIOD":
		return true
	case "KEY", "INDEX":
		return ParseType(next).Family == Unknown
	}
	return false
}

// untilComma takes the tokens up to the next comma or the closing bracket of this level.
func (s *scanner) untilComma() []lex.Token {
	start, depth := s.pos, 0
	for ; s.pos < len(s.tokens); s.pos++ {
		switch t := s.tokens[s.pos]; {
		case t.Text == "(":
			depth++
		case t.Text == ")" && depth > 0:
			depth--
		case depth == 0 && (t.Text == ")" || t.Text == "," || t.Text == ";"):
			return s.tokens[start:s.pos]
		}
	}
	return s.tokens[start:]
}

// primaryKey returns the columns of a PRIMARY KEY constraint.
func primaryKey(tokens []lex.Token) []string {
	for i := range tokens {
		if !follows(tokens[i:], "PRIMARY", "KEY") {
			continue
		}
		var names []string
		for _, t := range tokens[i+2:] {
			if t.Text == ")" {
				break
			}
			if t.Kind == lex.Ident || t.Kind == lex.Quoted {
				names = append(names, unquote(t))
			}
		}
		return names
	}
	return nil
}

func follows(tokens []lex.Token, words ...string) bool {
	if len(tokens) < len(words) {
		return false
	}
	for i, w := range words {
		if tokens[i].Kind != lex.Ident || !strings.EqualFold(tokens[i].Text, w) {
			return false
		}
	}
	return true
}

var typeWords = map[string]bool{"VARYING": true, "PRECISION": true, "LARGE": true, "OBJECT": true, "WITH": true, "WITHOUT": true,
	"TIME": true, "ZONE": true, "LOCAL": true, "FOR": true, "BIT": true, "DATA": true, "RAW": true, "VARCHAR": true, "UNSIGNED": true, "SIGNED": true}

// typeLength counts the tokens that spell the type.
func typeLength(tokens []lex.Token) int {
	n := 1
	if len(tokens) == 0 || tokens[0].Kind != lex.Ident && tokens[0].Kind != lex.Quoted {
		return 0
	}
	for n < len(tokens) {
		switch {
		case tokens[n].Text == "(":
			for n < len(tokens) && tokens[n].Text != ")" {
				n++
			}
			n = min(n+1, len(tokens))
		case tokens[n].Text == "[" || tokens[n].Text == "]":
			n++
		case tokens[n].Kind == lex.Ident && typeWords[strings.ToUpper(tokens[n].Text)]:
			n++
		default:
			return n
		}
	}
	return n
}

// spell writes a type as one is used to read it: VARCHAR(100).
func spell(tokens []lex.Token) string {
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 && t.Text != "(" && t.Text != ")" && t.Text != "," && tokens[i-1].Text != "(" {
			b.WriteByte(' ')
		}
		b.WriteString(unquote(t))
	}
	return b.String()
}
