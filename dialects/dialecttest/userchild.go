package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// Users: the rows that a log-in adds to a session.
var userChildCases = []testCase{
	{"MappingsAreIdempotent", mappingsAreIdempotent},
	{"ApplicationsAreIdempotent", applicationsAreIdempotent},
	{"EightWritersAtOnce", eightWritersAtOnce},
	{"LoginInOneTransaction", loginInOneTransaction},
	{"OtherSpellingsOfChildRows", otherSpellingsOfChildRows},
	{"MappingThatGoesMeanwhile", mappingThatGoesMeanwhile},
	{"LimitsOfChildRows", limitsOfChildRows},
	{"PrefixOfUsers", prefixOfUsers},
}

// eightAtOnce runs fn eight times at once, on both stores by turns.
func (b *bundle) eightAtOnce(t *testing.T, fn func(context.Context, *sessionstore.Store) error) {
	t.Helper()
	var group sync.WaitGroup
	for i := range 8 {
		s := b.store
		if i%2 == 1 {
			s = b.other
		}
		group.Go(func() {
			if err := fn(t.Context(), s); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// childCounts are the numbers of rows of the three child tables.
func (b *bundle) childCounts(t *testing.T) string {
	t.Helper()
	q := b.store.Queries()
	users, err := q.CountMappings(t.Context())
	must(t, err)
	apps, err := q.CountAppInfo(t.Context())
	must(t, err)
	meta, err := q.CountMetaData(t.Context())
	must(t, err)
	return fmt.Sprint(users, apps, meta)
}

func (b *bundle) mapped(t *testing.T, user, session string) bool {
	t.Helper()
	there, err := b.store.Mapped(t.Context(), user, session)
	must(t, err)
	return there
}

func mappingsAreIdempotent(t *testing.T, b *bundle) {
	for range 3 {
		must(t, b.store.MapUser(t.Context(), "u", "s"))
	}
	must(t, b.other.MapUser(t.Context(), "u", "t"))
	must(t, b.other.MapUser(t.Context(), "v", "s"))
	equal(t, "rows", b.childCounts(t), "3 0 0")
	for pair, want := range map[[2]string]bool{{"u", "s"}: true, {"v", "s"}: true, {"v", "t"}: false, {"s", "u"}: false, {"u", "S"}: false} {
		equal(t, fmt.Sprint(pair), b.mapped(t, pair[0], pair[1]), want)
	}
	b.insert(t, deleted("s", -hour, hour)) // a mapping says nothing about the session
	equal(t, "mapped to a session that has ended", b.mapped(t, "u", "s"), true)
}

func applicationsAreIdempotent(t *testing.T, b *bundle) {
	app := sessionstore.Application{Subject: "bob", AppID: 7, InboundAuthType: "oauth2"}
	for range 3 {
		must(t, b.store.RecordApplication(t.Context(), "s", app))
	}
	equal(t, "rows", b.childCounts(t), "0 1 0")
	for _, other := range []sessionstore.Application{
		{Subject: "eve", AppID: 7, InboundAuthType: "oauth2"}, {Subject: "bob", AppID: 8, InboundAuthType: "oauth2"},
		{Subject: "bob", AppID: 7, InboundAuthType: "samlsso"},
	} {
		must(t, b.other.RecordApplication(t.Context(), "s", other))
	}
	equal(t, "each column belongs to the key", b.childCounts(t), "0 4 0")
}

// logIn is what a log-in does with the methods of Tx.
func logIn(ctx context.Context, s *sessionstore.Store, id string) error {
	return s.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		if err := tx.Put(ctx, sso(id), []byte(id), sessionstore.ValidFor(hour)); err != nil {
			return err
		}
		return upsertChildren(ctx, tx, id)
	})
}

func eightWritersAtOnce(t *testing.T, b *bundle) {
	for round := range 3 {
		id := fmt.Sprint("s", round)
		b.eightAtOnce(t, func(ctx context.Context, s *sessionstore.Store) error { return logIn(ctx, s, id) })
		b.haveChildren(t, id)
	}
	equal(t, "rows", b.childCounts(t), "3 3 6")
}

func loginInOneTransaction(t *testing.T, b *bundle) {
	must(t, logIn(t.Context(), b.store, "a"))
	s, err := b.other.UserSession(t.Context(), "a")
	must(t, err)
	equal(t, "its user", fmt.Sprint(s.Users), fmt.Sprint([]string{user("a")}))
	b.haveChildren(t, "a")

	full := errors.New("no")
	err = b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		return errors.Join(tx.MapUser(ctx, "u", "b"), tx.AddUser(ctx, sessionstore.User{ID: "u", Name: "n"}),
			tx.RecordApplication(ctx, "b", sessionstore.Application{Subject: "s", InboundAuthType: "p"}),
			tx.AddMetadata(ctx, "b", sessionstore.Metadata{"IP": "1"}), full)
	})
	fails(t, "a transaction that fails", err, full)
	b.haveNoChildren(t, "b")
	n, err := b.store.Queries().CountUsers(t.Context())
	must(t, err)
	equal(t, "users", n, 0)
}

// A row of another spelling is a row of its own, or refused: never taken for the
// one that is there.
func otherSpellingsOfChildRows(t *testing.T, b *bundle) {
	ctx, s := t.Context(), b.store
	var users, apps, meta int
	count := func(rows *int, what string, err error) {
		t.Helper()
		if addedOrRefused(t, what, err) {
			*rows++
		}
	}
	for _, v := range spellings {
		count(&users, "user "+v, s.MapUser(ctx, v, "s"))
		count(&users, "session "+v, s.MapUser(ctx, "u", v))
		count(&apps, "subject "+v, s.RecordApplication(ctx, "s", sessionstore.Application{Subject: v, AppID: 1, InboundAuthType: "p"}))
		count(&apps, "protocol "+v, s.RecordApplication(ctx, "s", sessionstore.Application{Subject: "x", AppID: 1, InboundAuthType: v}))
		count(&apps, "session "+v, s.RecordApplication(ctx, v, sessionstore.Application{Subject: "x", AppID: 2, InboundAuthType: "p"}))
		count(&meta, "property "+v, s.AddMetadata(ctx, "s", sessionstore.Metadata{v: "x"}))
		count(&meta, "session "+v, s.AddMetadata(ctx, v, sessionstore.Metadata{"IP": "x"}))
	}
	equal(t, "rows", b.childCounts(t), fmt.Sprint(users, apps, meta))
	for _, v := range spellings {
		there, err := b.store.Queries().UserIDsOfSession(ctx, v)
		must(t, err)
		equal(t, "mapped to "+v, b.mapped(t, "u", v), len(there) == 1)
	}
	equal(t, "the first spelling", b.mapped(t, spellings[0], "s"), true)
}

// The row has gone between the statement that found it and the one that wants to
// lock it: it is added after all, or the call gives up.
func mappingThatGoesMeanwhile(t *testing.T, b *bundle) {
	d := newTap(b.h.Dialect)
	d.once("UpsertMapping", unsent())
	must(t, b.tapped(t, d, nil).MapUser(t.Context(), "u", "s"))
	equal(t, "mapped", b.mapped(t, "u", "s"), true)
	d.on("UpsertMapping", unsent())
	fails(t, "again and again", b.tapped(t, d, nil).MapUser(t.Context(), "u", "t"), sessionstore.ErrConflict)
	must(t, b.tapped(t, d, nil).MapUser(t.Context(), "u", "s")) // locked as it stands
}

func limitsOfChildRows(t *testing.T, b *bundle) {
	ctx, s := t.Context(), b.store
	id, long := b.fill(100), b.fill(255)
	must(t, s.MapUser(ctx, long, id))
	must(t, s.RecordApplication(ctx, id, sessionstore.Application{Subject: id, AppID: 1<<31 - 1, InboundAuthType: long}))
	must(t, s.AddMetadata(ctx, id, sessionstore.Metadata{id: long}))
	b.insert(t, stored(id, -hour, hour))
	got, err := s.UserSession(ctx, id)
	must(t, err)
	equal(t, "full columns", fmt.Sprint(got.Users, got.Applications, got.Properties),
		fmt.Sprint([]string{long}, []sessionstore.Application{{Subject: id, AppID: 1<<31 - 1, InboundAuthType: long}}, map[string][]string{id: {long}}))

	ok := sessionstore.Application{Subject: "s", AppID: 1, InboundAuthType: "p"}
	app := func(change func(*sessionstore.Application)) error {
		a := ok
		change(&a)
		return s.RecordApplication(ctx, "s", a)
	}
	for words, err := range map[[2]string]error{
		{"user id", "holds 255"}:                           s.MapUser(ctx, long+"x", "s"),
		{"session id", "holds 100"}:                        s.MapUser(ctx, "u", id+"x"),
		{"user id", "is empty"}:                            s.MapUser(ctx, "", "s"),
		{"session id", "is empty"}:                         s.MapUser(ctx, "u", ""),
		{"session id", "NUL"}:                              result(s.Mapped(ctx, "u", "\x00")),
		{"session id", "UTF-8"}:                            s.RecordApplication(ctx, "\xff", ok),
		{"Application.Subject", "holds 100"}:               app(func(a *sessionstore.Application) { a.Subject = id + "x" }),
		{"Application.Subject", "is empty"}:                app(func(a *sessionstore.Application) { a.Subject = "" }),
		{"Application.InboundAuthType", "holds 255"}:       app(func(a *sessionstore.Application) { a.InboundAuthType = long + "x" }),
		{"Application.InboundAuthType", "is empty"}:        app(func(a *sessionstore.Application) { a.InboundAuthType = "" }),
		{"Application.AppID", "32 bits"}:                   app(func(a *sessionstore.Application) { a.AppID = 1 << 31 }),
		{"property name", "holds 100"}:                     s.AddMetadata(ctx, "s", sessionstore.Metadata{id + "x": "v"}),
		{"property name", "is empty"}:                      s.AddMetadata(ctx, "s", sessionstore.Metadata{"": "v"}),
		{`property "User Agent"`, "cut it off"}:            s.AddMetadata(ctx, "s", sessionstore.Metadata{"User Agent": long + "x"}),
		{`property "User Agent"`, "is empty"}:              s.AddMetadata(ctx, "s", sessionstore.Metadata{"IP": "1", "User Agent": ""}),
		{`property "IP"`, "NUL"}:                           result(s.UpdateMetadata(ctx, "s", "IP", "\x00")),
		{"session id", "give 1 to 100"}:                    result(s.UpdateMetadata(ctx, "", "IP", "1")),
		{"time of the access is zero", "give the present"}: result(s.Touch(ctx, "s", zeroTime)),
	} {
		fails(t, words[0]+" "+words[1], err, sessionstore.ErrInvalid)
		says(t, err, words[0], words[1])
	}
	equal(t, "rows", b.childCounts(t), "1 1 1")
}

// Another prefix is another set of tables.
func prefixOfUsers(t *testing.T, b *bundle) {
	must(t, logIn(t.Context(), b.store, "s"))
	p, m := b.bareStore(t, "P_")
	_, err := m.Up(t.Context())
	must(t, err)
	must(t, logIn(t.Context(), p, "t"))
	must(t, p.AddUser(t.Context(), sessionstore.User{ID: "u", Name: "n"}))
	fails(t, "a session of the other tables", result(p.UserSession(t.Context(), "s")), sessionstore.ErrNotFound)
	fails(t, "a user of the other tables", result(b.store.UserByID(t.Context(), "u")), sessionstore.ErrNotFound)
	ended, err := p.Terminate(t.Context(), "s")
	must(t, err)
	equal(t, "ended", ended, false)
	ended, err = p.Terminate(t.Context(), "t")
	must(t, err)
	equal(t, "ended", ended, true)
	n, err := p.Queries().CountMetaData(t.Context())
	must(t, err)
	equal(t, "properties left", n, 0)
	b.haveChildren(t, "s")
}
