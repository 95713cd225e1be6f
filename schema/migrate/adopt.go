package migrate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sessiondb/sessiondb/dialects"
)

// AdoptOptions say how to adopt. Nil or zero: compare, then record.
type AdoptOptions struct {
	// DryRun compares and lists; it records nothing and takes no lock.
	DryRun bool
}

// AdoptReport is what Adopt found and did.
type AdoptReport struct {
	// Migrations are all of the baseline, in order.
	Migrations []Adoption
	// Differences are all that were found, the gravest of each table first.
	Differences []Difference
}

// Adoption is one baseline migration whose tables were compared.
type Adoption struct {
	Version int64
	Name    string
	// Tables that it would have made, as statements write them.
	Tables []string
	// Before: it was recorded already, as adopted or as applied.
	Before bool
	// Adopted: this call recorded it.
	Adopted bool
}

// Compatible reports whether sessiondb can work with the tables as they are.
func (r *AdoptReport) Compatible() bool {
	return !slices.ContainsFunc(r.Differences, func(d Difference) bool { return d.Severity == Incompatible })
}

// Adopt takes over tables that another installation made: it compares columns,
// keys and indexes of the live tables with what the migrations would make, and,
// if they are compatible, records the baseline as adopted. Up then has nothing
// to do, and Down never drops them. It changes nothing but our own version
// table, and can be called again. opts may be nil.
//
// The report is returned also beside ErrIncompatible. Other errors, before
// anything is done: ErrNothingToAdopt, ErrTablesIncomplete, which names what is
// missing, ErrTableMissing, ErrForeignHistory, ErrNoCatalog, and
// dialects.ErrLocked.
//
// CHECK and FOREIGN KEY constraints, triggers (but those that fill a column),
// grants, partitions and the rows themselves are not looked at.
func (m *Migrator) Adopt(ctx context.Context, opts *AdoptOptions) (report *AdoptReport, err error) {
	x, err := m.examiner()
	if err != nil {
		return nil, err
	}
	if opts != nil && opts.DryRun {
		return x.examine(ctx)
	}
	err = m.locked(ctx, func(ctx context.Context) error {
		if report, err = x.examine(ctx); err != nil {
			return err
		}
		return m.recordAll(ctx, report)
	})
	return report, err
}

// recordAll is not one transaction: if it fails half-way, the next call records
// the rest.
func (m *Migrator) recordAll(ctx context.Context, report *AdoptReport) error {
	for i := range report.Migrations {
		a := &report.Migrations[i]
		if a.Before {
			continue
		}
		if err := m.adopt(ctx, a.Version); err != nil {
			return fmt.Errorf("record %s as adopted in %s: %w", a.Name, m.choices.Tablename(), err)
		}
		a.Adopted = true
		m.log.InfoContext(ctx, "tables adopted", "version", a.Version, "name", a.Name, "tables", strings.Join(a.Tables, ", "))
	}
	return nil
}

// examine lists the differences, and says in an error why the tables cannot be
// adopted, if so.
func (x *examiner) examine(ctx context.Context) (*AdoptReport, error) {
	h, err := x.m.history(ctx)
	if err != nil {
		return nil, err
	}
	report, err := x.m.adoptable(ctx, h)
	if err != nil {
		return nil, err
	}
	if report.Differences, err = x.differences(ctx, h); err != nil {
		return nil, dialects.Classified(x.m.plan.dialect, err)
	}
	return report, report.verdict()
}

// adoptable looks which tables are there, and refuses what is incomplete.
func (m *Migrator) adoptable(ctx context.Context, h *history) (*AdoptReport, error) {
	report := &AdoptReport{}
	var there, missing, lost []string
	for _, b := range m.plan.baseline {
		present, absent, err := m.look(ctx, b.tables)
		if err != nil {
			return nil, err
		}
		before := h.recorded(b.version)
		if before {
			lost = append(lost, absent...)
		} else {
			there, missing = append(there, present...), append(missing, absent...)
		}
		report.Migrations = append(report.Migrations, Adoption{Version: b.version, Name: b.name, Tables: b.tables, Before: before})
	}
	return report, m.incomplete(there, missing, lost)
}

func (m *Migrator) incomplete(there, missing, lost []string) error {
	switch {
	case len(lost) > 0:
		return fmt.Errorf("%w: %s; restore them, or delete their versions from %s and %s", ErrTableMissing,
			strings.Join(lost, ", "), m.base.Tablename(), m.choices.Tablename())
	case len(missing) == 0:
		return nil
	case len(there) == 0:
		return fmt.Errorf(`%w: %s are not there; run "sessiondb migrate up" to make them, or choose another schema name or prefix`,
			ErrNothingToAdopt, strings.Join(missing, ", "))
	}
	return fmt.Errorf(`%w: %s; missing are %s: create those with the product's script or from "sessiondb migrate print", then adopt again`,
		ErrTablesIncomplete, strings.Join(there, ", "), strings.Join(missing, ", "))
}

// verdict is the error for tables that are not compatible.
func (r *AdoptReport) verdict() error {
	var first *Difference
	n := 0
	for i, d := range r.Differences {
		if d.Severity != Incompatible {
			continue
		}
		if n++; first == nil {
			first = &r.Differences[i]
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%w, nothing was recorded: %s", ErrIncompatible, first)
	}
	return fmt.Errorf("%w, nothing was recorded: %s (and %d more)", ErrIncompatible, first, n-1)
}
