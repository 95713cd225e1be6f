package generate

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// File is a file to write; sqlc's answer has its contents in base64, as encoding/json writes bytes.
type File struct {
	Name     string `json:"name"`
	Contents []byte `json:"contents"`
}

// Run answers sqlc's request. Its error lists every reason to refuse the input, a line each.
func Run(input []byte) ([]File, error) {
	var r request
	if err := json.Unmarshal(input, &r); err != nil {
		return nil, fmt.Errorf("request is not understood (%w): set `format: json` for the plugin in sqlc.yaml", err)
	}
	options, err := parseOptions(r.Options)
	if err != nil {
		return nil, err
	}
	if err := options.checkStamp(); err != nil {
		return nil, err
	}
	g := &generator{options: options}
	if err := g.read(); err != nil {
		return nil, err
	}
	if err := g.check(r); err != nil {
		return nil, err
	}
	return g.emit()
}

// generator holds what was read and what is wrong with it.
type generator struct {
	options  *Options
	dialects []*dialect
	methods  []*method
	problems []*query.Problem
}

func (g *generator) refuse(p *query.Problem) { g.problems = append(g.problems, p) }

// read loads all dialects.
func (g *generator) read() error {
	for _, o := range g.options.Dialects {
		d, err := g.load(o)
		if err != nil {
			return err
		}
		g.dialects = append(g.dialects, d)
	}
	return g.refusal()
}

// refusal is the error that lists all problems, or nil.
func (g *generator) refusal() error {
	if len(g.problems) == 0 {
		return nil
	}
	var lines []string
	for _, p := range g.problems {
		lines = append(lines, p.Error())
	}
	slices.Sort(lines)
	return errors.New(strings.Join(slices.Compact(lines), "\n"))
}

// check compares everything with the contract.
func (g *generator) check(r request) error {
	g.contract(g.contractDialect(), byName(r.Queries))
	if err := g.fitExisting(); err != nil {
		return err
	}
	if err := g.refusal(); err != nil {
		return err // what follows would be wrong with every dialect
	}
	for _, d := range g.dialects {
		for _, q := range d.queries {
			g.markTables(d, q)
		}
		slices.Sort(d.tables)
		g.pair(d)
		if err := g.analysis(d); err != nil {
			return err
		}
	}
	return g.refusal()
}
