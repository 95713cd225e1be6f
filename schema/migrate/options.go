package migrate

import (
	"cmp"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/pressly/goose/v3"
)

// optionalTable records the optional migrations and, as negative versions, the
// adopted baseline ones. It is ours alone, unlike goose's table: a stock
// "goose down" must find nothing there that it could drop.
const optionalTable = "sessiondb_optional_version"

// maxPrefix leaves room below PostgreSQL's 63 characters for the longest name
// of the schema, IDN_AUTH_USER_SESSION_MAPPING_PK_SEQ (36).
const maxPrefix = 20

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]{0,63}$`)

// Options choose where the tables go. Nil means the defaults.
type Options struct {
	// Schema holds the tables instead of the connection's own schema (on MySQL:
	// the database); it must exist. Default none. SQLite has none.
	Schema string
	// Prefix stands before the name of every table, index, sequence, trigger and
	// constraint, and of the version tables. Default none; at most 20 characters.
	// Oracle before 12.2 allows 30 bytes a name, which the schema's own names fill:
	// there no prefix fits.
	Prefix string
	// VersionTable is goose's table; default "goose_db_version", which the stock
	// goose command uses too. A program that has migrations of its own in that
	// table gives another name.
	VersionTable string
	// Logger gets a line for every step; default silent.
	Logger *slog.Logger
	// LockTimeout is how long to wait for another migrator; default 60 seconds,
	// negative means not at all.
	LockTimeout time.Duration
}

// DownOptions say what may be lost. Nil or zero: nothing.
type DownOptions struct {
	// DropData allows tables that hold rows to be dropped.
	DropData bool
}

func (o *Options) filled() Options {
	var f Options
	if o != nil {
		f = *o
	}
	f.VersionTable = cmp.Or(f.VersionTable, goose.DefaultTablename)
	f.LockTimeout = cmp.Or(f.LockTimeout, 60*time.Second)
	if f.Logger == nil {
		f.Logger = slog.New(slog.DiscardHandler)
	}
	return f
}

func (o *Options) check() error {
	for _, n := range []struct{ field, value string }{
		{"Schema", o.Schema}, {"Prefix", o.Prefix}, {"VersionTable", o.VersionTable},
	} {
		if n.value != "" && !identifier.MatchString(n.value) {
			return fmt.Errorf("%w: %s %q: begin with a letter or _, then at most 63 letters, digits, _ or $", ErrInvalidName, n.field, n.value)
		}
	}
	if len(o.Prefix) > maxPrefix {
		return fmt.Errorf("%w: Prefix %q has %d characters, the limit is %d: the longest name of the schema has 36, and PostgreSQL cuts names at 63; choose a shorter one",
			ErrInvalidName, o.Prefix, len(o.Prefix), maxPrefix)
	}
	return nil
}
