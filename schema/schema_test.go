package schema_test

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/sessiondb/sessiondb/internal/goosestore/recorddb"
	"github.com/sessiondb/sessiondb/schema"
)

var databases = []string{"db2", "mssql", "mysql", "oracle", "postgres", "sqlite"}

func TestDatabases(t *testing.T) {
	if got := schema.Databases(); !slices.Equal(got, databases) {
		t.Errorf("Databases() = %v, want %v", got, databases)
	}
}

func TestOnlySQL(t *testing.T) {
	for _, db := range databases {
		for _, files := range []fs.FS{schema.Baseline(db), schema.Optional(db)} {
			entries, err := fs.ReadDir(files, ".")
			if err != nil || len(entries) == 0 {
				t.Fatalf("%s: %d entries, %v", db, len(entries), err)
			}
			for _, e := range entries {
				if !strings.HasSuffix(e.Name(), ".sql") {
					t.Errorf("%s: %s is not a migration", db, e.Name())
				}
			}
		}
	}
}

func TestUnknownDatabase(t *testing.T) {
	for _, files := range []fs.FS{schema.Baseline("h2"), schema.Optional("h2")} {
		if _, err := fs.ReadDir(files, "."); !errors.Is(err, schema.ErrUnknownDatabase) || !strings.Contains(err.Error(), "sqlite") {
			t.Errorf("got %v, want ErrUnknownDatabase with the names there are", err)
		}
	}
}

// counts are the statements up and down of each file, so that a trigger that is
// not wrapped, and is therefore cut at its semicolons, is seen.
var counts = map[string][2]int{
	"00001_session_store": {4, 1}, "00002_temp_session_store": {2, 1}, "00003_user_session_mapping": {3, 1},
	"00004_session_app_info": {2, 1}, "00005_session_meta_data": {1, 1}, "00006_auth_user": {3, 1}, "00007_wait_status": {1, 1},
	"00001_temp_expiry_index": {1, 1}, "00002_session_object_mediumblob": {2, 2}, "00003_lease": {1, 1},
	// Sequences, and triggers to fill the identifier from them.
	"postgres/00003_user_session_mapping": {4, 2}, "postgres/00007_wait_status": {2, 2},
	"oracle/00003_user_session_mapping": {5, 2}, "oracle/00007_wait_status": {3, 2},
	"db2/00007_wait_status": {3, 2},
}

func TestGooseSplitsAsMeant(t *testing.T) {
	for _, db := range databases {
		for _, files := range []fs.FS{schema.Baseline(db), schema.Optional(db)} {
			for name, got := range bySource(t, files) {
				want, special := counts[db+"/"+name]
				if !special {
					want = counts[name]
				}
				if len(got.up) != want[0] || len(got.down) != want[1] {
					t.Errorf("%s/%s: goose sends %d statements up and %d down, want %v:\n%s", db, name, len(got.up), len(got.down), want,
						strings.Join(append(got.up, got.down...), "\n--\n"))
				}
				if db == "oracle" || db == "db2" {
					checkSent(t, db+"/"+name, append(got.up, got.down...))
				}
			}
		}
	}
}

// checkSent: these drivers send what they are given, and the servers refuse a
// semicolon behind a statement, and a slash.
func checkSent(t *testing.T, name string, statements []string) {
	t.Helper()
	for _, s := range statements {
		if strings.HasSuffix(s, ";") && !strings.HasSuffix(s, "END;") || strings.HasSuffix(s, "/") {
			t.Errorf("%s: must not end so: %s", name, s)
		}
	}
}

func TestBaselineIsTheSeeds(t *testing.T) {
	for _, db := range databases {
		if db == "sqlite" {
			continue // ours, see below
		}
		if got, want := baseline(t, db), seed(t, db); !slices.Equal(got, want) {
			t.Errorf("%s: baseline\n%s\nseed\n%s", db, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// SQLite's baseline is PostgreSQL's, with lengths enforced by CHECK, no
// sequences, and what SQLite's primary keys do not imply.
func TestSQLiteFollowsPostgres(t *testing.T) {
	toSQLite := strings.NewReplacer(
		"BYTEA", "BLOB", "CHAR(1)", "VARCHAR(1)", "VARCHAR(1)", "VARCHAR(1)",
		"TIME_CREATED BIGINT,", "TIME_CREATED BIGINT NOT NULL,",
		"ID INTEGER DEFAULT NEXTVAL('IDN_AUTH_USER_SESSION_MAPPING_PK_SEQ')", "ID INTEGER NOT NULL",
		"ID INTEGER NOT NULL DEFAULT NEXTVAL('IDN_AUTH_WAIT_STATUS_SEQ')", "ID INTEGER NOT NULL",
	)
	var want []string
	for _, s := range seed(t, "postgres") {
		if !strings.HasPrefix(s, "CREATE SEQUENCE") {
			want = append(want, toSQLite.Replace(s))
		}
	}
	check := regexp.MustCompile(` CHECK\(LENGTH\((\w+)\)<=(\d+)\)`)
	var got []string
	for _, s := range baseline(t, "sqlite") {
		got = append(got, check.ReplaceAllString(s, ""))
	}
	if !slices.Equal(got, want) {
		t.Errorf("sqlite\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSQLiteEnforcesLengths(t *testing.T) {
	column := regexp.MustCompile(`(\w+) VARCHAR\((\d+)\)`)
	for _, s := range baseline(t, "sqlite") {
		for _, c := range column.FindAllStringSubmatch(s, -1) {
			if want := " CHECK(LENGTH(" + c[1] + ")<=" + c[2] + ")"; !strings.Contains(s, want) {
				t.Errorf("%s has no%s in %s", c[1], want, s)
			}
		}
	}
}

func baseline(t *testing.T, db string) []string {
	t.Helper()
	var all []string
	for _, m := range bySource(t, schema.Baseline(db)) {
		for _, s := range m.up {
			all = append(all, normal(s))
		}
	}
	slices.Sort(all)
	return all
}

// seed reads the CREATE statements of the product's documentation, without the
// clauses that we leave out on purpose: DROP, IF NOT EXISTS, OR REPLACE.
func seed(t *testing.T, db string) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/seed/" + db + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile(`(?m)^\s*--.*$`).ReplaceAllString(string(text), "")
	end := regexp.MustCompile(`;\s*(\n|$)`)
	if db == "oracle" || db == "db2" {
		end = regexp.MustCompile(`(?m)^/\s*$`)
	}
	without := regexp.MustCompile(`(?s)^IF NOT\s+EXISTS.*?\)\)\n`)
	var all []string
	for _, s := range end.Split(script, -1) {
		s = without.ReplaceAllString(strings.TrimSpace(s), "")
		if s == "" || strings.HasPrefix(s, "DROP ") {
			continue
		}
		s = strings.NewReplacer("CREATE TABLE IF NOT EXISTS", "CREATE TABLE", "CREATE OR REPLACE", "CREATE").Replace(s)
		all = append(all, normal(s))
	}
	slices.Sort(all)
	return all
}

var (
	blanks = regexp.MustCompile(`\s+`)
	around = regexp.MustCompile(`\s*([(),;=<])\s*`)
)

// normal is a statement without differences in white space and case.
func normal(s string) string {
	s = blanks.ReplaceAllString(strings.ToUpper(strings.TrimSpace(s)), " ")
	s = around.ReplaceAllString(s, "$1")
	s = strings.ReplaceAll(s, ")", ") ") // white space behind a parenthesis is a matter of taste too
	s = around.ReplaceAllString(blanks.ReplaceAllString(s, " "), "$1")
	return strings.TrimSpace(strings.TrimSuffix(s, ";"))
}

type sent struct{ up, down []string }

// bySource lets goose run each file against a driver that only records.
func bySource(t *testing.T, files fs.FS) map[string]sent {
	t.Helper()
	db, rec := recorddb.Open()
	store, err := database.NewStore(database.DialectSQLite3, "v") // not used: versioning is off
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectCustom, db, files, goose.WithStore(store),
		goose.WithDisableVersioning(true), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]sent{}
	for _, s := range p.ListSources() {
		var got sent
		for _, up := range []bool{true, false} {
			if _, err := p.ApplyVersion(t.Context(), s.Version, up); err != nil {
				t.Fatal(err)
			}
			var list []string
			for _, c := range rec.Calls() {
				list = append(list, c.SQL)
			}
			if up {
				got.up = list
			} else {
				got.down = list
			}
		}
		all[strings.TrimSuffix(s.Path, ".sql")] = got
	}
	return all
}
