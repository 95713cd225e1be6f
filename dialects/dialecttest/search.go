package dialecttest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Search: lists of active sessions.
var searchCases = []testCase{
	{"OneEntryPerSession", oneEntryPerSession},
	{"OnlyActive", onlyActive},
	{"ExpiredTombstoneStillHides", expiredTombstoneStillHides},
	{"Orders", searchOrders},
	{"TextConditions", textConditions},
	{"CaseFoldsAlikeOnEveryDatabase", caseFoldsAlike},
	{"WildcardsAreLiteral", wildcardsAreLiteral},
	{"TimeConditions", timeConditions},
	{"SinceAndUntil", sinceAndUntil},
	{"OneApplicationFulfilsBoth", oneApplicationFulfilsBoth},
	{"Tenants", searchTenants},
	{"SessionsOfUser", sessionsOfUser},
	{"CountActive", countActive},
	{"SpellingsInLists", spellingsInLists},
	{"Refusals", searchRefusals},
}

// child is a row of a child table: who, what or where about a session.
type child func(ctx context.Context, q gen.Querier, id string) error

func mapped(user string) child {
	return func(ctx context.Context, q gen.Querier, id string) error { return upsertMapping(ctx, q, user, id) }
}

func app(subject string, number int32) child {
	return func(ctx context.Context, q gen.Querier, id string) error {
		_, err := q.UpsertAppInfo(ctx, gen.UpsertAppInfoParams{SessionID: id, Subject: subject, AppID: number, InboundAuthType: "oauth2"})
		return err
	}
}

func property(name, value string) child {
	return func(ctx context.Context, q gen.Querier, id string) error {
		_, err := q.UpsertMetaData(ctx, gen.UpsertMetaDataParams{SessionID: id, PropertyType: name, Value: value})
		return err
	}
}

func agent(value string) child { return property(sessionstore.PropertyUserAgent, value) }
func ip(value string) child    { return property(sessionstore.PropertyIP, value) }

// describe adds child rows to a session.
func (b *bundle) describe(t *testing.T, id string, rows ...child) {
	t.Helper()
	must(t, b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		for _, add := range rows {
			if err := add(ctx, tx.Queries(), id); err != nil {
				return err
			}
		}
		return nil
	}))
}

// active stores a session that began so long before epoch, with its child rows.
func (b *bundle) active(t *testing.T, id string, rows ...child) {
	t.Helper()
	must(t, b.store.Put(t.Context(), sso(id), []byte(id), sessionstore.ValidFor(10*hour)))
	b.describe(t, id, rows...)
}

// holds reports whether the columns of the database can hold a text.
func (b *bundle) holds(text string) bool {
	switch b.h.Dialect.Traits().Charset {
	case dialects.ASCII:
		return !strings.ContainsFunc(text, func(r rune) bool { return r > 127 })
	case dialects.Latin1:
		return !strings.ContainsFunc(text, func(r rune) bool { return r > 255 })
	default:
		return true
	}
}

// search reads a whole list, page by page, and returns the ids.
func (b *bundle) search(t *testing.T, o sessionstore.SearchOptions) []string {
	t.Helper()
	found := []string{}
	for {
		page, err := b.store.Search(t.Context(), &o)
		must(t, err)
		for _, s := range page.Sessions {
			found = append(found, s.ID)
		}
		if o.Token = page.Next; o.Token == "" {
			return found
		}
		if len(found) > 10_000 {
			t.Fatal("the list does not end")
		}
	}
}

// finds wants a filter, read from its text, to give these sessions in the order of
// ids, on every way through the log.
func (b *bundle) finds(t *testing.T, filter string, want ...string) {
	t.Helper()
	f, err := sessionstore.ParseFilter(filter)
	must(t, err)
	slices.Sort(want)
	for _, order := range []sessionstore.Order{sessionstore.OrderNewest, sessionstore.OrderOldest, sessionstore.OrderByID} {
		for _, limit := range []int{1, 100} {
			got := b.search(t, sessionstore.SearchOptions{Filter: f, Order: order, Limit: limit})
			slices.Sort(got)
			equal(t, fmt.Sprintf("%s, order %s, pages of %d", filter, order, limit), fmt.Sprintf("%q", got), fmt.Sprintf("%q", want))
		}
	}
}

func oneEntryPerSession(t *testing.T, b *bundle) {
	b.active(t, "a", mapped("u1"), mapped("u2"), app("s", 1), app("s", 2), agent("x"), agent("y"), ip("1"))
	b.active(t, "bare")
	for range 3 {
		must(t, b.store.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(hour)))
	}
	page, err := b.store.Search(t.Context(), &sessionstore.SearchOptions{Order: sessionstore.OrderByID})
	must(t, err)
	equal(t, "sessions", len(page.Sessions), 2)
	equal(t, "next page", page.Next, "")
	a := page.Sessions[0]
	equal(t, "users", fmt.Sprint(a.Users), "[u1 u2]")
	equal(t, "applications", fmt.Sprint(a.Applications), "[{s 1 oauth2} {s 2 oauth2}]")
	equal(t, "agents", fmt.Sprint(a.Properties[sessionstore.PropertyUserAgent]), "[x y]")
	equal(t, "a session without users, applications and metadata", page.Sessions[1].ID, "bare")
	b.finds(t, "userAgent sw x and userAgent sw y", "a")
	b.finds(t, "appId eq 1 and ipAddress eq 1", "a")
}

func onlyActive(t *testing.T, b *bundle) {
	b.insert(t,
		stored("live", -3*hour, hour), stored("never", -3*hour, never), stored("lower", -3*hour, hour).as("store"),
		stored("expired", -3*hour, -1),
		stored("out", -3*hour, hour), deleted("out", -2*hour, hour).as("Delete"),
		stored("tie", -3*hour, hour), deleted("tie", -3*hour, hour),
		stored("shorter", -3*hour, hour), stored("shorter", -2*hour, -hour),
		stored("longer", -3*hour, -hour), stored("longer", -2*hour, hour),
		stored("back", -3*hour, hour), deleted("back", -2*hour, hour), stored("back", -hour, hour),
		stored("other type", -3*hour, hour).of("Other"))
	b.addChildren(t, "live", "never", "lower", "expired", "out", "tie", "shorter", "longer", "back", "other type")
	want := []string{"live", "never", "lower", "longer", "back"}
	for _, filter := range []string{"", "loginTime ge 0", "appId eq 1", "userAgent co user"} {
		if filter == "loginTime ge 0" {
			b.finds(t, filter) // addChildren gives no login time
			continue
		}
		b.finds(t, filter, want...)
	}
	for _, id := range want {
		b.finds(t, "sessionId eq "+id, id)
	}
	b.finds(t, "sessionId eq out")
	b.finds(t, `sessionId eq "other type"`)
	n, err := b.store.CountActive(t.Context(), nil)
	must(t, err)
	equal(t, "count", n, int64(len(want)))
}

// The product lists a logged-out session again once its DELETE row has expired.
func expiredTombstoneStillHides(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -3*hour, hour), deleted("a", -2*hour, -hour))
	b.addChildren(t, "a")
	b.finds(t, "")
	b.finds(t, "appId eq 1")
	sessions, err := b.store.SessionsOfUser(t.Context(), user("a"))
	must(t, err)
	equal(t, "sessions of the user", len(sessions), 0)
}

func searchOrders(t *testing.T, b *bundle) {
	b.insert(t, stored("c", -3*hour, hour), stored("a", -2*hour, hour), stored("b", -hour, hour),
		stored("d", -2*hour, hour), stored("e", -4*hour, hour), stored("e", -30*60e9, hour))
	for _, limit := range []int{1, 2, 3, 100} {
		for order, want := range map[sessionstore.Order]string{
			sessionstore.OrderNewest: "[e b a d c]", sessionstore.OrderOldest: "[c a d b e]", sessionstore.OrderByID: "[a b c d e]",
		} {
			got := b.search(t, sessionstore.SearchOptions{Order: order, Limit: limit})
			equal(t, fmt.Sprintf("%s in pages of %d", order, limit), fmt.Sprint(got), want)
		}
	}
}

func textConditions(t *testing.T, b *bundle) {
	b.active(t, "s1", app("Alice Smith", 1), ip("10.0.0.1"), agent("Mozilla/5.0 (X11) Firefox"))
	b.active(t, "s2", app("bob", 2), ip("10.0.0.12"), agent("curl/8"))
	b.active(t, "S3", app("alice", 2), ip("fe80::A"), agent(`quote " back \ and`))
	b.finds(t, `loginId eq "ALICE smith"`, "s1")
	b.finds(t, "loginId sw Alice", "s1", "S3")
	b.finds(t, "loginId ew SMITH", "s1")
	b.finds(t, "loginId co O", "s2")
	b.finds(t, "loginId eq ali")
	b.finds(t, "ipAddress eq 10.0.0.1", "s1")
	b.finds(t, "ipAddress sw 10.0.0.1", "s1", "s2")
	b.finds(t, "ipAddress eq fe80::a") // byte for byte
	b.finds(t, "ipAddress eq fe80::A", "S3")
	b.finds(t, "sessionId sw s", "s1", "s2")
	b.finds(t, "sessionId co 3", "S3")
	b.finds(t, "sessionId eq s3")
	b.finds(t, "userAgent co FIREFOX", "s1")
	b.finds(t, `userAgent eq "QUOTE \" back \\ AND"`, "S3")
	b.finds(t, "userAgent sw curl and loginId eq bob", "s2")
	b.finds(t, "userAgent sw curl and loginId eq alice")
	b.finds(t, "appId eq 2", "s2", "S3")
	b.finds(t, "appId eq 3")
}

// What folds is the same on every database that can hold it.
func caseFoldsAlike(t *testing.T, b *bundle) {
	texts := []string{"é", "É", "e\u0301", "ß", "ẞ", "ss", "İ", "i", "I", "ı", "K", "\u212a", "k", "ſ", "s", "Σ", "σ", "ς", "ä", "a"}
	texts = slices.DeleteFunc(texts, func(s string) bool { return !b.holds(s) })
	for i, s := range texts {
		b.active(t, fmt.Sprintf("s%02d", i), app("x"+s, 1), agent(s+"x"))
	}
	alike := map[string]string{"É": "é", "ẞ": "ß", "I": "i", "K": "k", "Σ": "σ"}
	root := func(s string) string {
		if r, ok := alike[s]; ok {
			return r
		}
		return s
	}
	for _, s := range texts {
		var want []string
		for i, other := range texts {
			if root(other) == root(s) {
				want = append(want, fmt.Sprintf("s%02d", i))
			}
		}
		b.finds(t, "loginId eq X"+s, want...)
		b.finds(t, "loginId eq x"+s+" and appId eq 1", want...)
		b.finds(t, "userAgent eq "+s+"X", want...)
	}
}

func wildcardsAreLiteral(t *testing.T, b *bundle) {
	texts := []string{"%", "_", `\`, "[a]", "a", "^", "!", "'", `"`, "a%b", "axb", `a\b`}
	for i, s := range texts {
		b.active(t, fmt.Sprintf("s%02d", i), app("<"+s+">", 1), ip("<"+s+">"), agent("<"+s+">"))
	}
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	for i, s := range texts {
		for _, attribute := range []string{"loginId", "ipAddress", "userAgent"} {
			b.finds(t, fmt.Sprintf(`%s eq "<%s>"`, attribute, quote.Replace(s)), fmt.Sprintf("s%02d", i))
		}
		b.finds(t, fmt.Sprintf(`userAgent co "<%s>"`, quote.Replace(s)), fmt.Sprintf("s%02d", i))
	}
	b.finds(t, `sessionId co "%"`)
	b.finds(t, `sessionId sw "s_1"`)
}
