package enginetest

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"github.com/sessiondb/sessiondb/dialects"
)

func TestMain(m *testing.M) { Main(m) }

// target takes a URL apart, or fails.
func target(t *testing.T, url string) *dialects.Target {
	t.Helper()
	parsed, err := dialects.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// open connects to a case's database with the plain driver: this package must
// not depend on the dialects that are tested with it.
func open(t *testing.T, engine, url string) *sql.DB {
	t.Helper()
	parsed := target(t, url)
	driver, dsn := "pgx", parsed.URL.String()
	switch engine {
	case NameMySQL:
		base, err := mysqlDSN(parsed)
		if err != nil {
			t.Fatal(err)
		}
		driver, dsn = "mysql", base+strings.TrimPrefix(parsed.URL.Path, "/")
	case NameSQLite:
		driver, dsn = "sqlite", parsed.URL.Path
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestCasesAreApart(t *testing.T) {
	for _, engine := range []string{NameSQLite, NamePostgres, NameMySQL} {
		t.Run(engine, func(t *testing.T) {
			s := For(t, engine)
			t.Logf("%s: %s", engine, s.Version)
			for range 2 { // the second would find the first one's table
				db := open(t, engine, s.NewDatabase(t))
				if _, err := db.ExecContext(t.Context(), "CREATE TABLE X (A INTEGER)"); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestDatabaseIsDroppedAtCleanup(t *testing.T) {
	for _, engine := range []string{NamePostgres, NameMySQL} {
		t.Run(engine, func(t *testing.T) {
			s := For(t, engine)
			var url string
			t.Run("case", func(t *testing.T) {
				url = s.NewDatabase(t)
				leak(t, engine, url)
			})
			if err := open(t, engine, url).PingContext(t.Context()); err == nil {
				t.Errorf("%s is still there", dialects.Redact(url))
			}
		})
	}
}

// leak leaves a transaction open past the end of the case, as a failed test
// does; the database must go all the same.
func leak(t *testing.T, engine, url string) {
	t.Helper()
	db := open(t, engine, url)
	// Not the test's context: that one would end the transaction.
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "CREATE TABLE X (A INTEGER)"); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "INSERT INTO X VALUES (1)"); err != nil {
		t.Fatal(err)
	}
}

func TestSQLiteFileIsRemoved(t *testing.T) {
	var path string
	t.Run("case", func(t *testing.T) {
		path = target(t, SQLite(t).NewDatabase(t)).URL.Path
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", path, err)
	}
}

func TestSQLiteDSN(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(DSNVariable(NameSQLite), "sqlite:"+filepath.Join(dir, "x.db")+"?_pragma=foreign_keys(1)")
	s, err := Start(NameSQLite)
	if err != nil {
		t.Fatal(err)
	}
	got := target(t, s.NewDatabase(t))
	if !strings.HasPrefix(got.URL.Path, dir+"/sdbt_") {
		t.Errorf("file %s is not in %s", got.URL.Path, dir)
	}
	if got.URL.Query().Get("_pragma") != "foreign_keys(1)" {
		t.Errorf("the parameters of the DSN are lost: %s", got.URL.RawQuery)
	}
}

func TestPrefixesKeepCasesApart(t *testing.T) {
	t.Setenv(DSNVariable(NameMSSQL), "sqlserver://sa:pw@127.0.0.1:1?database=x&sessiondb.schema=dba")
	s, err := Start(NameMSSQL)
	if err != nil {
		t.Fatal(err)
	}
	a, b := target(t, s.NewDatabase(t)), target(t, s.NewDatabase(t))
	if a.Prefix == b.Prefix || len(a.Prefix) != len("T123456_") {
		t.Errorf("prefixes %q and %q", a.Prefix, b.Prefix)
	}
	if a.Schema != "dba" || a.URL.Query().Get("database") != "x" {
		t.Errorf("the parameters of the DSN are lost: schema %q, %s", a.Schema, a.URL.RawQuery)
	}
}

func TestDSNOfAnotherEngine(t *testing.T) {
	t.Setenv(DSNVariable(NameOracle), "postgres://u:secret@127.0.0.1/x")
	_, err := Start(NameOracle)
	want := "SESSIONDB_TEST_ORACLE_DSN is postgres://u:xxxxx@127.0.0.1/x; want a URL of the form oracle:..."
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestDSNOfADeadServer(t *testing.T) {
	t.Setenv(DSNVariable(NamePostgres), "postgres://u:secret@127.0.0.1:1/x?sslmode=disable")
	_, err := Start(NamePostgres)
	if err == nil || !strings.HasPrefix(err.Error(), "SESSIONDB_TEST_POSTGRES_DSN: reach postgres://") {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the password is shown: %v", err)
	}
	if fatal, _ := verdict("", NamePostgres, err); !fatal {
		t.Error("a DSN that does not work must fail, not skip")
	}
}

func TestCaseNameFitsEverywhere(t *testing.T) {
	name := caseName("TestÄ/" + strings.Repeat("Very long CASE 'quoted'; ", 9))
	if len(name) > 60 || notPlain.MatchString(strings.ReplaceAll(name, "_", "")) {
		t.Errorf("%q", name)
	}
}
