package shape

import (
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// endsFrom are the words after which a comma separates no tables any more.
var endsFrom = words("WHERE GROUP ORDER HAVING SET VALUES SELECT RETURNING OUTPUT LIMIT OFFSET FETCH FOR WINDOW WHEN CONNECT START OPTION")

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// walk looks at the items from i on, up to end. Inside brackets of an expression FROM and commas mean no tables.
func (w *walker) walk(b *Block, i, end int, expression bool) {
	from := false
	for ; i < end; i++ {
		word := w.word(i)
		if endsFrom[word] {
			from = false
		}
		switch {
		case word == "(" && w.subquery(i):
			w.walk(w.block(b), i+1, w.match[i], false)
			i = w.match[i]
		case w.hint(i) > i:
			i = w.hint(i)
		case word == "(":
			w.walk(b, i+1, w.match[i], true)
			i = w.match[i]
		case expression:
			i = w.column(b, i)
		case word == "UNION" || word == "INTERSECT" || word == "EXCEPT" || word == "MINUS":
			b, from = w.sibling(b), false
		case word == "FROM" && !w.is(i-1, "DISTINCT"):
			from = true
			i = w.table(b, i+1, end) - 1
		case word == "," && from, word == "JOIN", word == "STRAIGHT_JOIN" && !w.is(i-1, "SELECT"), word == "APPLY":
			i = w.table(b, i+1, end) - 1
		default:
			i = w.clause(b, i, end)
		}
	}
}

// hint returns the last item of a hint that begins at i, which names indexes but no columns; i itself when there is none.
func (w *walker) hint(i int) int {
	switch {
	case w.is(i, "OPTION", "("):
		return w.match[i+1]
	case w.is(i, "INDEXED", "BY"): // SQLite
		return i + 2
	case w.is(i, "NOT", "INDEXED"):
		return i + 1
	case w.is(i, "USE") || w.is(i, "FORCE") || w.is(i, "IGNORE"): // MySQL
		for n := i + 2; (w.is(i+1, "INDEX") || w.is(i+1, "KEY")) && n < len(w.items); n++ {
			if w.is(n, "(") {
				return w.match[n]
			}
		}
	}
	return i
}

// sibling is the next SELECT of a UNION.
func (w *walker) sibling(b *Block) *Block {
	next := w.block(b.Parent)
	next.with = b.with
	return next
}

// clause looks at the words that begin a clause, and at everything else.
func (w *walker) clause(b *Block, i, end int) int {
	switch w.word(i) {
	case "SELECT":
		if b.Parent == nil && w.st.Results == nil {
			w.results(b, i+1, end)
		}
	case "RETURNING", "OUTPUT":
		w.results(b, i+1, end)
	case "WITH":
		return w.with(b, i, end)
	case "INTO":
		return w.insert(b, i, end)
	case "UPDATE":
		if w.is(i-1, "FOR") || w.is(i-1, "KEY") || w.is(i-1, "DO") || w.is(i-1, "THEN") {
			if w.is(i-1, "KEY") {
				w.assignments(b, i+1, end)
			}
			return i
		}
		return w.written(b, i, end)
	case "DELETE", "MERGE":
		return w.deleted(b, i, end)
	case "USING":
		if w.subquery(i+1) || !w.is(i+1, "(") {
			return w.table(b, i+1, end) - 1
		}
	case "SET":
		w.assignments(b, i+1, end)
	case "INSERT":
		if w.is(i+1, "(") && b.target != nil {
			w.columnList(b, i+1)
			return w.match[i+1]
		}
	default:
		return w.column(b, i)
	}
	return i
}

// deleted: in DELETE T and MERGE T a table follows, in DELETE x FROM T x an alias; FROM and INTO come as clauses.
func (w *walker) deleted(b *Block, i, end int) int {
	if w.is(i+1, "TOP", "(") {
		i = w.match[i+2]
	}
	for w.is(i+1, "IGNORE") || w.is(i+1, "LOW_PRIORITY") || w.is(i+1, "QUICK") {
		i++
	}
	if _, ok := w.name(i + 1); !ok || w.is(i+1, "FROM") || w.is(i+1, "INTO") || w.is(i-1, "THEN") {
		return i
	}
	return w.written(b, i, end)
}

// written takes the table behind UPDATE, MERGE and the like.
func (w *walker) written(b *Block, i, end int) int {
	if w.is(i+1, "TOP", "(") {
		i = w.match[i+2]
	}
	for w.is(i+1, "IGNORE") || w.is(i+1, "LOW_PRIORITY") || w.is(i+1, "QUICK") || w.is(i+1, "ONLY") {
		i++
	}
	if w.is(i+1, "OR") { // UPDATE OR IGNORE
		i += 2
	}
	if name, ok := w.name(i + 1); ok && w.items[i+1].Is != query.Table && !w.is(i+2, ".") {
		b.target = &Table{Name: name, Alias: name, Line: w.items[i+1].Line}
		w.aliased = append(w.aliased, b)
		return i + 1
	}
	next := w.table(b, i+1, end) - 1
	if n := len(b.Tables); n > 0 && b.target == nil {
		target := b.Tables[n-1]
		b.target = &target
	}
	return next
}

// resolve finds the tables of UPDATE x .. FROM T x, where the alias comes before the table.
func (w *walker) resolve() {
	for _, b := range w.aliased {
		if t := b.Find(b.target.Alias); t != nil {
			b.target.Name = t.Name
		} else {
			w.addUnknown(b)
		}
	}
}

// addUnknown adds a target that is no alias, and is no table of the schema, unless it is a WITH query.
func (w *walker) addUnknown(b *Block) {
	if b.hasWith(b.target.Name) {
		b.target.Name = ""
		return
	}
	b.Tables = append(b.Tables, *b.target)
}

// insert takes the table and the columns behind INTO.
func (w *walker) insert(b *Block, i, end int) int {
	if !w.is(i-1, "INSERT") && !w.is(i-1, "MERGE") && !w.is(i-1, "IGNORE") && !w.is(i-1, "REPLACE") && !w.is(i-2, "OR") {
		return i
	}
	next := i + 1
	for w.is(next+1, ".") {
		next += 2
	}
	w.addTable(b, i+1, next)
	target := b.Tables[len(b.Tables)-1]
	next = w.alias(b, next+1, end)
	if n := len(b.Tables); n > 0 {
		target.Alias = b.Tables[n-1].Alias
	}
	b.target = &target
	if !w.is(next, "(") || w.subquery(next) {
		return next - 1
	}
	w.columnList(b, next)
	return w.match[next]
}

// columnList takes the columns of an INSERT, whose bracket is at i.
func (w *walker) columnList(b *Block, i int) {
	for n := i + 1; n < w.match[i]; n++ {
		if name, ok := w.name(n); ok && !w.is(n+1, ".") {
			w.ref(Ref{Block: b, Name: name, Line: w.items[n].Line, Sure: true, Target: b.target})
		}
	}
}

// assignments takes the columns on the left of = in SET.
func (w *walker) assignments(b *Block, i, end int) {
	if b.target == nil {
		return
	}
	start := true
	for ; i < end; i++ {
		if word := w.word(i); word == "(" {
			i = w.match[i]
		} else if word == "," {
			start = true
			continue
		} else if endsFrom[word] || word == "FROM" || word == ";" {
			return
		} else if name, ok := w.name(i); ok && start && w.is(i+1, "=") {
			w.ref(Ref{Block: b, Name: name, Line: w.items[i].Line, Sure: true, Target: b.target})
		}
		start = false
	}
}

// with takes the queries of a WITH clause; WITH UR and WITH (NOLOCK) are none.
func (w *walker) with(b *Block, i, end int) int {
	if w.is(i+1, "(") {
		return w.match[i+1]
	}
	for {
		i++
		if w.is(i, "RECURSIVE") {
			i++
		}
		name, _ := w.name(i)
		body := i + 1
		if w.is(body, "(") {
			body = w.match[body] + 1
		}
		if !w.is(body, "AS") {
			return i - 1
		}
		for !w.is(body, "(") && body < end {
			body++
		}
		if body >= end {
			return end
		}
		b.with[strings.ToUpper(name)] = true
		w.walk(w.block(b), body+1, w.match[body], false)
		if i = w.match[body]; !w.is(i+1, ",") {
			return i
		}
		i++
	}
}
