package db2

import (
	"strings"

	"github.com/sessiondb/sessiondb/dialects"
)

// record is one diagnostic record of the CLI driver.
type record struct {
	state   string // SQLSTATE
	code    int    // SQLCODE
	message string
}

// codes are the SQLCODEs that say more than their SQLSTATE. An empty class
// takes an error out of the SQLSTATE's class.
var codes = map[int]error{
	-204:   dialects.ErrMissingTable,
	-803:   dialects.ErrDuplicate,
	-1224:  dialects.ErrUnavailable, // the server shut down, or forced us off
	-1226:  dialects.ErrUnavailable, // too many connections
	-1773:  dialects.ErrReadOnly,    // a standby
	-30061: nil,                     // no such database: 08004
	-30082: nil,                     // wrong password: 08001
}

// states are the SQLSTATEs of Db2, of CLI (42S02), and of Apache Derby, which
// speaks the same protocol.
var states = map[string]error{
	"23505": dialects.ErrDuplicate,
	"22001": dialects.ErrTooLong,
	"25006": dialects.ErrReadOnly,
	"25502": dialects.ErrReadOnly,    // Derby
	"25503": dialects.ErrReadOnly,    // Derby
	"40XL1": dialects.ErrLockTimeout, // Derby
	"40XL2": dialects.ErrLockTimeout, // Derby
	"42704": dialects.ErrMissingTable,
	"42S02": dialects.ErrMissingTable,
	"42X05": dialects.ErrMissingTable, // Derby
	"42Y07": dialects.ErrMissingTable, // Derby: the schema
	"42Y55": dialects.ErrMissingTable, // Derby: DROP, ALTER
	"55032": dialects.ErrUnavailable,
	"57019": dialects.ErrUnavailable, // not started
	"57030": dialects.ErrUnavailable, // too many connections
	"58009": dialects.ErrUnavailable, // the conversation broke
}

// Classify decides by the SQLCODE and SQLSTATE of the first record that has a
// class. Built without the tag db2 it only knows lost connections.
func (dialect) Classify(err error) error {
	for _, r := range records(err) {
		if known, class := classify(r); known {
			return class
		}
	}
	if dialects.ConnectionLost(err) {
		return dialects.ErrUnavailable
	}
	return nil
}

func classify(r record) (known bool, class error) {
	if class, known := codes[r.code]; known {
		return true, class
	}
	if r.state == "40001" || r.state == "57033" {
		return true, lockClass(r)
	}
	if class, known := states[r.state]; known {
		return true, class
	}
	if strings.HasPrefix(r.state, "08") {
		return true, dialects.ErrUnavailable
	}
	return false, nil
}

// lockClass reads the reason out of the message of -911 and -913, the only
// place where it is: 2 is a deadlock, 68 a timeout.
func lockClass(r record) error {
	if (r.code == -911 || r.code == -913) && strings.Contains(r.message, `"68"`) {
		return dialects.ErrLockTimeout
	}
	return dialects.ErrDeadlock
}
