package shape

import (
	"slices"
	"strings"
)

// keys compares by columns; names count for little, because databases make them
// up and administrators have rules of their own.
func (p *comparison) keys(optional map[string]*Table) {
	used := make([]bool, len(p.have.Keys))
	p.primaryKey(used)
	for _, kind := range []Kind{Unique, Index} { // unique first: it may serve as an index too
		for _, want := range p.want.Keys {
			if want.Kind == kind {
				p.key(want, used)
			}
		}
	}
	for i, have := range p.have.Keys {
		if !used[i] {
			p.extraKey(have, optional)
		}
	}
}

func (p *comparison) primaryKey(used []bool) {
	want := p.want.primary()
	if want == nil {
		return
	}
	at := slices.IndexFunc(p.have.Keys, func(k Key) bool { return k.Kind == Primary })
	if at < 0 {
		p.say(Incompatible, string(Primary), "is missing; it must be %s", want.parts())
		return
	}
	used[at] = true
	have := p.have.Keys[at]
	if !slices.Equal(have.Parts, want.Parts) {
		p.say(Incompatible, string(Primary), "is %s, and must be %s", have.parts(), want.parts())
	} else if have.Special != "" {
		p.say(Incompatible, string(Primary), "%s is %s", have.parts(), have.Special)
	}
}

// key finds what serves as the wanted key: a unique key serves as an index, an
// index not as a unique key. One of the same kind and name is preferred.
func (p *comparison) key(want Key, used []bool) {
	best, rank := -1, -1
	for i, have := range p.have.Keys {
		if used[i] || !serves(have, want) {
			continue
		}
		r := 0
		if have.Kind == want.Kind {
			r++
		}
		if strings.EqualFold(have.Name, want.Name) {
			r++
		}
		if r > rank {
			best, rank = i, r
		}
	}
	if best < 0 {
		p.missing(want)
		return
	}
	used[best] = true
	have := p.have.Keys[best]
	if have.Kind != want.Kind {
		p.reportUnique(have, "")
	}
	if want.Name != "" && have.Name != "" && !strings.EqualFold(have.Name, short(want.Name)) {
		p.say(Named, string(want.Kind), "%s is called %s instead of %s", want.parts(), have.Name, short(want.Name))
	}
}

func serves(have, want Key) bool {
	return have.Special == "" && slices.Equal(have.Parts, want.Parts) &&
		(have.Kind == want.Kind || have.Kind == Unique && want.Kind == Index)
}

func (p *comparison) missing(want Key) {
	if want.Kind == Index {
		p.say(Missing, string(Index), "%s %s is missing", short(want.Name), want.parts()).Remedy = want.Statement
		return
	}
	p.say(Incompatible, string(Unique), "%s is missing: two writers could store the same row twice", want.parts())
}

func (p *comparison) extraKey(have Key, optional map[string]*Table) {
	equal := p.choice(optional, func(t *Table) bool {
		return slices.ContainsFunc(t.Keys, func(k Key) bool { return serves(have, k) && !p.wants(k) })
	})
	if have.Kind == Unique {
		p.reportUnique(have, equal)
		return
	}
	p.say(Different, string(Index), "%s is not in the migrations", have.label()).Optional = equal
}

// wants reports whether the baseline makes a key with these columns.
func (p *comparison) wants(k Key) bool {
	return slices.ContainsFunc(p.want.Keys, func(w Key) bool { return w.Kind == k.Kind && slices.Equal(w.Parts, k.Parts) })
}

// reportUnique tells of a unique key that the migrations do not make. It refuses
// rows, unless a key that they make refuses the same ones.
func (p *comparison) reportUnique(have Key, optional string) {
	for _, k := range p.want.Keys {
		if k.Kind != Index && containsAll(have.Parts, k.Parts) {
			p.say(Different, string(Unique), "%s is not in the migrations; it refuses nothing that %s %s allows", have.label(), k.Kind, k.parts()).Optional = optional
			return
		}
	}
	p.say(Incompatible, string(Unique), "%s is not in the migrations: it would refuse rows that sessiondb stores; drop it", have.label()).Optional = optional
}

func containsAll(list, elements []string) bool {
	return !slices.ContainsFunc(elements, func(e string) bool { return !slices.Contains(list, e) })
}

// label is a key's name, if it has one, with its columns.
func (k Key) label() string {
	special := ""
	if k.Special != "" {
		special = " " + k.Special
	}
	return strings.TrimSpace(k.Name+" "+k.parts()) + special
}
