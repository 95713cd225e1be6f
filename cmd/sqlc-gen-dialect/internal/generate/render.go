package generate

import (
	"strconv"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// rendered is a query as the generated code holds it.
type rendered struct {
	Template string   // see the run time's parse
	Args     []string // parameters in the order in which a static statement binds them
	Dynamic  bool     // the text depends on the arguments
}

// render writes a query's template.
func (d *dialect) render(m *method, q *query.Query) rendered {
	r := renderer{d: d, m: m, q: q, numbers: map[string]int{}}
	r.out.Dynamic = d.dynamic(m, q)
	for _, item := range q.Items {
		r.item(item)
	}
	r.flush()
	r.out.Template = r.text.String()
	return r.out
}

// dynamic tells whether the text depends on the arguments.
func (d *dialect) dynamic(m *method, q *query.Query) bool {
	for _, item := range q.Items {
		if item.Is == query.When || item.Is == query.Each {
			return true
		}
	}
	list := m.list()
	return list != nil && !d.array(list, q)
}

// array tells whether this dialect binds the list whole: the contract does, and a database like PostgreSQL where its
// query says so.
func (d *dialect) array(p *param, q *query.Query) bool {
	return p.Array && (d.Contract || d.Syntax == "postgres" && alwaysInAny(q, p.Name))
}

// alwaysInAny tells whether a parameter stands in ANY (..), wherever it does.
func alwaysInAny(q *query.Query, name string) bool {
	var before [2]query.Item
	for _, i := range q.Items {
		if i.Is == query.Arg && i.Name == name && !(before[1].Text == "(" && strings.EqualFold(before[0].Text, "ANY")) {
			return false
		}
		if i.Significant() {
			before = [2]query.Item{before[1], i}
		}
	}
	return true
}

type renderer struct {
	d       *dialect
	m       *method
	q       *query.Query
	out     rendered
	text    strings.Builder
	segment strings.Builder // text since the last mark
	blank   string          // blanks that are not written yet
	open    []query.ItemKind
	numbers map[string]int
}

func (r *renderer) item(i query.Item) {
	switch i.Is {
	case query.Text:
		r.token(i.Token)
	case query.Table:
		r.write("")
		r.mark("table " + i.Name)
	case query.Arg:
		r.write("")
		r.argument(i)
	case query.When:
		r.part("when " + i.Name)
		r.open = append(r.open, query.When)
	case query.Each:
		r.write("")
		r.mark("each " + i.Name)
		r.open = append(r.open, query.Each)
	case query.End:
		r.end()
	}
}

// part writes a mark before the blanks in front of it: they belong to what comes next.
func (r *renderer) part(mark string) {
	r.mark(mark)
	if r.blank == "" {
		r.blank = " "
	}
}

func (r *renderer) end() {
	last := len(r.open) - 1
	if r.open[last] == query.Each {
		r.blank = ""
		r.mark("end")
	} else {
		r.part("end")
	}
	r.open = r.open[:last]
}

func (r *renderer) token(t lex.Token) {
	switch t.Kind {
	case lex.Comment:
		if r.blank == "" {
			r.blank = " "
		}
	case lex.Space:
		r.space(t.Text)
	default:
		r.write(t.Text)
	}
}

// space keeps a line end and its indent, and drops empty lines.
func (r *renderer) space(blanks string) {
	if i := strings.LastIndexByte(blanks, '\n'); i >= 0 {
		r.blank = blanks[i:]
	} else if !strings.HasPrefix(r.blank, "\n") {
		r.blank = " "
	}
}

func (r *renderer) write(text string) {
	if r.text.Len() > 0 || r.segment.Len() > 0 {
		r.segment.WriteString(r.blank)
	}
	r.blank = ""
	r.segment.WriteString(text)
}

func (r *renderer) flush() {
	r.text.WriteString(strings.ReplaceAll(r.segment.String(), "{", "{{brace}}"))
	r.segment.Reset()
}

func (r *renderer) mark(mark string) {
	r.flush()
	r.text.WriteString("{{" + mark + "}}")
}

func (r *renderer) argument(i query.Item) {
	p := r.m.param(i.Name)
	switch {
	case p == nil:
	case !r.out.Dynamic:
		r.segment.WriteString(r.placeholder(i.Name))
	case p.List && r.d.array(p, r.q):
		r.mark("array " + i.Name)
	case p.List && !r.inEach():
		r.mark("list " + i.Name)
	default:
		r.mark("arg " + i.Name)
	}
}

func (r *renderer) inEach() bool {
	return len(r.open) > 0 && r.open[len(r.open)-1] == query.Each
}

// placeholder numbers a parameter of a static statement.
func (r *renderer) placeholder(name string) string {
	prefix := map[string]string{"question": "?", "question_number": "?", "dollar": "$", "at": "@p", "colon": ":"}[r.d.Placeholder]
	reuses := r.d.Placeholder != "question" && r.d.Placeholder != "colon"
	if r.numbers[name] == 0 || !reuses {
		r.out.Args = append(r.out.Args, name)
		r.numbers[name] = len(r.out.Args)
	}
	if r.d.Placeholder == "question" {
		return prefix
	}
	return prefix + strconv.Itoa(r.numbers[name])
}
