package bench

import (
	"context"
	"database/sql"
	"slices"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	_ "github.com/sessiondb/sessiondb/dialects/mysql"
	_ "github.com/sessiondb/sessiondb/dialects/postgres"
	_ "github.com/sessiondb/sessiondb/dialects/sqlite"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// measured are the engines that have a server on an ordinary machine.
func measured() []string {
	return []string{enginetest.NameSQLite, enginetest.NamePostgres, enginetest.NameMySQL}
}

// forEngines runs a benchmark once per engine, by its name in results.
func forEngines(b *testing.B, engines []string, run func(b *testing.B, s *enginetest.Server)) {
	for _, name := range engines {
		b.Run("engine="+name, func(b *testing.B) { run(b, enginetest.For(b, name)) })
	}
}

// openPool opens a pool as a user's own program would: with the dialect's
// settings for the driver, and nothing of ours above it.
func openPool(b testing.TB, url string) *sql.DB {
	b.Helper()
	db, _, _, err := dialects.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	return db
}

func openStore(b testing.TB, url string) *sessionstore.Store {
	b.Helper()
	s, err := sessionstore.Open(b.Context(), url, nil)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// newSchema makes an empty database with the seven tables.
func newSchema(b testing.TB, s *enginetest.Server) string {
	b.Helper()
	url := s.NewDatabase(b)
	db, d, _, err := dialects.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	m, err := migrate.New(db, d, nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := m.Up(b.Context()); err != nil {
		b.Fatal(err)
	}
	closed(b, db.Close())
	return url
}

// exec runs statements one after the other.
func exec(b testing.TB, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, statements ...string) {
	b.Helper()
	for _, s := range statements {
		if _, err := db.ExecContext(b.Context(), s); err != nil {
			b.Fatalf("%s: %v", s, err)
		}
	}
}

func closed(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// median is what a burst of other work on the machine changes least.
func median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return sorted[len(sorted)/2]
}
