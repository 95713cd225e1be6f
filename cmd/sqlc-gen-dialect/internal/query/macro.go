package query

import (
	"regexp"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
)

// reader turns the tokens of one query into its items.
type reader struct {
	query    *Query
	syntax   lex.Syntax
	tokens   []lex.Token
	problems []*Problem
}

func (r *reader) refuse(line int, remedy, format string, args ...any) {
	r.problems = append(r.problems, r.query.Problemf(line, remedy, format, args...))
}

func (r *reader) read() {
	r.commands()
	for len(r.tokens) > 0 {
		n := r.one(r.tokens[0])
		r.tokens = r.tokens[n:]
	}
	r.query.Items = r.trim(r.query.Items)
	r.parts()
	r.params()
}

func (r *reader) commands() {
	q := r.query
	switch q.Cmd {
	case ":one", ":many", ":exec", ":execrows":
	default:
		r.refuse(q.Line, "use :one, :many, :exec or :execrows", "command %s is not supported", q.Cmd)
	}
	if c := q.Name[0]; c < 'A' || c > 'Z' {
		r.refuse(q.Line, "begin the name with a capital letter", "the name makes no exported Go method")
	}
}

func (r *reader) add(i Item) { r.query.Items = append(r.query.Items, i) }

// one takes the next item and tells how many tokens it was made of.
func (r *reader) one(t lex.Token) int {
	switch t.Kind {
	case lex.Comment:
		r.comment(t)
		return 1
	case lex.Hint:
		r.checkText(t)
	case lex.Ident:
		if strings.EqualFold(t.Text, "sqlc") {
			return r.macro(t)
		}
	case lex.Mark:
		return r.mark(t)
	case lex.Variable:
		r.variable(t)
	}
	r.add(Item{Token: t})
	return 1
}

var partComment = regexp.MustCompile(`(?s)^/\*\s*(?i:(when|each|end))\b(.*)\*/$`)

// comment keeps the marks of parts, and everything else as a blank.
func (r *reader) comment(t lex.Token) {
	m := partComment.FindStringSubmatch(t.Text)
	if m == nil {
		r.add(Item{Token: t})
		return
	}
	words := strings.Fields(m[2])
	switch {
	case m[1] == "when" && len(words) == 1:
		r.add(Item{Token: t, Is: When, Name: words[0]})
	case m[1] == "each" && len(words) == 1:
		r.add(Item{Token: t, Is: Each, Name: words[0]})
	case m[1] == "end" && len(words) == 0:
		r.add(Item{Token: t, Is: End})
	default:
		r.refuse(t.Line, "write `/* when x */`, `/* each x */` or `/* end */`, or begin a plain comment with another word",
			"comment %s looks like the mark of a part and is none", t.Text)
	}
}

// checkText refuses a hint with a macro in it: it would be sent as it is.
func (r *reader) checkText(t lex.Token) {
	if strings.Contains(strings.ToLower(t.Text), "sqlc.") {
		r.refuse(t.Line, "take the macro out of the comment", "left-over macro in %s", t.Text)
	}
}

// macro reads sqlc.arg(x); blanks may stand between.
func (r *reader) macro(t lex.Token) int {
	parts, n := r.lookahead(6)
	if len(parts) < 2 || parts[1].Text != "." {
		r.add(Item{Token: t})
		return 1
	}
	const remedy = "write sqlc.arg(name), sqlc.narg(name) or sqlc.slice(name)"
	if len(parts) < 6 || parts[3].Text != "(" || parts[5].Text != ")" {
		r.refuse(t.Line, remedy, "left-over macro %s", joined(parts))
		return n[len(n)-1]
	}
	kind, ok := map[string]Macro{"arg": MacroArg, "narg": MacroNarg, "slice": MacroSlice}[strings.ToLower(parts[2].Text)]
	name, named := argName(parts[4])
	if !ok || !named {
		r.refuse(t.Line, remedy, "left-over macro %s", joined(parts))
		return n[5]
	}
	r.add(Item{Token: t, Is: Arg, Name: name, Macro: kind})
	return n[5]
}

// lookahead returns the next tokens that are not blanks, and for each the number of tokens up to its end.
func (r *reader) lookahead(max int) (found []lex.Token, ends []int) {
	for i, t := range r.tokens {
		if t.Kind == lex.Space {
			continue
		}
		found, ends = append(found, t), append(ends, i+1)
		if len(found) == max {
			break
		}
	}
	return found, ends
}

func joined(tokens []lex.Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Text)
	}
	return b.String()
}

var plainName = regexp.MustCompile(`^[A-Za-z_]\w*$`)

// argName is the name in a macro: plain, or in the quotes that sqlc allows.
func argName(t lex.Token) (string, bool) {
	name := t.Text
	if t.Kind == lex.String || t.Kind == lex.Quoted {
		name = name[1 : len(name)-1]
	}
	return name, plainName.MatchString(name)
}

// mark takes MySQL's named ? and refuses every other placeholder.
func (r *reader) mark(t lex.Token) int {
	if t.Text != "?" || !r.syntax.Backslash {
		r.refuse(t.Line, "write sqlc.arg(name)", "placeholder %s has no name", t.Text)
		r.add(Item{Token: t})
		return 1
	}
	if len(r.tokens) > 1 && r.tokens[1].Kind == lex.Comment && strings.HasPrefix(r.tokens[1].Text, "/*") {
		if name := strings.TrimSpace(strings.Trim(r.tokens[1].Text, "/*")); plainName.MatchString(name) && name != "end" {
			r.add(Item{Token: t, Is: Arg, Name: name, Macro: MacroBare})
			return 2
		}
	}
	r.refuse(t.Line, "write ?/* name */, or sqlc.arg(name) outside of LIMIT", "placeholder ? has no name")
	return 1
}

var numberedVariable = regexp.MustCompile(`^@[pP]\d+$`)

// variable refuses @x; SQL Server has @@x, named arguments of procedures and declared variables.
func (r *reader) variable(t lex.Token) {
	if r.syntax.Name == "mssql" && !numberedVariable.MatchString(t.Text) {
		if strings.HasPrefix(t.Text, "@@") || r.uses("EXEC") || r.uses("EXECUTE") || r.uses("DECLARE") {
			return
		}
	}
	remedy := "write sqlc.arg(" + strings.TrimLeft(t.Text, "@") + ")"
	if strings.HasPrefix(t.Text, "@@") {
		remedy = "leave the variable out, or put a blank behind the operator"
	}
	r.refuse(t.Line, remedy, "%s is not a parameter that the generator knows", t.Text)
}

// uses tells whether a keyword occurs in what was read of the query.
func (r *reader) uses(keyword string) bool {
	for _, i := range r.query.Items {
		if i.Is == Text && i.Kind == lex.Ident && strings.EqualFold(i.Text, keyword) {
			return true
		}
	}
	return false
}
