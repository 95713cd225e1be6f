package query

import (
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
)

// trim takes blanks, comments and the last semicolon off; marks of parts stay.
func (r *reader) trim(items []Item) []Item {
	items = r.semicolon(trimEnd(items))
	for len(items) > 0 && blank(items[0]) {
		items = items[1:]
	}
	if len(items) == 0 {
		r.refuse(r.query.Line, "write the statement below its name line", "the query has no text")
	}
	r.oneStatement(items)
	return items
}

// semicolon takes the last one off, or adds it where the statement needs it.
func (r *reader) semicolon(items []Item) []Item {
	n := len(items)
	ends := n > 0 && isText(items[n-1], ";")
	switch needs := r.needsSemicolon(items); {
	case ends && !needs:
		return trimEnd(items[:n-1])
	case needs && !ends:
		return append(items, Item{Token: lex.Token{Kind: lex.Op, Text: ";", Line: items[n-1].Line}})
	}
	return items
}

func trimEnd(items []Item) []Item {
	for len(items) > 0 && blank(items[len(items)-1]) {
		items = items[:len(items)-1]
	}
	return items
}

func blank(i Item) bool {
	return i.Is == Text && (i.Kind == lex.Space || i.Kind == lex.Comment)
}

func isText(i Item, text string) bool {
	return i.Is == Text && (i.Kind == lex.Ident || i.Kind == lex.Op) && strings.EqualFold(i.Text, text)
}

// first returns the first word of the statement.
func first(items []Item) string {
	for _, i := range items {
		if i.Significant() {
			return strings.ToUpper(i.Text)
		}
	}
	return ""
}

// needsSemicolon: MERGE needs it in T-SQL, a block in PL/SQL.
func (r *reader) needsSemicolon(items []Item) bool {
	switch r.syntax.Name {
	case "mssql":
		for _, i := range items {
			if isText(i, "MERGE") {
				return true
			}
		}
	case "oracle":
		return isBlock(items)
	}
	return false
}

func isBlock(items []Item) bool {
	word := first(items)
	return word == "BEGIN" || word == "DECLARE"
}

// oneStatement refuses a second statement where drivers take only one; T-SQL has batches, PL/SQL and DB2 blocks.
func (r *reader) oneStatement(items []Item) {
	if r.syntax.Name == "mssql" || isBlock(items) && (r.syntax.Name == "oracle" || r.syntax.Name == "db2") {
		return
	}
	for _, i := range items {
		if isText(i, ";") {
			r.refuse(i.Line, "give each statement a name line of its own", "more than one statement")
			return
		}
	}
}

// parts checks that when and each are closed and rightly nested.
func (r *reader) parts() {
	var open []Item
	for _, i := range r.query.Items {
		switch i.Is {
		case When, Each:
			r.nesting(open, i)
			open = append(open, i)
		case End:
			if len(open) == 0 {
				r.refuse(i.Line, "take it out, or open the part", "/* end */ without a part")
				return
			}
			open = open[:len(open)-1]
		}
	}
	for _, i := range open {
		r.refuse(i.Line, "close it with /* end */", "%s is not closed", i.Text)
	}
}

func (r *reader) nesting(open []Item, i Item) {
	for _, outer := range open {
		switch {
		case outer.Is == Each:
			r.refuse(i.Line, "close the outer part first", "%s stands inside %s", i.Text, outer.Text)
		case i.Is == When:
			r.refuse(i.Line, "close the outer part first, or write the parts side by side", "%s stands inside %s", i.Text, outer.Text)
		}
	}
}

// params collects the parameters and refuses one that is written in two ways.
func (r *reader) params() {
	var each string
	for _, i := range r.query.Items {
		switch i.Is {
		case Each:
			each = i.Name
		case End:
			each = ""
		case Arg:
			r.param(i, each == i.Name)
		}
	}
	r.drivers()
}

func (r *reader) param(i Item, element bool) {
	list := element || i.Macro == MacroSlice
	p := r.query.Param(i.Name)
	if p == nil {
		r.query.Params = append(r.query.Params, &Param{Name: i.Name, Line: i.Line, Macro: i.Macro, List: list})
		return
	}
	switch {
	case p.List != list && p.Macro == i.Macro:
		r.refuse(i.Line, "use it as a list, or outside of each as a single value, not as both", "parameter %s is %s here and %s in line %d", i.Name, i.Macro, p.Macro, p.Line)
	case p.List != list, !list && !sameMacro(p.Macro, i.Macro):
		r.refuse(i.Line, "write it in one way", "parameter %s is %s here and %s in line %d", i.Name, i.Macro, p.Macro, p.Line)
	}
	if p.Macro == MacroBare {
		p.Macro = i.Macro
	}
}

// sameMacro: the bare ? says nothing about the kind.
func sameMacro(a, b Macro) bool { return a == b || a == MacroBare || b == MacroBare }

// drivers checks the parameters that parts are named after.
func (r *reader) drivers() {
	for _, i := range r.query.Items {
		if i.Is != When && i.Is != Each {
			continue
		}
		p := r.query.Param(i.Name)
		switch {
		case p == nil && i.Is == When:
			r.refuse(i.Line, "name a parameter of this query", "%s names an unknown parameter", i.Text)
		case p == nil || i.Is == Each && !p.List:
			r.refuse(i.Line, "write sqlc.slice("+i.Name+") inside the part", "%s does not hold its element", i.Text)
		case i.Is == When:
			p.Whens = true
		}
	}
}
