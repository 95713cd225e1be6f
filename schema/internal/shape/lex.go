package shape

import (
	"regexp"
	"strings"
)

// token takes strings, quoted names, comments, words, numbers and single signs.
var token = regexp.MustCompile(`(?s)'(?:[^']|'')*'|"[^"]*"|` + "`[^`]*`" + `|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|[A-Za-z_][\w$]*|\d+[KMG]?\b|\S`)

// reader walks over the tokens of one statement.
type reader struct {
	tokens []string
	at     int
}

func read(statement string) *reader {
	r := &reader{}
	for _, t := range token.FindAllString(statement, -1) {
		if !strings.HasPrefix(t, "--") && !strings.HasPrefix(t, "/*") && t != ";" {
			r.tokens = append(r.tokens, t)
		}
	}
	return r
}

func (r *reader) peek() string {
	if r.at < len(r.tokens) {
		return r.tokens[r.at]
	}
	return ""
}

func (r *reader) next() string {
	t := r.peek()
	r.at++
	return t
}

// accept steps over the words if they come next.
func (r *reader) accept(words ...string) bool {
	for i, w := range words {
		if r.at+i >= len(r.tokens) || !strings.EqualFold(r.tokens[r.at+i], w) {
			return false
		}
	}
	r.at += len(words)
	return true
}

// name takes a name with its qualifiers.
func (r *reader) name() string {
	name := unquote(r.next())
	for r.accept(".") {
		name += "." + unquote(r.next())
	}
	return name
}

// group takes what stands between brackets, in elements that commas part.
func (r *reader) group() []*reader {
	if !r.accept("(") {
		return nil
	}
	elements := []*reader{{}}
	for depth := 0; r.at < len(r.tokens); {
		t := r.next()
		switch {
		case t == ")" && depth == 0:
			return elements
		case t == "," && depth == 0:
			elements = append(elements, &reader{})
			continue
		case t == "(":
			depth++
		case t == ")":
			depth--
		}
		last := elements[len(elements)-1]
		last.tokens = append(last.tokens, t)
	}
	return elements
}

// rest is what was not taken yet, in one spelling.
func (r *reader) rest() string { return spell(r.tokens[min(r.at, len(r.tokens)):]) }

// spell writes tokens with blanks between words only.
func spell(tokens []string) string {
	var b strings.Builder
	before := ""
	for _, t := range tokens {
		if wordy(before) && wordy(t) || before == ")" && wordy(t) {
			b.WriteByte(' ')
		}
		b.WriteString(unquote(t))
		before = t
	}
	return b.String()
}

func wordy(t string) bool {
	return t != "" && !strings.ContainsAny(t[:1], "(),.;:=+-*/<>")
}

func unquote(t string) string {
	if len(t) >= 2 && strings.ContainsAny(t[:1], "\"`[") {
		return t[1 : len(t)-1]
	}
	return t
}
