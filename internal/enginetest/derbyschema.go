package enginetest

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// derbyForms are DB2's forms that Derby does not take, and Derby's for the same.
var derbyForms = strings.NewReplacer(
	"START WITH 1 INCREMENT BY 1)", "START WITH 1, INCREMENT BY 1)",
	" NOCACHE", "",
	// No index on an expression.
	"LOWER(USER_NAME)", "USER_NAME",
	"LOWER(SUBJECT)", "SUBJECT",
	// A BLOB without a length has 1 MiB on DB2, 2 GiB on Derby.
	"SESSION_OBJECT BLOB,", "SESSION_OBJECT BLOB(1M),",
)

// ForDerby returns DB2's migrations in the forms that Derby takes, without the
// trigger, whose work the queries do as well.
func ForDerby(t testing.TB, migrations fs.FS) fs.FS {
	t.Helper()
	names, err := fs.Glob(migrations, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, n := range names {
		text, err := fs.ReadFile(migrations, n)
		if err != nil {
			t.Fatal(err)
		}
		files[n] = &fstest.MapFile{Data: []byte(derbyForms.Replace(withoutTrigger(string(text))))}
	}
	return files
}

func withoutTrigger(text string) string {
	const end = "-- +goose StatementEnd\n"
	before, trigger, found := strings.Cut(text, "-- +goose StatementBegin\nCREATE TRIGGER")
	if !found {
		return text
	}
	_, after, _ := strings.Cut(trigger, end)
	return before + after
}
