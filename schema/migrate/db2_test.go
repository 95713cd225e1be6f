//go:build db2

package migrate_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sessiondb/sessiondb/dialects"
	_ "github.com/sessiondb/sessiondb/dialects/db2"
	"github.com/sessiondb/sessiondb/schema"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

// TestDB2 runs on the server of SESSIONDB_TEST_DB2_DSN, DB2 or Apache Derby: the
// migrator, goose and our version store through IBM's driver. The baseline is
// in the forms that Derby takes, which has no NOCACHE, no such trigger and no
// index on LOWER().
func TestDB2(t *testing.T) {
	p := newPlace(t, "db2")
	target, err := dialects.ParseURL(p.url)
	if err != nil {
		t.Fatal(err)
	}
	files := p.dialect.Migrations()
	files.Baseline = forDerby(t)
	m, err := migrate.New(p.db, other{p.dialect, files}, &migrate.Options{Prefix: target.Prefix})
	if err != nil {
		t.Fatal(err)
	}
	drop := &migrate.DownOptions{DropData: true}
	t.Cleanup(func() { // the server is shared: nothing must stay, also after a failure
		if err := m.Remove(context.WithoutCancel(t.Context()), drop); err != nil {
			t.Error(err)
		}
	})
	for range 2 {
		if steps, err := m.Up(t.Context()); err != nil || names(steps) != everything {
			t.Fatalf("up: %v, %v", names(steps), err)
		}
		for _, name := range m.OptionalNames() {
			if applied, err := m.Optional(t.Context(), name); err != nil || !applied {
				t.Errorf("optional %s: %v, %v", name, applied, err)
			}
		}
		for _, s := range status(t, m) {
			if !s.Applied || s.AppliedAt.IsZero() {
				t.Errorf("status %+v", s)
			}
		}
		p.exec(t, insertUser(target.Prefix))
		if _, err := m.DownTo(t.Context(), 0, nil); err == nil {
			t.Error("down dropped rows")
		}
		if steps, err := m.DownTo(t.Context(), 0, drop); err != nil || names(steps) != backwards {
			t.Fatalf("down: %v, %v", names(steps), err)
		}
		if err := m.Remove(t.Context(), drop); err != nil {
			t.Fatal(err)
		}
		wantTables(t, m, []string{target.Prefix + "goose_db_version", target.Prefix + "sessiondb_optional_version"}, false)
	}
}

func forDerby(t *testing.T) fs.FS {
	t.Helper()
	given := schema.Baseline("db2")
	names, err := fs.Glob(given, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, n := range names {
		text, err := fs.ReadFile(given, n)
		if err != nil {
			t.Fatal(err)
		}
		s := strings.NewReplacer("START WITH 1 INCREMENT BY 1)", "START WITH 1, INCREMENT BY 1)", " NOCACHE", "",
			"LOWER(USER_NAME)", "USER_NAME", "LOWER(SUBJECT)", "SUBJECT").Replace(string(text))
		if begin := strings.Index(s, "-- +goose StatementBegin\nCREATE TRIGGER"); begin >= 0 {
			length := strings.Index(s[begin:], "-- +goose StatementEnd\n") + len("-- +goose StatementEnd\n")
			s = s[:begin] + s[begin+length:]
		}
		files[n] = &fstest.MapFile{Data: []byte(s)}
	}
	return files
}
