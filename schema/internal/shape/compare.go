package shape

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says what a difference means.
type Severity string

// The severities, the gravest first.
const (
	// Incompatible: sessiondb would fail, or lose or mix up what it stores.
	Incompatible Severity = "incompatible"
	// Missing: an index is not there; everything works, but slower.
	Missing Severity = "missing index"
	// Different: it works as well, or better.
	Different Severity = "different"
	// Named: only a name differs.
	Named Severity = "name"
)

// Difference is one way in which a live table is not what the migrations make.
type Difference struct {
	Severity Severity
	Table    string
	// Object is "table", "column SESSION_ID", "primary key", "unique key", "index".
	Object string
	// What completes a sentence that begins with Object.
	What string
	// Remedy is a statement that ends the difference; empty when there is no
	// single safe one.
	Remedy string
	// Optional is the optional migration that makes the table so.
	Optional string
}

// comparison collects the differences of one table.
type comparison struct {
	have, want *Table
	sizes      map[string]int64
	list       []Difference
}

// Compare lists every difference of a live table to the wanted one, the gravest
// first. optional are, by the names of optional migrations, what the wanted
// table would be with them.
func (c *Catalog) Compare(have, want *Table, optional map[string]*Table) []Difference {
	p := &comparison{have: have, want: want, sizes: c.sizes}
	if have.Problem != "" {
		p.say(Incompatible, "table", "%s", have.Problem)
		return p.list
	}
	p.engine()
	p.columns(optional)
	p.keys(optional)
	order := []Severity{Incompatible, Missing, Different, Named}
	slices.SortStableFunc(p.list, func(a, b Difference) int {
		return slices.Index(order, a.Severity) - slices.Index(order, b.Severity)
	})
	return p.list
}

func (p *comparison) say(s Severity, object, format string, args ...any) *Difference {
	p.list = append(p.list, Difference{Severity: s, Table: p.want.Name, Object: object, What: fmt.Sprintf(format, args...)})
	return &p.list[len(p.list)-1]
}

// engine was found to have transactions already.
func (p *comparison) engine() {
	if want := p.want.Engine; want != "" && !strings.EqualFold(p.have.Engine, want) {
		p.say(Different, "table", "has storage engine %s instead of %s", p.have.Engine, want)
	}
}

func (p *comparison) columns(optional map[string]*Table) {
	for _, want := range p.want.Columns {
		if have := p.have.column(want.Name); have != nil {
			p.column(*have, want, optional)
		} else {
			p.say(Incompatible, "column "+want.Name, "is missing; the migrations make it %s", want.Type)
		}
	}
	for _, have := range p.have.Columns {
		if p.want.column(have.Name) == nil {
			p.extra(have)
		}
	}
	p.order()
}

func (p *comparison) extra(c Column) {
	if c.Nullable || c.Filled || c.Default != "" {
		p.say(Different, "column "+c.Name, "(%s) is not in the migrations", c.Type)
		return
	}
	p.say(Incompatible, "column "+c.Name, "(%s) is not in the migrations, is NOT NULL and has no default: every insert of sessiondb would fail; give it a default", c.Type)
}

func (p *comparison) order() {
	names := func(a, b *Table) (list []string) {
		for _, c := range a.Columns {
			if b.column(c.Name) != nil {
				list = append(list, c.Name)
			}
		}
		return list
	}
	have, want := names(p.have, p.want), names(p.want, p.have)
	if !slices.Equal(have, want) {
		p.say(Different, "table", "has its columns in another order: %s", strings.Join(have, ", "))
	}
}

func (p *comparison) column(have, want Column, optional map[string]*Table) {
	object := "column " + want.Name
	if what, fits := have.Type.differs(want.Type, p.sizes); what != "" {
		severity := Different
		if !fits {
			severity = Incompatible
		}
		p.say(severity, object, "%s", what).Optional = p.choice(optional, func(t *Table) bool {
			c := t.column(want.Name)
			return c != nil && c.Type != want.Type && c.Type == have.Type
		})
	}
	switch {
	case have.Nullable && !want.Nullable:
		p.say(Incompatible, object, "may be NULL, and must be NOT NULL")
	case !have.Nullable && want.Nullable:
		p.say(Incompatible, object, "is NOT NULL, but rows without a value are stored there; make it nullable")
	}
	p.value(object, have, want)
	p.charset(object, have, want)
}

// value compares what a column gets when an insert does not name it.
func (p *comparison) value(object string, have, want Column) {
	switch {
	case want.Filled && !have.Filled:
		p.say(Incompatible, object, "does not fill itself: its identity, sequence default or trigger is missing")
	case want.Filled, have.Default == want.Default:
	case have.Filled:
		p.say(Different, object, "fills itself")
	case want.Default == "":
		p.say(Different, object, "has default %s, the migrations make none", have.Default)
	case have.Default == "":
		p.say(Different, object, "has no default instead of %s", want.Default)
	default:
		p.say(Different, object, "has default %s instead of %s", have.Default, want.Default)
	}
}

// unicode are the character sets that hold every other.
var unicode = []string{"utf8mb4", "utf8mb3", "utf8", "utf16", "utf16le", "utf32", "ucs2", "gb18030"}

func (p *comparison) charset(object string, have, want Column) {
	if have.Charset == "" || p.want.Charset == "" || want.Type.class() != text && want.Type.class() != padded {
		return
	}
	switch {
	case have.Charset == p.want.Charset:
	case slices.Contains(unicode, have.Charset) && !strings.HasPrefix(p.want.Charset, "utf"):
		p.say(Different, object, "has character set %s, which holds all of %s", have.Charset, p.want.Charset)
	default:
		p.say(Incompatible, object, "has character set %s, which may not hold all of %s", have.Charset, p.want.Charset)
	}
	switch {
	case p.want.Collation != "" && have.Collation != p.want.Collation:
		p.say(Incompatible, object, "has collation %s instead of %s, on which the statements of the dialect rely",
			cmp.Or(have.Collation, "of its character set"), p.want.Collation)
	case p.want.Collation == "" && have.Collation != "":
		p.say(Different, object, "has collation %s instead of the default of its character set", have.Collation)
	}
}

// choice finds the optional migration that makes what was found.
func (p *comparison) choice(optional map[string]*Table, makes func(*Table) bool) string {
	for name, t := range optional {
		if makes(t) {
			return name
		}
	}
	return ""
}
