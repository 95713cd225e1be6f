//go:build !unix

package enginetest

import "os/exec"

func giveAway(string, []string) error { return nil }

// detach refuses: the watch over a server needs a POSIX shell.
func detach(*exec.Cmd, []string) error { return ErrMissing }
