package cleanup

import (
	"context"
	"slices"

	"github.com/sessiondb/sessiondb/gen"
)

// children deletes the child rows of sessions whose last STORE row has gone in
// this transaction: it locks them, then looks again in a further statement. A
// writer that adds a child after its STORE row either committed both before the
// look, or waits for the lock and adds the child anew. A check inside the one
// DELETE would keep an old snapshot and lose the child of a live session.
type children struct {
	ssoType string
}

type childTable struct {
	name   string
	lock   func(context.Context, []string) ([]string, error)
	remove func(context.Context, []string) (int64, error)
}

func (c children) purge(ctx context.Context, q gen.Querier, ids []string, done counts) error {
	slices.Sort(ids) // one order for all purgers: fewer deadlocks
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return nil
	}
	for _, t := range c.tables(q) {
		locked, err := t.lock(ctx, ids)
		if err != nil {
			return err
		}
		slices.Sort(locked)
		locked = slices.Compact(locked)
		if len(locked) == 0 {
			continue
		}
		n, err := t.remove(ctx, locked)
		if err != nil {
			return err
		}
		done[t.name] += n
	}
	return nil
}

func (c children) tables(q gen.Querier) []childTable {
	return []childTable{
		{TableMapping, q.LockMappings, func(ctx context.Context, ids []string) (int64, error) {
			return q.DeleteEndedMappings(ctx, gen.DeleteEndedMappingsParams{SessionIDs: ids, SessionType: c.ssoType})
		}},
		{TableAppInfo, q.LockAppInfo, func(ctx context.Context, ids []string) (int64, error) {
			return q.DeleteEndedAppInfo(ctx, gen.DeleteEndedAppInfoParams{SessionIDs: ids, SessionType: c.ssoType})
		}},
		{TableMetaData, q.LockMetaData, func(ctx context.Context, ids []string) (int64, error) {
			return q.DeleteEndedMetaData(ctx, gen.DeleteEndedMetaDataParams{SessionIDs: ids, SessionType: c.ssoType})
		}},
	}
}
