package sessionstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// UpdateMetadata sets a property of a session and reports whether the session has
// it; a property that is not there is not added. One that has several values, made
// by hand or by the reference, has one afterwards. It returns ErrInvalid or the
// database's error classified.
func (s *Store) UpdateMetadata(ctx context.Context, sessionID, property, value string) (changed bool, err error) {
	err = s.idempotent(ctx, func(ctx context.Context, tx *Tx) (err error) {
		changed, err = tx.UpdateMetadata(ctx, sessionID, property, value)
		return err
	})
	return changed, err
}

// UpdateMetadata is Store.UpdateMetadata inside the transaction.
func (t *Tx) UpdateMetadata(ctx context.Context, sessionID, property, value string) (bool, error) {
	if err := t.acc.s.limits.metadata(sessionID, Metadata{property: value}); err != nil {
		return false, err
	}
	return t.setProperty(ctx, gen.LockPropertyParams{SessionID: sessionID, PropertyType: property},
		func([]string) string { return value })
}

// errSameValue makes InTx start again: while a property was being set, another
// writer has added a row with the new value, which is to be the one that stays.
var errSameValue = errors.New("the value was added meanwhile")

// Touch sets the time of a session's last access. It only moves forward: of two
// accesses the later one stays, whichever arrives last. It reports false when the
// session has no such property. It returns ErrInvalid or the database's error
// classified.
func (s *Store) Touch(ctx context.Context, sessionID string, at time.Time) (changed bool, err error) {
	err = s.idempotent(ctx, func(ctx context.Context, tx *Tx) (err error) {
		changed, err = tx.Touch(ctx, sessionID, at)
		return err
	})
	return changed, err
}

// Touch is Store.Touch inside the transaction.
func (t *Tx) Touch(ctx context.Context, sessionID string, at time.Time) (bool, error) {
	if err := t.acc.s.limits.text("session id", sessionID); err != nil {
		return false, err
	}
	if at.IsZero() {
		return false, fmt.Errorf("%w: the time of the access is zero: give the present, for example time.Now()", ErrInvalid)
	}
	return t.setProperty(ctx, gen.LockPropertyParams{SessionID: sessionID, PropertyType: PropertyLastAccess},
		func(values []string) string {
			if last := latest(values); last.After(at) {
				return millis(last)
			}
			return millis(at)
		})
}

// setProperty is that of the accessor, and starts the transaction again when it
// meets a row that it has not seen: on some databases that has ended it.
func (t *Tx) setProperty(ctx context.Context, key gen.LockPropertyParams, choose func(values []string) string) (bool, error) {
	changed, err := t.acc.setProperty(ctx, key, choose)
	if errors.Is(err, ErrDuplicate) && !errors.Is(err, ErrOtherSpelling) {
		err = errors.Join(errSameValue, err)
		t.db.lose(err)
	}
	return changed, err
}

// setProperty locks the rows of a property and makes them one, with the value
// that choose takes. It reports false when there is none.
func (a accessor) setProperty(ctx context.Context, key gen.LockPropertyParams, choose func(values []string) string) (bool, error) {
	what := fmt.Sprintf("property %q of session %q", key.PropertyType, key.SessionID)
	for range a.s.opts.Attempts {
		values, err := a.main.LockProperty(ctx, key)
		if err != nil {
			return false, a.s.wrap("lock "+what, err)
		}
		if len(values) > 0 {
			return true, a.s.wrap("set "+what, a.replace(ctx, key, values, choose(values)))
		}
		// A row that was being changed has moved in the key, perhaps to behind the
		// place where the statement waited for it.
		there, err := a.properties(ctx, key.SessionID)
		if err != nil || len(there[key.PropertyType]) == 0 {
			return false, err
		}
	}
	return false, fmt.Errorf("%w: others changed %s %d times", ErrConflict, what, a.s.opts.Attempts)
}

// replace leaves the first of the locked rows, with the value. The others go
// before that: two rows with one value cannot be.
func (a accessor) replace(ctx context.Context, key gen.LockPropertyParams, values []string, value string) error {
	for _, v := range values[1:] {
		p := gen.DeletePropertyValueParams{SessionID: key.SessionID, PropertyType: key.PropertyType, Value: v}
		if _, err := a.main.DeletePropertyValue(ctx, p); err != nil {
			return err
		}
	}
	if values[0] == value {
		return nil
	}
	_, err := a.main.UpdateMetaData(ctx, gen.UpdateMetaDataParams{SessionID: key.SessionID, PropertyType: key.PropertyType, Value: value})
	if errors.Is(dialects.Classified(a.s.dialect, err), ErrDuplicate) {
		p := gen.UpsertMetaDataParams{SessionID: key.SessionID, PropertyType: key.PropertyType, Value: value}
		other, failed := a.property(p).other(ctx)
		if failed == nil && other != "" { // it fails where the transaction has ended
			err = otherSpelling(other, err)
		}
	}
	return err
}
