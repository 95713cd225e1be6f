// Package enginetest is for sessiondb's own tests and benchmarks: it gives them
// real database servers, thrown away afterwards, and an empty database a case.
//
// A server comes from a DSN variable (SESSIONDB_TEST_POSTGRES_DSN and the like,
// holding a sessiondb URL) or is started from binaries on the machine, once per
// test binary. An engine that is not there skips the test and says how to get
// it; SESSIONDB_TEST_REQUIRE=sqlite,postgres,mysql turns that into a failure.
package enginetest

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
)

// The engines' names, as in SESSIONDB_TEST_REQUIRE and in dialects.
const (
	NameSQLite   = "sqlite"
	NamePostgres = "postgres"
	NameMySQL    = "mysql"
	NameGalera   = "galera" // MySQL's dialect on a cluster
	NameMSSQL    = "mssql"
	NameOracle   = "oracle"
	NameDB2      = "db2"
)

// ErrMissing is returned by Start when neither a DSN nor a binary is there; the
// message says how to get one.
var ErrMissing = errors.New("not on this machine")

// Server is one database server that tests may fill and empty.
type Server struct {
	// Engine is one of the Name constants.
	Engine string
	// URL is the sessiondb URL of an account that may create databases.
	URL string
	// Version is what the server says of itself; empty where it is not asked.
	Version string

	cases   isolation
	process *process
	others  []*Server // the further nodes of a cluster
	tunnel  *tunnel   // nil where connections go straight to the server
}

// isolation makes one empty place a test case.
type isolation interface {
	// create returns the URL of a new empty database, and how to remove it.
	create(name string) (url string, drop func() error, err error)
}

// engine is one row of the table below.
type engine struct {
	title   string
	schemes []string
	// isolate says how cases on a server are kept apart.
	isolate func(t *dialects.Target) isolation
	// start runs a server of our own; nil where there is none to run.
	start func() (*Server, error)
	// version asks the server; nil where no driver is at hand here.
	version func(t *dialects.Target) (string, error)
	howto   string
}

func engines() map[string]engine {
	return map[string]engine{
		NameSQLite: {title: "SQLite", schemes: []string{"sqlite"}, isolate: newFiles, start: startSQLite},
		NamePostgres: {
			title: "PostgreSQL", schemes: []string{"postgres", "postgresql"},
			isolate: newPostgresDatabases, start: startPostgres, version: postgresVersion,
			howto: "apt-get install postgresql, or set " + binVariable(NamePostgres) + " to the folder of initdb and postgres",
		},
		NameMySQL: {
			title: "MySQL or MariaDB", schemes: []string{"mysql"},
			isolate: newMySQLDatabases, start: startMySQL, version: mysqlVersion,
			howto: "apt-get install mariadb-server, or set " + binVariable(NameMySQL) + " to mariadbd or mysqld",
		},
		NameGalera: {
			title: "Galera", schemes: []string{"mysql"},
			isolate: newGaleraDatabases, start: startGalera, version: galeraVersion,
			howto: "apt-get install mariadb-server galera-4 rsync iproute2, and set " + binVariable(NameGalera) + " to mariadbd",
		},
		NameMSSQL:  {title: "SQL Server", schemes: []string{"sqlserver"}, isolate: newPrefixes},
		NameOracle: {title: "Oracle", schemes: []string{"oracle"}, isolate: newPrefixes},
		NameDB2: {
			title: "DB2 or Apache Derby", schemes: []string{"db2"}, isolate: newPrefixes, start: startDerby,
			howto: "apt-get install default-jre-headless maven, then eval \"$(tools/derby.sh)\"",
		},
	}
}

// Names lists the engines, those that can be started here first.
func Names() []string {
	return []string{NameSQLite, NamePostgres, NameMySQL, NameGalera, NameMSSQL, NameOracle, NameDB2}
}

// DSNVariable is the environment variable with the URL of a running server.
func DSNVariable(name string) string {
	return "SESSIONDB_TEST_" + strings.ToUpper(name) + "_DSN"
}

// binVariable is the environment variable with the place of the server's binaries.
func binVariable(name string) string {
	return "SESSIONDB_TEST_" + strings.ToUpper(name) + "_BIN"
}

// SQLite returns the embedded engine; every database is a new file.
func SQLite(t testing.TB) *Server { t.Helper(); return For(t, NameSQLite) }

// Postgres returns the PostgreSQL server of this test binary, or skips t.
func Postgres(t testing.TB) *Server { t.Helper(); return For(t, NamePostgres) }

// MySQL returns the MariaDB or MySQL server of this test binary, or skips t.
func MySQL(t testing.TB) *Server { t.Helper(); return For(t, NameMySQL) }

// For returns the server of the named engine. It skips t when the engine is not
// there, and fails it when the engine is required or does not start.
func For(t testing.TB, name string) *Server {
	t.Helper()
	s, err := shared.get(name)
	if err == nil {
		return s
	}
	if fatal, message := verdict(os.Getenv(requireVariable), name, err); fatal {
		t.Fatal(message)
	} else {
		t.Skip(message)
	}
	return nil
}

// NewDatabase creates an empty database for one test case, drops it when t
// ends, and returns its URL. On SQL Server, Oracle and DB2 it is a table prefix
// in the URL (sessiondb.prefix), and the caller drops the tables that it makes.
func (s *Server) NewDatabase(t testing.TB) string {
	t.Helper()
	url, drop, err := s.cases.create(caseName(t.Name()))
	if err != nil {
		t.Fatalf("new database on %s: %v", s.Engine, err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Errorf("drop the database of this case on %s: %v", s.Engine, err)
		}
	})
	return url
}

// Start finds or starts a server outside of any test, for enginectl. It returns
// ErrMissing when there is none. The caller calls Close.
func Start(name string) (*Server, error) {
	e, known := engines()[name]
	if !known {
		return nil, fmt.Errorf("unknown engine %q; known are %s", name, strings.Join(Names(), ", "))
	}
	if dsn := os.Getenv(DSNVariable(name)); dsn != "" {
		return fromDSN(name, e, dsn)
	}
	if e.start == nil {
		return nil, fmt.Errorf("%s %w: set %s to the URL of one", e.title, ErrMissing, DSNVariable(name))
	}
	s, err := e.start()
	if errors.Is(err, ErrMissing) {
		return nil, fmt.Errorf("%s %w: %s, or set %s to the URL of one", e.title, ErrMissing, e.howto, DSNVariable(name))
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", e.title, err)
	}
	s.Engine = name
	if err := s.identify(e); err != nil {
		return nil, err
	}
	return s, nil
}

// fromDSN uses a server that somebody else runs.
func fromDSN(name string, e engine, dsn string) (*Server, error) {
	t, err := dialects.ParseURL(dsn)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", DSNVariable(name), err)
	}
	if !slices.Contains(e.schemes, t.Scheme) {
		return nil, fmt.Errorf("%s is %s; want a URL of the form %s:...", DSNVariable(name), dialects.Redact(dsn), e.schemes[0])
	}
	s := &Server{Engine: name, URL: dsn}
	if err := s.identify(e); err != nil {
		return nil, fmt.Errorf("%s: %w", DSNVariable(name), err)
	}
	return s, nil
}

// identify reaches the server once and prepares how cases are kept apart.
func (s *Server) identify(e engine) error {
	t, err := dialects.ParseURL(s.URL)
	if err != nil {
		return err
	}
	if s.cases == nil {
		s.cases = e.isolate(t)
	}
	if e.version == nil {
		return nil
	}
	if s.Version, err = e.version(t); err != nil {
		s.Close()
		return fmt.Errorf("reach %s: %w", dialects.Redact(s.URL), err)
	}
	return nil
}

// Close stops a server that this process started; one behind a DSN goes on.
func (s *Server) Close() {
	for _, node := range s.others {
		node.Close()
	}
	if s.process != nil {
		s.process.stop()
	}
	if s.tunnel != nil {
		_ = s.tunnel.listener.Close() // its server is gone
	}
}

// pool holds the servers of this test binary, each started once.
type pool struct {
	mu      sync.Mutex
	servers map[string]func() (*Server, error)
}

var shared = pool{servers: map[string]func() (*Server, error){}}

func (p *pool) get(name string) (*Server, error) {
	p.mu.Lock()
	start, ok := p.servers[name]
	if !ok {
		start = sync.OnceValues(func() (*Server, error) { return Start(name) })
		p.servers[name] = start
	}
	p.mu.Unlock()
	return start()
}

// stop ends every server of the pool. One that is asked for later starts anew.
func (p *pool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, start := range p.servers {
		if s, err := start(); err == nil {
			s.Close()
		}
		delete(p.servers, name)
	}
}

// Main runs the tests of a package, stops its servers and waits until they are
// gone. Without it they are stopped as well, moments after the test binary has
// ended. checks run last; a leak check belongs there:
//
//	func TestMain(m *testing.M) { enginetest.Main(m, func() error { return goleak.Find() }) }
func Main(m *testing.M, checks ...func() error) {
	code := m.Run()
	shared.stop()
	for _, check := range checks {
		if err := check(); err != nil && code == 0 {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
