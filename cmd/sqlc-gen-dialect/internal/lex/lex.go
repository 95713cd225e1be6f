package lex

import (
	"fmt"
	"strings"
)

// Kind is what a token is.
type Kind uint8

// The kinds of token.
const (
	Space    Kind = iota // blanks and line ends
	Comment              // a comment that no database reads
	Hint                 // a comment that a database reads: /*+ */, /*! */, --+
	String               // a string, with its quotes and prefix
	Quoted               // a quoted identifier
	Ident                // a name or keyword
	Number               // a number
	Mark                 // a placeholder: ? ?1 $1 :1 :x
	Variable             // @x, @@x
	Op                   // anything else
)

// Token is a piece of SQL text and the line, from 1, that it begins on.
type Token struct {
	Kind Kind
	Text string
	Line int
}

// Error is text that cannot be lexed, with the line where the unfinished token begins.
type Error struct {
	Line int
	What string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.What) }

// Lex splits text. The texts of the tokens, put together, are the text. With an error come the tokens before it.
func Lex(text string, s Syntax) ([]Token, error) {
	l := lexer{Syntax: s, text: text, line: 1}
	for l.pos < len(text) {
		if err := l.next(); err != nil {
			return l.tokens, err
		}
	}
	return l.tokens, nil
}

type lexer struct {
	Syntax
	text   string
	pos    int
	line   int
	tokens []Token
}

// rest is the text from an offset beyond the current position on.
func (l *lexer) rest(offset int) string {
	if l.pos+offset >= len(l.text) {
		return ""
	}
	return l.text[l.pos+offset:]
}

// at is the byte at an offset from the current position, 0 beyond the end.
func (l *lexer) at(offset int) byte {
	if l.pos+offset >= len(l.text) {
		return 0
	}
	return l.text[l.pos+offset]
}

func (l *lexer) emit(k Kind, n int) {
	t := l.text[l.pos : l.pos+n]
	l.tokens = append(l.tokens, Token{k, t, l.line})
	l.line += strings.Count(t, "\n")
	l.pos += n
}

func (l *lexer) next() error {
	switch c := l.at(0); {
	case isSpace(c) || l.pos == 0 && strings.HasPrefix(l.text, bom):
		l.space()
	case l.lineComment():
		l.emit(l.lineCommentKind(), lineLength(l.rest(0)))
	case c == '/' && l.at(1) == '*':
		return l.blockComment()
	case c == '\'' || c == '"' || c == '`' && l.Backticks || c == '[' && l.Brackets:
		return l.quoted(0)
	case isDigit(c) || c == '.' && isDigit(l.at(1)) && !l.afterName():
		l.number()
	case l.nameStart(c):
		return l.name()
	case c == '$':
		return l.dollar()
	case c == '?' || c == ':':
		l.mark()
	case c == '@':
		l.variable()
	default:
		l.emit(Op, 1)
	}
	return nil
}

const bom = "\ufeff"

func (l *lexer) space() {
	n := 0
	if l.pos == 0 && strings.HasPrefix(l.text, bom) {
		n = len(bom)
	}
	for isSpace(l.at(n)) && l.pos+n < len(l.text) {
		n++
	}
	l.emit(Space, n)
}

// lineComment tells whether a comment up to the end of the line begins here.
func (l *lexer) lineComment() bool {
	if l.at(0) == '#' && l.HashComments {
		return true
	}
	if l.at(0) != '-' || l.at(1) != '-' {
		return false
	}
	return !l.HashComments || l.pos+2 == len(l.text) || l.at(2) <= ' '
}

func (l *lexer) lineCommentKind() Kind {
	if l.LineHints && l.at(2) == '+' && l.at(0) == '-' {
		return Hint
	}
	return Comment
}

func lineLength(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

func (l *lexer) blockComment() error {
	kind := Comment
	if isHint(l.rest(2)) {
		kind = Hint
	}
	depth := 1
	for n := 2; l.pos+n < len(l.text); n++ {
		switch {
		case l.at(n) == '*' && l.at(n+1) == '/':
			n++
			if depth--; depth == 0 {
				l.emit(kind, n+1)
				return nil
			}
		case l.NestedComments && l.at(n) == '/' && l.at(n+1) == '*':
			depth++
			n++
		}
	}
	return l.unfinished("comment is not closed: end it with */")
}

// isHint tells whether the text after /* makes the comment one that some database reads.
func isHint(s string) bool {
	return strings.HasPrefix(s, "+") || strings.HasPrefix(s, "!") || strings.HasPrefix(s, "M!") ||
		strings.HasPrefix(strings.TrimLeft(s, " \t\r\n"), "<OPTGUIDELINES>")
}

func (l *lexer) unfinished(what string) error { return &Error{l.line, what} }

// afterName tells whether the token before is a name or a closing bracket, so that a point here is a qualifier.
func (l *lexer) afterName() bool {
	if len(l.tokens) == 0 {
		return false
	}
	last := l.tokens[len(l.tokens)-1]
	return last.Kind == Ident || last.Kind == Quoted || last.Text == ")"
}

func (l *lexer) mark() {
	switch c, d := l.at(0), l.at(1); {
	case c == '?':
		l.emit(Mark, 1+countWhile(l.rest(1), isDigit))
	case d == ':' || d == '=':
		l.emit(Op, 2)
	case l.nameStart(d) || isDigit(d):
		l.emit(Mark, 1+countWhile(l.rest(1), l.nameRest))
	default:
		l.emit(Op, 1)
	}
}

func (l *lexer) variable() {
	n := 1
	if l.at(1) == '@' {
		n = 2
	}
	if c := l.at(n); !l.nameStart(c) && !isDigit(c) && !(l.Backslash && (c == '`' || c == '\'' || c == '"')) {
		l.emit(Op, 1)
		return
	}
	l.emit(Variable, n+countWhile(l.rest(n), l.nameRest))
}

func (l *lexer) dollar() error {
	if l.DollarStrings {
		if tag, ok := dollarTag(l.rest(0)); ok {
			end := strings.Index(l.rest(len(tag)), tag)
			if end < 0 {
				return l.unfinished(tag + " string is not closed: end it with " + tag)
			}
			l.emit(String, end+2*len(tag))
			return nil
		}
	}
	switch d := l.at(1); {
	case isDigit(d):
		l.emit(Mark, 1+countWhile(l.rest(1), isDigit))
	case l.DollarMarks && l.nameStart(d):
		l.emit(Mark, 1+countWhile(l.rest(1), l.nameRest))
	case l.DollarNames && l.nameStart(d):
		l.emit(Ident, 1+countWhile(l.rest(1), l.nameRest))
	default:
		l.emit(Op, 1)
	}
	return nil
}

// dollarTag is the $$ or $tag$ that s begins with.
func dollarTag(s string) (string, bool) {
	n := 1 + countWhile(s[1:], func(c byte) bool { return isLetter(c) || isDigit(c) })
	if n >= len(s) || s[n] != '$' || n > 1 && isDigit(s[1]) {
		return "", false
	}
	return s[:n+1], true
}
