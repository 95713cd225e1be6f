//go:build !unix

package main

import (
	"os"
	"os/exec"
)

func group(cmd *exec.Cmd) func(os.Signal) {
	return func(s os.Signal) { _ = cmd.Process.Signal(s) } // it may have ended meanwhile
}
