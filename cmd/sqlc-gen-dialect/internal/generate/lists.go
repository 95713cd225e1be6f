package generate

import (
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// lists refuses a list anywhere but alone in IN (..): only there may an element be repeated and the list be cut up.
func (g *generator) lists(q *query.Query) {
	var items []query.Item // with each parts as one item
	each := false
	for _, i := range q.Items {
		switch {
		case i.Is == query.Each:
			each = true
			items = append(items, i)
		case i.Is == query.End:
			each = false
		case i.Significant() && !each:
			items = append(items, i)
		}
	}
	for at, i := range items {
		if i.Is != query.Each && (i.Is != query.Arg || !q.Param(i.Name).List) {
			continue
		}
		if what := misplaced(items, at); what != "" {
			g.refuse(q.Problemf(i.Line, "write column IN (…) with nothing else between the brackets", "list %s stands %s", i.Name, what))
		}
	}
}

// misplaced tells where the list at an index stands, if that is the wrong place.
func misplaced(items []query.Item, at int) string {
	is := func(offset int, text string) bool {
		i := at + offset
		return i >= 0 && i < len(items) && strings.EqualFold(items[i].Text, text)
	}
	switch {
	case !is(-2, "IN") || !is(-1, "("):
		return "outside of IN (…)"
	case is(-3, "NOT"):
		return "in NOT IN, which several statements cannot answer"
	case !is(1, ")"):
		return "in IN (…) beside something else"
	}
	return ""
}
