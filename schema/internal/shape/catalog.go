package shape

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Catalog is how one database tells what its tables look like; the README of
// schema/catalog describes the queries.
type Catalog struct {
	queries map[string]string
	sizes   map[string]int64
}

var (
	nameLine = regexp.MustCompile(`^-- name: (\w+)$`)
	sizeLine = regexp.MustCompile(`^-- size: ([A-Z0-9 ]+) = (\d+)$`)
)

// ParseCatalog takes a file of schema/catalog apart. It returns an error that
// names the query that is missing.
func ParseCatalog(text string) (*Catalog, error) {
	c := &Catalog{queries: map[string]string{}, sizes: map[string]int64{}}
	name := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if found := nameLine.FindStringSubmatch(line); found != nil {
			name = found[1]
		} else if found := sizeLine.FindStringSubmatch(line); found != nil {
			n, err := strconv.ParseInt(found[2], 10, 64)
			if err != nil {
				return nil, fmt.Errorf("size of %s: %w", found[1], err)
			}
			c.sizes[found[1]] = n
		} else if name != "" && !strings.HasPrefix(line, "--") {
			c.queries[name] += line + "\n"
		}
	}
	for _, want := range []string{"Table", "Columns", "Keys"} {
		if strings.TrimSpace(c.queries[want]) == "" {
			return nil, fmt.Errorf("no query %q", want)
		}
	}
	return c, nil
}

// Read looks at one live table. schema may be empty; table has its prefix. Both
// must be plain identifiers: they become part of the queries, because the
// databases disagree on placeholders, and on where they may stand.
func (c *Catalog) Read(ctx context.Context, db *sql.DB, schema, table string) (*Table, error) {
	name := table
	if schema != "" {
		name = schema + "." + table
	}
	r := &live{db: db, fill: strings.NewReplacer("{schema}", schema, "{table}", table, "{name}", name), table: &Table{Name: name}}
	for _, step := range []struct {
		query string
		scan  func(*sql.Rows) error
	}{{"Table", r.scanTable}, {"Columns", r.scanColumn}, {"Keys", r.scanKey}, {"Indexes", r.scanKey}} {
		if err := r.each(ctx, c.queries[step.query], step.scan); err != nil {
			return nil, fmt.Errorf("catalog of %s, query %s: %w", name, step.query, err)
		}
	}
	r.forgetMadeUp()
	r.judge()
	return r.table, nil
}

// live is a table that is being read.
type live struct {
	db            *sql.DB
	fill          *strings.Replacer
	table         *Table
	found         bool
	transactional bool
}

func (r *live) each(ctx context.Context, query string, scan func(*sql.Rows) error) (err error) {
	query = strings.TrimSpace(r.fill.Replace(query))
	if query == "" {
		return nil
	}
	rows, err := r.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (r *live) scanTable(rows *sql.Rows) error {
	var kind, engine sql.NullString
	var transactional int
	if err := rows.Scan(&kind, &engine, &transactional); err != nil {
		return err
	}
	r.found, r.transactional, r.table.Engine = kind.String == "table", transactional == 1, engine.String
	return nil
}

// forgetMadeUp drops the names that SQLite gives to keys without one.
func (r *live) forgetMadeUp() {
	for i := range r.table.Keys {
		if strings.HasPrefix(r.table.Keys[i].Name, madeUp) {
			r.table.Keys[i].Name = ""
		}
	}
}

// judge says why the table cannot be compared, if it cannot.
func (r *live) judge() {
	switch {
	case !r.found || len(r.table.Columns) == 0:
		r.table.Problem = "is no table of its own in this schema but a view, a synonym or the like; connect as the tables' owner, or name the owner's schema (sessiondb.schema in the URL)"
	case !r.transactional:
		r.table.Problem = fmt.Sprintf("has storage engine %s, which has no transactions; convert it to InnoDB", r.table.Engine)
	}
}

func (r *live) scanColumn(rows *sql.Rows) error {
	var name, spelled, value, charset, collation sql.NullString
	var nullable, filled int
	if err := rows.Scan(&name, &spelled, &nullable, &filled, &value, &charset, &collation); err != nil {
		return err
	}
	c := Column{Name: strings.TrimSpace(name.String), Type: ParseType(spelled.String), Nullable: nullable == 1, Filled: filled == 1,
		Charset: charset.String, Collation: collation.String}
	if value.Valid {
		c.setDefault(value.String)
	}
	r.table.Columns = append(r.table.Columns, c)
	return nil
}

var kinds = map[string]Kind{"primary": Primary, "unique": Unique, "index": Index}

// scanKey adds one part to the key that it belongs to: the last one, if its
// name and kind are the same.
func (r *live) scanKey(rows *sql.Rows) error {
	var name, kind, column, expression, special, definition sql.NullString
	var descending int
	if err := rows.Scan(&name, &kind, &column, &expression, &descending, &special, &definition); err != nil {
		return err
	}
	k := Key{Name: strings.TrimSpace(name.String), Kind: kinds[kind.String], Special: special.String}
	if definition.String != "" {
		r.define(k, definition.String)
		return nil
	}
	part := normalPart(column.String)
	if expression.String != "" {
		part = normalPart(expression.String)
	}
	if descending == 1 {
		part += " DESC"
	}
	r.key(k, part)
	return nil
}

// madeUp is how SQLite calls the index of a key without a name.
const madeUp = "sqlite_autoindex_"

func (r *live) key(k Key, part string) {
	if n := len(r.table.Keys); n > 0 && r.table.Keys[n-1].Name == k.Name && r.table.Keys[n-1].Kind == k.Kind {
		last := &r.table.Keys[n-1]
		last.Parts = append(last.Parts, part)
		return
	}
	k.Parts = []string{part}
	r.table.Keys = append(r.table.Keys, k)
}

// define takes the parts of a key from its DDL, which comes with each of them.
func (r *live) define(k Key, definition string) {
	if n := len(r.table.Keys); n > 0 && r.table.Keys[n-1].Name == k.Name {
		return
	}
	ddl := read(definition)
	for ddl.at < len(ddl.tokens) && !ddl.accept("ON") {
		ddl.next()
	}
	ddl.name()
	k.Parts = ddl.parts()
	r.table.Keys = append(r.table.Keys, k)
}
