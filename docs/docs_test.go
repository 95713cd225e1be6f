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
	areaEntry = regexp.MustCompile(`(?s)\{name: "(\w+)",([^{}]*)\}`)
	listName  = regexp.MustCompile(`\w+Cases`)
	caseList  = regexp.MustCompile(`(?ms)^var (\w+Cases) = \[\]testCase\{(.*?)^\}`) //nolint:gocritic // with the m flag, ^ is the start of a line
	caseName  = regexp.MustCompile(`(?m)^\t\{"(\w+)",`)
	cited     = regexp.MustCompile("`([A-Z][A-Za-z]+/[A-Z]\\w+)`")
)

// suite lists the cases of the conformance suite as Area/Case.
func suite(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../dialects/dialecttest/*.go")
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string][]string{}
	for _, f := range files {
		for _, list := range caseList.FindAllStringSubmatch(read(t, f), -1) {
			for _, c := range caseName.FindAllStringSubmatch(list[2], -1) {
				lists[list[1]] = append(lists[list[1]], c[1])
			}
		}
	}
	cases := map[string]bool{}
	for _, area := range areaEntry.FindAllStringSubmatch(read(t, "../dialects/dialecttest/run.go"), -1) {
		for _, list := range listName.FindAllString(area[2], -1) {
			for _, c := range lists[list] {
				cases[area[1]+"/"+c] = true
			}
		}
	}
	if len(cases) < 100 {
		t.Fatalf("found %d cases", len(cases))
	}
	return cases
}

// The cases that pages cite are in the conformance suite, and every case is
// cited.
func TestCases(t *testing.T) {
	cases := suite(t)
	proves := map[string]bool{}
	for file, text := range pages(t) {
		for _, m := range cited.FindAllStringSubmatch(text, -1) {
			if !cases[m[1]] && m[1] != "Area/Case" {
				t.Errorf("%s cites %s, which is no case", file, m[1])
			}
			proves[m[1]] = true
		}
	}
	for c := range cases {
		if !proves[c] {
			t.Errorf("no page says what the case %s proves: add it to docs/semantics.md", c)
		}
	}
}

var testFile = regexp.MustCompile("`([a-z_/]+\\.(?:go|txtar))`")

// Each statement of the product on the sessions of users has a row, which names
// the test of what stands for it here, or says that nothing does.
func TestStatements(t *testing.T) {
	_, section, found := strings.Cut(read(t, "semantics.md"), "\n## User sessions, statement by statement\n")
	section, _, _ = strings.Cut(section, "\n## ")
	rows := 0
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| the product") {
			continue
		}
		rows++
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 {
			t.Errorf("%d cells, want 4: %s", len(cells), line)
			continue
		}
		offered := !strings.HasPrefix(strings.TrimSpace(cells[1]), "not offered: ")
		files := testFile.FindAllStringSubmatch(cells[3], -1)
		if tested := cited.MatchString(cells[3]) || len(files) > 0; tested != offered {
			t.Errorf("a row names its test, or says \"not offered: why\": %s", line)
		}
		for _, m := range files {
			if _, err := os.Stat("../" + m[1]); err != nil {
				t.Error(err)
			}
		}
	}
	if !found || rows < 50 {
		t.Errorf("found %d statements", rows)
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
