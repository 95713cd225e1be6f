// Package db2 is for programs that keep their sessions in IBM Db2 for Linux, UNIX
// and Windows.
//
// IBM's driver needs cgo and the CLI driver library: Open, and the classes of the
// driver's errors, are there in programs built with -tags db2. docs/databases/db2.md
// says how.
package db2

import (
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/goosestore"
	"github.com/sessiondb/sessiondb/schema"
)

// Dialect is Db2 10.5 or newer, through github.com/ibmdb/go_ibm_db.
var Dialect dialects.Dialect = dialect{}

type dialect struct{}

var _ dialects.Opener = dialect{}

func init() { dialects.Register(Dialect) }

// Name is "db2".
func (dialect) Name() string { return "db2" }

// Migrations are the files of schema/db2, recorded by a store of our own,
// because goose has none.
func (dialect) Migrations() dialects.Migrations {
	return dialects.Migrations{
		Baseline: schema.Baseline("db2"),
		Optional: schema.Optional("db2"),
		NewStore: goosestore.DB2,
	}
}
