package shape

import (
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
)

func (w *walker) ref(r Ref) { w.st.Refs = append(w.st.Refs, r) }

// column takes a name that may be a column, with its qualifier, and returns the index of its last item.
func (w *walker) column(b *Block, i int) int {
	name, ok := w.name(i)
	if ok && (w.is(i-1, "AS") || w.is(i-1, ")")) {
		w.st.aliases[strings.ToUpper(name)] = true
	}
	if !ok || w.is(i-1, "AS") || w.is(i-1, ".") {
		return i
	}
	if !w.is(i+1, ".") {
		if !w.is(i+1, "(") {
			w.ref(Ref{Block: b, Name: name, Line: w.items[i].Line, Sure: w.sure(i)})
		}
		return i
	}
	column, ok := w.name(i + 2)
	if ok && !w.is(i+3, ".") && !w.is(i+3, "(") {
		w.ref(Ref{Block: b, Qualifier: name, Name: column, Line: w.items[i].Line})
	}
	return i + 2
}

// noColumn are words that stand where a column may stand and are none.
var noColumn = words(`NULL ANY ALL SOME CASE END NOT EXISTS SELECT PRIOR DEFAULT TRUE FALSE LEVEL BINARY COLLATE UNKNOWN ESCAPE
	DISTINCT WHEN THEN ELSE AND OR WHERE ON HAVING IN IS BETWEEN LIKE SET BY ASC DESC FROM MAX PARTITION ORDER ROWS RANGE
	YEAR QUARTER MONTH WEEK DAYOFYEAR DAY WEEKDAY HOUR MINUTE SECOND MILLISECOND MICROSECOND NANOSECOND
	TIMESTAMP DATE TIME DATETIME DATETIME2 INT INTEGER BIGINT SMALLINT TINYINT FLOAT REAL DOUBLE BLOB CLOB TEXT`)

// sure tells whether a name can only be a column, or a value that the database has a word for: beside an operator, as an
// argument, in ORDER BY.
func (w *walker) sure(i int) bool {
	if w.items[i].Kind == lex.Ident && noColumn[w.word(i)] || i+1 < len(w.items) && w.items[i+1].Kind == lex.String {
		return false
	}
	return w.operator(i+1) || w.operator(i-1) || w.argument(i) || w.ordered(i)
}

func (w *walker) operator(i int) bool {
	switch w.word(i) {
	case "=", "<", ">", "+", "-", "/", "|", "IN", "IS", "BETWEEN", "LIKE":
		return true
	case "NOT":
		return w.is(i+1, "IN") || w.is(i+1, "BETWEEN") || w.is(i+1, "LIKE")
	}
	return false
}

// argument tells whether a name stands alone as the argument of a function, or in CAST(name AS type).
func (w *walker) argument(i int) bool {
	if !w.is(i-1, "(") && !w.is(i-1, ",") && !w.is(i-1, "DISTINCT") || w.is(i-2, "OVER") {
		return false
	}
	return w.is(i+1, ")") || w.is(i-1, "(") && (w.is(i+1, ",") || w.is(i+1, "AS"))
}

// ordered tells whether a name stands in ORDER BY, GROUP BY or PARTITION BY, behind nothing but other names.
func (w *walker) ordered(i int) bool {
	if !w.is(i-1, "BY") && !w.is(i-1, ",") {
		return false
	}
	for i--; i > 0 && !w.is(i, "BY"); i-- {
		if _, ok := w.name(i); !ok && !w.is(i, ",") && !w.is(i, ".") || noColumn[w.word(i)] && !w.is(i, "ASC") && !w.is(i, "DESC") {
			return false
		}
	}
	return w.is(i, "BY")
}
