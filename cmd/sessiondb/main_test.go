package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sessiondb/sessiondb/dialects"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sessiondb": main})
}

// TestScripts runs the command as users do. Beside the commands of testscript
// there are:
//
//	exits CODE COMMAND...  run a command that exits with CODE
//	await FILE             wait until the file is there
//	lock FILE, unlock      hold the write lock of a SQLite file
//	tables FILE            print the tables of a SQLite file
//	runsql FILE SCRIPT     run a script on a SQLite file
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("TMPDIR", e.WorkDir) // where the demo makes its folder
			e.Setenv("TMP", e.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "await": await, "lock": lock, "unlock": unlock, "tables": tables, "runsql": runSQL,
		},
	})
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func await(ts *testscript.TestScript, _ bool, args []string) {
	for range 1000 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s does not come", args[0])
}

// held are the locks of a script, by its name.
var held = map[string]func(){}

func lock(ts *testscript.TestScript, _ bool, args []string) {
	db := openFile(ts, args[0])
	tx, err := db.BeginTx(context.Background(), nil) // our defaults make it a writing one
	ts.Check(err)
	_, err = tx.ExecContext(context.Background(), "DELETE FROM IDN_AUTH_USER")
	ts.Check(err)
	free := func() { _, _ = tx.Rollback(), db.Close() }
	ts.Defer(free)
	held[ts.Name()] = free
}

func unlock(ts *testscript.TestScript, _ bool, _ []string) { held[ts.Name()]() }

func openFile(ts *testscript.TestScript, file string) *sql.DB {
	db, _, _, err := dialects.Open(context.Background(), "sqlite:"+ts.MkAbs(file))
	ts.Check(err)
	return db
}

func tables(ts *testscript.TestScript, _ bool, args []string) {
	out := ts.Stdout() // also where there is nothing to print
	db := openFile(ts, args[0])
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(context.Background(), "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")
	ts.Check(err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		ts.Check(rows.Scan(&name))
		fmt.Fprintln(out, name)
	}
	ts.Check(rows.Err())
}

func runSQL(ts *testscript.TestScript, _ bool, args []string) {
	db := openFile(ts, args[0])
	defer func() { _ = db.Close() }()
	_, err := db.ExecContext(context.Background(), ts.ReadFile(args[1]))
	ts.Check(err)
}
