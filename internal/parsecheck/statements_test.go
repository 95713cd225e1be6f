package parsecheck

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/gen"
	gendb2 "github.com/sessiondb/sessiondb/gen/db2"
	genmssql "github.com/sessiondb/sessiondb/gen/mssql"
	genoracle "github.com/sessiondb/sessiondb/gen/oracle"
	"github.com/sessiondb/sessiondb/internal/goosestore"
	"github.com/sessiondb/sessiondb/internal/goosestore/recorddb"
	"github.com/sessiondb/sessiondb/internal/sent"
	"github.com/sessiondb/sessiondb/schema"
)

var databases = []string{"db2", "mssql", "oracle"}

// statement is one text that a database is sent.
type statement struct {
	database string
	name     string // DeleteExpired #2, 00001_session_store, version table
	text     string
}

func (s statement) String() string { return s.database + " " + s.name }

type querier interface {
	gen.Querier
	Variants(name string) []string
}

// statements are all of a database: queries in every form, migrations, the
// version table's, adoption's, and those of locks.
func statements(t *testing.T, database string) []statement {
	t.Helper()
	all := append(queries(t, database), migrations(t, database)...)
	all = append(all, versionTable(t, database)...)
	all = append(all, catalog(database)...)
	return append(all, locks(t, database)...)
}

// queries come with their optional parts and without, and with lists of one, two
// and three elements.
func queries(t *testing.T, database string) []statement {
	t.Helper()
	db, rec := recorddb.Open()
	q := open(t, database, db)
	var all []statement
	for _, name := range gen.QueryNames() {
		texts := q.Variants(name)
		if len(texts) == 0 {
			t.Errorf("%s has no query %s", database, name)
		}
		if err := sent.Call(t.Context(), q, name, sent.Bare); err != nil {
			t.Fatal(err)
		}
		for _, c := range rec.Calls() {
			if !slices.Contains(texts, c.SQL) {
				texts = append(texts, c.SQL)
			}
		}
		all = append(all, numbered(database, name, texts)...)
	}
	return all
}

func open(t *testing.T, database string, db gen.DBTX) querier {
	t.Helper()
	var q querier
	var err error
	switch database {
	case "db2":
		q, err = gendb2.New(db, nil)
	case "mssql":
		q, err = genmssql.New(db, nil)
	case "oracle":
		q, err = genoracle.New(db, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func migrations(t *testing.T, database string) []statement {
	t.Helper()
	var all []statement
	for folder, files := range map[string]fs.FS{"": schema.Baseline(database), "optional/": schema.Optional(database)} {
		texts := map[string][]string{}
		for _, s := range sent.Files(t, files) {
			name := folder + strings.TrimSuffix(s.Source, ".sql")
			texts[name] = append(texts[name], s.SQL)
		}
		for _, name := range slices.Sorted(maps.Keys(texts)) {
			all = append(all, numbered(database, name, texts[name])...)
		}
	}
	return all
}

// versionTable has the statements of our own stores; SQL Server's is goose's.
func versionTable(t *testing.T, database string) []statement {
	t.Helper()
	store, err := goosestore.Oracle("goose_db_version")
	switch database {
	case "db2":
		store, err = goosestore.DB2("goose_db_version")
	case "mssql":
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	db, rec := recorddb.Open()
	texts := useStore(t, store, db, rec)
	return numbered(database, "version table", texts)
}

// numbered gives each text of a name its own.
func numbered(database, name string, texts []string) []statement {
	var all []statement
	for i, text := range texts {
		n := name
		if i > 0 {
			n = fmt.Sprintf("%s #%d", name, i+1)
		}
		all = append(all, statement{database, n, strings.TrimSpace(text)})
	}
	return all
}
