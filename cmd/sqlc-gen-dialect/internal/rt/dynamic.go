package rt

import (
	"database/sql/driver"
	"iter"
	"slices"
)

// Elements are the values of a list.
type Elements []any

// List makes the elements of a list.
func List[T any](values []T) Elements {
	list := make(Elements, len(values))
	for i, v := range values {
		list[i] = v
	}
	return list
}

// ArrayValue is a list that the driver binds whole.
type ArrayValue struct {
	value any
	empty bool
}

// Array marks a list that the driver binds whole.
func Array[T any](values []T) ArrayValue { return ArrayValue{values, len(values) == 0} }

// Dynamic is a query whose text depends on its arguments: on the lengths of lists, and on which optional ones are there.
type Dynamic struct {
	nodes     []node
	params    int
	style     Style
	maxParams int
	maxList   int
	bind      func(any) any
}

// Dynamic reads a template with parameters of these names, in the order of the values given later.
func (b *Builder) Dynamic(template string, params ...string) *Dynamic {
	d := &Dynamic{params: len(params), style: b.Style, maxParams: b.MaxParams, maxList: b.MaxList, bind: b.config.Bind}
	d.nodes = b.named(parse(template, params...))
	return d
}

// named turns tables into text.
func (b *Builder) named(nodes []node) []node {
	for i, n := range nodes {
		if n.op == opTable {
			nodes[i] = node{text: b.table(n.text)}
		}
		b.named(n.body)
	}
	return nodes
}

// Build makes the one statement of a query without lists.
func (d *Dynamic) Build(values ...any) (string, []any) { return d.statement(values, 0) }

// Split makes the statements of a query with a list, one after the other: none when the list is empty, several when it
// is longer than the database can take. Every element then occurs in one of them only.
func (d *Dynamic) Split(values ...any) iter.Seq2[string, []any] {
	return func(yield func(string, []any) bool) {
		use := d.usage(values)
		if use.none {
			return
		}
		if use.list < 0 {
			yield(d.statement(values, 0))
			return
		}
		limit := d.limit(use)
		list := values[use.list].(Elements)
		if limit > 0 && len(list) > limit {
			list = distinct(list)
			values = slices.Clone(values)
		}
		for chunk := range slices.Chunk(list, chunkSize(limit, len(list))) {
			values[use.list] = chunk
			if !yield(d.statement(values, padded(len(chunk), limit))) {
				return
			}
		}
	}
}

func chunkSize(limit, length int) int {
	if limit <= 0 {
		return length
	}
	return limit
}

// padded is the number of elements that n are sent as: a power of two, so that few texts serve all lengths.
func padded(n, limit int) int {
	size := 1
	for size < n {
		size *= 2
	}
	if limit > 0 && size > limit {
		return limit
	}
	return size
}

// distinct keeps the first of equal elements.
func distinct(list Elements) Elements {
	seen := make(map[any]bool, len(list))
	var kept Elements
	for _, v := range list {
		key := v
		if b, ok := v.([]byte); ok {
			key = string(b)
		}
		if !seen[key] {
			seen[key] = true
			kept = append(kept, v)
		}
	}
	return kept
}

// usage is how many arguments a statement has.
type usage struct {
	none    bool         // a list that is used has no element
	list    int          // index of the list that is used, or -1
	fixed   int          // arguments that do not depend on the list
	element int          // arguments an element
	seen    map[int]bool // parameters that need no second argument
}

func (d *Dynamic) usage(values []any) usage {
	u := usage{list: -1, seen: map[int]bool{}}
	d.count(d.nodes, values, -1, &u)
	return u
}

func (d *Dynamic) count(nodes []node, values []any, each int, u *usage) {
	for _, n := range nodes {
		switch n.op {
		case opWhen:
			if !absent(values[n.index]) {
				d.count(n.body, values, each, u)
			}
		case opEach:
			u.uses(n.index, values)
			d.count(n.body, values, n.index, u)
		case opList:
			u.uses(n.index, values)
			d.argument(n.index, &u.element, u)
		case opArray:
			u.none = u.none || values[n.index].(ArrayValue).empty
			d.argument(n.index, &u.fixed, u)
		case opArg:
			if n.index == each || each >= 0 && !d.reuses() {
				d.argument(n.index, &u.element, u)
			} else {
				d.argument(n.index, &u.fixed, u)
			}
		}
	}
}

func (u *usage) uses(list int, values []any) {
	u.list = list
	u.none = u.none || len(values[list].(Elements)) == 0
}

// argument counts one, unless it was counted before and can be reused.
func (d *Dynamic) argument(index int, counter *int, u *usage) {
	if u.seen[index] && d.reuses() {
		return
	}
	u.seen[index] = true
	*counter++
}

func (d *Dynamic) reuses() bool {
	return d.style == Dollar || d.style == At || d.style == QuestionNumber
}

// limit is the number of elements that fit into a statement, 0 when any number does.
func (d *Dynamic) limit(u usage) int {
	limit := d.maxList
	if d.maxParams > 0 && u.element > 0 {
		fit := max(1, (d.maxParams-u.fixed)/u.element)
		if limit == 0 || fit < limit {
			limit = fit
		}
	}
	return limit
}

// absent tells whether an optional argument is not there.
func absent(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []byte:
		return v == nil
	case driver.Valuer:
		value, err := v.Value()
		return err == nil && value == nil
	}
	return false
}
