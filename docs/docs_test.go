// Package docs_test is for authors of these pages: it holds them to the code.
package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pages returns the README and all pages of this folder, by path.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"../README.md", "*.md", "databases/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			found[f] = read(t, f)
		}
	}
	if len(found) < 10 {
		t.Fatalf("found %d pages", len(found))
	}
	return found
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	link    = regexp.MustCompile(`\]\(([^)]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notSlug = regexp.MustCompile(`[^a-z0-9 -]`)
)

// planned pages may be linked to before they are there.
var planned = map[string]bool{"performance.md": true}

// Links within the repository lead somewhere.
func TestLinks(t *testing.T) {
	for file, text := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path, anchor, _ := strings.Cut(m[1], "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
			}
			if _, err := os.Stat(target); err != nil && planned[filepath.Base(target)] {
				t.Logf("%s: link to %s, which is not written yet", file, m[1])
			} else if err != nil {
				t.Errorf("%s: link to %s: %v", file, m[1], err)
			} else if anchor != "" && !hasHeading(read(t, target), anchor) {
				t.Errorf("%s: link to %s: no such heading", file, m[1])
			}
		}
	}
}

func hasHeading(text, anchor string) bool {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		if strings.ReplaceAll(notSlug.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-") == anchor {
			return true
		}
	}
	return false
}

var (
	areaName = regexp.MustCompile(`\{name: "(\w+)",`)
	caseName = regexp.MustCompile(`(?m)^\t\{"([A-Z]\w+)",`)
	cited    = regexp.MustCompile("`([A-Z][A-Za-z]+)/([A-Z]\\w+)`")
)

// The cases that pages cite are in the conformance suite, and semantics.md cites
// every case.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("../dialects/dialecttest/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no files of the suite", err)
	}
	areas, cases := map[string]bool{"Area": true}, map[string]bool{"Case": true}
	for _, f := range files {
		text := read(t, f)
		for _, m := range areaName.FindAllStringSubmatch(text, -1) {
			areas[m[1]] = true
		}
		for _, m := range caseName.FindAllStringSubmatch(text, -1) {
			cases[m[1]] = true
		}
	}
	proves := map[string]bool{}
	for file, text := range pages(t) {
		for _, m := range cited.FindAllStringSubmatch(text, -1) {
			if !areas[m[1]] || !cases[m[2]] {
				t.Errorf("%s cites %s/%s, which is no case", file, m[1], m[2])
			}
			proves[m[2]] = true
		}
	}
	for c := range cases {
		if !proves[c] {
			t.Errorf("no page says what the case %s proves", c)
		}
	}
}

// The README's Go is the body of an example that runs.
func TestReadmeExample(t *testing.T) {
	_, rest, _ := strings.Cut(read(t, "../README.md"), "```go\n")
	shown, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("README.md has no Go")
	}
	_, rest, _ = strings.Cut(read(t, "../sessionstore/example_test.go"), "func Example() {\n")
	body, _, found := strings.Cut(rest, "\t// Output:")
	if !found {
		t.Fatal("sessionstore/example_test.go has no Example with output")
	}
	if body = strings.TrimPrefix(strings.ReplaceAll(body, "\n\t", "\n"), "\t"); shown != body {
		t.Errorf("README.md shows\n%s\nthe example runs\n%s", shown, body)
	}
}
