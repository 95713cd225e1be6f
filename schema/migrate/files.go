package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sessiondb/sessiondb/dialects"
)

// plan is everything that is known without a database: the files of a dialect
// under the names that the options ask for.
type plan struct {
	dialect            dialects.Dialect
	flavour            flavour
	names              *renamer
	baseFS, optionalFS fs.FS
	baseline, optional []migration
}

// migration is one file, taken apart.
type migration struct {
	version  int64
	name     string // the file's name without .sql
	up, down []string
	tables   []string // that up creates, as written there
}

func newPlan(d dialects.Dialect, o *Options) (*plan, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	f := flavourOf(d)
	if f.noSchema && o.Schema != "" {
		return nil, fmt.Errorf("%w: %s keeps everything in one schema, got Schema %q; use Prefix, or another file", ErrSchemaRefused, d.Name(), o.Schema)
	}
	files := d.Migrations()
	if files.Baseline == nil {
		return nil, fmt.Errorf("migrate: dialect %s has no Migrations().Baseline", d.Name())
	}
	p := &plan{dialect: d, flavour: f, names: &renamer{schema: o.Schema, prefix: o.Prefix, flavour: f, kinds: map[string]kind{}}}
	var err error
	if p.baseFS, p.baseline, err = p.read(files.Baseline); err != nil {
		return nil, fmt.Errorf("migrate: baseline of dialect %s: %w", d.Name(), err)
	}
	if files.Optional == nil {
		return p, nil
	}
	if p.optionalFS, p.optional, err = p.read(files.Optional); err != nil {
		return nil, fmt.Errorf("migrate: optional migrations of dialect %s: %w", d.Name(), err)
	}
	return p, nil
}

// read learns the object names of a folder, then reads it under their new names.
// The optional folder comes second, because it speaks of the baseline's tables.
func (p *plan) read(fsys fs.FS) (fs.FS, []migration, error) {
	if err := p.names.learn(fsys); err != nil {
		return nil, nil, err
	}
	renamed := p.names.wrap(fsys)
	list, err := load(renamed)
	return renamed, list, err
}

var (
	fileName    = regexp.MustCompile(`^(\d+)_\w+\.sql$`)
	createTable = regexp.MustCompile(`(?i)^CREATE\s+TABLE\s+([\w$.]+)`)
)

func load(fsys fs.FS) ([]migration, error) {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, err
	}
	var list []migration
	for _, n := range names {
		parts := fileName.FindStringSubmatch(n)
		if parts == nil {
			return nil, fmt.Errorf("file %s: want NNNNN_name.sql", n)
		}
		text, err := fs.ReadFile(fsys, n)
		if err != nil {
			return nil, err
		}
		m := migration{name: strings.TrimSuffix(n, ".sql")}
		if m.version, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
			return nil, fmt.Errorf("file %s: %w", n, err)
		}
		if m.up, m.down, err = split(string(text)); err != nil {
			return nil, fmt.Errorf("file %s: %w", n, err)
		}
		m.tables = created(m.up)
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b migration) int { return int(a.version - b.version) })
	return list, nil
}

func created(statements []string) []string {
	var tables []string
	for _, s := range statements {
		if found := createTable.FindStringSubmatch(s); found != nil {
			tables = append(tables, found[1])
		}
	}
	return tables
}

// split takes a goose file apart as goose does, whose own parser is internal: a
// statement is what stands between StatementBegin and StatementEnd, or else
// ends with a line that ends in a semicolon. A test holds the two together.
func split(text string) (up, down []string, err error) {
	var to *[]string
	var held []string
	whole := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch note := annotation(line); {
		case note == "up":
			to = &up
		case note == "down":
			to = &down
		case note == "statementbegin":
			whole = true
		case note == "" && (len(held) > 0 || wanted(line)):
			held = append(held, line)
		}
		if len(held) == 0 || whole && annotation(line) != "statementend" || !whole && !ends(line) {
			continue
		}
		if to == nil {
			return nil, nil, errors.New("statement before -- +goose Up")
		}
		*to = append(*to, strings.TrimSpace(strings.Join(held, "\n")))
		held, whole = nil, false
	}
	if len(held) > 0 {
		return nil, nil, fmt.Errorf("unfinished statement %q", held[0])
	}
	return up, down, nil
}

func annotation(line string) string {
	note, found := strings.CutPrefix(line, "-- +goose ")
	if !found {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(note))
}

// ends reports whether a line ends a statement, perhaps with a comment behind.
func ends(line string) bool {
	last := ""
	for w := range strings.FieldsSeq(line) {
		if strings.HasPrefix(w, "--") {
			break
		}
		last = w
	}
	return strings.HasSuffix(last, ";")
}

// wanted reports whether a line can begin a statement.
func wanted(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && !strings.HasPrefix(line, "--")
}

// byName finds an optional migration by its name, with or without the number.
func (p *plan) byName(name string) (migration, error) {
	var names []string
	for _, m := range p.optional {
		if name == m.short() || name == m.name {
			return m, nil
		}
		names = append(names, m.short())
	}
	return migration{}, fmt.Errorf("%w %q: %s has %s", ErrUnknownOptional, name, p.dialect.Name(), strings.Join(names, ", "))
}

// concerns reports whether a migration speaks of one of the tables.
func (m migration) concerns(tables []string) bool {
	for _, t := range tables {
		whole := regexp.MustCompile(`(^|[^\w$.])` + regexp.QuoteMeta(t) + `($|[^\w$.])`)
		if slices.ContainsFunc(m.up, whole.MatchString) {
			return true
		}
	}
	return false
}
