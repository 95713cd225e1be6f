package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sessiondb/sessiondb/dialects"
)

// states are the SQLSTATEs of PostgreSQL's appendix A that have a class here.
var states = map[string]error{
	"23505": dialects.ErrDuplicate,
	"40P01": dialects.ErrDeadlock,
	"40001": dialects.ErrSerialization,
	"55P03": dialects.ErrLockTimeout,
	"22001": dialects.ErrTooLong,
	"25006": dialects.ErrReadOnly,
	"42P01": dialects.ErrMissingTable,
	"3F000": dialects.ErrMissingTable, // the schema
	"53300": dialects.ErrUnavailable,  // too many connections
	"57P01": dialects.ErrUnavailable,  // shut down, or terminated by an administrator
	"57P02": dialects.ErrUnavailable,  // crash of another process
	"57P03": dialects.ErrUnavailable,  // starting up or shutting down
	"57P05": dialects.ErrUnavailable,  // idle_session_timeout
	"25P03": dialects.ErrUnavailable,  // idle_in_transaction_session_timeout
	"25P04": dialects.ErrUnavailable,  // transaction_timeout
	"40003": dialects.ErrUnavailable,  // CockroachDB: the outcome is not known
}

// Classify decides by the SQLSTATE. A statement that statement_timeout or a
// user cancelled (57014) has no class.
func (dialect) Classify(err error) error {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		if len(e.Code) == 5 && e.Code[:2] == "08" {
			return dialects.ErrUnavailable
		}
		return states[e.Code]
	}
	if dialects.ConnectionLost(err) || errors.Is(err, pgconn.ErrConnClosed) {
		return dialects.ErrUnavailable
	}
	return nil
}
