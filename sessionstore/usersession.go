package sessionstore

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/sessiondb/sessiondb/gen"
)

// UserSession is an active single sign-on session as its user knows it: without
// the payload, with the rows of the child tables.
type UserSession struct {
	ID string
	// TenantID, CreatedAt and ExpiresAt are those of the newest row of the log.
	// ExpiresAt is zero when the session never expires.
	TenantID             int
	CreatedAt, ExpiresAt time.Time
	// Users are the ids of the users that the session is mapped to, sorted.
	Users []string
	// Applications are sorted by AppID, subject and type.
	Applications []Application
	// UserAgent, IP, LoginTime and LastAccess are properties of the metadata, empty
	// or zero when absent; of a property with several values, the largest.
	UserAgent, IP         string
	LoginTime, LastAccess time.Time
	// Properties are all properties of the metadata, with all their values as they
	// stand in the table, sorted.
	Properties map[string][]string
}

// UserSession reads an active session with its users, applications and metadata.
// It returns ErrNotFound when the newest row is not a STORE row or has expired,
// ErrInvalid, or the database's error classified.
func (s *Store) UserSession(ctx context.Context, sessionID string) (*UserSession, error) {
	return s.root.userSession(ctx, sessionID)
}

// UserSession is Store.UserSession inside the transaction.
func (t *Tx) UserSession(ctx context.Context, sessionID string) (*UserSession, error) {
	return t.acc.userSession(ctx, sessionID)
}

func (a accessor) userSession(ctx context.Context, id string) (*UserSession, error) {
	if err := a.s.limits.text("session id", id); err != nil {
		return nil, err
	}
	found, err := a.userSessions(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, notFound(a.s.ssoKey(id))
	}
	return &found[0], nil
}

// ssoKey is the key of a session that owns child rows.
func (s *Store) ssoKey(id string) Key { return Key{Type: s.opts.SSOType, ID: id} }

// userSessions reads those of the given sessions that are active, once each and
// in the order given, in four statements for any number of them (more where the
// database bounds its lists).
func (a accessor) userSessions(ctx context.Context, ids []string) ([]UserSession, error) {
	active, err := a.activeSessions(ctx, ids)
	if err != nil || len(active) == 0 {
		return nil, err
	}
	found := make([]UserSession, 0, len(active))
	for _, id := range ids {
		row, ok := active[id]
		if !ok {
			continue
		}
		delete(active, id) // an id given twice comes once
		found = append(found, UserSession{
			ID: id, TenantID: tenantOf(row.TenantID), CreatedAt: time.Unix(0, row.TimeCreated), ExpiresAt: expiryOf(row.ExpiryTime),
			Properties: map[string][]string{},
		})
	}
	if err := a.addChildren(ctx, found); err != nil {
		return nil, err
	}
	for i := range found {
		found[i].arrange()
	}
	return found, nil
}

// activeSessions are the newest rows of those sessions for which it is a STORE
// row that has not expired.
func (a accessor) activeSessions(ctx context.Context, ids []string) (map[string]gen.LatestOfSessionsRow, error) {
	rows, err := a.main.LatestOfSessions(ctx, gen.LatestOfSessionsParams{SessionIDs: ids, SessionType: a.s.opts.SSOType})
	if err != nil {
		return nil, a.s.wrap(fmt.Sprintf("read the newest rows of %d sessions", len(ids)), err)
	}
	now := a.s.opts.Now()
	active := make(map[string]gen.LatestOfSessionsRow, len(rows))
	for _, r := range rows {
		if !Operation(r.Operation).Is(OperationStore) || !(&Session{ExpiresAt: expiryOf(r.ExpiryTime)}).Live(now) {
			continue
		}
		if other, tie := active[r.SessionID]; !tie || later(r.ExpiryTime, other.ExpiryTime) {
			active[r.SessionID] = r
		}
	}
	return active, nil
}

// later compares two expiries; a missing one is the latest. It decides between two
// STORE rows of one stamp, as the reads of one session do.
func later(a, b sql.NullInt64) bool { return b.Valid && (!a.Valid || a.Int64 > b.Int64) }

// addChildren reads the child rows of sessions. Rows of other spellings, which
// no dialect should return, find no session.
func (a accessor) addChildren(ctx context.Context, found []UserSession) error {
	ids := make([]string, len(found))
	of := make(map[string]*UserSession, len(found))
	for i := range found {
		ids[i] = found[i].ID
		of[ids[i]] = &found[i]
	}
	users, err := a.main.MappingsOfSessions(ctx, ids)
	if err != nil {
		return a.s.wrap("read the users of sessions", err)
	}
	for _, r := range users {
		if s := of[r.SessionID]; s != nil {
			s.Users = append(s.Users, r.UserID)
		}
	}
	apps, err := a.main.AppInfoOfSessions(ctx, ids)
	if err != nil {
		return a.s.wrap("read the applications of sessions", err)
	}
	for _, r := range apps {
		if s := of[r.SessionID]; s != nil {
			s.Applications = append(s.Applications, Application{Subject: r.Subject, AppID: int(r.AppID), InboundAuthType: r.InboundAuthType})
		}
	}
	meta, err := a.main.MetaDataOfSessions(ctx, ids)
	if err != nil {
		return a.s.wrap("read the metadata of sessions", err)
	}
	for _, r := range meta {
		if s := of[r.SessionID]; s != nil {
			s.Properties[r.PropertyType] = append(s.Properties[r.PropertyType], r.Value)
		}
	}
	return nil
}

// arrange sorts what the database gave in any order, and decodes the properties
// that have a field.
func (s *UserSession) arrange() {
	slices.Sort(s.Users)
	slices.SortFunc(s.Applications, func(a, b Application) int {
		return cmp.Or(cmp.Compare(a.AppID, b.AppID), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.InboundAuthType, b.InboundAuthType))
	})
	for _, values := range s.Properties {
		slices.Sort(values)
	}
	s.UserAgent, s.IP = largest(s.Properties[PropertyUserAgent]), largest(s.Properties[PropertyIP])
	s.LoginTime, s.LastAccess = latest(s.Properties[PropertyLoginTime]), latest(s.Properties[PropertyLastAccess])
}

// largest is the last of sorted values, as the reference's MAX takes it.
func largest(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// latest is the largest of values that are times, zero without any.
func latest(values []string) (last time.Time) {
	for _, v := range values {
		if at, ok := parseMillis(v); ok && at.After(last) {
			last = at
		}
	}
	return last
}
