package dialecttest

import (
	"context"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Temporary types: in a table of their own, in the main one, or nowhere.
var tempCases = []testCase{
	{"LivesInTheTempTable", livesInTheTempTable},
	{"DeleteRemovesAllRowsOfTheKey", deleteRemovesAllRowsOfTheKey},
	{"DeleteIsBoundedByTheStamp", deleteIsBoundedByTheStamp},
	{"DeleteFromANodeBehindRemoves", deleteFromANodeBehindRemoves},
	{"SpellingsOfTempKeys", spellingsOfTempKeys},
	{"InMainTable", tempInMainTable},
	{"NotStored", tempNotStored},
	{"ChosenTypes", tempChosenTypes},
	{"InATransaction", tempInATransaction},
}

// temp is the key of a temporary session.
func temp(id string) sessionstore.Key {
	return sessionstore.Key{Type: sessionstore.DefaultTempTypes()[0], ID: id}
}

// rows wants the numbers of rows in the two tables.
func (b *bundle) rows(t *testing.T, main, temp int64) {
	t.Helper()
	equal(t, "rows in the main table", b.sessions(t), main)
	equal(t, "rows in the temp table", b.tempSessions(t), temp)
}

func livesInTheTempTable(t *testing.T, b *bundle) {
	for _, typ := range sessionstore.DefaultTempTypes() {
		key := sessionstore.Key{Type: typ, ID: "a"}
		must(t, b.store.Put(t.Context(), key, []byte(typ)))
		got, err := b.other.Get(t.Context(), key)
		must(t, err)
		equal(t, "payload", string(got.Payload), typ)
		_, err = b.other.GetRaw(t.Context(), key)
		must(t, err)
		op, err := b.other.LastOperation(t.Context(), key)
		must(t, err)
		equal(t, "last operation", op, sessionstore.OperationStore)
	}
	b.rows(t, 0, 4)
	b.clock.advance(41 * time.Minute)
	_, err := b.store.Get(t.Context(), temp("a"))
	fails(t, "after 41 minutes", err, sessionstore.ErrNotFound)
	_, err = b.store.GetRaw(t.Context(), temp("a"))
	must(t, err)
}

func deleteRemovesAllRowsOfTheKey(t *testing.T, b *bundle) {
	for range 3 {
		must(t, b.store.Put(t.Context(), temp("a"), nil))
	}
	must(t, b.store.Put(t.Context(), temp("b"), nil))
	must(t, b.other.Delete(t.Context(), temp("a")))
	b.rows(t, 0, 1)
	_, err := b.store.LastOperation(t.Context(), temp("a"))
	fails(t, "last operation", err, sessionstore.ErrNotFound)
	must(t, b.store.Delete(t.Context(), temp("never there")))
	_, err = b.store.Get(t.Context(), temp("b"))
	must(t, err)
}

// A session stored after the delete was asked for survives it, although it is
// there before the delete runs.
func deleteIsBoundedByTheStamp(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), temp("a"), []byte("before")))
	d := newTap(b.h.Dialect)
	d.once("DeleteTempRows", before(func() {
		must(t, b.other.Put(t.Context(), temp("a"), []byte("after")))
	}))
	must(t, b.tapped(t, d, nil).Delete(t.Context(), temp("a")))
	b.rows(t, 0, 1)
	got, err := b.store.Get(t.Context(), temp("a"))
	must(t, err)
	equal(t, "payload", string(got.Payload), "after")
}

func deleteFromANodeBehindRemoves(t *testing.T, b *bundle) {
	b.insertTemp(t, stored("a", hour, 2*hour).of(temp("a").Type))
	must(t, b.store.Delete(t.Context(), temp("a")))
	b.rows(t, 0, 0)
}

func spellingsOfTempKeys(t *testing.T, b *bundle) {
	ids := b.spellings()
	for _, id := range ids {
		must(t, b.store.Put(t.Context(), temp(id), []byte(id)))
	}
	for i := 0; i < len(ids); i += 2 {
		must(t, b.store.Delete(t.Context(), temp(ids[i])))
	}
	for i, id := range ids {
		_, err := b.other.Get(t.Context(), temp(id))
		equal(t, "gone: "+id, gone(t, err), i%2 == 0)
	}
}

func tempInMainTable(t *testing.T, b *bundle) {
	s := b.with(t, sessionstore.Options{TempPlace: sessionstore.TempInMainTable})
	must(t, s.Put(t.Context(), temp("a"), nil))
	got, err := s.Get(t.Context(), temp("a"))
	must(t, err)
	equal(t, "validity", got.ExpiresAt.Sub(got.CreatedAt), sessionstore.DefaultTempValidity)
	_, err = b.store.Get(t.Context(), temp("a"))
	fails(t, "in the temp table", err, sessionstore.ErrNotFound)
	must(t, s.Delete(t.Context(), temp("a")))
	b.rows(t, 2, 0)
	op, err := s.LastOperation(t.Context(), temp("a"))
	must(t, err)
	equal(t, "last operation", op, sessionstore.OperationDelete)
}

func tempNotStored(t *testing.T, b *bundle) {
	s := b.with(t, sessionstore.Options{TempPlace: sessionstore.TempNotStored})
	must(t, s.Put(t.Context(), temp("a"), nil))
	must(t, s.Delete(t.Context(), temp("a")))
	_, err := s.DeleteAll(t.Context(), []sessionstore.Key{temp("a")})
	must(t, err)
	b.rows(t, 0, 0)
	for name, read := range map[string]func() error{
		"Get":           func() error { _, err := s.Get(t.Context(), temp("a")); return err },
		"GetRaw":        func() error { _, err := s.GetRaw(t.Context(), temp("a")); return err },
		"LastOperation": func() error { _, err := s.LastOperation(t.Context(), temp("a")); return err },
	} {
		fails(t, name, read(), sessionstore.ErrNotFound)
	}
	fails(t, "Put of what does not fit", s.Put(t.Context(), temp(""), nil), sessionstore.ErrInvalid)
	must(t, s.Put(t.Context(), sso("a"), nil))
	b.rows(t, 1, 0)
}

func tempChosenTypes(t *testing.T, b *bundle) {
	chosen := b.with(t, sessionstore.Options{TempTypes: []string{"Mine"}})
	must(t, chosen.Put(t.Context(), sessionstore.Key{Type: "Mine", ID: "a"}, nil))
	b.rows(t, 0, 1)
	must(t, chosen.Put(t.Context(), temp("a"), nil))
	must(t, chosen.Put(t.Context(), sessionstore.Key{Type: "mine", ID: "a"}, nil))
	b.rows(t, 2, 1)
	none := b.with(t, sessionstore.Options{TempTypes: []string{}})
	must(t, none.Put(t.Context(), temp("b"), nil))
	b.rows(t, 3, 1)
}

func tempInATransaction(t *testing.T, b *bundle) {
	must(t, b.store.Put(t.Context(), temp("old"), nil))
	must(t, b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		if err := tx.Put(ctx, temp("new"), nil); err != nil {
			return err
		}
		if err := tx.Delete(ctx, temp("old")); err != nil {
			return err
		}
		_, err := tx.TempQueries().LatestOperation(ctx, gen.LatestOperationParams{SessionID: "new", SessionType: temp("").Type})
		return err
	}))
	b.rows(t, 0, 1)
	_, err := b.other.Get(t.Context(), temp("new"))
	must(t, err)
}
