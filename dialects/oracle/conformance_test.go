package oracle

import (
	"testing"

	"github.com/sessiondb/sessiondb/dialects/dialecttest"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestConformance(t *testing.T) {
	engine := enginetest.For(t, enginetest.NameOracle)
	dialecttest.Run(t, dialecttest.Harness{
		Dialect: Dialect,
		URL:     func(t *testing.T) string { return engine.NewDatabase(t) },
		// No Impatient: the DML lock timeout of distributed transactions is the
		// server's alone. No Elsewhere: Open sets the session's time zone. No
		// Disconnect: killing a session takes a right that a test account seldom has.
	})
}
