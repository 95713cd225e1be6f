package sessionstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/sessiondb/sessiondb/gen"
)

// errOvertaken makes InTx start again: a session was stored while it was being
// terminated.
var errOvertaken = errors.New("the session was stored again meanwhile")

// Terminate ends a single sign-on session: in one transaction it appends the
// DELETE row that Delete appends, and removes the session's users, applications
// and metadata. It reports whether it ended the session. When the newest row is a
// DELETE row already, it only removes what child rows are left; of a session
// without any row it leaves these too, because their session may be on its way.
//
// A log-in that commits meanwhile is ended as well, or keeps its child rows; one
// that was stamped before the DELETE row and commits later is ended, and leaves its
// child rows to the purge. It returns ErrInvalid, ErrConflict when log-ins overtook every attempt, or the
// database's error classified.
func (s *Store) Terminate(ctx context.Context, sessionID string) (ended bool, err error) {
	var run termination
	err = s.idempotent(ctx, func(ctx context.Context, tx *Tx) (err error) {
		ended, err = run.once(ctx, tx, sessionID)
		return err
	})
	return ended && err == nil, err
}

// TerminateUserSession is Terminate for a session of this user: when the user has
// no mapping to it, it writes nothing and returns ErrNotMapped.
func (s *Store) TerminateUserSession(ctx context.Context, userID, sessionID string) error {
	var run termination
	mapped := false // of an attempt whose answer is lost, the next one finds no mapping left
	return s.idempotent(ctx, func(ctx context.Context, tx *Tx) (err error) {
		if !mapped {
			if mapped, err = tx.mustBeMapped(ctx, userID, sessionID); err != nil {
				return err
			}
		}
		_, err = run.once(ctx, tx, sessionID)
		return err
	})
}

// TerminateUser terminates the sessions that are mapped to a user, less those to
// keep, in one transaction each. It returns how many it ended, also when it
// fails.
func (s *Store) TerminateUser(ctx context.Context, userID string, keep ...string) (n int, err error) {
	return s.root.terminateUser(ctx, userID, keep, s.Terminate)
}

// Terminate is Store.Terminate inside the transaction. When a log-in has
// overtaken it, the transaction starts again, whatever its function makes of the
// error.
func (t *Tx) Terminate(ctx context.Context, sessionID string) (ended bool, err error) {
	return new(termination).once(ctx, t, sessionID)
}

// TerminateUserSession is Store.TerminateUserSession inside the transaction.
func (t *Tx) TerminateUserSession(ctx context.Context, userID, sessionID string) error {
	if _, err := t.mustBeMapped(ctx, userID, sessionID); err != nil {
		return err
	}
	_, err := t.Terminate(ctx, sessionID)
	return err
}

func (t *Tx) mustBeMapped(ctx context.Context, userID, sessionID string) (bool, error) {
	there, err := t.Mapped(ctx, userID, sessionID)
	if err == nil && !there {
		err = fmt.Errorf("%w: user %q, session %q", ErrNotMapped, userID, sessionID)
	}
	return there, err
}

// TerminateUser is Store.TerminateUser, all inside the transaction.
func (t *Tx) TerminateUser(ctx context.Context, userID string, keep ...string) (n int, err error) {
	return t.acc.terminateUser(ctx, userID, keep, t.Terminate)
}

func (a accessor) terminateUser(ctx context.Context, userID string, keep []string, end func(context.Context, string) (bool, error)) (n int, err error) {
	err = a.s.limits.fits(userColumn, "user id", userID)
	for _, id := range keep {
		err = errors.Join(err, a.s.limits.text("session id to keep", id))
	}
	if err != nil {
		return 0, err
	}
	ids, err := a.main.SessionIDsOfUser(ctx, userID)
	if err != nil {
		return 0, a.s.wrap(fmt.Sprintf("list the sessions of user %q", userID), err)
	}
	for _, id := range ids {
		// What the log cannot hold, though the table of mappings can, is no session.
		if slices.Contains(keep, id) || a.s.limits.text("session id", id) != nil {
			continue
		}
		ended, err := end(ctx, id)
		if err != nil {
			return n, fmt.Errorf("%d sessions of user %q are ended: %w", n, userID, err)
		}
		if ended {
			n++
		}
	}
	return n, nil
}

// termination is a call of Terminate through all its attempts.
type termination struct {
	// stamp is that of the last DELETE row sent. When the answer to a commit is
	// lost, the next attempt finds it there.
	stamp int64
}

func (r *termination) once(ctx context.Context, t *Tx, id string) (ended bool, err error) {
	if err := t.acc.s.limits.text("session id", id); err != nil {
		return false, err
	}
	key := t.acc.s.ssoKey(id)
	newest, err := t.acc.newest(ctx, key)
	if err != nil || newest == nil {
		return false, err
	}
	if Operation(newest.Operation).Is(OperationStore) {
		if ended, err = true, r.hide(ctx, t, key); err != nil {
			return false, err
		}
	} else {
		ended = newest.TimeCreated == r.stamp
	}
	if err := t.acc.removeChildren(ctx, id); err != nil {
		return false, err
	}
	return ended, t.lookAgain(ctx, key)
}

// hide appends the DELETE row.
func (r *termination) hide(ctx context.Context, t *Tx, key Key) error {
	row, err := t.acc.tombstone(ctx, key)
	if err != nil {
		return err
	}
	r.stamp = row.TimeCreated
	return t.insert(ctx, t.acc.main, row)
}

// newest is the newest row of a key, nil without any.
func (a accessor) newest(ctx context.Context, key Key) (*gen.LatestOperationRow, error) {
	row, err := a.main.LatestOperation(ctx, gen.LatestOperationParams{SessionID: key.ID, SessionType: key.Type})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, a.s.wrap(fmt.Sprintf("read the newest row of %s", key), err)
	}
	return &row, nil
}

// removeChildren removes the child rows of a session, in the order of the purge.
// It waits for writers that hold one of them.
func (a accessor) removeChildren(ctx context.Context, id string) error {
	for _, remove := range []func(context.Context, []string) (int64, error){a.main.DeleteMappings, a.main.DeleteAppInfo, a.main.DeleteMetaData} {
		if _, err := remove(ctx, []string{id}); err != nil {
			return a.s.wrap(fmt.Sprintf("remove the child rows of session %q", id), err)
		}
	}
	return nil
}

// lookAgain ends the transaction when a newer session has been committed since:
// its child rows may be among those that were removed. A check inside the deletes
// would keep an old snapshot.
func (t *Tx) lookAgain(ctx context.Context, key Key) error {
	newest, err := t.acc.newest(ctx, key)
	if err == nil && newest != nil && Operation(newest.Operation).Is(OperationStore) {
		err = fmt.Errorf("terminate %s: %w", key, errOvertaken)
		t.db.lose(err)
	}
	return err
}
