package postgres

import (
	"context"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/dialecttest"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestConformance(t *testing.T) {
	engine := enginetest.Postgres(t)
	t.Log(engine.Version)
	dialecttest.Run(t, dialecttest.Harness{
		Dialect:    Dialect,
		URL:        func(t *testing.T) string { return engine.NewDatabase(t) },
		Impatient:  dialecttest.With("lock_timeout=200"),
		ReadOnly:   dialecttest.With("default_transaction_read_only=on"),
		Elsewhere:  dialecttest.With("timezone=Asia/Kolkata"),
		Schema:     newSchema,
		Disconnect: disconnect,
	})
}

// newSchema's schema ends with its database. Its name is another case's at the same
// time, which has a database of its own.
func newSchema(t *testing.T, url string) string {
	t.Helper()
	db, _, _, err := dialects.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "CREATE SCHEMA elsewhere"); err != nil {
		t.Fatal(err)
	}
	return "elsewhere"
}

func disconnect(ctx context.Context, victim, other gen.DBTX) error {
	var pid int
	if err := victim.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		return err
	}
	if _, err := other.ExecContext(ctx, "SELECT pg_terminate_backend($1)", pid); err != nil {
		return err
	}
	for there := 1; there > 0; time.Sleep(10 * time.Millisecond) { // from 14 on the function can wait
		if err := other.QueryRowContext(ctx, "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = $1", pid).Scan(&there); err != nil {
			return err
		}
	}
	return nil
}

func TestHistories(t *testing.T) {
	engine := enginetest.Postgres(t)
	dialecttest.RunHistories(t, dialecttest.Harness{
		Dialect: Dialect,
		URL:     func(t *testing.T) string { return engine.NewDatabase(t) },
	}, nil)
}
