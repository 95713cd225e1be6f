package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

// call runs one command line in this process.
func call(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	a := &app{stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs}
	code = a.execute(t.Context(), args)
	return code, out.String(), errs.String()
}

func succeed(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	code, out, errs := call(t, stdin, args...)
	if code != exitDone {
		t.Fatalf("%v: exit code %d: %s", args, code, errs)
	}
	return out
}

// On servers the same commands do the same as on SQLite, in the tables that are
// there already and beside them.
func TestServers(t *testing.T) {
	for _, engine := range []string{enginetest.NamePostgres, enginetest.NameMySQL} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			url := enginetest.For(t, engine).NewDatabase(t)
			succeed(t, "", "--url", url, "migrate", "up")
			if got := succeed(t, "", "--url", url, "migrate", "adopt"); !strings.Contains(got, "The tables are what the migrations make.") {
				t.Error(got)
			}
			succeed(t, "hello", "--url", url, "session", "put", "--id", "alice")
			before := succeed(t, "", "--url", url, "migrate", "status")
			playOn(t, url)
			if after := succeed(t, "", "--url", url, "migrate", "status"); after != before {
				t.Errorf("the demo changed\n%sto\n%s", before, after)
			}
			if got := succeed(t, "", "--url", url, "session", "get", "--id", "alice"); got != "hello" {
				t.Errorf("got %q", got)
			}
			succeed(t, "", "--url", url, "session", "delete", "--id", "alice")
			if code, _, errs := call(t, "", "--url", url, "session", "get", "--id", "alice"); code != exitNotFound {
				t.Errorf("exit code %d: %s", code, errs)
			}
			purged := succeed(t, "", "--url", url, "--json", "cleanup", "run", "--quiesced", "--grace", "0")
			if !strings.Contains(purged, `"deleted": 1,`) {
				t.Error(purged)
			}
			succeed(t, "", "--url", url, "migrate", "down-to", "0", "--drop-data")
		})
	}
}

func playOn(t *testing.T, url string) {
	t.Helper()
	var got demoReport
	if err := json.Unmarshal([]byte(succeed(t, "", "demo", "--url", url, "--sessions", "100", "--json")), &got); err != nil {
		t.Fatal(err)
	}
	if got.Live == 0 || got.Purge.Deleted == 0 || got.Before[demoTables[0]]-got.After[demoTables[0]] != got.Purge.Tables[demoTables[0]] {
		t.Errorf("%+v", got)
	}
	if !strings.HasPrefix(got.Prefix, "SDBDEMO_") {
		t.Fatalf("prefix %q", got.Prefix)
	}
	for _, table := range append(demoTables, "goose_db_version", "sessiondb_optional_version") {
		missing(t, url, got.Prefix+table)
	}
}

// missing checks that a table is not there.
func missing(t *testing.T, url, table string) {
	t.Helper()
	db, dialect, _, err := dialects.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(t.Context(), "SELECT 1 FROM "+table)
	if !errors.Is(dialects.Classified(dialect, err), dialects.ErrMissingTable) {
		t.Errorf("%s is still there (error: %v)", table, err)
	}
}
