package cleanup

import (
	"context"
	"database/sql"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// supersededWalk goes along the index on the stamp and deletes the rows that a
// newer row of their key supersedes. Rows lie in the order of creation on most
// databases, so a chunk touches few pages.
type supersededWalk struct {
	stampRange
	superseded, loggedOut bool
	children              children
}

// stampRange is a chunk of rows by their stamp. Bounds are not valid at the
// ends of the walk.
type stampRange struct {
	cutoff, before int64
	after, upto    sql.NullInt64
}

func (r *stampRange) next(ctx context.Context, q gen.Querier, n int) (bool, error) {
	r.after = r.upto
	stamp, err := q.StampBoundary(ctx, gen.StampBoundaryParams{Before: r.before, AfterTime: r.after, Skip: int32(n - 1)})
	more, err := found(err)
	r.upto = sql.NullInt64{Int64: stamp, Valid: more}
	return more, err
}

func (r *stampRange) deleteSuperseded(ctx context.Context, q gen.Querier, by sql.NullString) (int64, error) {
	return q.DeleteSuperseded(ctx, gen.DeleteSupersededParams{
		Before: r.before, AfterTime: r.after, UptoTime: r.upto, Cutoff: r.cutoff, NewerOperation: by,
	})
}

func (w *supersededWalk) policy() Policy {
	if w.superseded {
		return Superseded
	}
	return LoggedOut
}

func (w *supersededWalk) log(h handle) gen.Querier { return h.Queries() }

func (w *supersededWalk) purge(ctx context.Context, h handle, done counts) error {
	q := w.log(h)
	var ended []string
	if w.loggedOut { // only a DELETE row can supersede the last STORE row
		var err error
		ended, err = q.LoggedOutIDs(ctx, gen.LoggedOutIDsParams{
			Before: w.before, AfterTime: w.after, UptoTime: w.upto, Cutoff: w.cutoff, SessionType: w.children.ssoType,
		})
		if err != nil {
			return err
		}
	}
	n, err := w.deleteSuperseded(ctx, q, w.newerOperation())
	if err != nil {
		return err
	}
	done[TableSessions] += n
	return w.children.purge(ctx, q, ended, done)
}

// newerOperation narrows what may supersede when only one policy is asked for.
func (w *supersededWalk) newerOperation() sql.NullString {
	switch {
	case w.superseded && w.loggedOut:
		return sql.NullString{}
	case w.superseded:
		return someText(string(sessionstore.OperationStore))
	default:
		return someText(string(sessionstore.OperationDelete))
	}
}

// tempWalk purges the temp table along its one index, which is on the stamp:
// older rows come first, so the newest of a key finds them gone.
type tempWalk struct{ stampRange }

func (w *tempWalk) policy() Policy { return Temp }

func (w *tempWalk) log(h handle) gen.Querier { return h.TempQueries() }

func (w *tempWalk) purge(ctx context.Context, h handle, done counts) error {
	superseded, err := w.deleteSuperseded(ctx, w.log(h), sql.NullString{})
	if err != nil {
		return err
	}
	expired, err := w.log(h).DeleteTempExpired(ctx, gen.DeleteTempExpiredParams{
		Before: w.before, AfterTime: w.after, UptoTime: w.upto,
	})
	done[TableTemp] += superseded + expired
	return err
}
