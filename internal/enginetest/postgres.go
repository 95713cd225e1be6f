package enginetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"

	"github.com/sessiondb/sessiondb/dialects"
)

// startPostgres runs a new PostgreSQL server from the binaries on the machine.
func startPostgres() (*Server, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	return startServer("postgres", func(dir string, port int) (*launch, error) {
		password := random(12)
		// initdb takes a password from a file only.
		secret := filepath.Join(dir, "password")
		if err := os.WriteFile(secret, []byte(password), 0o600); err != nil {
			return nil, err
		}
		data := filepath.Join(dir, "data")
		u := url.URL{Scheme: "postgres", User: url.UserPassword("postgres", password), Host: hostPort(port), Path: "/postgres", RawQuery: "sslmode=disable"}
		return &launch{
			users: []string{"postgres", "nobody"},
			prepare: []string{
				filepath.Join(bin, "initdb"), "--pgdata", data, "--username=postgres", "--pwfile", secret,
				// Not scram: it would cost every connection milliseconds.
				"--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync",
			},
			serve: append([]string{filepath.Join(bin, "postgres"), "-D", data}, postgresSettings(port)...),
			// Immediate shutdown: nobody needs the data any more.
			signal: "QUIT",
			url:    u.String(),
			ready:  postgresReady,
		}, nil
	})
}

// postgresSettings trade durability for speed: the data lives minutes.
func postgresSettings(port int) []string {
	var args []string
	for _, s := range []string{
		"listen_addresses=127.0.0.1", fmt.Sprintf("port=%d", port), "unix_socket_directories=",
		"max_connections=300", "shared_buffers=256MB",
		"fsync=off", "synchronous_commit=off", "full_page_writes=off",
		"wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB", "checkpoint_timeout=1h",
	} {
		args = append(args, "-c", s)
	}
	return args
}

// findPostgres returns the folder of initdb and postgres.
func findPostgres() (string, error) {
	candidates := []string{}
	if place := os.Getenv(binVariable(NamePostgres)); place != "" {
		candidates = folders(place)
	} else {
		candidates = append(candidates, beside("initdb")...)
		candidates = append(candidates, newestFirst("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin")...)
		candidates = append(candidates, "/usr/local/pgsql/bin")
	}
	for _, dir := range candidates {
		if executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", ErrMissing
}

func postgresReady(rawURL string) error {
	t, err := dialects.ParseURL(rawURL)
	if err != nil {
		return err
	}
	_, err = postgresVersion(t)
	return err
}

// postgresVersion is "PostgreSQL 15.18 (...) on ..." or what a relative says.
func postgresVersion(t *dialects.Target) (string, error) {
	return ask("pgx", t.URL.String(), "SELECT version()")
}

type postgresDatabases struct{ target *dialects.Target }

func newPostgresDatabases(t *dialects.Target) isolation { return postgresDatabases{t} }

func (p postgresDatabases) create(name string) (string, func() error, error) {
	// template0: nothing that someone put into template1 gets into a case.
	err := admin("pgx", p.target.URL.String(), run("CREATE DATABASE "+name+" TEMPLATE template0"))
	return withDatabase(p.target, name), func() error { return p.drop(name) }, err
}

// drop also ends connections that a failed test left open. The form with FORCE
// came with PostgreSQL 13; older ones and relatives get the two steps.
func (p postgresDatabases) drop(name string) error {
	return admin("pgx", p.target.URL.String(), func(ctx context.Context, conn *sql.Conn) error {
		drop := "DROP DATABASE IF EXISTS " + name
		if err := run(drop+" WITH (FORCE)")(ctx, conn); err == nil {
			return nil
		}
		end := "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'"
		_ = run(end)(ctx, conn) // a relative without it can still drop
		return run(drop)(ctx, conn)
	})
}
