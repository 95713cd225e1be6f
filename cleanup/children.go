package cleanup

import (
	"context"
	"errors"
	"slices"

	"github.com/sessiondb/sessiondb/gen"
)

// errRevived: a session whose children were deleted has a row again. The
// transaction must not be committed.
var errRevived = errors.New("a session came back while its child rows went")

// children deletes the child rows of sessions whose last STORE row has gone in
// this transaction. Deleting locks them: a writer that adds a child after its
// STORE row has either committed both before that, which a look in a further
// statement shows, or waits for us and adds the child anew. What the look shows
// is taken back by a rollback, and the chunk runs again carefully: it locks the
// children first and checks in the delete, which always succeeds but costs a
// third of a purge. A check inside the one DELETE alone would keep an old
// snapshot and lose the child of a live session.
type children struct {
	ssoType string
	// alone is true where no other transaction can write meanwhile.
	alone   bool
	careful bool
	// orphans keeps the children of a session that has any row of the type, and not
	// only of one that has a STORE row.
	orphans bool
}

type childTable struct {
	name        string
	lock        func(context.Context, []string) ([]string, error)
	remove      func(context.Context, []string) (int64, error)
	removeEnded func(context.Context, []string) (int64, error)
}

// twice runs the transaction of a chunk, and again carefully when a session came
// back in it.
func (c *children) twice(chunk func() error) error {
	err := chunk()
	if errors.Is(err, errRevived) {
		c.careful = true
		err = chunk()
		c.careful = false
	}
	return err
}

func (c *children) purge(ctx context.Context, q gen.Querier, ids []string, done counts) error {
	_, err := c.purgeEnded(ctx, q, ids, done)
	return err
}

// purgeEnded is purge, and returns how many of the sessions had ended. It changes
// ids.
func (c *children) purgeEnded(ctx context.Context, q gen.Querier, ids []string, done counts) (int, error) {
	slices.Sort(ids) // one order for all purgers: fewer deadlocks
	ids = slices.Compact(ids)
	kept, err := c.kept(ctx, q, ids)
	if err != nil {
		return 0, err
	}
	ended := without(ids, kept)
	switch {
	case len(ended) == 0:
		return 0, nil
	case c.careful:
		err = c.lockAndRemove(ctx, q, ended, done)
	default:
		err = c.removeAndLook(ctx, q, ended, done)
	}
	return len(ended), err
}

// kept returns those of the sessions that have a row which keeps their children.
func (c *children) kept(ctx context.Context, q gen.Querier, ids []string) ([]string, error) {
	if c.orphans {
		return q.LoggedIDs(ctx, gen.LoggedIDsParams{SessionIDs: ids, SessionType: c.ssoType})
	}
	return q.StoredIDs(ctx, gen.StoredIDsParams{SessionIDs: ids, SessionType: c.ssoType})
}

func (c *children) removeAndLook(ctx context.Context, q gen.Querier, ids []string, done counts) error {
	var total int64
	for _, t := range c.tables(q) {
		n, err := t.remove(ctx, ids)
		if err != nil {
			return err
		}
		done[t.name] += n
		total += n
	}
	if total == 0 || c.alone {
		return nil
	}
	kept, err := c.kept(ctx, q, ids)
	if err == nil && len(kept) > 0 {
		err = errRevived
	}
	return err
}

func (c *children) lockAndRemove(ctx context.Context, q gen.Querier, ids []string, done counts) error {
	for _, t := range c.tables(q) {
		locked, err := t.lock(ctx, ids)
		if err != nil {
			return err
		}
		slices.Sort(locked)
		n, err := t.removeEnded(ctx, slices.Compact(locked))
		if err != nil {
			return err
		}
		done[t.name] += n
	}
	return nil
}

func (c *children) tables(q gen.Querier) []childTable {
	return []childTable{
		{TableMapping, q.LockMappings, q.DeleteMappings, func(ctx context.Context, ids []string) (int64, error) {
			p := gen.DeleteEndedMappingsParams{SessionIDs: ids, SessionType: c.ssoType}
			if c.orphans {
				return q.DeleteOrphanedMappings(ctx, gen.DeleteOrphanedMappingsParams(p))
			}
			return q.DeleteEndedMappings(ctx, p)
		}},
		{TableAppInfo, q.LockAppInfo, q.DeleteAppInfo, func(ctx context.Context, ids []string) (int64, error) {
			p := gen.DeleteEndedAppInfoParams{SessionIDs: ids, SessionType: c.ssoType}
			if c.orphans {
				return q.DeleteOrphanedAppInfo(ctx, gen.DeleteOrphanedAppInfoParams(p))
			}
			return q.DeleteEndedAppInfo(ctx, p)
		}},
		{TableMetaData, q.LockMetaData, q.DeleteMetaData, func(ctx context.Context, ids []string) (int64, error) {
			p := gen.DeleteEndedMetaDataParams{SessionIDs: ids, SessionType: c.ssoType}
			if c.orphans {
				return q.DeleteOrphanedMetaData(ctx, gen.DeleteOrphanedMetaDataParams(p))
			}
			return q.DeleteEndedMetaData(ctx, p)
		}},
	}
}

// without takes others out of ids.
func without(ids, others []string) []string {
	if len(others) == 0 {
		return ids
	}
	drop := make(map[string]bool, len(others))
	for _, id := range others {
		drop[id] = true
	}
	return slices.DeleteFunc(ids, func(id string) bool { return drop[id] })
}
