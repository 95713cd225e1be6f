package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// Terminate: sessions that end, with their child rows.
var terminateCases = []testCase{
	{"EndsASession", endsASession},
	{"EndedSession", endedSession},
	{"ExpiredSession", expiredSession},
	{"UnknownSession", unknownSession},
	{"RefusedIdentifiers", refusedTerminations},
	{"NodeAheadAndLongerValidity", terminateHidesEverything},
	{"OtherSpellingsStay", terminateLeavesOtherSpellings},
	{"TypeOfTheOptions", terminateTypeOfTheOptions},
	{"SessionOfAUser", terminateSessionOfAUser},
	{"AllOfAUser", terminateAllOfAUser},
	{"InATransaction", terminateInATransaction},
	{"DeleteLeavesTheChildren", deleteLeavesTheChildren},
}

// terminate wants Terminate to answer so.
func (b *bundle) terminate(t *testing.T, id string, want bool) {
	t.Helper()
	ended, err := b.store.Terminate(t.Context(), id)
	must(t, err)
	equal(t, "ended "+id, ended, want)
}

// logsIn stores sessions with their child rows.
func (b *bundle) logsIn(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		must(t, logIn(t.Context(), b.store, id))
	}
}

func endsASession(t *testing.T, b *bundle) {
	b.logsIn(t, "a", "b")
	must(t, b.store.AddUser(t.Context(), sessionstore.User{ID: user("a"), Name: "a"}))
	b.terminate(t, "a", true)
	b.hidden(t, "a")
	b.haveNoChildren(t, "a")
	fails(t, "UserSession", result(b.other.UserSession(t.Context(), "a")), sessionstore.ErrNotFound)
	row := b.newest(t, sso("a"))
	equal(t, "newest row", row.Operation, "DELETE")
	equal(t, "its rows", b.summary(t, sso("a")).Total, 2)
	_, err := b.store.Get(t.Context(), sso("b"))
	must(t, err)
	b.haveChildren(t, "b")
	must(t, result(b.store.UserByID(t.Context(), user("a")))) // users stay

	b.logsIn(t, "a") // a session may come back
	b.haveChildren(t, "a")
	b.terminate(t, "a", true)
	b.hidden(t, "a")
}

// A session that has ended gets no second DELETE row; what child rows are left
// go.
func endedSession(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -2*hour, hour), deleted("a", -hour, hour), deleted("b", -hour, -time.Minute).as("delete"))
	b.addChildren(t, "a", "b", "c")
	for range 2 {
		b.terminate(t, "a", false)
		b.terminate(t, "b", false)
	}
	equal(t, "rows", b.sessions(t), 3)
	b.haveNoChildren(t, "a", "b")
	b.haveChildren(t, "c")
}

// The product still reads a session that has expired.
func expiredSession(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -2*hour, -hour))
	b.addChildren(t, "a")
	b.terminate(t, "a", true)
	b.haveNoChildren(t, "a")
	_, err := b.store.GetRaw(t.Context(), sso("a"))
	fails(t, "by the product's rule", err, sessionstore.ErrNotFound)
}

// A child row may be committed before the row of its session.
func unknownSession(t *testing.T, b *bundle) {
	b.addChildren(t, "a")
	b.insert(t, stored("a", -hour, hour).of("Other"))
	b.terminate(t, "a", false)
	b.terminate(t, "nothing", false)
	equal(t, "rows", b.sessions(t), 1)
	b.haveChildren(t, "a")
}

func refusedTerminations(t *testing.T, b *bundle) {
	ctx, s := t.Context(), b.store
	b.logsIn(t, "a")
	for what, err := range map[string]error{
		"session id is empty":         result(s.Terminate(ctx, "")),
		"holds 100":                   result(s.Terminate(ctx, b.fill(101))),
		"NUL":                         result(s.Terminate(ctx, "a\x00")),
		"user id is empty":            s.TerminateUserSession(ctx, "", "a"),
		"session id is empty: give 1": s.TerminateUserSession(ctx, user("a"), ""),
		"user id is empty: give 1":    result(s.TerminateUser(ctx, "")),
		"to keep is empty":            result(s.TerminateUser(ctx, user("a"), "")),
	} {
		fails(t, what, err, sessionstore.ErrInvalid)
		says(t, err, what)
	}
	equal(t, "rows", b.sessions(t), 1)
	b.haveChildren(t, "a")
}

// The DELETE row comes after a row of a node whose clock is ahead, and lives as
// long as what it hides.
func terminateHidesEverything(t *testing.T, b *bundle) {
	b.insert(t, stored("a", 5*hour, 1000*hour), stored("a", -hour, 2000*hour))
	b.terminate(t, "a", true)
	row := b.newest(t, sso("a"))
	equal(t, "operation", row.Operation, "DELETE")
	equal(t, "after the newest", row.TimeCreated > epoch.Add(5*hour).UnixNano(), true)
	equal(t, "outlives them", row.ExpiryTime.Int64 >= epoch.Add(2000*hour).UnixNano(), true)
	b.hidden(t, "a")
}

func terminateLeavesOtherSpellings(t *testing.T, b *bundle) {
	for _, id := range []string{"a", "A", "a "} {
		b.logsIn(t, id)
	}
	b.terminate(t, "A", true)
	b.hidden(t, "A")
	b.haveNoChildren(t, "A")
	b.haveChildren(t, "a", "a ")
	n, err := b.store.TerminateUser(t.Context(), user("a "))
	must(t, err)
	equal(t, "ended", n, 1)
	b.haveChildren(t, "a")
	must(t, result(b.store.Get(t.Context(), sso("a"))))
}

func terminateTypeOfTheOptions(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -hour, hour).of("Mine"), stored("a", -hour, hour))
	b.addChildren(t, "a")
	ended, err := b.with(t, sessionstore.Options{SSOType: "Mine"}).Terminate(t.Context(), "a")
	must(t, err)
	equal(t, "ended", ended, true)
	b.haveNoChildren(t, "a")
	equal(t, "rows of the chosen type", b.summary(t, sessionstore.Key{Type: "Mine", ID: "a"}).Total, 2)
	must(t, result(b.store.Get(t.Context(), sso("a"))))
}

func terminateSessionOfAUser(t *testing.T, b *bundle) {
	ctx := t.Context()
	b.logsIn(t, "a", "b")
	for _, u := range []string{user("b"), "nobody", user("a") + " "} {
		err := b.store.TerminateUserSession(ctx, u, "a")
		fails(t, u, err, sessionstore.ErrNotMapped)
		says(t, err, fmt.Sprintf("%q", u), `"a"`)
	}
	equal(t, "rows", b.sessions(t), 2)
	b.haveChildren(t, "a", "b")
	must(t, b.store.TerminateUserSession(ctx, user("a"), "a"))
	b.hidden(t, "a")
	b.haveNoChildren(t, "a")
	fails(t, "once more", b.store.TerminateUserSession(ctx, user("a"), "a"), sessionstore.ErrNotMapped)
	b.haveChildren(t, "b")
}

func terminateAllOfAUser(t *testing.T, b *bundle) {
	ctx := t.Context()
	b.logsIn(t, "a", "b", "c", "d", "other")
	for _, id := range []string{"b", "c", "d", "no row"} {
		must(t, b.store.MapUser(ctx, user("a"), id))
	}
	tooLong := b.fill(101) // the table of mappings holds it, the log does not
	must(t, upsertMapping(ctx, b.store.Queries(), user("a"), tooLong))
	must(t, b.store.Delete(ctx, sso("d"))) // its child rows are left over
	n, err := b.store.TerminateUser(ctx, user("a"), "b", "never heard of")
	must(t, err)
	equal(t, "ended", n, 2)
	b.hidden(t, "a")
	b.hidden(t, "c")
	b.haveNoChildren(t, "a", "c", "d")
	must(t, result(b.store.Get(ctx, sso("b"))))
	must(t, result(b.store.Get(ctx, sso("other"))))
	equal(t, "mapped to what has no row", b.mapped(t, user("a"), "no row"), true)
	n, err = b.store.TerminateUser(ctx, user("a"))
	must(t, err)
	equal(t, "ended then", n, 1)
	b.hidden(t, "b")
	n, err = b.store.TerminateUser(ctx, "nobody")
	must(t, err)
	equal(t, "of a user without sessions", n, 0)
}

// Delete alone logs out as the product does with its session cleanup off: the child
// rows stay, make nothing active, and go when the session is terminated.
func deleteLeavesTheChildren(t *testing.T, b *bundle) {
	ctx, alice := t.Context(), user("a")
	b.logsIn(t, "a", "b")
	must(t, b.store.MapUser(ctx, alice, "b"))
	must(t, b.store.Delete(ctx, sso("a")))
	b.haveChildren(t, "a")
	fails(t, "UserSession", result(b.store.UserSession(ctx, "a")), sessionstore.ErrNotFound)
	found, err := b.store.SessionsOfUser(ctx, alice)
	must(t, err)
	equal(t, "active sessions", len(found), 1)
	equal(t, "the active session", found[0].ID, "b")
	all, err := b.store.Queries().SessionIDsOfUser(ctx, alice)
	must(t, err)
	equal(t, "mapped sessions", fmt.Sprint(all), "[a b]")

	b.terminate(t, "a", false)
	b.haveNoChildren(t, "a")
	all, err = b.store.Queries().SessionIDsOfUser(ctx, alice)
	must(t, err)
	equal(t, "mapped sessions then", fmt.Sprint(all), "[b]")
}

func terminateInATransaction(t *testing.T, b *bundle) {
	b.logsIn(t, "a", "b")
	must(t, b.store.MapUser(t.Context(), user("a"), "b"))
	no := errors.New("no")
	fails(t, "rolled back", b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		n, err := tx.TerminateUser(ctx, user("a"))
		must(t, err)
		equal(t, "ended", n, 2)
		fails(t, "inside", result(tx.UserSession(ctx, "a")), sessionstore.ErrNotFound)
		return no
	}), no)
	b.haveChildren(t, "a")
	must(t, b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		ended, err := tx.Terminate(ctx, "a")
		equal(t, "ended", ended, true)
		return errors.Join(err, tx.TerminateUserSession(ctx, user("b"), "b"), tx.Put(ctx, sso("b"), nil))
	}))
	b.hidden(t, "a")
	b.haveNoChildren(t, "a", "b")
	must(t, result(b.store.Get(t.Context(), sso("b"))))
}
