// Package oracle is for programs that keep their sessions in Oracle Database.
package oracle

import (
	"time"

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
	filled := d.Traits().Config(cfg)
	if filled.Bind == nil {
		filled.Bind = bind
	}
	return genoracle.New(db, filled)
}

// bind sends instants in UTC: the driver sends them with their zone, of which a
// TIMESTAMP column keeps the clock's face and drops the zone.
func bind(value any) any {
	if v, isTime := value.(time.Time); isTime {
		return v.UTC()
	}
	return value
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
