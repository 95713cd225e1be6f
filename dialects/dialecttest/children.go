package dialecttest

import (
	"context"
	"fmt"
	"testing"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// childRows is how many rows addChildren adds to a session.
const childRows = 4

// addChildren gives sessions a row in every child table, two in one of them, as
// a login does.
func (b *bundle) addChildren(t *testing.T, ids ...string) {
	t.Helper()
	must(t, b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		for _, id := range ids {
			if err := upsertChildren(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	}))
}

// user is the one user of a session. Neither it nor the values below may be the
// same for two spellings of an identifier, or a loose collation would take their
// rows for one.
func user(id string) string { return fmt.Sprintf("user %x", id) }

// subject is at most 100 characters.
func subject(id string) string {
	s := fmt.Sprintf("%x", id)
	return s[max(0, len(s)-100):]
}

// upsertChildren adds the child rows of a session, or locks those that are
// there, as every writer must.
func upsertChildren(ctx context.Context, tx *sessionstore.Tx, id string) error {
	if err := tx.MapUser(ctx, user(id), id); err != nil {
		return err
	}
	app := sessionstore.Application{Subject: subject(id), AppID: 1, InboundAuthType: "oauth2"}
	if err := tx.RecordApplication(ctx, id, app); err != nil {
		return err
	}
	return tx.AddMetadata(ctx, id, sessionstore.Metadata{"IP": user(id), "User Agent": user(id)})
}

// upsertMapping adds a mapping where no other transaction is about.
func upsertMapping(ctx context.Context, q gen.Querier, user, id string) error {
	n, err := q.UpsertMapping(ctx, gen.UpsertMappingParams{UserID: user, SessionID: id})
	if err == nil && n == 0 {
		_, err = q.TouchMapping(ctx, gen.TouchMappingParams{UserID: user, SessionID: id})
	}
	return err
}

// children counts the child rows of a session, compared byte for byte.
func (b *bundle) children(t *testing.T, id string) int {
	t.Helper()
	q := b.store.Queries()
	users, err := q.UserIDsOfSession(t.Context(), id)
	must(t, err)
	apps, err := q.AppInfoOfSession(t.Context(), id)
	must(t, err)
	meta, err := q.MetaDataOfSession(t.Context(), id)
	must(t, err)
	return len(users) + len(apps) + len(meta)
}

// haveChildren wants all child rows of these sessions.
func (b *bundle) haveChildren(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if n := b.children(t, id); n != childRows {
			t.Errorf("session %q has %d child rows, want %d", id, n, childRows)
		}
	}
}

// haveNoChildren wants none.
func (b *bundle) haveNoChildren(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if n := b.children(t, id); n != 0 {
			t.Errorf("session %q has %d child rows, want none", id, n)
		}
	}
}

// totals counts the rows of every table that a purge knows.
func (b *bundle) totals(t *testing.T) map[string]int64 {
	t.Helper()
	q := b.store.Queries()
	all := map[string]int64{}
	for table, count := range map[string]func(context.Context) (int64, error){
		cleanup.TableSessions: q.CountSessions, cleanup.TableTemp: q.CountTempSessions,
		cleanup.TableMapping: q.CountMappings, cleanup.TableAppInfo: q.CountAppInfo, cleanup.TableMetaData: q.CountMetaData,
	} {
		n, err := count(t.Context())
		must(t, err)
		all[table] = n
	}
	return all
}
