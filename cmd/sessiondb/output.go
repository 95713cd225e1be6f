package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dustin/go-humanize"
	"golang.org/x/term"

	"github.com/sessiondb/sessiondb/dialects"
)

// answer is what a command has to say: one JSON document, or text for people.
type answer interface {
	text() string
}

// say prints an answer in the form that --json asks for.
func (a *app) say(r answer) error {
	if a.json {
		return writeJSON(a.stdout, r)
	}
	_, err := io.WriteString(a.stdout, r.text())
	return err
}

func writeJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // session ids and URLs hold &
	e.SetIndent("", "  ")
	return e.Encode(value)
}

// failure is what stderr gets with --json.
type failure struct {
	Error string `json:"error"`
	Code  int    `json:"code"`
}

// readerGone reports whether whoever read stdout has ended ("| head"), which is
// nothing to complain about.
func readerGone(err error) bool {
	var write *fs.PathError
	return errors.As(err, &write) && write.Op == "write" && errors.Is(write, syscall.EPIPE)
}

// complain prints an error to stderr, without any secret of the command line.
func (a *app) complain(err error, code int, command string, args []string) {
	if readerGone(err) {
		return
	}
	message := err.Error()
	for _, raw := range a.urls(args) {
		message = scrub(message, raw)
	}
	if a.json {
		_ = writeJSON(a.stderr, failure{message, code}) // the exit code is left to tell
		return
	}
	fmt.Fprintln(a.stderr, "sessiondb: "+harmless(message))
	if code == exitUsage {
		fmt.Fprintf(a.stderr, "Run \"%s --help\" for usage.\n", command)
	}
}

// harmless shows the control characters of a message that names an id or what a
// table holds: a terminal would obey them.
func harmless(message string) string {
	var b strings.Builder
	for _, r := range message {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// credentials stand before the @ of a URL, also of one without // and of the form
// that a driver has.
var credentials = regexp.MustCompile(`:[^:]+@`)

// urls are the database URLs of a command line, also where they stand as
// arguments or were not parsed: somebody forgets the --url before one.
func (a *app) urls(args []string) []string {
	all := []string{a.url, os.Getenv(urlVariable)}
	for i, arg := range args {
		if strings.HasPrefix(arg, "-") {
			_, arg, _ = strings.Cut(arg, "=")
		}
		if strings.Contains(arg, "://") || credentials.MatchString(arg) || i > 0 && args[i-1] == "--url" {
			all = append(all, arg)
		}
	}
	return slices.DeleteFunc(all, func(raw string) bool { return raw == "" })
}

// scrub removes the secrets of a database URL from a text.
func scrub(text, raw string) string {
	shown := dialects.Redact(raw)
	text = replace(text, raw, shown)
	for _, s := range secrets(raw) {
		if s != "" && !strings.Contains(shown, s) { // else it is a word that is public anyhow
			text = replace(text, s, "xxxxx")
		}
	}
	return text
}

// replace finds old as it is and as %q writes it.
func replace(text, old, shown string) string {
	quoted := strconv.Quote(old)
	text = strings.ReplaceAll(text, quoted[1:len(quoted)-1], shown)
	return strings.ReplaceAll(text, old, shown)
}

// secrets are the password of a URL and the parameters that Redact hides, as
// they were written and decoded.
func secrets(raw string) []string {
	u, err := url.Parse(raw)
	if err != nil {
		return nil
	}
	var all []string
	if p, given := u.User.Password(); given {
		_, written, _ := strings.Cut(u.User.String(), ":")
		all = append(all, p, written, url.QueryEscape(p))
	}
	shown, err := url.Parse(dialects.Redact(raw))
	if err != nil {
		return all
	}
	public := shown.Query()
	for name, values := range u.Query() {
		if values[0] != public.Get(name) {
			all = append(all, values[0], url.QueryEscape(values[0]))
		}
	}
	return all
}

// instant is null where there is none, or one that JSON cannot hold: a damaged
// property must not cost the whole answer. It is still among the properties.
func instant(t time.Time) *time.Time {
	if y := t.UTC().Year(); t.IsZero() || y < 0 || y > 9999 {
		return nil
	}
	t = t.UTC()
	return &t
}

// moment is an instant in a table.
func moment(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

// printable shows a key on a terminal, which must not obey what stands in it.
func printable(key string) string {
	quoted := fmt.Sprintf("%q", key)
	if strings.Trim(quoted, `"`) == key && key != "" {
		return key
	}
	return quoted
}

// table is lines of cells in columns; a column of numbers stands to the right.
type table struct {
	right []bool
	rows  [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// text writes the table, every line after the indent.
func (t *table) text(indent string) string {
	width := map[int]int{}
	for _, r := range t.rows {
		for i, c := range r {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	for _, r := range t.rows {
		line := indent
		for i, c := range r {
			gap := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if i < len(t.right) && t.right[i] {
				line += gap + c + "  "
			} else {
				line += c + gap + "  "
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func comma(n int64) string { return humanize.Comma(n) }

// plural is a counted noun: "1 chunk", "2,000 chunks".
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return comma(n) + " " + noun + "s"
}

// short is a duration as people want it: two or three digits.
func short(d time.Duration) string {
	switch {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return d.Round(time.Second).String()
}

// line is one line on a terminal that is written over and over. It is silent
// where stderr is no terminal.
type line struct {
	to     io.Writer
	length int
	last   time.Time
}

func (a *app) newLine() *line {
	f, ok := a.stderr.(*os.File)
	if !ok || a.json || !term.IsTerminal(int(f.Fd())) {
		return &line{to: nil}
	}
	return &line{to: f}
}

// show replaces the line, at most ten times a second.
func (l *line) show(s string) {
	if l.to == nil || time.Since(l.last) < 100*time.Millisecond {
		return
	}
	l.last = time.Now()
	l.write(s)
}

// clear removes the line, so that the next output begins in its place.
func (l *line) clear() {
	if l.to != nil && l.length > 0 {
		l.write("")
		_, _ = io.WriteString(l.to, "\r")
	}
}

func (l *line) write(s string) {
	n := utf8.RuneCountInString(s)
	// Progress that cannot be shown is not worth an error.
	_, _ = io.WriteString(l.to, "\r"+s+strings.Repeat(" ", max(0, l.length-n)))
	l.length = n
}
