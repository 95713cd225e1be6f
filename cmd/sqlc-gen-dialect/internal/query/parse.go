package query

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
)

// Parse reads the queries of one file. Problems of one query do not keep the others from being read.
func Parse(file, text string, s lex.Syntax) ([]*Query, []*Problem) {
	p := &parser{file: file, syntax: s}
	tokens, err := lex.Lex(text, s)
	var unfinished *lex.Error
	if errors.As(err, &unfinished) {
		p.unfinished(tokens, unfinished)
		return nil, p.problems
	}
	for _, section := range p.sections(tokens) {
		p.section(section)
	}
	return p.queries, p.problems
}

type parser struct {
	file     string
	syntax   lex.Syntax
	queries  []*Query
	problems []*Problem
}

func (p *parser) refuse(problem *Problem) { p.problems = append(p.problems, problem) }

var (
	nameLine  = regexp.MustCompile(`^--\s*name:\s+([A-Za-z_]\w*)\s+(:\w+)\s*$`)
	nameStart = regexp.MustCompile(`^(?:--|#|/\*)\s*name:`)
)

// unfinished refuses a file that cannot be lexed; the query is the last one that was named before.
func (p *parser) unfinished(before []lex.Token, err *lex.Error) {
	name := ""
	for _, t := range before {
		if m := nameLine.FindStringSubmatch(t.Text); m != nil && t.Kind == lex.Comment {
			name = m[1]
		}
	}
	what, remedy, _ := strings.Cut(err.What, ": ")
	p.refuse(&Problem{p.file, err.Line, name, what, remedy})
}

// section is a name line and all tokens up to the next one.
type section struct {
	name   lex.Token
	before []string // comment lines directly above the name line
	tokens []lex.Token
}

// sections cuts a file at its name lines.
func (p *parser) sections(tokens []lex.Token) []section {
	var found []section
	var current []lex.Token
	for _, t := range tokens {
		if t.Kind != lex.Comment || !nameStart.MatchString(t.Text) {
			current = append(current, t)
			continue
		}
		var above []string
		current, above = splitDoc(current)
		found = p.closeSection(found, current)
		found = append(found, section{name: t, before: above})
		current = nil
	}
	return p.closeSection(found, current)
}

// closeSection gives the tokens to the last section, or refuses them when there is none.
func (p *parser) closeSection(found []section, tokens []lex.Token) []section {
	if len(found) > 0 {
		found[len(found)-1].tokens = tokens
		return found
	}
	for _, t := range tokens {
		if t.Kind != lex.Space && t.Kind != lex.Comment {
			p.refuse(&Problem{p.file, t.Line, "", "text before the first query", "begin every query with a line `-- name: Name :command`"})
			break
		}
	}
	return found
}

// splitDoc takes the comment lines off the end of tokens, as long as no empty line is between.
func splitDoc(tokens []lex.Token) (rest []lex.Token, doc []string) {
	n := len(tokens)
	for n >= 2 && tokens[n-1].Kind == lex.Space && strings.Count(tokens[n-1].Text, "\n") == 1 && isLineComment(tokens[n-2]) {
		if n >= 3 && !strings.Contains(tokens[n-3].Text, "\n") {
			break // the comment stands behind text
		}
		doc = append([]string{docLine(tokens[n-2])}, doc...)
		n -= 2
	}
	return tokens[:n], doc
}

func isLineComment(t lex.Token) bool {
	return t.Kind == lex.Comment && strings.HasPrefix(t.Text, "--")
}

func docLine(t lex.Token) string {
	return strings.TrimPrefix(strings.TrimRight(strings.TrimPrefix(t.Text, "--"), " \t\r"), " ")
}

// leadingDoc takes the comment lines directly below the name line off the tokens.
func leadingDoc(tokens []lex.Token) (doc []string, rest []lex.Token) {
	for len(tokens) >= 2 && tokens[0].Kind == lex.Space && strings.Count(tokens[0].Text, "\n") == 1 && isLineComment(tokens[1]) {
		doc = append(doc, docLine(tokens[1]))
		tokens = tokens[2:]
	}
	return doc, tokens
}

// section reads one query.
func (p *parser) section(s section) {
	m := nameLine.FindStringSubmatch(s.name.Text)
	if m == nil {
		p.refuse(&Problem{p.file, s.name.Line, "", "name line is not understood", "write `-- name: Name :command` on a line of its own"})
		return
	}
	q := &Query{Name: m[1], Cmd: m[2], File: p.file, Line: s.name.Line}
	under, tokens := leadingDoc(s.tokens)
	q.Doc = slices.Concat(s.before, under)
	r := &reader{query: q, syntax: p.syntax, tokens: tokens}
	r.read()
	p.problems = append(p.problems, r.problems...)
	p.queries = append(p.queries, q)
}
