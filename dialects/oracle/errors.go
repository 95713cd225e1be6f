package oracle

import (
	"errors"

	"github.com/sijms/go-ora/v2/network"

	"github.com/sessiondb/sessiondb/dialects"
)

// numbers are the ORA- numbers that have a class here.
var numbers = map[int]error{
	1:     dialects.ErrDuplicate,
	60:    dialects.ErrDeadlock,
	8177:  dialects.ErrSerialization,
	54:    dialects.ErrLockTimeout, // NOWAIT
	4021:  dialects.ErrLockTimeout, // DDL
	30006: dialects.ErrLockTimeout, // WAIT n
	1401:  dialects.ErrTooLong,
	12899: dialects.ErrTooLong,
	372:   dialects.ErrReadOnly,     // tablespace
	1456:  dialects.ErrReadOnly,     // transaction
	12081: dialects.ErrReadOnly,     // table
	16000: dialects.ErrReadOnly,     // database
	28194: dialects.ErrReadOnly,     // user
	942:   dialects.ErrMissingTable, // also one that the user may not see
	1435:  dialects.ErrMissingTable, // the schema
	2289:  dialects.ErrMissingTable, // a sequence
	4043:  dialects.ErrMissingTable,
	18:    dialects.ErrUnavailable, // too many sessions
	20:    dialects.ErrUnavailable, // too many processes
	28:    dialects.ErrUnavailable, // the session was killed
	1012:  dialects.ErrUnavailable, // not logged on
	1014:  dialects.ErrUnavailable, // shutting down
	1033:  dialects.ErrUnavailable, // starting up or shutting down
	1034:  dialects.ErrUnavailable, // not started
	1089:  dialects.ErrUnavailable,
	1090:  dialects.ErrUnavailable,
	1092:  dialects.ErrUnavailable,
	1109:  dialects.ErrUnavailable, // not open
	2396:  dialects.ErrUnavailable, // idle for too long
	3113:  dialects.ErrUnavailable,
	3114:  dialects.ErrUnavailable,
	3135:  dialects.ErrUnavailable,
	12153: dialects.ErrUnavailable,
	12170: dialects.ErrUnavailable,
	12514: dialects.ErrUnavailable, // the listener does not know the service (yet)
	12516: dialects.ErrUnavailable, // no handler is free
	12518: dialects.ErrUnavailable,
	12519: dialects.ErrUnavailable,
	12520: dialects.ErrUnavailable,
	12528: dialects.ErrUnavailable,
	12537: dialects.ErrUnavailable,
	12541: dialects.ErrUnavailable,
	12543: dialects.ErrUnavailable,
	12547: dialects.ErrUnavailable,
	12564: dialects.ErrUnavailable,
	12571: dialects.ErrUnavailable,
}

// Classify decides by the ORA- number. A statement that its context cancelled
// comes back as ORA-01013, which has no class.
func (dialect) Classify(err error) error {
	var e *network.OracleError
	if errors.As(err, &e) {
		return numbers[e.ErrCode]
	}
	if dialects.ConnectionLost(err) {
		return dialects.ErrUnavailable
	}
	return nil
}
