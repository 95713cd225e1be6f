package enginetest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// startTimeout bounds one start, on a machine that is busy with compiling.
const startTimeout = 2 * time.Minute

// launch is how one server is prepared, run, reached and ended.
type launch struct {
	// users are the accounts that serve root, who may not run a server.
	users []string
	// prepare creates the data directory, serve runs in the foreground.
	prepare, serve []string
	// signal ends the server.
	signal string
	url    string
	// ready returns nil when the server answers at url.
	ready func(url string) error
}

// process is a running server and the shell that watches over it.
type process struct {
	cmd *exec.Cmd
	// lifeline is held open as long as this process lives; the shell ends the
	// server when it closes, for whatever reason.
	lifeline io.Closer
	log      *os.File
	done     chan struct{}
}

// watch runs a command until it ends or standard input closes, and removes the
// data directory. That way nothing is left when a test binary is killed, and
// an orderly end takes the same path. It needs nothing but a POSIX shell.
const watch = `
dir=$1 signal=$2 keep=$3
shift 3
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
(read -r _ <&3; kill -"$signal" "$server") &
watcher=$!
exec 3<&-
wait "$server"
code=$?
kill "$watcher"
if [ "$keep" = yes ] && [ "$code" = 0 ]; then exit 0; fi
cd /
rm -rf "$dir" || { sleep 1; rm -rf "$dir"; }
exit "$code"
`

// startServer tries a few times, because a free port can be taken by someone
// else before the server gets it.
func startServer(name string, plan func(dir string, port int) (*launch, error)) (*Server, error) {
	var errs []error
	for range 3 {
		s, retry, err := tryServer(name, plan)
		if err == nil {
			return s, nil
		}
		errs = append(errs, err)
		if !retry {
			break
		}
	}
	return nil, errors.Join(errs...)
}

func tryServer(name string, plan func(dir string, port int) (*launch, error)) (s *Server, retry bool, err error) {
	dir, err := os.MkdirTemp("", "sessiondb-test-"+name+"-")
	if err != nil {
		return nil, false, err
	}
	port, err := freePort()
	if err != nil {
		return nil, false, errors.Join(err, os.RemoveAll(dir))
	}
	l, err := plan(dir, port)
	if err != nil {
		return nil, false, errors.Join(err, os.RemoveAll(dir))
	}
	if err := giveAway(dir, l.users); err != nil {
		return nil, false, errors.Join(err, os.RemoveAll(dir))
	}
	if err := l.prepareData(dir); err != nil {
		return nil, false, err
	}
	p, err := supervise(dir, l, false, l.serve)
	if err != nil {
		return nil, false, errors.Join(err, os.RemoveAll(dir))
	}
	if err := p.await(func() error { return l.ready(l.url) }); err != nil {
		p.stop()
		return nil, true, fmt.Errorf("%s: %w", strings.Join(l.serve, " "), err)
	}
	return &Server{URL: l.url, process: p}, false, nil
}

// prepareData runs to its end under the same watch as the server, so that the
// data directory goes when it fails or this process is killed.
func (l *launch) prepareData(dir string) error {
	p, err := supervise(dir, l, true, l.prepare)
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	<-p.done
	defer p.stop()
	if !p.cmd.ProcessState.Success() {
		return fmt.Errorf("%s: %v: %s", strings.Join(l.prepare, " "), p.cmd.ProcessState, p.tail())
	}
	return nil
}

// supervise starts the shell that watches over a command.
func supervise(dir string, l *launch, keep bool, command []string) (*process, error) {
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	signal, keepWord := l.signal, "no"
	if keep {
		signal, keepWord = "KILL", "yes"
	}
	cmd := exec.Command("sh", append([]string{"-c", watch, "sessiondb-test", dir, signal, keepWord}, command...)...)
	cmd.Dir, cmd.Env = dir, environment()
	cmd.Stdout, cmd.Stderr = log, log
	if err := detach(cmd, l.users); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	p := &process{cmd: cmd, lifeline: lifeline, log: log, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // its state is read from cmd
		close(p.done)
	}()
	return p, nil
}

// environment is what a server needs of ours. The rest (PGDATA, MYSQL_HOME, a
// locale that is not installed) would only disturb.
func environment() []string {
	env := []string{"LC_ALL=C"}
	for _, name := range []string{"PATH", "TMPDIR", "LD_LIBRARY_PATH"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// await asks until the server answers, has ended, or the time is over.
func (p *process) await(ready func() error) error {
	deadline := time.Now().Add(startTimeout)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("ended at once: %v: %s", p.cmd.ProcessState, p.tail())
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("does not answer after %v: %w: %s", startTimeout, err, p.tail())
		}
	}
}

// stop ends the server and waits until its data directory is gone.
func (p *process) stop() {
	_ = p.lifeline.Close() // nothing was ever written to it
	<-p.done
	_ = p.log.Close() // only a log of what is gone
}

// tail is the end of the server's log; the file may have been removed already,
// the open handle still reads it.
func (p *process) tail() string {
	const most = 2000
	text, err := io.ReadAll(io.NewSectionReader(p.log, 0, 1<<20))
	if err != nil {
		return "its log cannot be read: " + err.Error()
	}
	if len(text) > most {
		text = text[len(text)-most:]
	}
	return strings.TrimSpace(string(text))
}

// freePort lets the system choose a port of the loopback interface.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func hostPort(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}
