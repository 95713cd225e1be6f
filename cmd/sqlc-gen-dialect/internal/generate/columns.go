package generate

import (
	"strings"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/schema"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/shape"
)

// columnChecker compares the columns that a query names with its dialect's schema, and those with the contract's.
type columnChecker struct {
	g        *generator
	d        *dialect
	q        *query.Query
	contract *schema.Schema
	seen     map[string]bool // columns of this dialect whose type was compared
}

func (c *columnChecker) check(st *shape.Statement) {
	for _, b := range st.Blocks {
		for _, t := range b.Tables {
			c.table(t)
		}
	}
	for _, r := range st.Results {
		if r.Plain != nil && r.Plain.Qualifier == "" {
			c.unqualified(*r.Plain)
		}
	}
	for _, ref := range st.Refs {
		c.ref(st, ref)
	}
}

func (c *columnChecker) refuse(line int, remedy, format string, args ...any) {
	c.g.refuse(c.q.Problemf(line, remedy, format, args...))
}

// systemTables begin the names of tables that databases bring along.
var systemTables = []string{"PG_", "SQLITE_", "SYS", "USER_", "ALL_", "DBA_", "V$", "GV$", "#", "INSERTED", "DELETED"}

// table refuses a table that the schema lacks: its name would be sent without schema and prefix.
func (c *columnChecker) table(t shape.Table) {
	if t.Name == "" || t.Known || t.Foreign || strings.EqualFold(t.Name, "DUAL") {
		return
	}
	for _, prefix := range systemTables {
		if strings.HasPrefix(strings.ToUpper(t.Name), prefix) {
			return
		}
	}
	c.refuse(t.Line, "correct the name, or add the table to "+c.d.Schema[0], "the schema of %s has no table %s", c.d.Name, t.Name)
}

// pseudoColumns belong to every table.
var pseudoColumns = map[string]string{
	"postgres": "CTID XMIN XMAX TABLEOID", "sqlite": "ROWID OID _ROWID_", "oracle": "ROWID ROWNUM ORA_ROWSCN", "db2": "RID", "mysql": "", "mssql": "",
}

func (c *columnChecker) pseudo(name string) bool {
	return strings.Contains(" "+pseudoColumns[c.d.Syntax]+" ", " "+strings.ToUpper(name)+" ")
}

func (c *columnChecker) ref(st *shape.Statement, ref shape.Ref) {
	switch {
	case c.pseudo(ref.Name):
	case ref.Qualifier != "":
		c.qualified(st, ref)
	case ref.Target != nil:
		c.column(ref.Target.Name, ref)
	default:
		c.dropped(ref)
		if ref.Sure && !st.Alias(ref.Name) && c.d.Analysis == "" && !c.d.Contract && !runsProcedure(c.q) {
			c.unqualified(ref)
		}
	}
}

// qualified checks alias.column.
func (c *columnChecker) qualified(st *shape.Statement, ref shape.Ref) {
	t := ref.Block.Find(ref.Qualifier)
	if t != nil {
		c.column(t.Name, ref)
		return
	}
	if c.d.Analysis != "" || c.d.Contract || c.d.schema.Sequence(ref.Qualifier) || elsewhere(st, ref.Qualifier) {
		return // sqlc's engine knows, or nobody
	}
	c.refuse(ref.Line, "correct it, or give a table this alias", "%s in %s.%s is no table or alias of this query", ref.Qualifier, ref.Qualifier, ref.Name)
}

// elsewhere tells whether any part of the statement has the alias, or every statement has it.
func elsewhere(st *shape.Statement, alias string) bool {
	switch strings.ToUpper(alias) {
	case "INSERTED", "DELETED", "EXCLUDED", "NEW", "OLD":
		return true
	}
	for _, b := range st.Blocks {
		if b.Find(alias) != nil {
			return true
		}
	}
	return false
}

// column refuses a column that the table lacks, and one whose type the contract's does not agree with.
func (c *columnChecker) column(table string, ref shape.Ref) {
	t := c.d.schema.Table(table)
	if table == "" || t == nil || c.pseudo(ref.Name) {
		return
	}
	col := t.Column(ref.Name)
	if col == nil {
		c.refuse(ref.Line, "correct the name, or add the column to "+c.d.Schema[0], "table %s of %s has no column %s", t.Name, c.d.Name, ref.Name)
		return
	}
	c.compare(t, col, ref.Line)
}

// compare compares a column with the contract's of the same name, once a dialect.
func (c *columnChecker) compare(t *schema.Table, col *schema.Column, line int) {
	key := strings.ToUpper(t.Name + "." + col.Name)
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	other := c.contract.Table(t.Name)
	if other == nil || other.Column(col.Name) == nil {
		return
	}
	if what := col.Type.Agrees(other.Column(col.Name).Type); what != "" {
		c.refuse(line, "change the schema of "+c.d.Name, "column %s.%s of %s %s", t.Name, col.Name, c.d.Name, what)
	}
}

// unqualified checks a name without qualifier that must be a column: one of the tables in reach must have it.
func (c *columnChecker) unqualified(ref shape.Ref) {
	for b := ref.Block; b != nil; b = b.Parent {
		for _, t := range b.Tables {
			table := c.d.schema.Table(t.Name)
			if table == nil {
				return // a subquery or a system table, whose columns are not known
			}
			if col := table.Column(ref.Name); col != nil {
				c.compare(table, col, ref.Line)
				return
			}
		}
	}
	if c.pseudo(ref.Name) || isValue(ref.Name) || len(ref.Block.Tables) == 0 {
		return
	}
	if tables := ref.Block.Tables; len(tables) == 1 && ref.Block.Parent == nil {
		c.column(tables[0].Name, ref)
		return
	}
	c.refuse(ref.Line, "correct the name, or add the column to "+c.d.Schema[0], "no table of this query has a column %s in the schema of %s", ref.Name, c.d.Name)
}

// isValue tells a keyword that stands for a value.
func isValue(name string) bool {
	name = strings.ToUpper(name)
	return strings.HasPrefix(name, "CURRENT") || strings.HasPrefix(name, "SYS") || strings.HasPrefix(name, "LOCALTIME") || name == "NULL" || name == "USER"
}

// dropped refuses any other name that is a column of the table in the contract and not here.
func (c *columnChecker) dropped(ref shape.Ref) {
	missing := ""
	for b := ref.Block; b != nil; b = b.Parent {
		for _, t := range b.Tables {
			here, there := c.d.schema.Table(t.Name), c.contract.Table(t.Name)
			switch {
			case here == nil || here.Column(ref.Name) != nil:
				return
			case there != nil && there.Column(ref.Name) != nil:
				missing = here.Name
			}
		}
	}
	if missing != "" {
		c.refuse(ref.Line, "correct the name, or add the column to "+c.d.Schema[0], "table %s of %s has no column %s", missing, c.d.Name, ref.Name)
	}
}
