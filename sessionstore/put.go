package sessionstore

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// Put stores a session: it appends a STORE row, which is committed when Put
// returns nil. A stamp that is taken is replaced, a conflict tried again, and an
// insert of unknown outcome repeated with its own stamp, so that it is there
// once. It returns ErrInvalid for what does not fit, before anything is sent, or
// the database's error classified.
func (s *Store) Put(ctx context.Context, key Key, payload []byte, opts ...PutOption) error {
	row, err := s.newStoreRow(key, payload, opts)
	if err != nil || !s.stored(key.Type) {
		return err
	}
	return s.insert(ctx, s.root.log(key.Type), row)
}

// newStoreRow checks a Put and gives it its stamp and expiry.
func (s *Store) newStoreRow(key Key, payload []byte, opts []PutOption) (*row, error) {
	p := putOptions{tenant: NoTenant}
	for _, o := range opts {
		o(&p)
	}
	if p.given && p.never {
		return nil, fmt.Errorf("%w: ValidFor and NeverExpires exclude each other: give one", ErrInvalid)
	}
	tenantID, err := tenant(p.tenant)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.limits.key(key), s.limits.payload(payload)); err != nil {
		return nil, err
	}
	validity := p.validity
	if !p.given {
		validity = s.opts.validity(key.Type)
	}
	r := &row{InsertSessionParams: gen.InsertSessionParams{
		SessionID: key.ID, SessionType: key.Type, Operation: string(OperationStore),
		SessionObject: payload, TenantID: tenantID, TimeCreated: s.stamps.next(key, 0),
	}}
	if !p.never {
		if err := validFor(r.TimeCreated, validity); err != nil {
			return nil, err
		}
		r.ExpiryTime = sql.NullInt64{Int64: r.TimeCreated + int64(validity), Valid: true}
	}
	r.ExpiryTime = s.storedExpiry(r.ExpiryTime)
	return r, nil
}

// storedExpiry is how the database holds an expiry.
func (s *Store) storedExpiry(e sql.NullInt64) sql.NullInt64 {
	if !e.Valid && s.limits.traits.ExpiryRequired {
		return sql.NullInt64{Int64: forever, Valid: true}
	}
	return e
}

// row is a row of the log on its way into it.
type row struct {
	gen.InsertSessionParams
	// sent is true once an insert with this stamp ended without an answer.
	sent bool
}

// restamp gives the row a later stamp; its validity stays what it was.
func (r *row) restamp(stamp int64) {
	if r.ExpiryTime.Valid && r.ExpiryTime.Int64 != forever {
		later := stamp - r.TimeCreated
		if r.ExpiryTime.Int64 > math.MaxInt64-later {
			later = math.MaxInt64 - r.ExpiryTime.Int64
		}
		r.ExpiryTime.Int64 += later
	}
	r.TimeCreated = stamp
	r.sent = false
}

// insert appends a row outside of a transaction, trying again where that is
// known to be harmless.
func (s *Store) insert(ctx context.Context, q gen.Querier, r *row) error {
	again := func(err error) bool {
		return errors.Is(err, dialects.ErrDuplicate) || errors.Is(err, dialects.ErrUnavailable) || dialects.Retryable(err)
	}
	err := s.attempt(ctx, again, func(ctx context.Context) error {
		err := s.tryInsert(ctx, q, r)
		r.sent = r.sent || errors.Is(err, dialects.ErrUnavailable)
		return err
	})
	if err == nil { // saves putting the words together
		return nil
	}
	return s.wrap(fmt.Sprintf("%s %s/%s", r.Operation, r.SessionType, r.SessionID), err)
}

// tryInsert inserts once. When the key is taken it finds out by whom: by this
// very row in an attempt whose answer was lost, which is success, or by another
// row, for which this one gets a new stamp.
func (s *Store) tryInsert(ctx context.Context, q gen.Querier, r *row) error {
	err := dialects.Classified(s.dialect, q.InsertSession(ctx, r.InsertSessionParams))
	if !errors.Is(err, dialects.ErrDuplicate) {
		return err
	}
	if r.sent {
		ours, readErr := s.isThere(ctx, q, r)
		if readErr != nil {
			return readErr
		}
		if ours {
			return nil
		}
	}
	r.restamp(s.stamps.next(Key{Type: r.SessionType, ID: r.SessionID}, r.TimeCreated))
	return err
}

// isThere reads a row back and compares it with what was sent.
func (s *Store) isThere(ctx context.Context, q gen.Querier, r *row) (bool, error) {
	at, err := q.SessionAt(ctx, gen.SessionAtParams{
		SessionID: r.SessionID, SessionType: r.SessionType, TimeCreated: r.TimeCreated, Operation: r.Operation,
	})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil // another spelling that the collation takes for this key
	}
	if err != nil {
		return false, dialects.Classified(s.dialect, err)
	}
	return bytes.Equal(at.SessionObject, r.SessionObject) && at.ExpiryTime == r.ExpiryTime && at.TenantID.Int32 == r.TenantID, nil
}
