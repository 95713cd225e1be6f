package enginetest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/sethvargo/go-retry"

	"github.com/sessiondb/sessiondb/dialects"
)

// startMySQL runs a new MariaDB or MySQL server, whichever is on the machine.
func startMySQL() (*Server, error) {
	binary, err := findMySQL()
	if err != nil {
		return nil, err
	}
	version, err := exec.Command(binary, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --version: %w", binary, err)
	}
	mariadb := bytes.Contains(version, []byte("MariaDB"))
	return startServer("mysql", func(dir string, port int) (*launch, error) {
		password := random(12)
		accounts := filepath.Join(dir, "accounts.sql")
		if err := os.WriteFile(accounts, []byte(mysqlAccounts(password)), 0o600); err != nil {
			return nil, err
		}
		data := filepath.Join(dir, "data")
		prepare := []string{binary, "--no-defaults", "--initialize-insecure", "--datadir=" + data, "--tmpdir=" + dir}
		if mariadb {
			prepare = []string{
				installer(binary), "--no-defaults", "--datadir=" + data, "--tmpdir=" + dir,
				"--auth-root-authentication-method=normal", "--skip-test-db",
			}
		}
		u := url.URL{Scheme: "mysql", User: url.UserPassword("root", password), Host: hostPort(port), Path: "/"}
		return &launch{
			users:   []string{"mysql", "nobody"},
			prepare: prepare,
			serve:   append([]string{binary}, mysqlSettings(dir, data, accounts, port, mariadb)...),
			// Nobody needs the data any more, and an orderly end takes a second.
			signal: "KILL",
			url:    u.String(),
			ready:  mysqlReady,
		}, nil
	})
}

// mysqlAccounts gives root a password, also over TCP. One statement a line: the
// server's init file knows no other form.
func mysqlAccounts(password string) string {
	return fmt.Sprintf(`CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';
ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '%[1]s';
GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
ALTER USER 'root'@'localhost' IDENTIFIED BY '%[1]s';
`, password)
}

// mysqlSettings trade durability for speed: the data lives minutes. latin1 is
// what WSO2's installation guide asks for. Temporary files have a folder of their
// own, because a server removes what it takes for left over in a shared one.
func mysqlSettings(dir, data, accounts string, port int, mariadb bool) []string {
	args := []string{
		"--no-defaults", "--datadir=" + data, "--tmpdir=" + dir, "--init-file=" + accounts,
		"--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", port),
		"--socket=" + filepath.Join(dir, "s"), "--pid-file=" + filepath.Join(dir, "pid"),
		"--skip-name-resolve", "--skip-log-bin", "--max-connections=300",
		"--character-set-server=latin1", "--performance-schema=OFF", "--secure-file-priv=" + data,
		"--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0", "--innodb-doublewrite=0",
		"--innodb-buffer-pool-size=256M", "--max-allowed-packet=64M", // 5.7 has 4 MiB, less than a payload may have
	}
	if mariadb {
		return append(args, "--innodb-log-file-size=256M")
	}
	return append(args, "--loose-mysqlx=0") // 5.7 may not know it
}

// findMySQL returns the path of mariadbd or mysqld.
func findMySQL() (string, error) {
	dirs := append(beside("mariadbd"), beside("mysqld")...)
	dirs = append(dirs, "/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/usr/local/mysql/bin", "/opt/homebrew/bin")
	if place := os.Getenv(binVariable(NameMySQL)); place != "" {
		if executable(place) {
			return place, nil
		}
		dirs = []string{place}
	}
	for _, dir := range dirs {
		for _, name := range []string{"mariadbd", "mysqld"} {
			if path := filepath.Join(dir, name); executable(path) {
				return path, nil
			}
		}
	}
	return "", ErrMissing
}

// installer is the script that creates MariaDB's system tables.
func installer(binary string) string {
	root := filepath.Dir(filepath.Dir(binary))
	for _, dir := range []string{filepath.Dir(binary), filepath.Join(root, "bin"), filepath.Join(root, "scripts")} {
		for _, name := range []string{"mariadb-install-db", "mysql_install_db"} {
			if path := filepath.Join(dir, name); executable(path) {
				return path
			}
		}
	}
	return "mariadb-install-db" // in PATH, or the error says so
}

func mysqlReady(rawURL string) error {
	t, err := dialects.ParseURL(rawURL)
	if err != nil {
		return err
	}
	_, err = mysqlVersion(t)
	return err
}

// mysqlVersion is "MariaDB 10.11.19-MariaDB..." or "MySQL 9.7.4".
func mysqlVersion(t *dialects.Target) (string, error) {
	return askMySQL(t, "SELECT CONCAT(IF(VERSION() LIKE '%MariaDB%', 'MariaDB ', 'MySQL '), VERSION())")
}

// askMySQL reads one string.
func askMySQL(t *dialects.Target, query string) (string, error) {
	dsn, err := mysqlDSN(t)
	if err != nil {
		return "", err
	}
	return ask("mysql", dsn, query)
}

// mysqlDSN is the driver's own form of the target, without a database.
func mysqlDSN(t *dialects.Target) (string, error) {
	c := mysql.NewConfig()
	c.User = t.URL.User.Username()
	c.Passwd, _ = t.URL.User.Password()
	c.Net, c.Addr = "tcp", t.URL.Host
	c.Logger = &mysql.NopLogger{} // a server that is starting up is no news
	dsn := c.FormatDSN()
	if t.URL.RawQuery == "" {
		return dsn, nil
	}
	parsed, err := mysql.ParseDSN(dsn + "?" + t.URL.RawQuery)
	if err != nil {
		return "", err
	}
	return parsed.FormatDSN(), nil
}

type mysqlDatabases struct{ target *dialects.Target }

func newMySQLDatabases(t *dialects.Target) isolation { return mysqlDatabases{t} }

func (m mysqlDatabases) admin(f func(context.Context, *sql.Conn) error) error {
	dsn, err := mysqlDSN(m.target)
	if err != nil {
		return err
	}
	return admin("mysql", dsn, f)
}

func (m mysqlDatabases) create(name string) (string, func() error, error) {
	err := m.admin(run("CREATE DATABASE " + name))
	return withDatabase(m.target, name), func() error { return m.drop(name) }, err
}

// drop first ends connections that a failed test left open: their transactions
// would hold the tables, and the server's patience is a day.
func (m mysqlDatabases) drop(name string) error {
	return m.admin(func(ctx context.Context, conn *sql.Conn) error {
		if err := endConnections(ctx, conn, name); err != nil {
			return err
		}
		return run("SET SESSION lock_wait_timeout = 10", "DROP DATABASE IF EXISTS "+name)(ctx, conn)
	})
}

func endConnections(ctx context.Context, conn *sql.Conn, database string) error {
	var ids []int64
	// MySQL converts the statements of all connections for that list, and refuses it
	// (error 3854) while one of them, of any test, holds bytes that are no text.
	err := retry.Do(ctx, retry.WithMaxRetries(50, retry.NewConstant(100*time.Millisecond)), func(ctx context.Context) (err error) {
		ids, err = mysqlConnections(ctx, conn, database)
		return retry.RetryableError(err)
	})
	for _, id := range ids {
		_ = run(fmt.Sprintf("KILL %d", id))(ctx, conn) // it may have ended meanwhile
	}
	return err
}

func mysqlConnections(ctx context.Context, conn *sql.Conn, database string) ([]int64, error) {
	rows, err := conn.QueryContext(ctx, "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '"+database+"'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
