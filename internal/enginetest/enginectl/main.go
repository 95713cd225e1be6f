// Command enginectl is for sessiondb's CI and Makefile: it runs a command
// between the start and the end of one server per engine, so that all test
// packages of one "go test" share them.
//
//	go run ./internal/enginetest/enginectl -- go test ./...
//
// It exits with the command's exit code, 1 when a required engine is missing or
// a server does not start, and 2 on wrong use. ("go run" makes 1 of any code but
// 0; build the program where the difference matters.)
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/sessiondb/sessiondb/internal/enginetest"
)

const usage = `usage: enginectl -- COMMAND [ARGUMENT...]

Starts PostgreSQL and MariaDB or MySQL where binaries are on the machine, sets
SESSIONDB_TEST_POSTGRES_DSN and SESSIONDB_TEST_MYSQL_DSN for COMMAND unless they
are set already, and stops the servers when COMMAND ends.
SESSIONDB_TEST_REQUIRE=postgres,mysql makes a missing engine an error.
`

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

func run(args []string, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		fmt.Fprint(stderr, usage)
		return 2
	}
	// From here on a signal must not end us before the servers are stopped.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)

	servers, err := startAll([]string{enginetest.NamePostgres, enginetest.NameMySQL}, stderr)
	defer closeAll(servers)
	if err != nil {
		fmt.Fprintln(stderr, "enginectl:", err)
		return 1
	}
	return execute(args, environment(servers), signals, stderr)
}

// startAll starts the engines side by side. One that is missing is named, and
// is an error only when it is required.
func startAll(names []string, stderr io.Writer) ([]*enginetest.Server, error) {
	servers := make([]*enginetest.Server, len(names))
	errs := make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() { servers[i], errs[i] = enginetest.Start(name) })
	}
	wg.Wait()

	var started []*enginetest.Server
	for i, name := range names {
		required, err := enginetest.Required(os.Getenv("SESSIONDB_TEST_REQUIRE"), name)
		switch {
		case err != nil:
			errs[i] = err
		case errs[i] == nil:
			fmt.Fprintf(stderr, "enginectl: %s: %s\n", name, servers[i].Version)
			started = append(started, servers[i])
		case errors.Is(errs[i], enginetest.ErrMissing) && !required:
			fmt.Fprintf(stderr, "enginectl: %s: skipped: %v\n", name, errs[i])
			errs[i] = nil
		}
	}
	return started, errors.Join(errs...)
}

func closeAll(servers []*enginetest.Server) {
	for _, s := range servers {
		s.Close()
	}
}

// environment adds the servers' URLs to ours.
func environment(servers []*enginetest.Server) []string {
	env := os.Environ()
	for _, s := range servers {
		env = append(env, enginetest.DSNVariable(s.Engine)+"="+s.URL)
	}
	return env
}

// execute runs the command, passes signals on to it and returns its exit code;
// like a shell it returns 128 and the signal's number for a killed one.
func execute(args, env []string, signals <-chan os.Signal, stderr io.Writer) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	pass := group(cmd)
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(stderr, "enginectl:", err)
		return 127
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // its state is read below
		close(done)
	}()
	for {
		select {
		case s := <-signals:
			pass(s)
		case <-done:
			return exitCode(cmd.ProcessState)
		}
	}
}

func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
