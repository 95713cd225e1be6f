package dialecttest

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/sessionstore"
)

func loginTime(value string) child { return property(sessionstore.PropertyLoginTime, value) }

func timeConditions(t *testing.T, b *bundle) {
	b.active(t, "early", loginTime("999"), property(sessionstore.PropertyLastAccess, "1700000000000"))
	b.active(t, "mid", loginTime("1700000000000"), property(sessionstore.PropertyLastAccess, "1700000000001"))
	b.active(t, "late", loginTime("1700000000001"))
	b.active(t, "far", loginTime("99999999999999")) // 14 digits
	b.active(t, "padded", loginTime("0001700000000000"))
	b.active(t, "wrong", loginTime("yesterday"), loginTime("-5"), loginTime(" 1700000000000"), loginTime("+170000000000"))
	b.active(t, "two", loginTime("5"), loginTime("1800000000000"))
	b.finds(t, "loginTime eq 1700000000000", "mid", "padded")
	b.finds(t, "loginTime eq 2023-11-14T22:13:20Z", "mid", "padded")
	b.finds(t, "loginTime lt 1700000000000", "early", "two")
	b.finds(t, "loginTime le 1700000000000", "early", "mid", "padded", "two")
	b.finds(t, "loginTime gt 1700000000000", "late", "far", "two")
	b.finds(t, "loginTime ge 1700000000000", "mid", "late", "far", "padded", "two")
	b.finds(t, "loginTime ge 10000000000000", "far")
	b.finds(t, "loginTime le 99999999999999", "early", "mid", "late", "far", "padded", "two")
	b.finds(t, "loginTime eq 5", "two")
	b.finds(t, "loginTime gt 1750000000000 and loginTime lt 10", "two") // each has a value that fulfils it
	b.finds(t, "lastAccessTime ge 1700000000001", "mid")
	b.finds(t, "lastAccessTime ge 2023-11-14T23:13:20+01:00 and loginTime lt 1000", "early")
}

func sinceAndUntil(t *testing.T, b *bundle) {
	rows := []row{stored("a", -3*hour, hour), stored("b", -2*hour, hour), stored("c", -hour, hour)}
	b.insert(t, rows...)
	b.insert(t, stored("a", -4*hour, hour)) // its newest row counts
	at := func(op string, r row, more int64) string { return op + " " + strconv.FormatInt(r.stamp()+more, 10) }
	b.finds(t, at("since ge", rows[1], 0), "b", "c")
	b.finds(t, at("since gt", rows[1], 0), "c")
	b.finds(t, at("since gt", rows[1], -1), "b", "c")
	b.finds(t, at("until le", rows[1], 0), "a", "b")
	b.finds(t, at("until lt", rows[1], 0), "a")
	b.finds(t, at("since ge", rows[1], 0)+" and "+at("until le", rows[1], 0), "b")
	b.finds(t, at("since ge", rows[2], 0)+" and "+at("until lt", rows[1], 0))
	b.finds(t, "since ge "+epoch.Add(rows[1].created).Format("2006-01-02T15:04:05.999999999Z07:00"), "b", "c")
	b.finds(t, at("since ge", rows[0], 0)+" and sessionId eq a", "a")
	b.finds(t, at("until lt", rows[0], 0)+" and sessionId eq a")
	b.finds(t, "since gt 9223372036854775807")
	b.finds(t, "until lt 0")
}

func oneApplicationFulfilsBoth(t *testing.T, b *bundle) {
	b.active(t, "s1", app("alice", 1), app("bob", 2))
	b.active(t, "s2", app("ALICE", 2), app("alice", 2))
	b.finds(t, "loginId eq alice and appId eq 2", "s2")
	b.finds(t, "appId eq 2 and loginId co b", "s1")
	b.finds(t, "appId eq 1 and appId eq 2")
	b.finds(t, "loginId sw a and loginId ew b")
	page, err := b.store.Search(t.Context(), &sessionstore.SearchOptions{Filter: filter(t, "appId eq 2 and loginId co b")})
	must(t, err)
	equal(t, "the entry has all applications", fmt.Sprint(page.Sessions[0].Applications), "[{alice 1 oauth2} {bob 2 oauth2}]")
}

func searchTenants(t *testing.T, b *bundle) {
	for id, tenant := range map[string]int{"five": 5, "six": 6, "super": -1234, "none": sessionstore.NoTenant} {
		must(t, b.store.Put(t.Context(), sso(id), nil, sessionstore.ValidFor(hour), sessionstore.Tenant(tenant)))
		b.describe(t, id, mapped("u"), app("s", 1))
	}
	must(t, b.store.Put(t.Context(), sso("out"), nil, sessionstore.ValidFor(hour), sessionstore.Tenant(5)))
	must(t, b.store.Delete(t.Context(), sso("out"))) // a DELETE row is of no tenant
	for tenant, want := range map[int]string{
		5: "[five none]", 6: "[none six]", -1234: "[none super]", 7: "[none]", sessionstore.NoTenant: "[none]",
	} {
		for _, o := range []sessionstore.SearchOptions{{}, {User: "u"}, {Order: sessionstore.OrderOldest, Limit: 1}, {Order: sessionstore.OrderByID},
			{Filter: filter(t, "loginId eq s and appId eq 1")}} {
			o.Tenant = &tenant
			equal(t, fmt.Sprintf("sessions of tenant %d", tenant), sorted(b.search(t, o)), want)
		}
		n, err := b.store.CountActive(t.Context(), &tenant)
		must(t, err)
		equal(t, fmt.Sprintf("count of tenant %d", tenant), fmt.Sprint(n), map[bool]string{true: "1", false: "2"}[want == "[none]"])
	}
}

func filter(t *testing.T, text string) sessionstore.Filter {
	t.Helper()
	f, err := sessionstore.ParseFilter(text)
	must(t, err)
	return f
}

func sessionsOfUser(t *testing.T, b *bundle) {
	b.active(t, "c", mapped("u"))
	b.active(t, "a", mapped("u"), mapped("v"))
	b.active(t, "b", mapped("U"), mapped("v"))
	b.active(t, "out", mapped("u"))
	must(t, b.store.Delete(t.Context(), sso("out")))
	b.insert(t, stored("gone", -3*hour, -hour))
	b.describe(t, "gone", mapped("u"))
	b.describe(t, "nowhere", mapped("u"))
	for user, want := range map[string]string{"u": "[a c]", "v": "[a b]", "U": "[b]", "nobody": "[]"} {
		found, err := b.store.SessionsOfUser(t.Context(), user)
		must(t, err)
		ids := []string{}
		for _, s := range found {
			ids = append(ids, s.ID)
		}
		equal(t, "sessions of "+user, fmt.Sprint(ids), want)
		for _, order := range []sessionstore.Order{sessionstore.OrderNewest, sessionstore.OrderOldest, sessionstore.OrderByID} {
			got := b.search(t, sessionstore.SearchOptions{User: user, Order: order, Limit: 1})
			equal(t, fmt.Sprintf("list of %s by %s", user, order), sorted(got), want)
		}
	}
	_, err := b.store.SessionsOfUser(t.Context(), "")
	fails(t, "a user without an id", err, sessionstore.ErrInvalid)
}

func countActive(t *testing.T, b *bundle) {
	count := func(want int64) {
		t.Helper()
		n, err := b.store.CountActive(t.Context(), nil)
		must(t, err)
		equal(t, "count", n, want)
	}
	count(0)
	for i, id := range []string{"a", "A", "a ", "b"} {
		b.insert(t, stored(id, -3*hour+time.Duration(i), hour))
		b.insert(t, stored(id, -2*hour+time.Duration(i), 2*hour))
	}
	b.insert(t, stored("b", -hour, hour).as("Store"), stored("never", -hour, never))
	count(5)
	must(t, b.store.Delete(t.Context(), sso("A")))
	count(4)
	b.clock.set(epoch.Add(3 * hour))
	count(1)
}

// spellingsInLists has ids that a collation takes for one another, and equal
// stamps where the key allows it: paging neither skips nor repeats one.
func spellingsInLists(t *testing.T, b *bundle) {
	want := []string{}
	for stamp, ids := range [][]string{{"a", "b", "aa", "a b"}, {"A", "B"}, {"a ", "B "}, {"A "}, {"á"}, {"ä"}} {
		for _, id := range ids { // two spellings with one stamp would be one key
			if b.holds(id) {
				b.insert(t, stored(id, -hour+time.Duration(stamp), hour))
				want = append(want, id)
			}
		}
	}
	for _, order := range []sessionstore.Order{sessionstore.OrderNewest, sessionstore.OrderOldest, sessionstore.OrderByID} {
		for limit := 1; limit <= 4; limit++ {
			got := b.search(t, sessionstore.SearchOptions{Order: order, Limit: limit})
			equal(t, fmt.Sprintf("%s in pages of %d", order, limit), sorted(got), sorted(append([]string{}, want...)))
		}
	}
}

func searchRefusals(t *testing.T, b *bundle) {
	b.active(t, "a")
	b.active(t, "b")
	first := sessionstore.SearchOptions{Limit: 1}
	page, err := b.store.Search(t.Context(), &first)
	must(t, err)
	next := page.Next
	tenant, far := 5, 1<<40
	for what, o := range map[string]sessionstore.SearchOptions{
		"Limit":          {Limit: 1001},
		"limit":          {Limit: -1},
		"Order":          {Order: 7},
		"tenant":         {Tenant: &far},
		"filter":         {Filter: sessionstore.Filter{Conditions: []sessionstore.Condition{{Attribute: "x"}}}},
		"damaged":        {Token: "%%"},
		"another filter": {Token: next, Filter: filter(t, "appId eq 1")},
		"another tenant": {Token: next, Tenant: &tenant},
		"another user":   {Token: next, User: "u"},
		"another order":  {Token: next, Order: sessionstore.OrderOldest},
		"a cut token":    {Token: next[:len(next)-2]},
		"a changed one":  {Token: next[:len(next)-1] + "x"},
		"a version":      {Token: "Z" + next[1:]},
	} {
		_, err := b.store.Search(t.Context(), &o)
		fails(t, what, err, sessionstore.ErrInvalid)
	}
	got, err := b.store.Search(t.Context(), &sessionstore.SearchOptions{Limit: 100, Token: next})
	must(t, err)
	equal(t, "the token with another limit", len(got.Sessions), 1)
	_, err = b.store.CountActive(t.Context(), &far)
	fails(t, "count of a tenant", err, sessionstore.ErrInvalid)
}
