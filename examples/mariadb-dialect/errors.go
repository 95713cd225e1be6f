package mariadb

import (
	"errors"

	"github.com/go-sql-driver/mysql"

	"github.com/sessiondb/sessiondb/dialects"
)

// numbers are the server's error numbers that have a class in package dialects.
var numbers = map[uint16]error{
	1022: dialects.ErrDuplicate,
	1062: dialects.ErrDuplicate,
	1213: dialects.ErrDeadlock,
	1020: dialects.ErrSerialization, // innodb_snapshot_isolation
	1205: dialects.ErrLockTimeout,
	1406: dialects.ErrTooLong,
	1153: dialects.ErrTooLong,  // max_allowed_packet
	1290: dialects.ErrReadOnly, // --read-only
	1792: dialects.ErrReadOnly, // a read-only transaction
	1049: dialects.ErrMissingTable,
	1146: dialects.ErrMissingTable,
	1040: dialects.ErrUnavailable, // too many connections
	1053: dialects.ErrUnavailable, // shutting down
	1927: dialects.ErrUnavailable, // the connection was killed
}

// Classify decides by the server's error number.
func (dialect) Classify(err error) error {
	var e *mysql.MySQLError
	if errors.As(err, &e) {
		return numbers[e.Number]
	}
	if dialects.ConnectionLost(err) || errors.Is(err, mysql.ErrInvalidConn) {
		return dialects.ErrUnavailable
	}
	return nil
}
