package sessionstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/sessiondb/sessiondb/gen"
)

// MapUser maps a session to a user; a session may have several. It succeeds when
// the mapping is there already. A log-in calls the method of Tx, after Put and in
// its transaction. It returns ErrInvalid, ErrOtherSpelling, or the database's
// error classified.
func (s *Store) MapUser(ctx context.Context, userID, sessionID string) error {
	return s.idempotent(ctx, func(ctx context.Context, tx *Tx) error { return tx.MapUser(ctx, userID, sessionID) })
}

// Mapped reports whether exactly this mapping is there, whether the session is
// active or not. It returns ErrInvalid or the database's error classified.
func (s *Store) Mapped(ctx context.Context, userID, sessionID string) (bool, error) {
	return s.root.mapped(ctx, userID, sessionID)
}

// MapUser is Store.MapUser inside the transaction: the mapping stays locked until
// it ends.
func (t *Tx) MapUser(ctx context.Context, userID, sessionID string) error {
	a := t.acc
	if err := a.s.limits.mapping(userID, sessionID); err != nil {
		return err
	}
	p := gen.UpsertMappingParams{UserID: userID, SessionID: sessionID}
	return a.keep(ctx, childRow{
		what:   fmt.Sprintf("mapping of user %q to session %q", userID, sessionID),
		upsert: func(ctx context.Context) (int64, error) { return a.main.UpsertMapping(ctx, p) },
		touch: func(ctx context.Context) (int64, error) {
			return a.main.TouchMapping(ctx, gen.TouchMappingParams(p))
		},
		other: func(ctx context.Context) (string, error) {
			got, err := a.main.MappingByKey(ctx, gen.MappingByKeyParams(p))
			return unlessSame(got == gen.MappingByKeyRow(p), err, got.UserID, got.SessionID)
		},
	})
}

// Mapped is Store.Mapped inside the transaction.
func (t *Tx) Mapped(ctx context.Context, userID, sessionID string) (bool, error) {
	return t.acc.mapped(ctx, userID, sessionID)
}

func (a accessor) mapped(ctx context.Context, userID, sessionID string) (bool, error) {
	if err := a.s.limits.mapping(userID, sessionID); err != nil {
		return false, err
	}
	p := gen.MappingByKeyParams{UserID: userID, SessionID: sessionID}
	got, err := a.main.MappingByKey(ctx, p)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, a.s.wrap(fmt.Sprintf("read mapping of user %q to session %q", userID, sessionID), err)
	}
	return got == gen.MappingByKeyRow(p), nil
}

func (l *limits) mapping(userID, sessionID string) error {
	if err := l.fits(userColumn, "user id", userID); err != nil {
		return err
	}
	return l.text("session id", sessionID)
}
