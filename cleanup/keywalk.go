package cleanup

import (
	"context"
	"database/sql"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// keyWalk goes along the primary key, where the rows of one key stand together,
// and deletes those that a newer row supersedes.
type keyWalk struct {
	cutoff                int64
	superseded, loggedOut bool
	children              children
	after, upto           keyBound
}

// keyBound is a row's place in the primary key; not valid at the ends.
type keyBound struct {
	id, typ sql.NullString
	time    sql.NullInt64
}

func (w *keyWalk) policy() Policy {
	if w.superseded {
		return Superseded
	}
	return LoggedOut
}

func (w *keyWalk) next(ctx context.Context, q gen.Querier, n int) (bool, error) {
	w.after = w.upto
	b, err := q.KeyBoundary(ctx, gen.KeyBoundaryParams{
		AfterID: w.after.id, AfterType: w.after.typ, AfterTime: w.after.time, Skip: int32(n - 1),
	})
	more, err := found(err)
	w.upto = keyBound{}
	if more {
		w.upto = keyBound{id: someText(b.SessionID), typ: someText(b.SessionType), time: someInt(b.TimeCreated)}
	}
	return more, err
}

func (w *keyWalk) purge(ctx context.Context, q gen.Querier, done counts) error {
	var ended []string
	if w.loggedOut { // only a DELETE row can supersede the last STORE row
		var err error
		if ended, err = q.LoggedOutIDs(ctx, w.loggedOutParams()); err != nil {
			return err
		}
	}
	n, err := q.DeleteSuperseded(ctx, gen.DeleteSupersededParams{
		AfterID: w.after.id, AfterType: w.after.typ, AfterTime: w.after.time,
		UptoID: w.upto.id, UptoType: w.upto.typ, UptoTime: w.upto.time,
		Cutoff: w.cutoff, NewerOperation: w.newerOperation(),
	})
	if err != nil {
		return err
	}
	done[TableSessions] += n
	return w.children.purge(ctx, q, ended, done)
}

func (w *keyWalk) loggedOutParams() gen.LoggedOutIDsParams {
	return gen.LoggedOutIDsParams{
		AfterID: w.after.id, AfterType: w.after.typ, AfterTime: w.after.time,
		UptoID: w.upto.id, UptoType: w.upto.typ, UptoTime: w.upto.time,
		Cutoff: w.cutoff, SessionType: w.children.ssoType,
	}
}

// newerOperation narrows what may supersede when only one policy is asked for.
func (w *keyWalk) newerOperation() sql.NullString {
	switch {
	case w.superseded && w.loggedOut:
		return sql.NullString{}
	case w.superseded:
		return someText(string(sessionstore.OperationStore))
	default:
		return someText(string(sessionstore.OperationDelete))
	}
}
