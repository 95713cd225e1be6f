package cleanup

import (
	"context"
	"database/sql"

	"github.com/sessiondb/sessiondb/gen"
)

// tempWalk goes along the one index of the temp table, on the stamp. Older rows
// come first, so the newest of a key finds them gone.
type tempWalk struct {
	cutoff, before int64
	after, upto    sql.NullInt64
}

func (w *tempWalk) policy() Policy { return Temp }

func (w *tempWalk) next(ctx context.Context, q gen.Querier, n int) (bool, error) {
	w.after = w.upto
	b, err := q.TempBoundary(ctx, gen.TempBoundaryParams{Before: w.before, AfterTime: w.after, Skip: int32(n - 1)})
	more, err := found(err)
	w.upto = sql.NullInt64{}
	if more {
		w.upto = someInt(b)
	}
	return more, err
}

func (w *tempWalk) purge(ctx context.Context, q gen.Querier, done counts) error {
	superseded, err := q.DeleteTempSuperseded(ctx, gen.DeleteTempSupersededParams{
		Before: w.before, AfterTime: w.after, UptoTime: w.upto, Cutoff: w.cutoff,
	})
	if err != nil {
		return err
	}
	expired, err := q.DeleteTempExpired(ctx, gen.DeleteTempExpiredParams{Before: w.before, AfterTime: w.after, UptoTime: w.upto})
	done[TableTemp] += superseded + expired
	return err
}
