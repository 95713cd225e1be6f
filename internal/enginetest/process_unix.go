//go:build unix

package enginetest

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account finds whom to run a server as. It is nil for everyone but root: a
// PostgreSQL refuses root, a MariaDB should not be given it.
func account(users []string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range users {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("root may not run the server, and there is no user %s", strings.Join(users, " or "))
}

// giveAway makes the server's account the owner of its directory.
func giveAway(dir string, users []string) error {
	who, err := account(users)
	if err != nil || who == nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(who.Uid), int(who.Gid))
	})
}

// detach gives the watching shell the server's account, and a process group of
// its own, so that Ctrl-C in a terminal does not end it before its work is done.
func detach(cmd *exec.Cmd, users []string) error {
	who, err := account(users)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: who}
	return err
}
