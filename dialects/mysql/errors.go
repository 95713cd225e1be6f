package mysql

import (
	"errors"

	"github.com/go-sql-driver/mysql"

	"github.com/sessiondb/sessiondb/dialects"
)

// numbers are the server's error numbers that have a class here: MySQL's and
// MariaDB's lists, and those of the proxies and engines named beside them.
var numbers = map[uint16]error{
	1022: dialects.ErrDuplicate,
	1062: dialects.ErrDuplicate,
	1586: dialects.ErrDuplicate,     // ER_DUP_ENTRY_WITH_KEY_NAME
	1213: dialects.ErrDeadlock,      // on Galera also at COMMIT
	1614: dialects.ErrDeadlock,      // XA
	1020: dialects.ErrSerialization, // MariaDB's innodb_snapshot_isolation
	8002: dialects.ErrSerialization, // TiDB
	8022: dialects.ErrSerialization, // TiDB
	9007: dialects.ErrSerialization, // TiDB, write conflict
	1205: dialects.ErrLockTimeout,
	3572: dialects.ErrLockTimeout, // NOWAIT
	1406: dialects.ErrTooLong,
	1153: dialects.ErrTooLong, // max_allowed_packet of the server
	1036: dialects.ErrReadOnly,
	1290: dialects.ErrReadOnly, // --read-only
	1792: dialects.ErrReadOnly, // a read-only transaction
	1836: dialects.ErrReadOnly,
	3989: dialects.ErrReadOnly,     // the schema is set to READ ONLY
	1049: dialects.ErrMissingTable, // the schema
	1051: dialects.ErrMissingTable,
	1146: dialects.ErrMissingTable,
	1040: dialects.ErrUnavailable, // too many connections
	1203: dialects.ErrUnavailable, // too many connections of this user
	1047: dialects.ErrUnavailable, // Galera: not yet prepared for application use
	1053: dialects.ErrUnavailable, // shutting down
	1129: dialects.ErrUnavailable, // this host is blocked
	1158: dialects.ErrUnavailable, // network errors seen by the server
	1159: dialects.ErrUnavailable,
	1160: dialects.ErrUnavailable,
	1161: dialects.ErrUnavailable,
	1927: dialects.ErrUnavailable, // MariaDB: the connection was killed
	4031: dialects.ErrUnavailable, // MySQL: disconnected while idle
	2002: dialects.ErrUnavailable, // client numbers, passed on by proxies
	2003: dialects.ErrUnavailable,
	2006: dialects.ErrUnavailable,
	2013: dialects.ErrUnavailable,
	9001: dialects.ErrUnavailable, // ProxySQL, and TiDB without its placement driver
	9002: dialects.ErrUnavailable, // TiDB without its storage
	9005: dialects.ErrUnavailable,
}

// Classify decides by the server's error number. A killed query (1317) and one
// that ran out of max_execution_time (3024) have no class.
func (dialect) Classify(err error) error {
	var e *mysql.MySQLError
	if errors.As(err, &e) {
		return numbers[e.Number]
	}
	if errors.Is(err, mysql.ErrPktTooLarge) { // the driver's own limit, maxAllowedPacket
		return dialects.ErrTooLong
	}
	if dialects.ConnectionLost(err) || errors.Is(err, mysql.ErrInvalidConn) {
		return dialects.ErrUnavailable
	}
	return nil
}
