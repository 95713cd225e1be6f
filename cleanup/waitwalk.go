package cleanup

import (
	"context"
	"database/sql"
	"math"
	"time"

	"github.com/sessiondb/sessiondb/gen"
)

// waitWalk goes along the primary key of the waits, which have no index on their
// expiry. A chunk counts the rows that it looks at, so it is short whatever goes.
type waitWalk struct {
	before time.Time // what expired earlier may go
	from   int64
	upto   sql.NullInt64 // not valid at the end of the walk
}

func (p *purge) waitWalk() *waitWalk {
	before := time.Unix(0, p.cutoff).Add(-p.opts.WaitGrace).UTC()
	return &waitWalk{before: before, upto: someInt(math.MinInt32 - 1)}
}

func (w *waitWalk) policy() Policy { return Wait }

func (w *waitWalk) log(h handle) gen.Querier { return h.Queries() }

func (w *waitWalk) next(ctx context.Context, q gen.Querier, n int) (bool, error) {
	w.from = w.upto.Int64 + 1
	id, err := q.WaitBoundary(ctx, gen.WaitBoundaryParams{FromID: w.from, Skip: int32(n - 1)})
	more, err := found(err)
	w.upto = sql.NullInt64{Int64: id, Valid: more}
	return more, err
}

func (w *waitWalk) purge(ctx context.Context, h handle, done counts) error {
	n, err := w.log(h).DeleteExpiredWaits(ctx, gen.DeleteExpiredWaitsParams{FromID: w.from, UptoID: w.upto, Before: w.before})
	done[TableWaits] += n
	return err
}
