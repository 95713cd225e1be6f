package cleanup

import (
	"context"
	"database/sql"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// logWalk goes along the index on the stamp and deletes the rows that a newer
// row of their key supersedes, and those that have expired. Rows lie in the
// order of creation on most databases, so a chunk touches few pages; older rows
// come first, so the newest of a key finds them gone.
type logWalk struct {
	stampRange
	chunk                          int
	superseded, loggedOut, expired bool
	children                       *children
}

// stampRange is a chunk of rows by their stamp. Its upper bound is not valid at the
// end of the walk.
type stampRange struct {
	cutoff      int64 // a row stamped later supersedes nothing
	before      int64 // what expired earlier may go
	end         int64 // where the walk ends
	after, upto sql.NullInt64
}

func (r *stampRange) next(ctx context.Context, q gen.Querier, n int) (bool, error) {
	r.after = r.upto
	stamp, err := q.StampBoundary(ctx, gen.StampBoundaryParams{Before: r.end, AfterTime: r.after, Skip: int32(n - 1)})
	more, err := found(err)
	r.upto = sql.NullInt64{Int64: stamp, Valid: more}
	return more, err
}

func (r *stampRange) deleteSuperseded(ctx context.Context, q gen.Querier, by sql.NullString) (int64, error) {
	return q.DeleteSuperseded(ctx, gen.DeleteSupersededParams{
		Before: r.end, AfterTime: r.after, UptoTime: r.upto, Cutoff: r.cutoff, NewerOperation: by,
	})
}

func (r *stampRange) deleteExpired(ctx context.Context, q gen.Querier) (int64, error) {
	return q.DeleteStampedExpired(ctx, gen.DeleteStampedExpiredParams{
		Before: r.before, AfterTime: r.after, UptoTime: r.upto,
	})
}

func (w *logWalk) policy() Policy {
	if w.superseded {
		return Superseded
	}
	return LoggedOut
}

func (w *logWalk) log(h handle) gen.Querier { return h.Queries() }

// purge compares the sessions of the chunk before and after: those that lost
// all their STORE rows here may have lost their last.
func (w *logWalk) purge(ctx context.Context, h handle, done counts) error {
	q := w.log(h)
	had, err := w.ids(ctx, q)
	if err != nil {
		return err
	}
	n, err := w.delete(ctx, q)
	if err != nil || n == 0 {
		return err
	}
	done[TableSessions] += n
	if n < int64(w.chunk) {
		has, err := w.ids(ctx, q)
		if err != nil {
			return err
		}
		had = without(had, has)
	}
	return w.children.purge(ctx, q, had, done)
}

func (w *logWalk) delete(ctx context.Context, q gen.Querier) (int64, error) {
	superseded, err := w.deleteSuperseded(ctx, q, w.newerOperation())
	if err != nil || !w.expired {
		return superseded, err
	}
	expired, err := w.deleteExpired(ctx, q)
	return superseded + expired, err
}

// ids are the sessions with STORE rows in the chunk. Only a DELETE row or an
// expiry takes a last STORE row away.
func (w *logWalk) ids(ctx context.Context, q gen.Querier) ([]string, error) {
	if !w.loggedOut && !w.expired {
		return nil, nil
	}
	return q.StampedIDs(ctx, gen.StampedIDsParams{
		Before: w.end, AfterTime: w.after, UptoTime: w.upto, SessionType: w.children.ssoType,
	})
}

// newerOperation narrows what may supersede when only one policy is asked for.
func (w *logWalk) newerOperation() sql.NullString {
	switch {
	case w.superseded && w.loggedOut:
		return sql.NullString{}
	case w.superseded:
		return someText(string(sessionstore.OperationStore))
	default:
		return someText(string(sessionstore.OperationDelete))
	}
}

// tempWalk purges the temp table along its one index, which is on the stamp.
type tempWalk struct{ stampRange }

func (w *tempWalk) policy() Policy { return Temp }

func (w *tempWalk) log(h handle) gen.Querier { return h.TempQueries() }

func (w *tempWalk) purge(ctx context.Context, h handle, done counts) error {
	q := w.log(h)
	superseded, err := w.deleteSuperseded(ctx, q, sql.NullString{})
	if err != nil {
		return err
	}
	expired, err := w.deleteExpired(ctx, q)
	done[TableTemp] += superseded + expired
	return err
}
