package shape

import (
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// afterTable are the words that follow a table and are not its alias.
var afterTable = words(`WHERE SET ON USING JOIN LEFT RIGHT INNER FULL CROSS NATURAL OUTER STRAIGHT_JOIN GROUP ORDER HAVING
	LIMIT OFFSET FETCH FOR UNION INTERSECT EXCEPT MINUS WITH RETURNING OUTPUT VALUES SELECT DEFAULT WHEN USE FORCE IGNORE
	PARTITION TABLESAMPLE INDEXED NOT OVERRIDING WINDOW CONNECT START OPTION PIVOT UNPIVOT LOCK AS VERSIONS SAMPLE FROM APPLY THEN`)

// table takes a table of FROM and its alias from i on, and returns the index behind them.
func (w *walker) table(b *Block, i, end int) int {
	for w.is(i, "ONLY") || w.is(i, "LATERAL") {
		i++
	}
	switch {
	case i >= end:
		return end
	case w.is(i, "(", "SELECT") || w.is(i, "(", "WITH") || w.is(i, "(", "VALUES"):
		w.walk(w.block(b), i+1, w.match[i], false)
		return w.derived(b, w.match[i]+1, end)
	case w.is(i, "("):
		next := w.table(b, i+1, w.match[i])
		w.walk(b, next, w.match[i], false)
		return w.bracketed(b, w.match[i]+1, end)
	case (w.is(i, "FINAL") || w.is(i, "NEW") || w.is(i, "OLD")) && w.is(i+1, "TABLE", "("):
		w.walk(w.block(b), i+3, w.match[i+2], false)
		return w.derived(b, w.match[i+2]+1, end)
	}
	last := i
	for w.is(last+1, ".") && last+2 < end {
		last += 2
	}
	if w.is(last+1, "(") {
		w.walk(b, last+2, w.match[last+1], true)
		return w.derived(b, w.match[last+1]+1, end)
	}
	w.addTable(b, i, last)
	return w.alias(b, last+1, end)
}

// bracketed goes on behind a join in brackets, or a UNION in brackets, which has an alias.
func (w *walker) bracketed(b *Block, i, end int) int {
	if _, ok := w.name(i); ok && i < end && (w.is(i, "AS") || !afterTable[w.word(i)]) {
		return w.derived(b, i, end)
	}
	return i
}

// derived adds a subquery or function, whose alias is at i.
func (w *walker) derived(b *Block, i, end int) int {
	b.Tables = append(b.Tables, Table{})
	next := w.alias(b, i, end)
	if w.is(next, "(") {
		return w.match[next] + 1
	}
	return next
}

// addTable adds the table whose name stands at items first to last.
func (w *walker) addTable(b *Block, first, last int) {
	name, ok := w.name(last)
	if !ok {
		b.Tables = append(b.Tables, Table{})
		return
	}
	t := Table{Name: name, Alias: name, Line: w.items[last].Line, Known: w.items[last].Is == query.Table, Foreign: first != last}
	if !t.Known && b.hasWith(name) {
		t.Name = ""
	}
	b.Tables = append(b.Tables, t)
}

func (b *Block) hasWith(name string) bool {
	for ; b != nil; b = b.Parent {
		if b.with[strings.ToUpper(name)] {
			return true
		}
	}
	return false
}

// alias gives the last table the alias at i, if there is one. SQL Server has hints before it.
func (w *walker) alias(b *Block, i, end int) int {
	if w.is(i, "WITH", "(") {
		i = w.match[i+1] + 1
	}
	if w.is(i, "AS") {
		i++
	}
	name, ok := w.name(i)
	if !ok || i >= end || afterTable[w.word(i)] || w.items[i].Is == query.Table {
		return i
	}
	b.Tables[len(b.Tables)-1].Alias = name
	return i + 1
}
