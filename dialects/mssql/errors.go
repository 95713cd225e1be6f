package mssql

import (
	"errors"

	mssql "github.com/microsoft/go-mssqldb"

	"github.com/sessiondb/sessiondb/dialects"
)

// numbers are the rows of sys.messages, and of Azure's list of transient
// errors, that have a class here.
var numbers = map[int32]error{
	2601:  dialects.ErrDuplicate,
	2627:  dialects.ErrDuplicate,
	1205:  dialects.ErrDeadlock,
	3960:  dialects.ErrSerialization, // snapshot update conflict
	3961:  dialects.ErrSerialization, // a table changed under a snapshot
	41302: dialects.ErrSerialization, // memory-optimized tables
	41305: dialects.ErrSerialization,
	41325: dialects.ErrSerialization,
	1222:  dialects.ErrLockTimeout,
	2628:  dialects.ErrTooLong,
	8152:  dialects.ErrTooLong,  // before SQL Server 2019
	652:   dialects.ErrReadOnly, // filegroup
	3906:  dialects.ErrReadOnly,
	208:   dialects.ErrMissingTable,
	2760:  dialects.ErrMissingTable, // the schema
	3701:  dialects.ErrMissingTable, // DROP
	4902:  dialects.ErrMissingTable, // ALTER
	596:   dialects.ErrUnavailable,  // the session is being killed
	921:   dialects.ErrUnavailable,  // the database is not recovered yet
	922:   dialects.ErrUnavailable,
	942:   dialects.ErrUnavailable, // offline
	952:   dialects.ErrUnavailable, // in transition
	976:   dialects.ErrUnavailable, // a secondary replica
	978:   dialects.ErrUnavailable,
	983:   dialects.ErrUnavailable,
	6005:  dialects.ErrUnavailable, // shutting down
	10928: dialects.ErrUnavailable, // Azure: limits
	10929: dialects.ErrUnavailable,
	17142: dialects.ErrUnavailable, // paused
	18401: dialects.ErrUnavailable, // upgrading itself
	40143: dialects.ErrUnavailable, // Azure: reconfiguration
	40197: dialects.ErrUnavailable,
	40501: dialects.ErrUnavailable,
	40613: dialects.ErrUnavailable,
	49918: dialects.ErrUnavailable,
	49919: dialects.ErrUnavailable,
	49920: dialects.ErrUnavailable,
}

// Classify decides by the error number, of the last error first: one statement
// may report several.
func (dialect) Classify(err error) error {
	var e mssql.Error
	if errors.As(err, &e) {
		for _, e := range append([]mssql.Error{e}, e.All...) {
			if class, ok := numbers[e.Number]; ok {
				return class
			}
		}
	}
	if severed(err) || dialects.ConnectionLost(err) {
		return dialects.ErrUnavailable
	}
	return nil
}

// severed knows the errors after which the driver gives up a connection.
func severed(err error) bool {
	var fatal mssql.ServerError
	var stream mssql.StreamError
	return errors.As(err, &fatal) || errors.As(err, &stream)
}
