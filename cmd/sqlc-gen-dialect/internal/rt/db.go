package rt

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// DBTX is what the queries run on: a *sql.DB, a *sql.Conn, a *sql.Tx, a *Statements.
type DBTX interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// ErrNoQuery is wrapped by the errors of UnimplementedQuerier.
var ErrNoQuery = errors.New("query is not implemented by this dialect")

// Config says where the tables are and what the database can take. A nil *Config works.
type Config struct {
	// Schema is put before every table and sequence, with a point. Default: none.
	Schema string
	// Prefix is put before the name of every table and sequence. Default: none.
	Prefix string
	// Rename has queries use another table, or sequence, than the one they name; keys match whatever their case, and the
	// other name gets Schema and Prefix too. Default: none.
	Rename map[string]string
	// MaxParams is the number of arguments that a statement can have. Default: the dialect's own limit.
	MaxParams int
	// MaxList is the number of elements that a list can have in a statement. Default: the dialect's own limit.
	MaxList int
	// Bind is applied to every argument before it goes to the driver, for drivers that want other Go types. It sees the
	// types of the parameters, sql.NullString and the like included. Default: arguments go as they are.
	Bind func(any) any
}

// Dialect is what the generated code of a database tells the run time about it.
type Dialect struct {
	Name      string
	Style     Style
	MaxParams int      // 0: no limit
	MaxList   int      // 0: no limit
	Tables    []string // tables and sequences that occur in queries
}

// Style is how a database writes placeholders.
type Style uint8

// The styles.
const (
	Question       Style = iota // ?, one an occurrence
	QuestionNumber              // ?1, reused
	Dollar                      // $1, reused
	At                          // @p1, reused
	Colon                       // :1, one an occurrence
)

// Builder puts names into the texts of a dialect's queries. Generated constructors use it.
type Builder struct {
	Dialect
	config Config
}

// NewBuilder checks the configuration.
func NewBuilder(d Dialect, cfg *Config) (*Builder, error) {
	b := &Builder{Dialect: d}
	if cfg != nil {
		b.config = *cfg
	}
	if b.config.MaxParams > 0 {
		b.MaxParams = b.config.MaxParams
	}
	if b.config.MaxList > 0 {
		b.MaxList = b.config.MaxList
	}
	return b, b.check()
}

var (
	validName   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]{0,63}$`)
	validPrefix = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]{0,29}$`)
)

func (b *Builder) check() error {
	c := b.config
	if c.Schema != "" && !validName.MatchString(c.Schema) {
		return fmt.Errorf("Config.Schema %q: must be a name that matches %s", c.Schema, validName)
	}
	if c.Prefix != "" && !validPrefix.MatchString(c.Prefix) {
		return fmt.Errorf("Config.Prefix %q: must match %s", c.Prefix, validPrefix)
	}
	if c.MaxParams < 0 || c.MaxList < 0 {
		return errors.New("Config.MaxParams, Config.MaxList: must not be negative")
	}
	return b.checkRename()
}

func (b *Builder) checkRename() error {
	seen := map[string]bool{}
	for from, to := range b.config.Rename {
		known := func(table string) bool { return strings.EqualFold(table, from) }
		switch {
		case !slices.ContainsFunc(b.Tables, known):
			return fmt.Errorf("Config.Rename[%q]: no query uses this table; they use %s", from, strings.Join(b.Tables, ", "))
		case !validName.MatchString(to):
			return fmt.Errorf("Config.Rename[%q] %q: must be a name that matches %s", from, to, validName)
		case seen[strings.ToUpper(from)]:
			return fmt.Errorf("Config.Rename[%q]: the table is there twice, its case does not count", from)
		}
		seen[strings.ToUpper(from)] = true
	}
	return nil
}

// Bind returns the function to apply to arguments, or nil.
func (b *Builder) Bind() func(any) any { return b.config.Bind }

// Text puts the names into a text that has no other marks.
func (b *Builder) Text(template string) string {
	var text strings.Builder
	for _, n := range parse(template) {
		text.WriteString(b.splice(n))
	}
	return text.String()
}

func (b *Builder) splice(n node) string {
	if n.op != opTable {
		return n.text
	}
	return b.table(n.text)
}

// table is the full name of a table, which may be quoted in the query: as a name, or as a string in nextval('x').
func (b *Builder) table(name string) string {
	opening, closing := "", ""
	if strings.IndexByte("\"`['", name[0]) >= 0 {
		opening, name, closing = name[:1], name[1:len(name)-1], name[len(name)-1:]
	}
	for from, to := range b.config.Rename {
		if strings.EqualFold(from, name) {
			name = to
			break
		}
	}
	schema := ""
	if b.config.Schema != "" {
		schema = b.config.Schema + "."
	}
	if opening == "'" {
		return opening + schema + b.config.Prefix + name + closing
	}
	return schema + opening + b.config.Prefix + name + closing
}
