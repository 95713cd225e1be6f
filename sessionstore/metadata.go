package sessionstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/sessiondb/sessiondb/gen"
)

// Names of the metadata properties of a session, as the reference writes them.
// Times are decimal milliseconds since 1970.
const (
	PropertyUserAgent  = "User Agent"
	PropertyIP         = "IP"
	PropertyLoginTime  = "Login Time"
	PropertyLastAccess = "Last Access Time"
)

// Metadata are properties of a session, one value each. A name has at most 100, a
// value at most 255; many user agents are longer and must be cut off.
type Metadata map[string]string

// LoginMetadata are the properties that the reference writes when a session
// begins. A user agent or address that is not known is left out.
func LoginMetadata(userAgent, ip string, at time.Time) Metadata {
	m := Metadata{PropertyLoginTime: millis(at), PropertyLastAccess: millis(at)}
	for name, value := range map[string]string{PropertyUserAgent: userAgent, PropertyIP: ip} {
		if value != "" {
			m[name] = value
		}
	}
	return m
}

// AddMetadata writes the properties of a session when it begins: all or none. It
// succeeds when they are there already with these values. A property that is
// there with another value keeps it, and the call returns ErrDuplicate. A log-in
// calls the method of Tx, after Put and in its transaction. It also returns
// ErrInvalid, ErrOtherSpelling, or the database's error classified.
//
// Two calls at one time with different values of a property that is not there yet
// may both succeed: VALUE belongs to the table's key. UpdateMetadata makes them
// one.
func (s *Store) AddMetadata(ctx context.Context, sessionID string, m Metadata) error {
	return s.idempotent(ctx, func(ctx context.Context, tx *Tx) error { return tx.AddMetadata(ctx, sessionID, m) })
}

// AddMetadata is Store.AddMetadata inside the transaction: the rows stay locked
// until it ends.
func (t *Tx) AddMetadata(ctx context.Context, sessionID string, m Metadata) error {
	a := t.acc
	if err := a.s.limits.metadata(sessionID, m); err != nil || len(m) == 0 {
		return err
	}
	names := slices.Sorted(maps.Keys(m)) // one order for all writers: fewer deadlocks
	there, err := a.heldProperties(ctx, sessionID, names)
	if err != nil {
		return err
	}
	for _, name := range names {
		if slices.ContainsFunc(there[name], func(v string) bool { return v != m[name] }) {
			return fmt.Errorf("%w: property %q of session %q has the value %q: use UpdateMetadata to change it",
				ErrDuplicate, name, sessionID, there[name])
		}
	}
	for _, name := range names {
		if err := a.keep(ctx, a.property(gen.UpsertMetaDataParams{SessionID: sessionID, PropertyType: name, Value: m[name]})); err != nil {
			return err
		}
	}
	return nil
}

// heldProperties are the properties of a session. When one of the names is among
// them, they stay as they are until the transaction ends: who changed it after the
// look would otherwise meet its old value, added once more.
func (a accessor) heldProperties(ctx context.Context, sessionID string, names []string) (map[string][]string, error) {
	there, err := a.properties(ctx, sessionID)
	if err != nil || !slices.ContainsFunc(names, func(name string) bool { return len(there[name]) > 0 }) {
		return there, err
	}
	if _, err := a.main.LockMetaData(ctx, []string{sessionID}); err != nil {
		return nil, a.s.wrap(fmt.Sprintf("lock the metadata of session %q", sessionID), err)
	}
	return a.properties(ctx, sessionID)
}

func (a accessor) property(p gen.UpsertMetaDataParams) childRow {
	return childRow{
		what:   fmt.Sprintf("property %q of session %q", p.PropertyType, p.SessionID),
		upsert: func(ctx context.Context) (int64, error) { return a.main.UpsertMetaData(ctx, p) },
		touch: func(ctx context.Context) (int64, error) {
			return a.main.TouchMetaData(ctx, gen.TouchMetaDataParams(p))
		},
		other: func(ctx context.Context) (string, error) {
			got, err := a.main.MetaDataByKey(ctx, gen.MetaDataByKeyParams(p))
			return unlessSame(got == gen.MetaDataByKeyRow(p), err, got.SessionID, got.PropertyType, got.Value)
		},
	}
}

// properties are those of a session, with all their values.
func (a accessor) properties(ctx context.Context, sessionID string) (map[string][]string, error) {
	rows, err := a.main.MetaDataOfSession(ctx, sessionID)
	if err != nil {
		return nil, a.s.wrap(fmt.Sprintf("read the metadata of session %q", sessionID), err)
	}
	all := map[string][]string{}
	for _, r := range rows {
		all[r.PropertyType] = append(all[r.PropertyType], r.Value)
	}
	return all, nil
}

func (l *limits) metadata(sessionID string, m Metadata) error {
	err := l.text("session id", sessionID)
	for _, name := range slices.Sorted(maps.Keys(m)) {
		err = errors.Join(err, l.fits(property, "property name", name), l.fits(metaValue, fmt.Sprintf("property %q", name), m[name]))
	}
	return err
}

// millis is how the metadata writes a time.
func millis(at time.Time) string { return strconv.FormatInt(at.UnixMilli(), 10) }

func parseMillis(v string) (time.Time, bool) {
	ms, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	return time.UnixMilli(ms), true
}
