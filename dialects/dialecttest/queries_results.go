package dialecttest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// resultsAreRight reads back what the smaller tables hold; the log and the
// children have areas of their own.
func resultsAreRight(t *testing.T, b *bundle) {
	ctx, q := t.Context(), b.store.Queries()
	for _, u := range []gen.InsertUserParams{
		{UserID: "u1", UserName: "n", TenantID: 1, DomainName: "D", IdpID: 2},
		{UserID: "u2", UserName: "n", TenantID: 2, DomainName: "D", IdpID: 2},
		{UserID: "u3", UserName: "m", TenantID: 1, DomainName: "D", IdpID: 2},
	} {
		must(t, q.InsertUser(ctx, u))
	}
	user, err := q.UserByID(ctx, "u2")
	must(t, err)
	equal(t, "user", user, gen.UserByIDRow{UserName: "n", TenantID: 2, DomainName: "D", IdpID: 2})
	_, err = q.UserByID(ctx, "U2")
	fails(t, "another spelling of a user", err, sql.ErrNoRows)
	id, err := q.FindUserID(ctx, gen.FindUserIDParams{UserName: "n", TenantID: 1, DomainName: "D", IdpID: 2})
	must(t, err)
	equal(t, "user found", id, "u1")
	users, err := q.UserIDsOfDomain(ctx, gen.UserIDsOfDomainParams{DomainName: "D", TenantID: 1})
	must(t, err)
	equal(t, "users of a domain", fmt.Sprint(users), "[u1 u3]")

	resultsOfChildren(t, b)

	created := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	must(t, q.InsertWaitStatus(ctx, gen.InsertWaitStatusParams{TenantID: 5, LongWaitKey: "k", WaitStatus: "1", TimeCreated: created, ExpireTime: created.Add(hour)}))
	wait, err := q.WaitStatusByKey(ctx, "k")
	must(t, err)
	equal(t, "status", wait.WaitStatus.String, "1")
	equal(t, "tenant", wait.TenantID, 5)
	if !wait.TimeCreated.Time.Equal(created) || !wait.ExpireTime.Time.Equal(created.Add(hour)) {
		t.Errorf("created %s, expires %s, want %s and an hour later", wait.TimeCreated.Time, wait.ExpireTime.Time, created)
	}
	n, err := q.DeleteWaitStatus(ctx, "k")
	must(t, err)
	equal(t, "deleted", n, 1)
	_, err = q.WaitStatusByKey(ctx, "k")
	fails(t, "after the delete", err, sql.ErrNoRows)
}

func resultsOfChildren(t *testing.T, b *bundle) {
	t.Helper()
	ctx, q := t.Context(), b.store.Queries()
	b.addChildren(t, "s1", "s2")
	b.addChildren(t, "s1") // an upsert adds nothing
	b.haveChildren(t, "s1", "s2")
	must(t, upsertMapping(ctx, q, user("s1"), "s2"))
	sessions, err := q.SessionIDsOfUser(ctx, user("s1"))
	must(t, err)
	equal(t, "sessions of a user", fmt.Sprint(sessions), "[s1 s2]")
	users, err := q.UserIDsOfSession(ctx, "s2")
	must(t, err)
	equal(t, "users of a session", fmt.Sprint(users), fmt.Sprint([]string{user("s1"), user("s2")}))
	apps, err := q.AppInfoOfSession(ctx, "s1")
	must(t, err)
	equal(t, "applications", fmt.Sprint(apps), fmt.Sprintf("[{%s 1 oauth2}]", subject("s1")))
	n, err := q.UpdateMetaData(ctx, gen.UpdateMetaDataParams{SessionID: "s1", PropertyType: "IP", Value: "other"})
	must(t, err)
	equal(t, "properties updated", n, 1)
	n, err = q.UpdateMetaData(ctx, gen.UpdateMetaDataParams{SessionID: "s1", PropertyType: "None", Value: "other"})
	must(t, err)
	equal(t, "properties updated that are not there", n, 0)
	meta, err := q.MetaDataOfSession(ctx, "s1")
	must(t, err)
	equal(t, "properties", fmt.Sprint(meta), fmt.Sprintf("[{IP other} {User Agent %s}]", user("s1")))
	n, err = q.TouchMapping(ctx, gen.TouchMappingParams{UserID: user("s1"), SessionID: "s2"})
	must(t, err)
	equal(t, "rows touched", n, 1)
}

// The child rows of a list of sessions go together or not at all, and nothing else
// goes.
func childRowsOfAList(t *testing.T, b *bundle) {
	all := []string{"a", "b", "c", "d"}
	b.insert(t, stored("a", -hour, hour), stored("b", -hour, hour), deleted("c", -hour, hour))
	b.addChildren(t, all...)
	remove := func(end error) error {
		return b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
			q, list := tx.Queries(), []string{"a", "c", "nothing"}
			users, err := q.DeleteMappings(ctx, list)
			apps, err2 := q.DeleteAppInfo(ctx, list)
			meta, err3 := q.DeleteMetaData(ctx, list)
			equal(t, "deleted", fmt.Sprint(users, apps, meta), "2 2 4")
			return errors.Join(err, err2, err3, end)
		})
	}
	no := errors.New("no")
	fails(t, "rolled back", remove(no), no)
	b.haveChildren(t, all...)
	must(t, remove(nil))
	b.haveNoChildren(t, "a", "c")
	b.haveChildren(t, "b", "d")
	equal(t, "rows of the log", b.sessions(t), 3)
}

// optionalParts checks the two ends of the walks' ranges: the part for an end is
// sent only when there is one.
func optionalParts(t *testing.T, b *bundle) {
	ctx, q := t.Context(), b.store.Queries()
	rows := []row{stored("a", -9*hour, -5*hour), stored("b", -8*hour, -5*hour), stored("c", -7*hour, -4*hour), stored("d", -6*hour, hour)}
	b.insert(t, rows...)
	now := epoch.UnixNano()

	at, err := q.StampBoundary(ctx, gen.StampBoundaryParams{Before: now, Skip: 1})
	must(t, err)
	equal(t, "second row by stamp", at, rows[1].stamp())
	at, err = q.StampBoundary(ctx, gen.StampBoundaryParams{Before: now, AfterTime: num(at), Skip: 1})
	must(t, err)
	equal(t, "second row after it", at, rows[3].stamp())
	_, err = q.StampBoundary(ctx, gen.StampBoundaryParams{Before: now, AfterTime: num(at)})
	fails(t, "behind the last", err, sql.ErrNoRows)

	first, err := q.ExpiryBoundary(ctx, gen.ExpiryBoundaryParams{Before: now})
	must(t, err)
	equal(t, "first row by expiry", first.SessionID, "a")
	next, err := q.ExpiryBoundary(ctx, gen.ExpiryBoundaryParams{Before: now, AfterExpiry: first.ExpiryTime, AfterID: text(first.SessionID)})
	must(t, err)
	equal(t, "the next, of the same expiry", next, gen.ExpiryBoundaryRow{ExpiryTime: first.ExpiryTime, SessionID: "b"})

	kind := rows[0].typ
	for _, c := range []struct {
		p    gen.ExpiredIDsParams
		want string
	}{
		{gen.ExpiredIDsParams{Before: now}, "[a b c]"},
		{gen.ExpiredIDsParams{Before: now, AfterExpiry: first.ExpiryTime, AfterID: text("a")}, "[b c]"},
		{gen.ExpiredIDsParams{Before: now, UptoExpiry: first.ExpiryTime, UptoID: text("a")}, "[a]"},
		{gen.ExpiredIDsParams{Before: now, AfterExpiry: first.ExpiryTime, AfterID: text("a"), UptoExpiry: first.ExpiryTime, UptoID: text("b")}, "[b]"},
	} {
		c.p.SessionType = kind
		got, err := q.ExpiredIDs(ctx, c.p)
		must(t, err)
		equal(t, fmt.Sprintf("expired in %+v", c.p), sorted(got), c.want)
	}
	n, err := q.DeleteExpired(ctx, gen.DeleteExpiredParams{Before: now, AfterExpiry: first.ExpiryTime, AfterID: text("a"), UptoExpiry: first.ExpiryTime, UptoID: text("b")})
	must(t, err)
	equal(t, "deleted between two ends", n, 1)
	b.left(t, rows[0], rows[2], rows[3])
}

func sorted(ids []string) string {
	slices.Sort(ids)
	return fmt.Sprint(ids)
}

// An upsert locks the row that is there and changes nothing in it, least of all
// the row of another spelling that the collation takes for the same.
func upsertLeavesOtherSpellingsAlone(t *testing.T, b *bundle) {
	ctx, q := t.Context(), b.store.Queries()
	for _, s := range []string{"u", "U", "u "} {
		_, err := q.UpsertMapping(ctx, gen.UpsertMappingParams{UserID: s, SessionID: "m" + s})
		must(t, err)
		_, err = q.UpsertAppInfo(ctx, gen.UpsertAppInfoParams{SessionID: "a" + s, Subject: s, AppID: 1, InboundAuthType: s})
		must(t, err)
		_, err = q.UpsertMetaData(ctx, gen.UpsertMetaDataParams{SessionID: "d" + s, PropertyType: s, Value: s})
		must(t, err)
		users, err := q.UserIDsOfSession(ctx, "mu")
		must(t, err)
		equal(t, "users of the first spelling", fmt.Sprintf("%q", users), `["u"]`)
		apps, err := q.AppInfoOfSession(ctx, "au")
		must(t, err)
		equal(t, "applications of the first spelling", fmt.Sprintf("%q", apps), `[{"u" '\x01' "u"}]`)
		meta, err := q.MetaDataOfSession(ctx, "du")
		must(t, err)
		equal(t, "properties of the first spelling", fmt.Sprintf("%q", meta), `[{"u" "u"}]`)
	}
}
