package migrate_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/schema/migrate"

	_ "github.com/sessiondb/sessiondb/dialects/mysql"
	_ "github.com/sessiondb/sessiondb/dialects/postgres"
	_ "github.com/sessiondb/sessiondb/dialects/sqlite"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

var tables = []string{
	"IDN_AUTH_SESSION_STORE", "IDN_AUTH_TEMP_SESSION_STORE", "IDN_AUTH_USER_SESSION_MAPPING", "IDN_AUTH_SESSION_APP_INFO",
	"IDN_AUTH_SESSION_META_DATA", "IDN_AUTH_USER", "IDN_AUTH_WAIT_STATUS",
}

// place is an empty database of one engine.
type place struct {
	url     string
	db      *sql.DB
	dialect dialects.Dialect
}

// onEngines runs a test on every engine that is on the machine.
func onEngines(t *testing.T, test func(t *testing.T, p place)) {
	for _, name := range []string{enginetest.NameSQLite, enginetest.NamePostgres, enginetest.NameMySQL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newPlace(t, name))
		})
	}
}

func newPlace(t *testing.T, engine string) place {
	t.Helper()
	return connect(t, enginetest.For(t, engine).NewDatabase(t))
}

func connect(t *testing.T, url string) place {
	t.Helper()
	db, d, _, err := dialects.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return place{url, db, d}
}

func (p place) migrator(t *testing.T, o *migrate.Options) *migrate.Migrator {
	t.Helper()
	m, err := migrate.New(p.db, p.dialect, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (p place) exec(t *testing.T, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := p.db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// wantTables checks which tables of the list are there.
func wantTables(t *testing.T, m *migrate.Migrator, list []string, want bool) {
	t.Helper()
	for _, name := range list {
		if got, err := m.Exists(t.Context(), name); err != nil || got != want {
			t.Errorf("table %s is there: %v, %v; want %v", name, got, err, want)
		}
	}
}

// unlocked is a dialect without a lock.
type unlocked struct{ dialects.Dialect }

// other is a dialect with other files.
type other struct {
	dialects.Dialect
	files dialects.Migrations
}

func (o other) Migrations() dialects.Migrations { return o.files }

func up(t *testing.T, m *migrate.Migrator) {
	t.Helper()
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func names(steps []migrate.Step) string {
	var all []string
	for _, s := range steps {
		all = append(all, s.Name)
	}
	return strings.Join(all, " ")
}

const (
	everything = "00001_session_store 00002_temp_session_store 00003_user_session_mapping 00004_session_app_info 00005_session_meta_data 00006_auth_user 00007_wait_status"
	backwards  = "00007_wait_status 00006_auth_user 00005_session_meta_data 00004_session_app_info 00003_user_session_mapping 00002_temp_session_store 00001_session_store"
)

// insertUser puts a row into IDN_AUTH_USER, under a prefix and schema perhaps.
func insertUser(before string) string {
	return "INSERT INTO " + before + "IDN_AUTH_USER (USER_ID, USER_NAME, TENANT_ID, DOMAIN_NAME, IDP_ID) VALUES ('u', 'n', 1, 'd', 1)"
}
