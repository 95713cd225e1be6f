package mssql

import (
	"context"
	"fmt"
	"testing"

	"github.com/sessiondb/sessiondb/dialects/dialecttest"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestConformance(t *testing.T) {
	engine := enginetest.For(t, enginetest.NameMSSQL)
	dialecttest.Run(t, dialecttest.Harness{
		Dialect: Dialect,
		URL:     func(t *testing.T) string { return engine.NewDatabase(t) },
		// No Impatient: the driver resets a session before it reuses it, so no URL
		// sets LOCK_TIMEOUT. No Elsewhere: sessions have no time zone.
		Disconnect: disconnect,
	})
}

func disconnect(ctx context.Context, victim, other gen.DBTX) error {
	var id int
	if err := victim.QueryRowContext(ctx, "SELECT @@SPID").Scan(&id); err != nil {
		return err
	}
	_, err := other.ExecContext(ctx, fmt.Sprintf("KILL %d", id))
	return err
}
