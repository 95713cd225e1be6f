//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/term"
)

// group makes the command lead a process group and returns how to signal it:
// "go test" passes no SIGTERM on to the test binaries, which would run for
// minutes more. At a terminal the command stays in our group, because it may
// want to read, and Ctrl-C reaches everybody anyway.
func group(cmd *exec.Cmd) func(os.Signal) {
	if term.IsTerminal(int(os.Stdin.Fd())) {
		return func(s os.Signal) { _ = cmd.Process.Signal(s) } // it may have ended meanwhile
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return func(s os.Signal) {
		if number, ok := s.(syscall.Signal); ok {
			_ = syscall.Kill(-cmd.Process.Pid, number) // it may have ended meanwhile
		}
	}
}
