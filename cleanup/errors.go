package cleanup

import (
	"errors"

	"github.com/sessiondb/sessiondb/dialects"
)

// Errors of a run. The report that comes with them says what was done before.
var (
	// ErrInvalid: an option was refused; the message names it, its limit and the
	// remedy. Nothing was deleted.
	ErrInvalid = errors.New("invalid cleanup option")
	// ErrClockSkew: the clocks of the database and of this host differ by more
	// than the grace. Nothing was deleted.
	ErrClockSkew = errors.New("clocks differ by more than the grace")
	// ErrLocked: another purge is running on this database. Nothing was deleted.
	ErrLocked = dialects.ErrLocked
	// ErrState: the state file of an orphan sweep is damaged, of another database, or
	// cannot be written; nothing was deleted.
	ErrState = errors.New("state file of the orphan sweep cannot be used")
	// ErrStopped: the context ended; the chunks before are committed.
	ErrStopped = errors.New("purge stopped")
)
