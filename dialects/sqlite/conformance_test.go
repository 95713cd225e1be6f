package sqlite_test

import (
	"testing"

	"github.com/sessiondb/sessiondb/dialects/dialecttest"
	"github.com/sessiondb/sessiondb/dialects/sqlite"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestConformance(t *testing.T) {
	engine := enginetest.SQLite(t)
	dialecttest.Run(t, dialecttest.Harness{
		Dialect:   sqlite.Dialect,
		URL:       func(t *testing.T) string { return engine.NewDatabase(t) },
		Impatient: dialecttest.With("_busy_timeout=50"),
		ReadOnly:  dialecttest.With("mode=ro"),
		Elsewhere: dialecttest.With("_timezone=Asia/Kolkata"),
	})
}

func TestHistories(t *testing.T) {
	engine := enginetest.SQLite(t)
	dialecttest.RunHistories(t, dialecttest.Harness{
		Dialect: sqlite.Dialect,
		// Nothing here is about what a power loss leaves.
		URL: func(t *testing.T) string { return dialecttest.With("_synchronous=OFF")(engine.NewDatabase(t)) },
	}, nil)
}
