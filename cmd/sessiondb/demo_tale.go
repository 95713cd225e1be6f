package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/sessiondb/sessiondb/cleanup"
)

// tale prints the demo as it goes. The first error of the writer stays in err.
type tale struct {
	to   io.Writer
	step int
	err  error
}

func newTale(a *app) *tale {
	if a.json {
		return &tale{to: io.Discard}
	}
	return &tale{to: a.stdout}
}

func (t *tale) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.to, format, args...)
	}
}

func (t *tale) head(format string, args ...any) {
	t.step++
	t.printf("\n%d. %s\n", t.step, fmt.Sprintf(format, args...))
}

func (t *tale) say(format string, args ...any) { t.printf("   "+format+"\n", args...) }

func (t *tale) fact(name, format string, args ...any) {
	t.printf("   %-8s %s\n", name, fmt.Sprintf(format, args...))
}

func (t *tale) opening(d *demo) {
	t.printf("sessiondb demo: %s, seed %d\n", plural(int64(d.sessions), "session"), d.seed)
	t.printf("database: %s\n", d.place.shown)
	if d.place.prefix != "" {
		t.printf("tables:   %s..., of the demo alone\n", d.place.prefix)
	}
}

func (t *tale) events(n map[string]int) {
	list := table{right: []bool{true}}
	for _, k := range []struct {
		kind kind
		what string
	}{
		{beginLogin, "login forms, each with a temporary row"}, {login, "logins"},
		{relogin, "re-logins: a newer row for the same session"}, {logout, "logouts"},
	} {
		list.add(comma(int64(n[string(k.kind)])), k.what)
	}
	t.printf("%s", list.text("   "))
}

func (t *tale) rows(before, after map[string]int64) {
	list := table{right: []bool{false, true, true, true}}
	list.add("table", "before", "purged", "after")
	for _, name := range demoTables {
		list.add(name, comma(before[name]), comma(before[name]-after[name]), comma(after[name]))
	}
	t.printf("%s", list.text("   "))
}

// walkTale prints a line for each kind of rows when the purge is through with it.
type walkTale struct {
	tale          *tale
	line          *line
	policy        cleanup.Policy
	now, reported cleanup.Progress
}

func (w *walkTale) progress(p cleanup.Progress) {
	if w.policy != p.Policy {
		w.finish()
		w.policy = p.Policy
	}
	w.now = p
	w.line.show("   " + progress(p, cleanup.Policies()))
}

func (w *walkTale) finish() {
	if w.policy == "" {
		return
	}
	w.line.clear()
	w.tale.say("%-31s  %9s rows in %s", walkName(w.policy, cleanup.Policies()),
		comma(w.now.Deleted-w.reported.Deleted), plural(int64(w.now.Chunks-w.reported.Chunks), "chunk"))
	w.reported = w.now
}

// next prints what to try, to be copied into a shell.
func (t *tale) next(d *demo) {
	me := commandName()
	t.head("Next, try")
	if d.keep {
		t.kept(d, me)
		return
	}
	t.say("%s demo --keep    # keeps the database, to look into it", me)
	t.say("%s demo --url postgres://user:password@host/database", me)
	t.printf("\n")
	t.say("export %s=sqlite:sessions.db", urlVariable)
	t.say("%s migrate up", me)
	t.say("echo hello | %s session put --id alice --valid-for 15m", me)
	t.say("%s session get --id alice", me)
	t.say("%s session delete --id alice", me)
	t.say("%s cleanup run --quiesced --grace 0    # at once, because nothing else writes", me)
}

func (t *tale) kept(d *demo, me string) {
	shown := d.place.shown
	if d.place.prefix != "" {
		shown = withParameter(shown, "sessiondb.prefix="+d.place.prefix)
	}
	t.say("export %s=%s", urlVariable, quote(shown))
	if shown != d.place.shown && d.place.shown != d.place.url {
		t.say("# put the password in place of xxxxx")
	}
	t.say("%s migrate status", me)
	if len(d.day.remembered) > 0 {
		t.say("%s session get --id %s", me, d.day.remembered[0])
		t.say("%s session delete --id %s", me, d.day.remembered[0])
	}
	t.say("%s cleanup run", me)
	if d.place.folder != "" {
		t.say("rm -r %s", quote(d.place.folder))
	} else {
		t.say("%s migrate down-to 0 --drop-data    # removes the demo's tables again", me)
	}
}

func withParameter(rawURL, parameter string) string {
	if strings.Contains(rawURL, "?") {
		return rawURL + "&" + parameter
	}
	return rawURL + "?" + parameter
}

// quote writes a word for a POSIX shell.
func quote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:=@%+,", r)
	}
	if strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// commandName is how this program is called again: by its name where that finds
// it, by "go run" where the go command started it, else by its path.
func commandName() string {
	me, err := os.Executable()
	if err != nil {
		return "sessiondb"
	}
	if found, err := exec.LookPath("sessiondb"); err == nil && sameFile(found, me) {
		return "sessiondb"
	}
	if strings.Contains(filepath.ToSlash(me), "/go-build") {
		return "go run ./cmd/sessiondb"
	}
	return quote(os.Args[0])
}

func sameFile(a, b string) bool {
	first, errA := os.Stat(a)
	second, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(first, second)
}
