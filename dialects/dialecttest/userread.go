package dialecttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Users, the reading half: what a session looks like to its user.
var userReadCases = []testCase{
	{"DetailsOfASession", detailsOfASession},
	{"OnlyActiveSessionsAreShown", onlyActiveSessionsAreShown},
	{"ExpiryAloneDecides", expiryAloneDecides},
	{"ReadsOfAnExpiredSessionWriteNothing", readsOfAnExpiredSessionWriteNothing},
	{"DetailsOfOtherSpellingsStayApart", detailsOfOtherSpellingsStayApart},
	{"ListQueriesOfSessions", listQueriesOfSessions},
}

func (b *bundle) addMeta(t *testing.T, id string, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		_, err := b.store.Queries().UpsertMetaData(t.Context(), gen.UpsertMetaDataParams{SessionID: id, PropertyType: pairs[i], Value: pairs[i+1]})
		must(t, err)
	}
}

func (b *bundle) addApp(t *testing.T, id, subject string, app int32, protocol string) {
	t.Helper()
	_, err := b.store.Queries().UpsertAppInfo(t.Context(), gen.UpsertAppInfoParams{SessionID: id, Subject: subject, AppID: app, InboundAuthType: protocol})
	must(t, err)
}

func detailsOfASession(t *testing.T, b *bundle) {
	ctx := t.Context()
	b.insert(t, stored("s", -2*hour, -hour), stored("s", -hour, 2*hour), stored("t", -hour, never), stored("s", -3*hour, hour).of("Other"))
	login := time.UnixMilli(1_900_000_000_123)
	b.addMeta(t, "s", "User Agent", "curl", "IP", "10.0.0.1", "Login Time", "1900000000123",
		"Last Access Time", "999", "Last Access Time", "1900000000456", "Last Access Time", "not a number", "IP", "10.0.0.9", "Colour", "red")
	b.addApp(t, "s", "bob", 10, "samlsso")
	b.addApp(t, "s", "bob", 2, "oauth2")
	b.addApp(t, "t", "eve", 1, "oauth2")
	must(t, upsertMapping(ctx, b.store.Queries(), "u2", "s"))
	must(t, upsertMapping(ctx, b.store.Queries(), "u1", "s"))
	must(t, upsertMapping(ctx, b.store.Queries(), "u3", "t"))

	s, err := b.store.UserSession(ctx, "s")
	must(t, err)
	equal(t, "id, tenant", fmt.Sprint(s.ID, s.TenantID), fmt.Sprint("s", sessionstore.NoTenant))
	equal(t, "created", s.CreatedAt.UnixNano(), epoch.Add(-hour).UnixNano())
	equal(t, "expires", s.ExpiresAt.UnixNano(), epoch.Add(2*hour).UnixNano())
	equal(t, "users", fmt.Sprint(s.Users), "[u1 u2]")
	equal(t, "applications", fmt.Sprint(s.Applications), "[{bob 2 oauth2} {bob 10 samlsso}]")
	equal(t, "agent, address", s.UserAgent+" "+s.IP, "curl 10.0.0.9")
	equal(t, "login", s.LoginTime.UnixMilli(), login.UnixMilli())
	equal(t, "last access: the largest number", s.LastAccess.UnixMilli(), login.Add(333*time.Millisecond).UnixMilli())
	equal(t, "properties", len(s.Properties), 5)
	equal(t, "a property with two values", fmt.Sprint(s.Properties["IP"]), "[10.0.0.1 10.0.0.9]")
	equal(t, "a property of one's own", fmt.Sprint(s.Properties["Colour"]), "[red]")

	s, err = b.store.UserSession(ctx, "t")
	must(t, err)
	equal(t, "never expires", s.ExpiresAt.IsZero(), true)
	equal(t, "without metadata", fmt.Sprint(s.LoginTime.IsZero(), s.LastAccess.IsZero(), s.UserAgent == "", len(s.Properties)), "true true true 0")
	equal(t, "its user", fmt.Sprint(s.Users), "[u3]")
}

// Active by the log: the newest row is a STORE row that has not expired. Child
// rows say nothing about it.
func onlyActiveSessionsAreShown(t *testing.T, b *bundle) {
	b.insert(t,
		stored("out", -2*hour, hour), deleted("out", -hour, hour),
		stored("expired", -2*hour, -hour),
		stored("shorter", -2*hour, 2*hour), stored("shorter", -hour, -time.Second),
		stored("tie", -hour, hour), deleted("tie", -hour, hour),
		stored("back", -3*hour, hour), deleted("back", -2*hour, hour), stored("back", -hour, hour),
		stored("lower", -hour, hour).as("store"),
		stored("other type", -hour, hour).of("Other"))
	b.addChildren(t, "out", "expired", "shorter", "tie", "back", "lower", "other type", "no row")
	for _, id := range []string{"out", "expired", "shorter", "tie", "other type", "no row", "nothing"} {
		_, err := b.store.UserSession(t.Context(), id)
		fails(t, id, err, sessionstore.ErrNotFound)
		says(t, err, id, "not found")
	}
	for _, id := range []string{"back", "lower"} {
		s, err := b.store.UserSession(t.Context(), id)
		must(t, err)
		equal(t, id, s.ID, id)
	}
	s, err := b.with(t, sessionstore.Options{SSOType: "Other"}).UserSession(t.Context(), "other type")
	must(t, err)
	equal(t, "the type is an option", fmt.Sprint(s.Users), fmt.Sprint([]string{user("other type")}))
	_, err = b.store.UserSession(t.Context(), "")
	fails(t, "empty id", err, sessionstore.ErrInvalid)
}

// However long ago the login and the last access were: there is no idle timeout and
// no longest lifetime. An access of this moment extends nothing.
func expiryAloneDecides(t *testing.T, b *bundle) {
	const ago = 100 * 24 * hour
	b.insert(t, stored("idle", -ago, hour), stored("extended", -ago, hour-ago), stored("extended", -hour, hour), stored("touched", -hour, -1))
	for id, access := range map[string]time.Time{"idle": epoch.Add(-ago), "extended": epoch.Add(-ago), "touched": epoch} {
		must(t, b.store.AddMetadata(t.Context(), id, sessionstore.LoginMetadata("", "", epoch.Add(-ago))))
		must(t, result(b.store.Touch(t.Context(), id, access)))
	}
	for _, id := range []string{"idle", "extended"} {
		must(t, result(b.store.Get(t.Context(), sso(id))))
		s, err := b.store.UserSession(t.Context(), id)
		must(t, err)
		equal(t, "last access of "+id, s.LastAccess.UnixMilli(), epoch.Add(-ago).UnixMilli())
	}
	fails(t, "Get", result(b.store.Get(t.Context(), sso("touched"))), sessionstore.ErrNotFound)
	b.finds(t, "", "idle", "extended")
	n, err := b.store.CountActive(t.Context(), nil)
	must(t, err)
	equal(t, "count", n, 2)
}

// The product ends a session that it finds expired; here only whoever ends it does.
func readsOfAnExpiredSessionWriteNothing(t *testing.T, b *bundle) {
	ctx, s, rows := t.Context(), b.store, []row{stored("a", -2*hour, -hour)}
	b.insert(t, rows...)
	b.addChildren(t, "a")
	fails(t, "Get", result(s.Get(ctx, sso("a"))), sessionstore.ErrNotFound)
	fails(t, "UserSession", result(s.UserSession(ctx, "a")), sessionstore.ErrNotFound)
	must(t, result(s.GetRaw(ctx, sso("a"))))
	must(t, result(s.LastOperation(ctx, sso("a"))))
	found, err := s.SessionsOfUser(ctx, user("a"))
	must(t, err)
	equal(t, "sessions of the user", len(found), 0)
	b.finds(t, "")
	must(t, result(s.CountActive(ctx, nil)))
	b.left(t, rows...)
	b.haveChildren(t, "a")
}

func detailsOfOtherSpellingsStayApart(t *testing.T, b *bundle) {
	spellings := []string{"a", "A", "a "}
	for i, id := range spellings {
		b.insert(t, stored(id, -time.Duration(i+1)*hour, hour))
		b.addChildren(t, id)
	}
	for i, id := range spellings {
		s, err := b.store.UserSession(t.Context(), id)
		must(t, err)
		equal(t, "created", s.CreatedAt.UnixNano(), epoch.Add(-time.Duration(i+1)*hour).UnixNano())
		equal(t, "users", fmt.Sprint(s.Users), fmt.Sprint([]string{user(id)}))
		equal(t, "agent", s.UserAgent, user(id))
		equal(t, "applications", len(s.Applications), 1)
	}
}

// The lists by session come in parts that the dialect's limits allow.
func listQueriesOfSessions(t *testing.T, b *bundle) {
	ctx, q := t.Context(), b.store.Queries()
	all := ids(2500)
	some := []string{all[0], all[999], all[1000], all[2499]}
	for i, id := range some {
		b.insert(t, stored(id, -2*hour, hour), stored(id, -time.Duration(i+1)*time.Minute, hour))
	}
	b.addChildren(t, some...)
	b.addChildren(t, "another")
	latest, err := q.LatestOfSessions(ctx, gen.LatestOfSessionsParams{SessionIDs: all, SessionType: sessionstore.SSOType})
	must(t, err)
	equal(t, "newest rows", len(latest), len(some))
	for _, r := range latest {
		for i, id := range some {
			if r.SessionID == id {
				equal(t, id, r.TimeCreated, epoch.Add(-time.Duration(i+1)*time.Minute).UnixNano())
			}
		}
	}
	users, err := q.MappingsOfSessions(ctx, all)
	must(t, err)
	equal(t, "users", len(users), len(some))
	apps, err := q.AppInfoOfSessions(ctx, all)
	must(t, err)
	equal(t, "applications", len(apps), len(some))
	meta, err := q.MetaDataOfSessions(ctx, all)
	must(t, err)
	equal(t, "properties", len(meta), 2*len(some))
}
