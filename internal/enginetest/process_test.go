//go:build unix

package enginetest

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKilledBinaryLeavesNothing kills a test binary that runs a server: the
// server and its data directory must go without anybody's help.
func TestKilledBinaryLeavesNothing(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		runUntilKilled(t)
		return
	}
	for _, engine := range []string{NamePostgres, NameMySQL} {
		t.Run(engine, func(t *testing.T) {
			For(t, engine) // skips when there is none
			tmp := t.TempDir()
			openFor(t, tmp)
			cmd := child(t, "TestKilledBinaryLeavesNothing", childVariable+"="+engine, DSNVariable(engine)+"=", "TMPDIR="+tmp)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			host := hostOf(t, bufio.NewScanner(out))
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // killed
			within(t, "the server is still there", func() bool {
				conn, err := net.DialTimeout("tcp", host, time.Second)
				if err == nil {
					_ = conn.Close()
				}
				return err != nil
			})
			within(t, "the data directory is still there", func() bool {
				left, err := filepath.Glob(filepath.Join(tmp, "sessiondb-test-*"))
				return err == nil && len(left) == 0
			})
		})
	}
}

// runUntilKilled is the child: it tells where its server is, and waits.
func runUntilKilled(t *testing.T) {
	s := For(t, os.Getenv(childVariable))
	fmt.Println("host", target(t, s.URL).URL.Host)
	time.Sleep(startTimeout)
}

// openFor lets the server's own account through the test's folder.
func openFor(t *testing.T, dir string) {
	t.Helper()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
}

func hostOf(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	for lines.Scan() {
		if host, ok := strings.CutPrefix(lines.Text(), "host "); ok {
			return host
		}
		t.Log(lines.Text())
	}
	t.Fatal("the child ended without a server")
	return ""
}

func within(t *testing.T, complaint string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Error(complaint)
}

func TestServerThatDoesNotStart(t *testing.T) {
	t.Setenv("TMPDIR", sharedTemp(t))
	for _, c := range []struct{ name, prepare, serve, want string }{
		{"prepare fails", "echo no room; exit 3", "true", "exit status 3: no room"},
		{"serve ends", "true", "echo bad option; exit 4", "ended at once: exit status 4: bad option"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := startServer("none", func(string, int) (*launch, error) {
				return &launch{
					users: []string{"nobody"}, signal: "KILL",
					prepare: []string{"sh", "-c", c.prepare}, serve: []string{"sh", "-c", c.serve},
					ready: func(string) error { return os.ErrNotExist },
				}, nil
			})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
			left, _ := filepath.Glob(filepath.Join(os.TempDir(), "sessiondb-test-*"))
			if len(left) > 0 {
				t.Errorf("left over: %v", left)
			}
		})
	}
}

func sharedTemp(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	openFor(t, dir)
	return dir
}

func TestNewestFirst(t *testing.T) {
	dir := t.TempDir()
	for _, v := range []string{"9", "15", "14"} {
		if err := os.MkdirAll(filepath.Join(dir, v, "bin"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	if got := newestFirst("*/bin"); len(got) != 3 || got[0] != "15/bin" || got[2] != "9/bin" {
		t.Errorf("got %v", got)
	}
}
