package sessionstore

import (
	"errors"

	"github.com/sessiondb/sessiondb/dialects"
)

// Errors of the store. Those of the database are wrapped once: errors.Is finds
// the sentinel, errors.As the driver's own error.
var (
	// ErrNotFound: there is no such thing. For a session: the key has no live one
	// (Get, UserSession), no STORE row as its newest (GetRaw), or no row
	// (LastOperation).
	ErrNotFound = errors.New("not found")
	// ErrInvalid: a value was refused before it was sent; the message names the
	// field, the limit and the remedy.
	ErrInvalid = errors.New("invalid value")
	// ErrOutcomeUnknown: the connection was lost or the context ended during a
	// commit; whether it took effect is not known.
	ErrOutcomeUnknown = errors.New("outcome of the commit is unknown")
	// ErrOtherSpelling: a row is there whose key differs in bytes, in case, accents or
	// trailing blanks, and which the collation of the database takes for the same.
	// It comes with ErrDuplicate; nothing was written.
	ErrOtherSpelling = errors.New("another spelling of the key is there")
	// ErrNotMapped (TerminateUserSession): the user has no mapping to the session.
	ErrNotMapped = errors.New("session is not mapped to the user")
	// ErrConflict: a transaction lost against others until its attempts ran out.
	ErrConflict = errors.New("gave up after repeated conflicts")
)

// Errors of the database, as package dialects has them.
var (
	ErrDuplicate     = dialects.ErrDuplicate
	ErrDeadlock      = dialects.ErrDeadlock
	ErrSerialization = dialects.ErrSerialization
	ErrLockTimeout   = dialects.ErrLockTimeout
	ErrTooLong       = dialects.ErrTooLong
	ErrUnavailable   = dialects.ErrUnavailable
	ErrReadOnly      = dialects.ErrReadOnly
	ErrMissingTable  = dialects.ErrMissingTable
)
