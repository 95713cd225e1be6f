// Package oracle is for programs that keep their sessions in Oracle Database.
package oracle

import (
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	genoracle "github.com/sessiondb/sessiondb/gen/oracle"
	"github.com/sessiondb/sessiondb/internal/goosestore"
	"github.com/sessiondb/sessiondb/schema"
)

// Dialect is Oracle 12.1 or newer, through github.com/sijms/go-ora/v2.
var Dialect dialects.Dialect = dialect{}

type dialect struct{}

var (
	_ dialects.Opener = dialect{}
	_ dialects.Locker = dialect{}
)

func init() { dialects.Register(Dialect) }

// Name is "oracle".
func (dialect) Name() string { return "oracle" }

// Queries returns the generated accessors.
func (d dialect) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	return genoracle.New(db, d.Traits().Config(cfg))
}

// Migrations are the files of schema/oracle, recorded by a store of our own,
// because goose has none.
func (dialect) Migrations() dialects.Migrations {
	return dialects.Migrations{
		Baseline: schema.Baseline("oracle"),
		Optional: schema.Optional("oracle"),
		NewStore: goosestore.Oracle,
	}
}
