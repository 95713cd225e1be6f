package rt

import "strings"

// op is what a node of a template does.
type op uint8

const (
	opText  op = iota // text as it is
	opTable           // {{table NAME}}
	opArg             // {{arg x}}: one placeholder
	opArray           // {{array x}}: one placeholder that takes a whole list
	opList            // {{list x}}: a placeholder an element
	opEach            // {{each x}}..{{end}}: a part that is repeated once an element
	opWhen            // {{when x}}..{{end}}: a part that is sent when x is there
)

var ops = map[string]op{"table": opTable, "arg": opArg, "array": opArray, "list": opList, "each": opEach, "when": opWhen}

type node struct {
	op    op
	text  string // or the name
	index int    // of the parameter
	body  []node
}

// parse reads a template, which the generator wrote: {{brace}} stands for one opening brace.
func parse(template string, params ...string) []node {
	p := parser{rest: template, params: params}
	return p.nodes()
}

type parser struct {
	rest   string
	params []string
}

func (p *parser) nodes() []node {
	var nodes []node
	for p.rest != "" {
		text, mark, found := strings.Cut(p.rest, "{{")
		if text != "" {
			nodes = append(nodes, node{text: text})
		}
		if !found {
			p.rest = ""
			break
		}
		mark, p.rest, _ = strings.Cut(mark, "}}")
		word, name, _ := strings.Cut(mark, " ")
		switch word {
		case "end":
			return nodes
		case "brace":
			nodes = append(nodes, node{text: "{"})
		default:
			nodes = append(nodes, p.node(ops[word], name))
		}
	}
	return nodes
}

func (p *parser) node(o op, name string) node {
	n := node{op: o, text: name, index: p.index(name)}
	if o == opEach || o == opWhen {
		n.body = p.nodes()
	}
	return n
}

func (p *parser) index(name string) int {
	for i, param := range p.params {
		if param == name {
			return i
		}
	}
	return -1
}
