// Package schema is for dialects and tools that need the schema files
// themselves: it embeds the goose migrations of every database. A program that
// applies them uses package schema/migrate.
package schema

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// ErrUnknownDatabase: there is no schema folder of that name.
var ErrUnknownDatabase = errors.New("no schema for this database")

// Patterns, not whole folders: a stray editor file must not reach goose.
//
//go:embed postgres/*.sql mysql/*.sql sqlite/*.sql mssql/*.sql oracle/*.sql db2/*.sql
//go:embed postgres/optional/*.sql mysql/optional/*.sql sqlite/optional/*.sql
//go:embed mssql/optional/*.sql oracle/optional/*.sql db2/optional/*.sql
var files embed.FS

//go:embed catalog/*.sql
var catalogs embed.FS

// Databases lists the schema folders in alphabetical order.
func Databases() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // the root of an embed.FS is always readable
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Baseline returns the migrations of the product's seven tables, rooted in the
// folder of db ("postgres", "mysql", "sqlite", "mssql", "oracle", "db2"). It
// holds .sql files only. For an unknown name every access of the returned file
// system fails with ErrUnknownDatabase, so that it can stand in a dialect's
// struct literal.
func Baseline(db string) fs.FS { return folder(db, db) }

// Optional returns the migrations that an operator applies one by one, by name;
// rooted and failing like Baseline.
func Optional(db string) fs.FS { return folder(db, db+"/optional") }

// Catalog returns the named queries that read a live database's tables; see
// catalog/README.md. It is empty for an unknown name.
func Catalog(db string) string {
	text, err := catalogs.ReadFile("catalog/" + db + ".sql")
	if err != nil {
		return ""
	}
	return string(text)
}

func folder(db, path string) fs.FS {
	if !slices.Contains(Databases(), db) {
		return unknown{db}
	}
	sub, err := fs.Sub(files, path)
	if err != nil {
		panic(err) // only for a malformed path, and db is one of ours
	}
	return sqlOnly{sub}
}

// sqlOnly hides the optional folder inside a baseline folder.
type sqlOnly struct{ fs.FS }

var _ fs.ReadDirFS = sqlOnly{}

// ReadDir lists the .sql files of the folder.
func (f sqlOnly) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(f.FS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return e.IsDir() || !strings.HasSuffix(e.Name(), ".sql")
	}), err
}

type unknown struct{ db string }

// Open always fails with ErrUnknownDatabase.
func (u unknown) Open(name string) (fs.File, error) {
	err := fmt.Errorf("%w: %q; there are %s", ErrUnknownDatabase, u.db, strings.Join(Databases(), ", "))
	return nil, &fs.PathError{Op: "open", Path: name, Err: err}
}
