package shape

import (
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// endsResults are the words that end a select list, or an OUTPUT or RETURNING list.
var endsResults = words("FROM INTO WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH UNION INTERSECT EXCEPT MINUS FOR VALUES SELECT USING ;")

// results takes the result columns from i on.
func (w *walker) results(b *Block, i, end int) {
	w.st.Results = []Result{}
	i = w.quantifier(i)
	start := i
	for ; i <= end; i++ {
		switch {
		case w.is(i, "("):
			i = w.match[i]
		case i == end || endsResults[w.word(i)] && !w.inExpression(i):
			if i > start {
				w.st.Results = append(w.st.Results, w.result(b, start, i))
			}
			return
		case w.is(i, ","):
			w.st.Results = append(w.st.Results, w.result(b, start, i))
			start = i + 1
		}
	}
}

// inExpression: NEXT VALUE FOR, NEXTVAL FOR and IS DISTINCT FROM do not end the list.
func (w *walker) inExpression(i int) bool {
	switch w.word(i) {
	case "FOR":
		return w.is(i-1, "VALUE") || w.is(i-1, "NEXTVAL") || w.is(i-1, "PREVVAL")
	case "FROM":
		return w.is(i-1, "DISTINCT")
	}
	return false
}

// quantifier steps over DISTINCT, ALL and TOP.
func (w *walker) quantifier(i int) int {
	for {
		switch {
		case w.is(i, "DISTINCT", "ON", "("):
			i = w.match[i+2] + 1
		case w.is(i, "DISTINCT") || w.is(i, "ALL") || w.is(i, "STRAIGHT_JOIN"):
			i++
		case w.is(i, "TOP", "("):
			i = w.match[i+1] + 1
		case w.is(i, "TOP"):
			i += 2
		default:
			return i
		}
	}
}

// result takes the result column of the items from i up to end.
func (w *walker) result(b *Block, i, end int) Result {
	r := Result{Line: w.items[min(i, len(w.items)-1)].Line}
	if i >= end {
		return r // nothing between two commas
	}
	last := end - 1
	name, named := w.name(last)
	switch {
	case w.is(last, "*") && (i == last || w.is(last-1, ".")):
		r.Star = true
	case !named || w.items[last].Is == query.Table:
	case i == last && keyword[w.word(i)]:
	case i == last || i+2 == last && w.is(i+1, "."):
		r.Name = name
		r.Plain = w.plain(b, i, end)
	case w.is(last-1, "AS"):
		r.Name = name
		r.Plain, r.Cast = w.plain(b, i, last-1), w.cast(i, last-1)
	case w.endsOperand(last-1) && !keyword[strings.ToUpper(name)]:
		r.Name = name
		r.Plain, r.Cast = w.plain(b, i, last), w.cast(i, last)
	}
	return r
}

// keyword are words that end an expression and are no alias.
var keyword = words("END NULL TRUE FALSE DAY DAYS HOUR HOURS MINUTE MINUTES SECOND SECONDS MICROSECOND MICROSECONDS MONTH YEAR")

// endsOperand tells whether what stands at i can be the end of an expression, so that a name behind it is an alias.
func (w *walker) endsOperand(i int) bool {
	if w.is(i, ")") || w.items[i].Is == query.Arg {
		return true
	}
	switch w.items[i].Kind {
	case lex.Ident:
		return !w.is(i, "AND") && !w.is(i, "OR") && !w.is(i, "NOT") && !w.is(i, "FOR")
	case lex.Quoted, lex.String, lex.Number:
		return true
	}
	return false
}

// plain returns the column when the items are nothing else.
func (w *walker) plain(b *Block, i, end int) *Ref {
	name, ok := w.name(end - 1)
	if !ok {
		return nil
	}
	switch {
	case end-i == 1:
		return &Ref{Block: b, Name: name, Line: w.items[i].Line, Sure: true}
	case end-i == 3 && w.is(i+1, "."):
		qualifier, _ := w.name(i)
		return &Ref{Block: b, Qualifier: qualifier, Name: name, Line: w.items[i].Line, Sure: true}
	}
	return nil
}

// cast returns the type when the items are CAST(.. AS type) and nothing else.
func (w *walker) cast(i, end int) string {
	if !w.is(i, "CAST", "(") || w.match[i+1] != end-1 {
		return ""
	}
	for n := end - 2; n > i+1; n-- {
		if w.is(n, "AS") {
			var b strings.Builder
			for _, item := range w.items[n+1 : end-1] {
				if b.Len() > 0 && item.Kind == lex.Ident {
					b.WriteByte(' ')
				}
				b.WriteString(item.Text)
			}
			return b.String()
		}
	}
	return ""
}
