package migrate

import (
	"context"
	"fmt"
	"strings"

	"github.com/sessiondb/sessiondb/schema"
	"github.com/sessiondb/sessiondb/schema/internal/shape"
)

// Severity says what a difference means for sessiondb.
type Severity string

// The severities, the gravest first.
const (
	// Incompatible: sessiondb would fail, or lose or mix up what it stores. A
	// missing or narrower column, another kind of type, another primary key.
	Incompatible = Severity(shape.Incompatible)
	// MissingIndex: everything works, but slower.
	MissingIndex = Severity(shape.Missing)
	// Different: it works as well. A wider column, one more index.
	Different = Severity(shape.Different)
	// DifferentName: only a name differs.
	DifferentName = Severity(shape.Named)
)

// Difference is one way in which a live table is not what the migrations make.
type Difference struct {
	Severity Severity
	// Table is its name as statements write it.
	Table string
	// Object is "table", "column SESSION_ID", "primary key", "unique key" or "index".
	Object string
	// What completes a sentence that begins with Object.
	What string
	// Remedy is the statement that makes a missing index; empty otherwise.
	Remedy string
	// Optional is the optional migration that makes the table so; it is not
	// recorded for that.
	Optional string
}

// String is the difference as a sentence.
func (d Difference) String() string {
	s := d.Table + ": " + d.Object + " " + d.What
	if d.Optional != "" {
		s += ": what the optional migration " + d.Optional + " makes"
	}
	return s
}

// examiner compares live tables with what the migrations make.
type examiner struct {
	m       *Migrator
	catalog *shape.Catalog
}

func (m *Migrator) examiner() (*examiner, error) {
	d := m.plan.dialect
	text := d.Migrations().Catalog
	for _, name := range kin(d) {
		if text == "" {
			text = schema.Catalog(name)
		}
	}
	if text == "" {
		return nil, fmt.Errorf("%w: dialect %s gives no Migrations().Catalog, and is built on none that has one", ErrNoCatalog, d.Name())
	}
	c, err := shape.ParseCatalog(text)
	if err != nil {
		return nil, fmt.Errorf("migrate: catalog queries of dialect %s: %w", d.Name(), err)
	}
	return &examiner{m, c}, nil
}

// differences compares table by table with the baseline, and with what the
// chosen optional migrations added to it.
func (x *examiner) differences(ctx context.Context, h *history) ([]Difference, error) {
	wanted, choices := x.m.plan.shapes(h.chosen)
	var list []Difference
	for i, want := range wanted {
		have, err := x.catalog.Read(ctx, x.m.db, x.m.plan.names.schema, x.m.plan.bare(want.Name))
		if err != nil {
			return nil, err
		}
		optional := map[string]*shape.Table{}
		for name, tables := range choices {
			optional[name] = tables[i]
		}
		for _, d := range x.catalog.Compare(have, want, optional) {
			list = append(list, Difference{Severity(d.Severity), d.Table, d.Object, d.What, d.Remedy, d.Optional})
		}
	}
	return list, nil
}

// shapes are the baseline's tables with the chosen optional migrations, and
// what each of the others would make of them.
func (p *plan) shapes(chosen map[int64]bool) ([]*shape.Table, map[string][]*shape.Table) {
	var statements []string
	for _, b := range p.baseline {
		statements = append(statements, b.up...)
	}
	tables := shape.FromDDL(statements)
	for _, o := range p.optional {
		if chosen[o.version] {
			tables = shape.Alter(tables, o.up)
		}
	}
	choices := map[string][]*shape.Table{}
	for _, o := range p.optional {
		if !chosen[o.version] {
			choices[o.short()] = shape.Alter(tables, o.up)
		}
	}
	return tables, choices
}

// bare is a table's name without the schema name.
func (p *plan) bare(table string) string { return strings.TrimPrefix(table, p.names.schema+".") }
