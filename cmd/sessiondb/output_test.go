package main

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
)

func TestScrub(t *testing.T) {
	for _, c := range []struct{ name, text, url, want string }{
		{"password", "dial hunter22 failed", "postgres://u:hunter22@h/d", "dial xxxxx failed"},
		{"escaped, shown as it is", "bad p@ss word", "postgres://u:p%40ss%20word@h/d", "bad xxxxx"},
		{"escaped, shown as written", "bad p%40ss", "postgres://u:p%40ss@h/d", "bad xxxxx"},
		{"whole URL", `open "mysql://u:hunter22@h/d"`, "mysql://u:hunter22@h/d", `open "mysql://u:xxxxx@h/d"`},
		{"parameter", "login hunter22", "sqlserver://h?password=hunter22", "login xxxxx"},
		{"not escaped", "open postgres://u:hun@ter@h/d", "postgres://u:hun@ter@h/d", "open postgres://u:xxxxx@h/d"},
		{"quoted in a message", `unknown "postgres://u:h\"u\\n@h/d"`, `postgres://u:h"u\n@h/d`, `unknown "postgres://xxxxx@h/d"`},
		{"without slashes", `unknown "postgres:u:hunter22@h/d"`, "postgres:u:hunter22@h/d", `unknown "postgres:xxxxx@h/d"`},
		{"a driver's form", `unknown "u:hunter22@tcp(h:1)/d"`, "u:hunter22@tcp(h:1)/d", `unknown "u:xxxxx@xxxxx"`},
		{"a word of the URL", "no database root", "mysql://root:root@h/d", "no database root"},
		{"empty", "no table", "mysql://root:@h/d", "no table"},
		{"none", "no table", "sqlite:a.db", "no table"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := scrub(c.text, c.url); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestURLsOfACommandLine(t *testing.T) {
	t.Setenv(urlVariable, "")
	a := &app{}
	got := a.urls([]string{"--id=alice@example.org", "--url=mysql://a", "--url", "postgres:b", "x", "sqlite:///c", "u:p@tcp(h)/d"})
	if want := "mysql://a postgres:b sqlite:///c u:p@tcp(h)/d"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTable(t *testing.T) {
	tab := table{right: []bool{false, true}}
	tab.add("é", "1", "x")
	tab.add("long", "1,000", "")
	if got, want := tab.text("  "), "  é         1  x\n  long  1,000\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		plural(1, "row"): "1 row", plural(0, "row"): "0 rows", plural(12345, "row"): "12,345 rows",
		short(1500 * time.Microsecond): "1 ms", short(2340 * time.Millisecond): "2.3 s", short(83 * time.Second): "1m23s",
		quote("sqlite:/tmp/a.db"): "sqlite:/tmp/a.db", quote("it's a&b"): `'it'\''s a&b'`,
		withParameter("a:b", "c=d"): "a:b?c=d", withParameter("a:b?e=f", "c=d"): "a:b?e=f&c=d",
		walkName(cleanup.Superseded, cleanup.Policies()):                   "superseded, logged out, expired",
		walkName(cleanup.Superseded, []cleanup.Policy{cleanup.Superseded}): "superseded",
		walkName(cleanup.LoggedOut, []cleanup.Policy{cleanup.LoggedOut}):   "logged out",
		walkName(cleanup.Expired, nil):                                     "expired",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLineIsWrittenOver(t *testing.T) {
	var b strings.Builder
	l := &line{to: &b}
	l.show("ten rows")
	l.show("too soon")
	l.last = time.Time{}
	l.show("two")
	l.clear()
	if got, want := b.String(), "\rten rows\rtwo     \r   \r"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	silent := &line{}
	silent.show("x")
	silent.clear()
}

func TestNoLineWithoutATerminal(t *testing.T) {
	if l := (&app{stderr: &strings.Builder{}}).newLine(); l.to != nil {
		t.Error("progress is written to what is no terminal")
	}
}

func TestLog(t *testing.T) {
	var b strings.Builder
	a := &app{stderr: &b}
	a.logger().With("table", "T").Warn("chunk size lowered", "asked", 8192, "chunk", 2000)
	a.logger().Info("not shown")
	a.verbose = true
	a.logger().Debug("shown")
	want := "sessiondb: warning: chunk size lowered (table T, asked 8192, chunk 2000)\nsessiondb: shown\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	b.Reset()
	a.json = true
	a.logger().LogAttrs(t.Context(), slog.LevelWarn, "lowered", slog.Int("chunk", 2000))
	if !strings.Contains(b.String(), `"msg":"lowered","chunk":2000`) {
		t.Errorf("got %q", b.String())
	}
}

func TestHarmless(t *testing.T) {
	got := harmless("not found: \x1b[31mid\r\a é\n\tnext\x7f")
	if want := `not found: \x1b[31mid\r\a é` + "\n\tnext" + `\x7f`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNameOfADatabase(t *testing.T) {
	here, err := filepath.Abs("s.db")
	if err != nil {
		t.Fatal(err)
	}
	for raw, want := range map[string]string{
		"sqlite:s.db":                                 "sqlite:" + here,
		"sqlite:./s.db?_pragma=x":                     "sqlite:" + here,
		"postgres://u:secret@h:1/d?sslmode=x":         "postgres://h:1/d",
		"sqlserver://u:secret@h?database=d&app+name=": "sqlserver://h?database=d",
	} {
		if got := databaseName(raw); got != want {
			t.Errorf("%s: got %q, want %q", raw, got, want)
		}
	}
}
