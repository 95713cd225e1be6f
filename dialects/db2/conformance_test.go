//go:build db2

package db2

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/dialecttest"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	h, onDerby := harness(t)
	if onDerby {
		h.Skip = derbySkips
	}
	dialecttest.Run(t, h)
}

func TestHistories(t *testing.T) {
	t.Parallel()
	h, onDerby := harness(t)
	dialecttest.RunHistories(t, h, &dialecttest.HistoryOptions{
		Budget: 6 * time.Minute, // beside the conformance suite
		// Derby's readers wait for writers; DB2's read what was committed.
		WholeTransactions: onDerby,
		// Derby uses the index entry of a deleted "a" for a new "a " and then reads
		// "a" from it, so that a statement that compares exactly does not find the row.
		NoTrailingBlanks: onDerby,
	})
}

// harness is for DB2, or for Derby in its place.
func harness(t *testing.T) (h dialecttest.Harness, onDerby bool) {
	t.Helper()
	engine := enginetest.For(t, enginetest.NameDB2)
	h = dialecttest.Harness{
		Dialect:   Dialect,
		URL:       func(t *testing.T) string { return engine.NewDatabase(t) },
		Schema:    newSchema,
		Impatient: dialecttest.With("LockTimeout=1"),
	}
	if !isDerby(t, engine) {
		return h, false
	}
	t.Log(engine.Version, "in place of DB2")
	h.Dialect = derby{baseline: enginetest.ForDerby(t, Dialect.Migrations().Baseline)}
	h.Disconnect = func(ctx context.Context, victim, _ gen.DBTX) error { return disconnect(ctx, engine, victim) }
	return h, true
}

// derbySkips are the cases that Derby cannot run and DB2 can.
var derbySkips = map[string]string{
	"Log/PayloadOf256To32767Bytes": "Derby has no binary column that takes a payload of this size from this driver, which sends it as LONG VARCHAR FOR BIT DATA (TestReadMidSizedPayloads reads such)",
	"Migrate/AdoptTablesOfAnother": "adopt reads DB2's catalogue, SYSCAT, which Derby does not have",
}

// disconnect cuts the connection of victim: Derby has no statement that ends
// the session of another one.
func disconnect(ctx context.Context, engine *enginetest.Server, victim gen.DBTX) error {
	return engine.Cut(func(marker string) error {
		var n int
		query := fmt.Sprintf("SELECT COUNT(*) FROM SYSIBM.SYSDUMMY1 WHERE IBMREQD <> '%s'", marker)
		return victim.QueryRowContext(ctx, query).Scan(&n)
	})
}

// newSchema makes a schema of a random name in the database that all cases share.
func newSchema(t *testing.T, url string) string {
	t.Helper()
	db, _, _, err := dialects.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	name := "S" + strings.ToUpper(rand.Text()[:6])
	if _, err := db.ExecContext(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := db.ExecContext(context.WithoutCancel(t.Context()), "DROP SCHEMA "+name+" RESTRICT")
		if err := errors.Join(err, db.Close()); err != nil {
			t.Error(err)
		}
	})
	return name
}

// isDerby asks the server, which may be behind a DSN.
func isDerby(t *testing.T, engine *enginetest.Server) bool {
	t.Helper()
	db, _, _, err := dialects.Open(t.Context(), engine.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var n int
	return db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM SYS.SYSSCHEMAS").Scan(&n) == nil
}
