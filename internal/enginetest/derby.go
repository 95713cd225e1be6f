package enginetest

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
)

// derbyVariable is the folder of Apache Derby's archives.
const derbyVariable = "SESSIONDB_TEST_DERBY_JARS"

// derbyArchives are those that a server needs.
var derbyArchives = []string{"derby.jar", "derbynet.jar", "derbyclient.jar", "derbytools.jar"}

// startDerby runs Apache Derby in place of DB2: it speaks DB2's wire protocol,
// and its SQL is a subset of DB2's.
func startDerby() (*Server, error) {
	java, classpath, err := findDerby()
	if err != nil {
		return nil, err
	}
	var home string
	s, err := startServer("derby", func(dir string, port int) (*launch, error) {
		home = dir
		password := random(12)
		script := filepath.Join(dir, "create.sql")
		for name, text := range map[string]string{
			script:                                 fmt.Sprintf(derbyCreate, password),
			filepath.Join(dir, "derby.properties"): derbyProperties(password),
		} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				return nil, err
			}
		}
		run := []string{
			// It lives minutes, in which the better compiler does not pay.
			java, "-XX:TieredStopAtLevel=1", "-Xmx512m", "-XX:+UseSerialGC", "-Duser.timezone=UTC",
			"-Dderby.system.home=" + dir, "-cp", classpath,
		}
		// Left to itself, the CLI driver wants the password encrypted, which Derby's
		// protocol of that age cannot.
		u := url.URL{Scheme: "db2", User: url.UserPassword("app", password), Host: hostPort(port), Path: "/" + derbyDatabase, RawQuery: "Authentication=SERVER"}
		return &launch{
			users:   derbyUsers,
			prepare: append(run[:len(run):len(run)], "org.apache.derby.tools.ij", script),
			serve: append(run[:len(run):len(run)], "org.apache.derby.drda.NetworkServerControl", "start",
				"-h", "127.0.0.1", "-p", fmt.Sprint(port), "-noSecurityManager"),
			signal: "KILL", // nobody needs the data any more
			url:    u.String(),
			ready:  derbyReady,
		}, nil
	})
	if err != nil {
		return nil, err
	}
	s.Version = derbyVersion(s.process)
	if err := s.finishDerby(home); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// finishDerby makes the first database, and the tunnel to the server.
func (s *Server) finishDerby(home string) error {
	u, err := url.Parse(s.URL)
	if err != nil {
		return err
	}
	if s.tunnel, err = newTunnel(u.Host); err != nil {
		return err
	}
	u.Host = s.tunnel.listener.Addr().String()
	s.URL = u.String()
	s.cases = derbyCopies{home: home, url: s.URL}
	return copyTemplate(home, derbyDatabase)
}

// derbyCreate makes the database that those of the cases are copied from, and
// leaves it as the shutdown of a server does.
const derbyCreate = `connect 'jdbc:derby:` + derbyTemplate + `;create=true;user=app;password=%[1]s';
disconnect;
connect 'jdbc:derby:;shutdown=true;user=app;password=%[1]s';
`

const (
	derbyTemplate = "TEMPLATE"
	// derbyDatabase is the one of Server.URL.
	derbyDatabase = "SESS"
)

// derbyCopies are databases of their own: Derby's catalogue locks would make
// cases with prefixes in one database wait for each other. They stay until the
// server goes, because IBM's driver cannot tell Derby to let go of one.
type derbyCopies struct{ home, url string }

func (c derbyCopies) create(string) (string, func() error, error) {
	// In capitals, because the CLI driver makes them so, and short.
	name := "C" + strings.ToUpper(random(3))
	t, err := dialects.ParseURL(c.url)
	if err != nil {
		return "", nil, err
	}
	return withDatabase(t, name), func() error { return nil }, copyTemplate(c.home, name)
}

// copyTemplate makes a database; Derby looks for it when somebody connects.
func copyTemplate(home, name string) error {
	dir := filepath.Join(home, name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(home, derbyTemplate))); err != nil {
		return err
	}
	return giveAway(dir, derbyUsers)
}

// derbyUsers are the accounts that serve root.
var derbyUsers = []string{"nobody"}

// derbyProperties trade durability for speed: the data lives minutes. Waits for
// locks are short, because Derby has no statement that sets them per connection.
func derbyProperties(password string) string {
	return fmt.Sprintf(`derby.system.durability=test
derby.storage.pageCacheSize=400
derby.locks.waitTimeout=3
derby.locks.deadlockTimeout=1
derby.connection.requireAuthentication=true
derby.authentication.provider=BUILTIN
derby.user.app=%s
`, password)
}

// findDerby returns the Java program and the class path.
func findDerby() (java, classpath string, err error) {
	java = filepath.Join(os.Getenv("JAVA_HOME"), "bin", "java")
	if !executable(java) {
		if java, err = exec.LookPath("java"); err != nil {
			return "", "", ErrMissing
		}
	}
	var paths []string
	for _, name := range derbyArchives {
		path := filepath.Join(os.Getenv(derbyVariable), name)
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return "", "", ErrMissing
		}
		paths = append(paths, path)
	}
	return java, strings.Join(paths, string(os.PathListSeparator)), nil
}

// derbyReady waits for the port; IBM's driver is not at hand here.
func derbyReady(rawURL string) error {
	t, err := dialects.ParseURL(rawURL)
	if err != nil {
		return err
	}
	conn, err := net.DialTimeout("tcp", t.URL.Host, time.Second)
	if err != nil {
		return err
	}
	return conn.Close()
}

var derbyGreeting = regexp.MustCompile(`Apache Derby Network Server - ([0-9.]+)`)

// derbyVersion finds it in the server's log, which begins with it, moments after
// the port is open.
func derbyVersion(p *process) string {
	for range 40 {
		if found := derbyGreeting.FindStringSubmatch(p.tail()); found != nil {
			return "Apache Derby " + found[1]
		}
		time.Sleep(50 * time.Millisecond)
	}
	return "Apache Derby"
}
