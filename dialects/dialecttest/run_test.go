package dialecttest

import (
	"slices"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/sqlite"
)

func TestHarnessProblems(t *testing.T) {
	url := func(*testing.T) string { return "" }
	for _, c := range []struct {
		h    Harness
		want []string
	}{
		{Harness{Dialect: sqlite.Dialect, URL: url}, nil},
		{Harness{Dialect: sqlite.Dialect, URL: url, Skip: map[string]string{"Log/PutGet": "a reason"}}, nil},
		{Harness{URL: url}, []string{"Harness.Dialect and Harness.URL are required"}},
		{Harness{Dialect: sqlite.Dialect}, []string{"Harness.Dialect and Harness.URL are required"}},
		{
			Harness{Dialect: struct{ dialects.Dialect }{sqlite.Dialect}, URL: url},
			[]string{"dialect sqlite opens no URLs: implement dialects.Opener"},
		},
		{
			Harness{Dialect: sqlite.Dialect, URL: url, Skip: map[string]string{"Log": "all", "Log/PutGet": " ", "Log/putget": "no"}},
			[]string{
				`Skip["Log"] names no case: correct or remove it`,
				`Skip["Log/PutGet"] has no reason: write one`,
				`Skip["Log/putget"] names no case: correct or remove it`,
			},
		},
	} {
		if got := c.h.problems(areas()); !slices.Equal(got, c.want) {
			t.Errorf("got %q\nwant %q", got, c.want)
		}
	}
}

// A name that stands twice would hide one of its cases from Skip and from docs.
func TestCaseNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range areas() {
		for _, c := range a.cases {
			name := a.name + "/" + c.name
			if seen[name] {
				t.Errorf("%s stands twice", name)
			}
			seen[name] = true
		}
	}
	t.Logf("%d cases", len(seen))
}
