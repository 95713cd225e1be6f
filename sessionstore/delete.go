package sessionstore

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"github.com/sessiondb/sessiondb/gen"
)

// deleteBatch is how many keys of DeleteAll share one transaction.
const deleteBatch = 250

// Delete logs a session out. In the main table it appends a DELETE row, stamped
// after every row of the key that it can see and expiring no sooner than any of
// them; in the temp table it removes the rows up to its stamp. It succeeds for a
// key without any row: a STORE of it may still be on its way. It returns
// ErrInvalid or the database's error classified.
func (s *Store) Delete(ctx context.Context, key Key) error {
	if err := s.limits.key(key); err != nil {
		return err
	}
	if !s.stored(key.Type) {
		return nil
	}
	if s.inTempTable(key.Type) {
		return s.retry(ctx, func(ctx context.Context) error { return s.root.deleteTemp(ctx, key) })
	}
	var r *row
	err := s.retry(ctx, func(ctx context.Context) (err error) {
		r, err = s.root.tombstone(ctx, key)
		return err
	})
	if err != nil {
		return err
	}
	return s.insert(ctx, s.root.main, r)
}

// DeleteAll logs many sessions out, in transactions of 250 keys. It returns how
// many keys are done, in the order given, also when it fails. A key given twice
// is deleted once; all keys are checked before the first is sent.
func (s *Store) DeleteAll(ctx context.Context, keys []Key) (int, error) {
	for i, k := range keys {
		if err := s.limits.key(k); err != nil {
			return 0, fmt.Errorf("key %d of %d: %w", i+1, len(keys), err)
		}
	}
	for done := 0; done < len(keys); {
		batch := keys[done:min(done+deleteBatch, len(keys))]
		if err := s.InTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.deleteOnce(ctx, batch) }); err != nil {
			return done, fmt.Errorf("%d of %d keys are deleted: %w", done, len(keys), err)
		}
		done += len(batch)
	}
	return len(keys), nil
}

func (t *Tx) deleteOnce(ctx context.Context, keys []Key) error {
	seen := make(map[Key]bool, len(keys))
	for _, k := range keys {
		if seen[k] {
			continue
		}
		seen[k] = true
		if err := t.Delete(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// tombstone makes the DELETE row that hides all rows of a key: from our own
// reads by its stamp, and from the reference's cleanup by its expiry.
func (a accessor) tombstone(ctx context.Context, key Key) (*row, error) {
	sum, err := a.main.KeySummary(ctx, gen.KeySummaryParams{SessionID: key.ID, SessionType: key.Type})
	if err != nil {
		return nil, a.s.wrap(fmt.Sprintf("read rows of %s", key), err)
	}
	stamp, err := a.s.stampAfter(key, sum.NewestTime)
	if err != nil {
		return nil, err
	}
	expiry := sql.NullInt64{Int64: sum.LatestExpiry, Valid: sum.UnboundedCount == 0}
	if own := a.s.opts.validity(key.Type); expiry.Valid && validFor(stamp, own) == nil {
		expiry.Int64 = max(expiry.Int64, stamp+int64(own))
	}
	return &row{InsertSessionParams: gen.InsertSessionParams{
		SessionID: key.ID, SessionType: key.Type, Operation: string(OperationDelete),
		TimeCreated: stamp, TenantID: NoTenant, ExpiryTime: a.s.storedExpiry(expiry),
	}}, nil
}

// stampAfter is the stamp of a delete that must come after a row. A row with the
// last stamp there is can only have been made by hand, and only so be removed.
func (s *Store) stampAfter(key Key, newest int64) (int64, error) {
	if newest == math.MaxInt64 {
		return 0, fmt.Errorf("%w: %s has a row whose TIME_CREATED is %d, after which nothing can come: remove that row by hand", ErrInvalid, key, newest)
	}
	return s.stamps.next(key, newest), nil
}

func (a accessor) deleteTemp(ctx context.Context, key Key) error {
	sum, err := a.temp.KeySummary(ctx, gen.KeySummaryParams{SessionID: key.ID, SessionType: key.Type})
	if err != nil {
		return a.s.wrap(fmt.Sprintf("read rows of %s", key), err)
	}
	stamp := max(a.s.stamps.next(key, 0), sum.NewestTime)
	_, err = a.temp.DeleteTempRows(ctx, gen.DeleteTempRowsParams{SessionID: key.ID, SessionType: key.Type, TimeCreated: stamp})
	return a.s.wrap(fmt.Sprintf("delete %s", key), err)
}
