package migrate

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/sessiondb/sessiondb/dialects"
)

// Errors of this package. Errors of the database carry the sentinels of package
// dialects as well.
var (
	// ErrTablesExist: Up found tables that it would have to create, without a
	// record that it made them. Adopt checks and records them.
	ErrTablesExist = errors.New("tables exist that sessiondb has no record of")
	// ErrTableMissing: a migration is recorded, but its table is not there.
	ErrTableMissing = errors.New("tables are missing although their migrations are recorded")
	// ErrTableHasRows: Down would drop rows, and DropData is not set.
	ErrTableHasRows = errors.New("table holds rows")
	// ErrAdopted: Down would drop a table that was there before sessiondb.
	ErrAdopted = errors.New("table was adopted, not created by sessiondb")
	// ErrIncompatible: Adopt found tables with which sessiondb would fail.
	ErrIncompatible = errors.New("tables are not compatible with those that sessiondb makes")
	// ErrTablesIncomplete: Adopt found only some of the tables.
	ErrTablesIncomplete = errors.New("only some of the tables are there")
	// ErrNothingToAdopt: Adopt found no table that has no record.
	ErrNothingToAdopt = errors.New("no tables to adopt")
	// ErrNoCatalog: Adopt does not know how this database describes its tables.
	ErrNoCatalog = errors.New("adoption is not supported for this dialect")
	// ErrForeignHistory: the version table holds versions that are not ours.
	ErrForeignHistory = errors.New("version table holds migrations of another program")
	// ErrUnknownVersion: there is no baseline migration of that version.
	ErrUnknownVersion = errors.New("unknown version")
	// ErrUnknownOptional: there is no optional migration of that name.
	ErrUnknownOptional = errors.New("unknown optional migration")
	// ErrInvalidName: a schema name, prefix or version table is no plain
	// identifier, or is too long.
	ErrInvalidName = errors.New("invalid name")
	// ErrSchemaRefused: this database has no schemas to choose from.
	ErrSchemaRefused = errors.New("schema name not supported")
	// ErrPoolTooSmall: the lock needs a connection beside the one that migrates.
	ErrPoolTooSmall = dialects.ErrPoolTooSmall
)

// failure is a migration that stopped half-way: goose's PartialError in words
// that say what to do next.
type failure struct {
	text    string
	class   error
	partial *goose.PartialError
}

// Error names the file, the database's error, and what was applied before.
func (f *failure) Error() string { return f.text }

// Unwrap finds the sentinel, the driver's error and goose's PartialError.
func (f *failure) Unwrap() []error { return []error{f.class, f.partial} }

// explain turns goose's error into one that names the file and what was applied.
func explain(d dialects.Dialect, err error) error {
	var partial *goose.PartialError
	if err == nil || !errors.As(err, &partial) {
		return dialects.Classified(d, err)
	}
	class := dialects.Classified(d, partial.Err)
	rest := "the failed file left nothing behind"
	if !d.Traits().TransactionalDDL {
		rest = "this database does not take DDL back, so what the failed file did before its failing statement is still there: undo it by hand before the next try"
	}
	return &failure{class: class, partial: partial, text: fmt.Sprintf("%s %s failed: %v (applied before it: %s; %s)",
		path.Base(partial.Failed.Source.Path), partial.Failed.Direction, class, applied(partial), rest)}
}

func applied(partial *goose.PartialError) string {
	if len(partial.Applied) == 0 {
		return "none"
	}
	var names []string
	for _, a := range partial.Applied {
		names = append(names, path.Base(a.Source.Path))
	}
	return strings.Join(names, ", ")
}
