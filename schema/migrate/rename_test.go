package migrate_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/goosestore"
	"github.com/sessiondb/sessiondb/schema"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

// paper is a dialect of which only the files are asked.
type paper struct {
	dialects.Dialect
	name string
}

func (p paper) Name() string { return p.name }

func (p paper) Migrations() dialects.Migrations {
	return dialects.Migrations{Baseline: schema.Baseline(p.name), Optional: schema.Optional(p.name), NewStore: goosestore.DB2}
}

func script(t *testing.T, d dialects.Dialect, o *migrate.Options) string {
	t.Helper()
	var out strings.Builder
	if err := migrate.Print(&out, d, o, "temp_expiry_index", "lease"); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPrefixEverywhere(t *testing.T) {
	ours := regexp.MustCompile(`\w*(IDN_AUTH_|IDX_|SESSION_STORE_CONSTRAINT|USER_STORE_CONSTRAINT|SESSIONDB_)\w*`)
	for _, db := range schema.Databases() {
		text := script(t, paper{name: db}, &migrate.Options{Prefix: "demo_"})
		found := ours.FindAllString(text, -1)
		if len(found) < 30 {
			t.Errorf("%s: only %d names found", db, len(found))
		}
		for _, name := range found {
			if !strings.HasPrefix(name, "demo_") || strings.HasPrefix(name, "demo_demo_") {
				t.Errorf("%s: %s", db, name)
			}
		}
		if again := strings.ReplaceAll(text, "demo_", ""); again != script(t, paper{name: db}, nil) {
			t.Errorf("%s: the prefix changed something else", db)
		}
	}
}

func TestSchemaWhereItBelongs(t *testing.T) {
	for db, want := range map[string][]string{
		"postgres": {
			"CREATE SEQUENCE ops.t_IDN_AUTH_USER_SESSION_MAPPING_PK_SEQ;", "NEXTVAL('ops.t_IDN_AUTH_USER_SESSION_MAPPING_PK_SEQ')",
			"CONSTRAINT t_USER_SESSION_STORE_CONSTRAINT UNIQUE", "CREATE INDEX t_IDX_USER_ID ON ops.t_IDN_AUTH_USER_SESSION_MAPPING (USER_ID);",
		},
		"mysql": {"CREATE TABLE ops.t_IDN_AUTH_USER (", "CREATE INDEX t_IDX_USER_ID ON ops.t_IDN_AUTH_USER_SESSION_MAPPING (USER_ID);"},
		"mssql": {"CREATE TABLE ops.t_IDN_AUTH_USER (", "CREATE INDEX t_IDX_USER_ID ON ops.t_IDN_AUTH_USER_SESSION_MAPPING (USER_ID);", "\nGO\n"},
		"oracle": {
			"CREATE TRIGGER ops.t_IDN_AUTH_USER_SESSION_MAP_TRIG\n", "ON ops.t_IDN_AUTH_USER_SESSION_MAPPING\n",
			"SELECT ops.t_IDN_AUTH_USER_SESSION_MAP_SEQ.nextval INTO :NEW.ID FROM dual;\n    END;\n/\n",
			"CREATE INDEX ops.t_IDX_USER_ID ON ops.t_IDN_AUTH_USER_SESSION_MAPPING (USER_ID)\n/\n",
		},
		"db2": {
			"--#SET TERMINATOR /\n", "CREATE TRIGGER ops.t_IDN_AUTH_WAIT_STATUS_TRIG NO CASCADE\n",
			"SET (NEW.ID) = (NEXTVAL FOR ops.t_IDN_AUTH_WAIT_STATUS_SEQ);\n    END\n/\n",
			"CREATE INDEX ops.t_IDX_USER_ID ON ops.t_IDN_AUTH_USER_SESSION_MAPPING (USER_ID)\n/\n",
		},
	} {
		text := script(t, paper{name: db}, &migrate.Options{Schema: "ops", Prefix: "t_"})
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %q in\n%s", db, w, text)
			}
		}
		if strings.Contains(text, "+goose") || strings.Contains(text, "CONSTRAINT ops.") {
			t.Errorf("%s: %s", db, text)
		}
	}
}

func TestSchemaOfSQLiteIsRefused(t *testing.T) {
	var out strings.Builder
	if err := migrate.Print(&out, paper{name: "sqlite"}, &migrate.Options{Schema: "ops"}); !errors.Is(err, migrate.ErrSchemaRefused) {
		t.Errorf("got %v", err)
	}
}

func TestNamesAreChecked(t *testing.T) {
	for _, o := range []migrate.Options{
		{Schema: "a.b"}, {Schema: "a b"}, {Schema: `a"`}, {Schema: "1a"}, {Schema: strings.Repeat("a", 65)},
		{Prefix: "a-"}, {Prefix: "é"}, {Prefix: "a;"}, {Prefix: strings.Repeat("a", 21)}, {VersionTable: "a.b"},
	} {
		var out strings.Builder
		if err := migrate.Print(&out, paper{name: "postgres"}, &o); !errors.Is(err, migrate.ErrInvalidName) {
			t.Errorf("%+v: %v, want ErrInvalidName", o, err)
		}
		if _, err := migrate.New(newPlace(t, "sqlite").db, paper{name: "postgres"}, &o); !errors.Is(err, migrate.ErrInvalidName) {
			t.Errorf("%+v: %v, want ErrInvalidName", o, err)
		}
	}
	script(t, paper{name: "postgres"}, &migrate.Options{Schema: strings.Repeat("a", 64), Prefix: strings.Repeat("a", 20)})
}

func TestPrefixOnServers(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		for _, prefix := range []string{"", "DEMO_", "demo2_", strings.Repeat("p", 20)} {
			m := p.migrator(t, &migrate.Options{Prefix: prefix})
			steps, err := m.Up(t.Context())
			if err != nil || names(steps) != everything {
				t.Fatalf("prefix %q: %v, %v", prefix, names(steps), err)
			}
			if _, err := m.Optional(t.Context(), "temp_expiry_index"); err != nil {
				t.Errorf("prefix %q: %v", prefix, err)
			}
			// The sequence behind the identifier is this prefix's own.
			p.exec(t, "INSERT INTO "+prefix+"IDN_AUTH_USER_SESSION_MAPPING (USER_ID, SESSION_ID) VALUES ('u', 's')")
			if steps, err := m.Up(t.Context()); err != nil || len(steps) != 0 {
				t.Errorf("prefix %q again: %v, %v", prefix, names(steps), err)
			}
			if err := m.DownOptional(t.Context(), "temp_expiry_index", nil); err != nil {
				t.Errorf("prefix %q: %v", prefix, err)
			}
		}
		m := p.migrator(t, &migrate.Options{Prefix: "DEMO_"})
		if _, err := m.DownTo(t.Context(), 0, &migrate.DownOptions{DropData: true}); err != nil {
			t.Error(err)
		}
		wantTables(t, m, tables, true)
		wantTables(t, m, []string{"DEMO_IDN_AUTH_USER"}, false)
		up(t, m)
	})
}

func TestSchemaOnServers(t *testing.T) {
	for engine, create := range map[string]string{"postgres": "CREATE SCHEMA Ops", "mysql": ""} {
		t.Run(engine, func(t *testing.T) {
			p := newPlace(t, engine)
			name := "Ops"
			if create == "" { // a schema is another database there
				elsewhere := newPlace(t, engine)
				if err := elsewhere.db.QueryRowContext(t.Context(), "SELECT DATABASE()").Scan(&name); err != nil {
					t.Fatal(err)
				}
			} else {
				p.exec(t, create)
			}
			m := p.migrator(t, &migrate.Options{Schema: name, Prefix: "T_"})
			up(t, m)
			up(t, m)
			for _, o := range m.OptionalNames() {
				if _, err := m.Optional(t.Context(), o); err != nil {
					t.Error(err)
				}
			}
			wantTables(t, m, []string{name + ".T_IDN_AUTH_USER", name + ".T_goose_db_version", name + ".T_SESSIONDB_LEASE"}, true)
			wantTables(t, m, []string{"T_IDN_AUTH_USER", "IDN_AUTH_USER", "goose_db_version", "T_goose_db_version"}, false)
			p.exec(t, "INSERT INTO "+name+".T_IDN_AUTH_USER_SESSION_MAPPING (USER_ID, SESSION_ID) VALUES ('u', 's')")
			for _, o := range m.OptionalNames() {
				if err := m.DownOptional(t.Context(), o, nil); err != nil {
					t.Error(err)
				}
			}
			if err := m.Remove(t.Context(), &migrate.DownOptions{DropData: true}); err != nil {
				t.Error(err)
			}
			wantTables(t, m, []string{name + ".T_IDN_AUTH_USER", name + ".T_goose_db_version"}, false)
		})
	}
}
