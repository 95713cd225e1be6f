package enginetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestVerdict(t *testing.T) {
	missing := fmt.Errorf("PostgreSQL %w: apt-get", ErrMissing)
	for _, c := range []struct {
		name, require string
		err           error
		fatal         bool
		message       string
	}{
		{"missing", "", missing, false, "PostgreSQL not on this machine: apt-get"},
		{"another is required", "sqlite,mysql", missing, false, "PostgreSQL not on this machine: apt-get"},
		{"required", "sqlite, postgres", missing, true, "SESSIONDB_TEST_REQUIRE=sqlite, postgres, but PostgreSQL not on this machine: apt-get"},
		{"broken", "", errors.New("start PostgreSQL: boom"), true, "start PostgreSQL: boom"},
		{"misspelt", "postgress", missing, true, `SESSIONDB_TEST_REQUIRE: unknown engine "postgress"; known are sqlite, postgres, mysql, galera, mssql, oracle, db2`},
	} {
		t.Run(c.name, func(t *testing.T) {
			fatal, message := verdict(c.require, NamePostgres, c.err)
			if fatal != c.fatal || message != c.message {
				t.Errorf("got  %v %s\nwant %v %s", fatal, message, c.fatal, c.message)
			}
		})
	}
}

// childVariable tells the test below that it is the child process.
const childVariable = "SESSIONDB_ENGINETEST_CHILD"

func TestMissingEngineInAChildProcess(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		Postgres(t)
		return
	}
	for _, c := range []struct{ name, require, want string }{
		{"skips", "", "--- SKIP: TestMissingEngineInAChildProcess"},
		{"fails when required", NamePostgres, "--- FAIL: TestMissingEngineInAChildProcess"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := child(t, "TestMissingEngineInAChildProcess",
				binVariable(NamePostgres)+"="+t.TempDir(), DSNVariable(NamePostgres)+"=", requireVariable+"="+c.require).CombinedOutput()
			if !strings.Contains(string(out), c.want) || !strings.Contains(string(out), "apt-get install postgresql") {
				t.Errorf("want %q and how to get it; got %v\n%s", c.want, err, out)
			}
			if (err != nil) != (c.require != "") {
				t.Errorf("exit: %v", err)
			}
		})
	}
}

// child prepares one test of this binary as a process of its own.
func child(t *testing.T, test string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(append(os.Environ(), childVariable+"=1"), env...)
	return cmd
}
