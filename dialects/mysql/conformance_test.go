package mysql

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/dialecttest"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestConformance(t *testing.T) {
	engine := enginetest.MySQL(t)
	t.Log(engine.Version)
	dialecttest.Run(t, harness(engine))
}

func TestHistories(t *testing.T) {
	dialecttest.RunHistories(t, harness(enginetest.MySQL(t)), nil)
}

func harness(engine *enginetest.Server) dialecttest.Harness {
	return dialecttest.Harness{
		Dialect:   Dialect,
		URL:       func(t *testing.T) string { return engine.NewDatabase(t) },
		Impatient: dialecttest.With("innodb_lock_wait_timeout=1"),
		Elsewhere: dialecttest.With("time_zone='%2B05:30'&loc=Asia%2FKolkata"),
		// A schema is a database here.
		Schema: func(t *testing.T, _ string) string {
			target, err := dialects.ParseURL(engine.NewDatabase(t))
			if err != nil {
				t.Fatal(err)
			}
			return strings.TrimPrefix(target.URL.Path, "/")
		},
		// No ReadOnly: its variable has one name on MySQL and another on MariaDB,
		// so the case uses a read-only transaction.
		Disconnect: disconnect,
	}
}

func disconnect(ctx context.Context, victim, other gen.DBTX) error {
	var id int64
	if err := victim.QueryRowContext(ctx, "SELECT CONNECTION_ID()").Scan(&id); err != nil {
		return err
	}
	_, err := other.ExecContext(ctx, fmt.Sprintf("KILL CONNECTION %d", id))
	return err
}
