//go:build db2

package db2

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"

	"github.com/ibmdb/go_ibm_db"
)

// records are those of the driver's error.
func records(err error) []record {
	var e *go_ibm_db.Error
	if !errors.As(err, &e) {
		return nil
	}
	all := make([]record, len(e.Diag))
	for i, d := range e.Diag {
		all[i] = record{d.State, d.NativeError, d.Message}
	}
	return all
}

// pool opens connections with IBM's driver.
type pool struct {
	connector
	driver driver.Driver
}

var _ driver.Connector = pool{}

func (c connector) open() (*sql.DB, error) {
	// The driver has no constructor; it registers itself when the CLI library
	// could be loaded.
	registered, err := sql.Open("go_ibm_db", c.dsn)
	if err != nil {
		return nil, fmt.Errorf("IBM's CLI driver did not start, see LD_LIBRARY_PATH: %w", err)
	}
	p := pool{c, registered.Driver()}
	return sql.OpenDB(p), registered.Close()
}

// Driver is IBM's.
func (p pool) Driver() driver.Driver { return p.driver }

// Connect opens a connection within the timeout. The driver knows no context: a
// connection that comes too late is closed when it comes, which the driver's
// own ConnectTimeout bounds.
func (p pool) Connect(ctx context.Context) (driver.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	type result struct {
		conn driver.Conn
		err  error
	}
	done := make(chan result, 1)
	go func() {
		conn, err := p.connect()
		done <- result{conn, err}
	}()
	select {
	case r := <-done:
		return r.conn, r.err
	case <-limited.Done():
	}
	go func() {
		if r := <-done; r.err == nil {
			_ = r.conn.Close() // nobody is left to tell
		}
	}()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp " + p.addr, Err: fmt.Errorf("no answer within %s", p.timeout)}
}

func (p pool) connect() (driver.Conn, error) {
	conn, err := p.driver.Open(p.dsn)
	if err != nil {
		return nil, err
	}
	ibm, ok := conn.(*go_ibm_db.Conn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("unknown connection %T", conn), conn.Close())
	}
	if err := setLockTimeout(ibm, p.lockTimeout); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &session{ibm: ibm}, nil
}

// setLockTimeout tolerates a server that does not know the statement, as Derby.
func setLockTimeout(conn *go_ibm_db.Conn, seconds int) error {
	stmt, err := conn.Prepare(fmt.Sprintf("SET CURRENT LOCK TIMEOUT %d", seconds))
	if err == nil {
		_, err = stmt.Exec(nil) //nolint:staticcheck // the driver has no other form without a context
		err = errors.Join(err, stmt.Close())
	}
	if unknownSQL(err) {
		return nil
	}
	return err
}
