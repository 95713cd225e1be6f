package sent

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/internal/goosestore/recorddb"
)

var update = flag.Bool("update", false, "write the golden files of what drivers are handed")

// Golden compares text with testdata/name; -update writes it.
func Golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if line, got, wanted := difference(text, string(want)); line > 0 {
		t.Errorf("%s:%d: the driver is handed\n%s\nand not, as written down,\n%s\nIf that is meant: go test -update", path, line, got, wanted)
	}
}

// difference finds the first line that is not the same, counted from 1.
func difference(got, want string) (line int, g, w string) {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		g, w = at(a, i), at(b, i)
		if g != w {
			return i + 1, g, w
		}
	}
	return 0, "", ""
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// writeCall writes a call down: its text, then a line a bind. Behind an arrow stands
// what encode knows of the form in which the driver sends it, if anything.
func writeCall(b *strings.Builder, c recorddb.Call, encode func(any) string) {
	b.WriteString(c.SQL + "\n")
	for i, arg := range c.Args {
		fmt.Fprintf(b, "  %d: %s", i+1, bind(arg))
		if encode != nil {
			if form := encode(arg); form != "" {
				b.WriteString(" -> " + strings.TrimSpace(form))
			}
		}
		b.WriteString("\n")
	}
}

func bind(arg any) string {
	switch v := arg.(type) {
	case nil:
		return "nil"
	case []byte:
		if v == nil {
			return "[]byte(nil)"
		}
		return fmt.Sprintf("[]byte{% x}", v)
	case time.Time:
		if !v.Equal(When) { // a version table's
			return fmt.Sprintf("time.Time(now, %s)", v.Location())
		}
		return fmt.Sprintf("time.Time(%s)", v.Format(time.RFC3339Nano))
	case sql.Out:
		return fmt.Sprintf("sql.Out{%T}", v.Dest)
	}
	return fmt.Sprintf("%T(%#v)", arg, arg)
}
