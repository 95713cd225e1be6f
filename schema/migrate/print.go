package migrate

import (
	"fmt"
	"io"
	"strings"

	"github.com/sessiondb/sessiondb/dialects"
)

// Print writes the baseline as a plain script for a DBA, as psql, mysql,
// sqlite3, sqlcmd, SQL*Plus or the DB2 command line processor run it, with the
// named optional migrations after it. It needs no database; of opts, which may
// be nil, it uses Schema and Prefix. It returns ErrInvalidName,
// ErrSchemaRefused, ErrUnknownOptional, or the writer's error.
func Print(w io.Writer, d dialects.Dialect, opts *Options, optional ...string) error {
	o := opts.filled()
	p, err := newPlan(d, &o)
	if err != nil {
		return err
	}
	return p.print(w, optional)
}

// Print writes the script for this migrator's schema and prefix.
func (m *Migrator) Print(w io.Writer, optional ...string) error { return m.plan.print(w, optional) }

func (p *plan) print(w io.Writer, optional []string) error {
	list := p.baseline
	for _, name := range optional {
		o, err := p.byName(name)
		if err != nil {
			return err
		}
		list = append(list[:len(list):len(list)], o)
	}
	var out strings.Builder
	if p.flavour.header != "" {
		out.WriteString(p.flavour.header + "\n")
	}
	fmt.Fprintf(&out, "-- Session tables for %s. Afterwards: sessiondb migrate adopt\n", p.dialect.Name())
	for _, m := range list {
		fmt.Fprintf(&out, "\n-- %s\n", m.name)
		for _, s := range m.up {
			out.WriteString(strings.TrimSuffix(s, p.strip()) + p.flavour.terminator + "\n")
		}
		if p.flavour.batch != "" {
			out.WriteString(p.flavour.batch + "\n")
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// strip is what a statement ends with in the files already: where the
// terminator is a slash, a final semicolon belongs to the statement.
func (p *plan) strip() string {
	if p.flavour.terminator == ";" {
		return ";"
	}
	return ""
}
