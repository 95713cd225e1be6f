//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/internal/enginetest"
)

// selfVariable makes this test binary behave as the program.
const selfVariable = "SESSIONDB_ENGINECTL_SELF"

func TestMain(m *testing.M) {
	if os.Getenv(selfVariable) != "" {
		main()
	}
	os.Exit(m.Run())
}

// enginectl runs the program with servers out of reach, unless env says more.
func enginectl(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	nowhere := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), selfVariable+"=1", "SESSIONDB_TEST_REQUIRE=",
		"SESSIONDB_TEST_POSTGRES_DSN=", "SESSIONDB_TEST_MYSQL_DSN=",
		"SESSIONDB_TEST_POSTGRES_BIN="+nowhere, "SESSIONDB_TEST_MYSQL_BIN="+nowhere)
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		name string
		env  []string
		args []string
		code int
		want string
	}{
		{"command succeeds", nil, []string{"--", "true"}, 0, "mysql: skipped: MySQL or MariaDB not on this machine: apt-get install mariadb-server"},
		{"its code is passed on", nil, []string{"--", "sh", "-c", "exit 7"}, 7, ""},
		{"killed command", nil, []string{"--", "sh", "-c", "kill -9 $$"}, 137, ""},
		{"no such command", nil, []string{"--", "/no/such"}, 127, "no such file"},
		{"required and missing", []string{"SESSIONDB_TEST_REQUIRE=postgres"}, []string{"--", "true"}, 1, "PostgreSQL not on this machine"},
		{"misspelt", []string{"SESSIONDB_TEST_REQUIRE=postgress"}, []string{"--", "true"}, 1, `unknown engine "postgress"`},
		{"no command", nil, nil, 2, "usage: enginectl"},
		{"unknown flag", nil, []string{"-x"}, 2, "usage: enginectl"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := enginectl(t, c.env, c.args...)
			out, _ := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.Contains(string(out), c.want) {
				t.Errorf("exit code %d, want %d with %q:\n%s", code, c.code, c.want, out)
			}
		})
	}
}

func TestCommandGetsTheServers(t *testing.T) {
	s := enginetest.Postgres(t) // skips when there is none
	tmp := t.TempDir()
	for _, d := range []string{tmp, filepath.Dir(tmp)} { // the server's own account must pass
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	cmd := enginectl(t, []string{"TMPDIR=" + tmp, "SESSIONDB_TEST_POSTGRES_BIN="}, "--", "sh", "-c", "echo $SESSIONDB_TEST_POSTGRES_DSN")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil || !strings.HasPrefix(string(out), "postgres://") || strings.TrimSpace(string(out)) == s.URL {
		t.Errorf("the command saw %q: %v", out, err)
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "sessiondb-test-*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// TestSignalReachesGrandchildren: "go test" leaves its test binaries behind, so
// the signal must reach them too. The grandchild here holds the output open.
func TestSignalReachesGrandchildren(t *testing.T) {
	cmd := enginectl(t, nil, "--", "sh", "-c", `trap 'exit 9' TERM; sh -c 'echo ready; exec sleep 60' & while :; do sleep 0.05; done`)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("ready\n"))); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_, _ = io.ReadAll(out) // until the last process that holds it has ended
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("the grandchild went on for %v", took)
	}
	_ = cmd.Wait() // its state says how
	if code := cmd.ProcessState.ExitCode(); code != 9 {
		t.Errorf("exit code %d, want the command's 9", code)
	}
}
