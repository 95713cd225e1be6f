package cleanup

import (
	"context"
	"database/sql"

	"github.com/sessiondb/sessiondb/gen"
)

// expiryWalk goes along the index on expiry, from the oldest to what expired
// just before the grace.
type expiryWalk struct {
	cutoff, before int64
	chunk          int
	children       *children
	after, upto    expiryBound
}

// expiryBound is a row's place in the index; not valid at the ends.
type expiryBound struct {
	expiry sql.NullInt64
	id     sql.NullString
}

func (w *expiryWalk) policy() Policy { return Expired }

func (w *expiryWalk) log(h handle) gen.Querier { return h.Queries() }

func (w *expiryWalk) next(ctx context.Context, q gen.Querier, n int) (bool, error) {
	w.after = w.upto
	b, err := q.ExpiryBoundary(ctx, gen.ExpiryBoundaryParams{
		Before: w.before, AfterExpiry: w.after.expiry, AfterID: w.after.id, Skip: int32(n - 1),
	})
	more, err := found(err)
	w.upto = expiryBound{}
	if more {
		w.upto = expiryBound{expiry: b.ExpiryTime, id: someText(b.SessionID)}
	}
	return more, err
}

// purge deletes rows without an older row first. Rows that remain had one: then
// those that a newer row supersedes go, and after them what they kept.
func (w *expiryWalk) purge(ctx context.Context, h handle, done counts) error {
	q := w.log(h)
	ended, err := q.ExpiredIDs(ctx, gen.ExpiredIDsParams{
		Before: w.before, AfterExpiry: w.after.expiry, AfterID: w.after.id,
		UptoExpiry: w.upto.expiry, UptoID: w.upto.id, SessionType: w.children.ssoType,
	})
	if err != nil {
		return err
	}
	first, err := q.DeleteExpired(ctx, w.expired())
	if err != nil {
		return err
	}
	done[TableSessions] += first
	if first < int64(w.chunk) {
		if err := w.purgeKept(ctx, q, done); err != nil {
			return err
		}
	}
	return w.children.purge(ctx, q, ended, done)
}

func (w *expiryWalk) purgeKept(ctx context.Context, q gen.Querier, done counts) error {
	superseded, err := q.DeleteExpiredSuperseded(ctx, gen.DeleteExpiredSupersededParams{
		Before: w.before, AfterExpiry: w.after.expiry, AfterID: w.after.id,
		UptoExpiry: w.upto.expiry, UptoID: w.upto.id, Cutoff: w.cutoff,
	})
	if err != nil || superseded == 0 {
		return err
	}
	freed, err := q.DeleteExpired(ctx, w.expired())
	done[TableSessions] += superseded + freed
	return err
}

func (w *expiryWalk) expired() gen.DeleteExpiredParams {
	return gen.DeleteExpiredParams{
		Before: w.before, AfterExpiry: w.after.expiry, AfterID: w.after.id,
		UptoExpiry: w.upto.expiry, UptoID: w.upto.id,
	}
}
