package rt

import "slices"

// Variants are texts that the query is sent as: first the one with all optional parts and a list of one element, then
// those without some optional parts, and one with a list of two elements.
func (d *Dynamic) Variants() []string {
	drivers, list := d.shape(d.nodes)
	values := make([]any, d.params)
	for i := range values {
		values[i] = 0
	}
	var texts []string
	add := func(size int) {
		if list >= 0 {
			values[list] = make(Elements, size)
		}
		if text, _ := d.statement(values, size); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	for _, missing := range subsets(drivers) {
		for _, driver := range drivers {
			values[driver] = 0
		}
		for _, driver := range missing {
			values[driver] = nil
		}
		add(1)
	}
	for _, driver := range drivers {
		values[driver] = 0
	}
	add(2)
	return texts
}

// shape finds the parameters that drive optional parts, and the one that is a list or -1.
func (d *Dynamic) shape(nodes []node) (drivers []int, list int) {
	list = -1
	for _, n := range nodes {
		inner, innerList := d.shape(n.body)
		drivers = append(drivers, inner...)
		list = max(list, innerList)
		switch n.op {
		case opWhen:
			drivers = append(drivers, n.index)
		case opEach, opList:
			list = n.index
		}
	}
	slices.Sort(drivers)
	return slices.Compact(drivers), list
}

// subsets are the empty set, every set of one, the whole set, and of up to four elements all sets.
func subsets(all []int) [][]int {
	sets := [][]int{nil}
	if len(all) > 4 {
		for _, one := range all {
			sets = append(sets, []int{one})
		}
		return append(sets, all)
	}
	for _, one := range all {
		for _, set := range slices.Clone(sets) {
			sets = append(sets, append(slices.Clone(set), one))
		}
	}
	return sets
}
