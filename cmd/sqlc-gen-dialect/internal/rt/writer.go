package rt

import (
	"strconv"
	"strings"
)

func (d *Dynamic) statement(values []any, size int) (string, []any) {
	w := writer{Dynamic: d, values: values, numbers: make([]int, d.params), elements: make([]int, size)}
	w.write(d.nodes)
	return w.text.String(), w.args
}

// writer writes one statement.
type writer struct {
	*Dynamic
	values   []any
	text     strings.Builder
	args     []any
	numbers  []int // of the placeholders of parameters, 0 before the first
	elements []int // the same for the elements of the list
	element  int   // that an each part is at
}

func (w *writer) write(nodes []node) {
	for _, n := range nodes {
		switch n.op {
		case opText:
			w.text.WriteString(n.text)
		case opWhen:
			if !absent(w.values[n.index]) {
				w.write(n.body)
			}
		case opEach:
			w.repeat(func() { w.write(n.body) })
		case opList:
			w.repeat(func() { w.placeholder(n.index) })
		case opArg, opArray:
			w.placeholder(n.index)
		}
	}
}

// repeat writes something once an element.
func (w *writer) repeat(write func()) {
	for i := range w.elements {
		if i > 0 {
			w.text.WriteString(", ")
		}
		w.element = i
		write()
	}
}

// placeholder writes one for a parameter, or for the current element of the list, and takes its argument. Beyond the
// end of the list the last element is taken again.
func (w *writer) placeholder(index int) {
	number, value := &w.numbers[index], w.values[index]
	switch v := value.(type) {
	case Elements:
		number, value = &w.elements[w.element], v[min(w.element, len(v)-1)]
	case ArrayValue:
		value = v.value
	}
	if *number == 0 || !w.reuses() {
		if w.bind != nil {
			value = w.bind(value)
		}
		w.args = append(w.args, value)
		*number = len(w.args)
	}
	w.mark(*number)
}

func (w *writer) mark(number int) {
	prefix := [...]string{Question: "?", QuestionNumber: "?", Dollar: "$", At: "@p", Colon: ":"}[w.style]
	w.text.WriteString(prefix)
	if w.style != Question {
		w.text.WriteString(strconv.Itoa(number))
	}
}
