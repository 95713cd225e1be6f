package dialects

import "errors"

// Errors that a dialect's Classify returns. The facade wraps them together with
// the driver's error: errors.Is finds these, errors.As the driver's own type.
var (
	// ErrDuplicate: a primary or unique key exists already.
	ErrDuplicate = errors.New("duplicate key")
	// ErrDeadlock: the server chose this transaction as a deadlock's victim; it
	// has been rolled back and may be tried again.
	ErrDeadlock = errors.New("deadlock")
	// ErrSerialization: the transaction conflicts with another one that
	// committed first; it may be tried again.
	ErrSerialization = errors.New("serialization conflict")
	// ErrLockTimeout: a lock was not granted in time (or the database file is
	// busy); it may be tried again.
	ErrLockTimeout = errors.New("lock timeout")
	// ErrTooLong: a value does not fit its column.
	ErrTooLong = errors.New("value too long for its column")
	// ErrUnavailable: the server cannot be reached, or the connection was lost.
	// Whether a statement or commit under way took effect is then unknown.
	ErrUnavailable = errors.New("database unavailable")
	// ErrReadOnly: the database, or the session, may only read. An account that
	// lacks the right to write gets the driver's error, which has no class.
	ErrReadOnly = errors.New("database is read-only")
	// ErrMissingTable: a table is not there; the schema needs "sessiondb migrate
	// up", or the schema name or table prefix is wrong.
	ErrMissingTable = errors.New(`table is missing (run "sessiondb migrate up", or check the schema name and table prefix)`)
)

// Errors of this package itself.
var (
	// ErrLocked: another session holds the lock.
	ErrLocked = errors.New("lock is held by another session")
	// ErrPoolTooSmall: the pool has one connection, and a lock needs another one
	// beside that of the work.
	ErrPoolTooSmall = errors.New("connection pool too small")
	// ErrUnknownDialect: no dialect is registered under that name or scheme.
	ErrUnknownDialect = errors.New("unknown dialect")
	// ErrInvalidURL: the database URL cannot be used; the message says why, and
	// never shows the password.
	ErrInvalidURL = errors.New("invalid database URL")
)

// Retryable reports whether a transaction that failed with err has been rolled
// back by the server and may simply be run again.
func Retryable(err error) bool {
	return errors.Is(err, ErrDeadlock) || errors.Is(err, ErrSerialization) || errors.Is(err, ErrLockTimeout)
}

// Classified joins err with its sentinel, once. It returns nil for nil and err
// itself when the dialect knows no class for it or it has one already.
func Classified(d Dialect, err error) error {
	if err == nil {
		return nil
	}
	var done *ClassifiedError
	if errors.As(err, &done) {
		return err
	}
	class := d.Classify(err)
	if class == nil {
		return err
	}
	return &ClassifiedError{Class: class, Err: err}
}

// ClassifiedError is a driver's error with the sentinel that its dialect gave it.
type ClassifiedError struct {
	Class error
	Err   error
}

// Error gives the class first, then the driver's own words.
func (e *ClassifiedError) Error() string { return e.Class.Error() + ": " + e.Err.Error() }

// Unwrap lets errors.Is and errors.As find both.
func (e *ClassifiedError) Unwrap() []error { return []error{e.Class, e.Err} }
