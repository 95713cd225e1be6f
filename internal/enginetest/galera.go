package enginetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/sessiondb/sessiondb/dialects"
)

// galeraNodes is the smallest cluster that survives the loss of a node.
const galeraNodes = 3

// startGalera runs a cluster of MariaDB servers, each of which takes writes. It
// is started only where its variable names the server: it takes the memory and
// the time of three.
func startGalera() (*Server, error) {
	binary, provider, err := findGalera()
	if err != nil {
		return nil, err
	}
	c := galera{binary: binary, provider: provider, password: random(12), name: random(4)}
	var first *Server
	for range galeraNodes {
		node, err := startServer("galera", c.plan)
		if err != nil {
			if first != nil {
				first.Close()
			}
			return nil, fmt.Errorf("node %d: %w", c.members+1, err)
		}
		c.members++
		if first == nil {
			first = node
		} else {
			first.others = append(first.others, node)
		}
	}
	return first, nil
}

// galera is what the nodes of a cluster have in common.
type galera struct {
	binary, provider, password, name string
	// members are those that are up; donor is where a new one finds them.
	members int
	donor   string
}

// galeraPorts are those of a node beside the one for clients: of the group, and
// of both ways in which its state comes to a node that joins.
type galeraPorts struct{ group, increments, snapshot int }

func (c *galera) plan(dir string, port int) (*launch, error) {
	var p galeraPorts
	for _, n := range []*int{&p.group, &p.increments, &p.snapshot} {
		var err error
		if *n, err = freePort(); err != nil {
			return nil, err
		}
	}
	// What the first node holds goes to the others, its accounts included.
	accounts, statements := filepath.Join(dir, "accounts.sql"), "SELECT 1;\n"
	if c.members == 0 {
		c.donor, statements = hostPort(p.group), mysqlAccounts(c.password)
	}
	if err := os.WriteFile(accounts, []byte(statements), 0o600); err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	serve := append([]string{c.binary}, mysqlSettings(dir, data, accounts, port, true)...)
	u := url.URL{
		Scheme: "mysql", User: url.UserPassword("root", c.password), Host: hostPort(port), Path: "/",
		RawQuery: "wsrep_sync_wait=15", // reads wait for what other nodes have committed
	}
	return &launch{
		users:   []string{"mysql", "nobody"},
		prepare: []string{installer(c.binary), "--no-defaults", "--datadir=" + data, "--tmpdir=" + dir, "--auth-root-authentication-method=normal", "--skip-test-db"},
		serve:   append(serve, c.settings(port, p)...),
		signal:  "KILL", // nobody needs the data any more
		url:     u.String(),
		ready:   func(rawURL string) error { return galeraReady(rawURL, c.members+1) },
	}, nil
}

func (c *galera) settings(port int, p galeraPorts) []string {
	args := []string{
		"--wsrep-on=ON", "--wsrep-provider=" + c.provider, "--wsrep-cluster-name=" + c.name,
		"--wsrep-cluster-address=gcomm://" + c.donor, "--wsrep-node-address=" + hostPort(p.group),
		"--wsrep-node-incoming-address=" + hostPort(port),
		fmt.Sprintf("--wsrep-provider-options=gmcast.listen_addr=tcp://%s;ist.recv_addr=%s;gcache.size=32M", hostPort(p.group), hostPort(p.increments)),
		"--wsrep-sst-method=rsync", "--wsrep-sst-receive-address=" + hostPort(p.snapshot),
		"--binlog-format=ROW", "--innodb-autoinc-lock-mode=2",
		// Less than a server of its own has, and the last of a setting counts.
		"--innodb-buffer-pool-size=64M", "--innodb-log-file-size=64M",
	}
	if c.members == 0 {
		args = append(args, "--wsrep-new-cluster")
	}
	return args
}

// findGalera returns the server and the library that makes a cluster of it.
func findGalera() (binary, provider string, err error) {
	binary = os.Getenv(binVariable(NameGalera))
	if !executable(binary) {
		return "", "", ErrMissing
	}
	for _, program := range []string{"rsync", "ss"} { // a node that joins gets its data by them
		if _, err := exec.LookPath(program); err != nil {
			return "", "", ErrMissing
		}
	}
	for _, path := range []string{"/usr/lib/galera/libgalera_smm.so", "/usr/lib64/galera-4/libgalera_smm.so"} {
		if _, err := os.Stat(path); err == nil {
			return binary, path, nil
		}
	}
	return "", "", ErrMissing
}

// galeraReady wants a node that has caught up with the cluster.
func galeraReady(rawURL string, members int) error {
	t, err := dialects.ParseURL(rawURL)
	if err != nil {
		return err
	}
	state, err := askMySQL(t, "SELECT GROUP_CONCAT(VARIABLE_VALUE ORDER BY VARIABLE_NAME) FROM information_schema.GLOBAL_STATUS"+
		" WHERE VARIABLE_NAME IN ('WSREP_CLUSTER_SIZE', 'WSREP_LOCAL_STATE_COMMENT')")
	if want := fmt.Sprintf("%d,Synced", members); err == nil && state != want {
		err = fmt.Errorf("cluster size and state are %s, want %s", state, want)
	}
	return err
}

// galeraVersion is the server's, and how many nodes there are.
func galeraVersion(t *dialects.Target) (string, error) {
	version, err := mysqlVersion(t)
	if err != nil {
		return "", err
	}
	nodes, err := galeraTargets(t)
	return fmt.Sprintf("%s, %d nodes of Galera", version, len(nodes)), err
}

// galeraTargets are the nodes of a cluster, the given one first. It asks that
// one, so that a cluster behind a DSN is known as well.
func galeraTargets(t *dialects.Target) ([]*dialects.Target, error) {
	list, err := askMySQL(t, "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'WSREP_INCOMING_ADDRESSES'")
	if err != nil {
		return nil, err
	}
	nodes := []*dialects.Target{t}
	for host := range strings.SplitSeq(list, ",") {
		if host == t.URL.Host {
			continue
		}
		u := *t.URL
		u.Host = host
		node, err := dialects.ParseURL(u.String())
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
	}
	return nodes, nil
}

// Nodes are the URLs of a case's database on each node of a cluster, the given
// one first.
func (s *Server) Nodes(rawURL string) ([]string, error) {
	t, err := dialects.ParseURL(rawURL)
	if err != nil {
		return nil, err
	}
	nodes, err := galeraTargets(t)
	var urls []string
	for _, n := range nodes {
		urls = append(urls, n.URL.String())
	}
	return urls, err
}

// galeraDatabases are databases of the whole cluster, made through one node.
type galeraDatabases struct{ first mysqlDatabases }

func newGaleraDatabases(t *dialects.Target) isolation { return galeraDatabases{mysqlDatabases{t}} }

// create waits until every node has the database: nobody can connect to one
// that its node does not know yet.
func (g galeraDatabases) create(name string) (string, func() error, error) {
	rawURL, _, err := g.first.create(name)
	if err != nil {
		return "", nil, err
	}
	nodes, err := galeraTargets(g.first.target)
	for _, node := range nodes {
		if err == nil {
			err = mysqlDatabases{node}.admin(run("SET SESSION wsrep_sync_wait = 15", "SHOW TABLES FROM "+name))
		}
	}
	return rawURL, func() error { return g.drop(nodes, name) }, err
}

// drop ends the connections of all nodes first.
func (g galeraDatabases) drop(nodes []*dialects.Target, name string) error {
	for _, node := range nodes {
		err := mysqlDatabases{node}.admin(func(ctx context.Context, conn *sql.Conn) error { return endConnections(ctx, conn, name) })
		if err != nil {
			return err
		}
	}
	return g.first.drop(name)
}
