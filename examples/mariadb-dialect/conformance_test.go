package mariadb_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/dialecttest"
	"github.com/sessiondb/sessiondb/gen"

	mariadb "example.com/mariadb-dialect"
)

func TestConformance(t *testing.T) { dialecttest.Run(t, harness(t)) }

func TestHistories(t *testing.T) { dialecttest.RunHistories(t, harness(t), nil) }

func harness(t *testing.T) dialecttest.Harness {
	t.Helper()
	server := serverURL(t)
	return dialecttest.Harness{
		Dialect:    mariadb.Dialect,
		URL:        func(t *testing.T) string { return newDatabase(t, server) },
		Impatient:  dialecttest.With("innodb_lock_wait_timeout=1"),
		ReadOnly:   dialecttest.With("tx_read_only=1"),
		Elsewhere:  dialecttest.With("time_zone='%2B05:30'&loc=Asia%2FKolkata"),
		Disconnect: disconnect,
	}
}

// serverURL is the URL of a MariaDB whose account may create databases. The
// variable may have any scheme: sessiondb's own tests write mysql.
func serverURL(t *testing.T) *url.URL {
	t.Helper()
	const variable = "SESSIONDB_TEST_MYSQL_DSN"
	dsn := os.Getenv(variable)
	if dsn == "" {
		missing(t, "set "+variable+" to the URL of a MariaDB, mysql://user:password@host:port/")
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.Scheme = mariadb.Dialect.Name()
	var version string
	if err := open(t, u).QueryRowContext(t.Context(), "SELECT VERSION()").Scan(&version); err != nil {
		t.Fatal(err)
	}
	if t.Log(version); !strings.Contains(version, "MariaDB") {
		missing(t, variable+" is a "+version+", not a MariaDB")
	}
	return u
}

// missing skips, except where CI demands the engine.
func missing(t *testing.T, why string) {
	t.Helper()
	if strings.Contains(os.Getenv("SESSIONDB_TEST_REQUIRE"), "mysql") {
		t.Fatal(why)
	}
	t.Skip(why)
}

// newDatabase makes an empty database, which goes with the test.
func newDatabase(t *testing.T, server *url.URL) string {
	t.Helper()
	admin := open(t, server)
	name := "native_" + strings.ToLower(rand.Text()[:12])
	if _, err := admin.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.ExecContext(context.Background(), "DROP DATABASE "+name); err != nil {
			t.Error(err)
		}
	})
	database := *server
	database.Path = "/" + name
	return database.String()
}

// open opens a pool that is closed after all other cleanup.
func open(t *testing.T, u *url.URL) *sql.DB {
	t.Helper()
	db, _, _, err := dialects.Open(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func disconnect(ctx context.Context, victim, other gen.DBTX) error {
	var id int64
	if err := victim.QueryRowContext(ctx, "SELECT CONNECTION_ID()").Scan(&id); err != nil {
		return err
	}
	_, err := other.ExecContext(ctx, fmt.Sprintf("KILL CONNECTION %d", id))
	return err
}
