package dialecttest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// Every column of the seven tables, through the generated accessors: past the
// checks of the store, it is the database that refuses.
var columnCases = []testCase{
	{"EveryColumnAtItsLimit", everyColumnAtItsLimit},
	{"EveryColumnOneOver", everyColumnOneOver},
	{"EveryColumnComparesExactly", everyColumnComparesExactly},
	{"EveryColumnTakesTheEmptyString", everyColumnTakesTheEmptyString},
	{"EveryNumberAtItsLimits", everyNumberAtItsLimits},
}

// forEachColumn empties the tables after each.
func forEachColumn(t *testing.T, b *bundle, do func(t *testing.T, c textColumn, q gen.Querier)) {
	t.Helper()
	for _, c := range textColumns() {
		t.Run(c.name, func(t *testing.T) { do(t, c, c.queries(b.store)) })
		b.empty(t)
	}
}

func (b *bundle) empty(t *testing.T) {
	t.Helper()
	for _, table := range tables {
		b.exec(t, "DELETE FROM %s", b.table(table))
	}
}

// rows counts those of a column's table.
func (b *bundle) rowsOf(t *testing.T, c textColumn) (n int) {
	t.Helper()
	table, _, _ := strings.Cut(c.name, ".")
	must(t, b.db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+b.table(table)).Scan(&n))
	return n
}

// found reports whether exactly this value is in a column.
func found(t *testing.T, c textColumn, q gen.Querier, v string) bool {
	t.Helper()
	there, err := c.find(t.Context(), q, v)
	must(t, err)
	return there
}

func everyColumnAtItsLimit(t *testing.T, b *bundle) {
	forEachColumn(t, b, func(t *testing.T, c textColumn, q gen.Querier) {
		values := []string{strings.Repeat("x", c.limit)}
		if full := b.fill(c.limit); full != values[0] {
			values = append(values, full)
		}
		if c.limit > 1 {
			values = append(values, b.fill(c.limit-1)+" ")
		}
		for _, v := range values {
			must(t, c.write(t.Context(), q, v))
			equal(t, fmt.Sprintf("%d bytes are found", len(v)), found(t, c, q, v), true)
			if !c.fixed {
				_, last := utf8.DecodeLastRuneInString(v)
				equal(t, "a character less is found", found(t, c, q, v[:len(v)-last]), false)
				equal(t, "a character more is found", found(t, c, q, v+"x"), false)
			}
			b.empty(t)
		}
	})
}

// Nothing is cut off. Characters that are too long only by their bytes may be
// taken, whole, by a server in another one's place.
func everyColumnOneOver(t *testing.T, b *bundle) {
	forEachColumn(t, b, func(t *testing.T, c textColumn, q gen.Querier) {
		for _, v := range slices.Compact([]string{strings.Repeat("x", c.limit+1), strings.Repeat("x", c.limit+5000), b.fill(c.limit + 1)}) {
			err := c.write(t.Context(), q, v)
			if err == nil && utf8.RuneCountInString(v) <= c.limit {
				equal(t, "found", found(t, c, q, v), true)
				continue
			}
			classed(t, dialects.Classified(b.h.Dialect, err), dialects.ErrTooLong)
			equal(t, "rows", b.rowsOf(t, c), 0)
		}
	})
}

// A column's own collation may refuse a second spelling, or upsert the first
// again; no spelling is ever found under another.
func everyColumnComparesExactly(t *testing.T, b *bundle) {
	all := b.spellings()
	forEachColumn(t, b, func(t *testing.T, c textColumn, q gen.Querier) {
		if c.fixed {
			t.Skip("holds words of the product, compared as they are meant")
		}
		for _, v := range []string{"a", "A ", all[len(all)-1]} {
			must(t, c.write(t.Context(), q, v))
			for _, other := range all {
				equal(t, fmt.Sprintf("%q is found where %q is stored", other, v), found(t, c, q, other), other == v)
			}
			b.empty(t)
		}
	})
}

// Oracle takes an empty string for NULL, which none of these columns holds: the
// stores above refuse it on every database.
func everyColumnTakesTheEmptyString(t *testing.T, b *bundle) {
	forEachColumn(t, b, func(t *testing.T, c textColumn, q gen.Querier) {
		if c.fixed {
			t.Skip("holds words of the product, never nothing")
		}
		err := c.write(t.Context(), q, "")
		if b.h.Dialect.Traits().EmptyIsNull {
			if err == nil {
				t.Error("no error")
			}
			equal(t, "rows", b.rowsOf(t, c), 0)
			return
		}
		must(t, err)
		equal(t, "the empty string is found", found(t, c, q, ""), true)
		equal(t, "a blank is found", found(t, c, q, " "), false)
	})
}

func everyNumberAtItsLimits(t *testing.T, b *bundle) {
	ctx, q := t.Context(), b.store.Queries()
	for i, n := range []int32{math.MinInt32, -1, 0, 1, math.MaxInt32} {
		id := fmt.Sprint(i)
		must(t, q.InsertUser(ctx, gen.InsertUserParams{UserID: id, UserName: "n", TenantID: n, DomainName: "d", IdpID: n}))
		user, err := q.UserByID(ctx, id)
		must(t, err)
		equal(t, "user", user, gen.UserByIDRow{UserName: "n", TenantID: n, DomainName: "d", IdpID: n})
		must(t, result(q.UpsertAppInfo(ctx, gen.UpsertAppInfoParams{SessionID: id, Subject: "s", AppID: n, InboundAuthType: "i"})))
		apps, err := q.AppInfoOfSession(ctx, id)
		must(t, err)
		equal(t, "application", fmt.Sprint(apps), fmt.Sprintf("[{s %d i}]", n))
		must(t, q.InsertWaitStatus(ctx, gen.InsertWaitStatusParams{TenantID: n, LongWaitKey: id, WaitStatus: "1", TimeCreated: skipped, ExpireTime: skipped}))
		wait, err := q.WaitStatusByKey(ctx, id)
		must(t, err)
		equal(t, "tenant of a key", wait.TenantID, n)
	}
	for _, log := range []gen.Querier{q, b.store.TempQueries()} {
		for _, n := range []int64{math.MinInt64, -1, 0, 1, math.MaxInt64} {
			key := gen.SessionAtParams{SessionID: "s", SessionType: "t", TimeCreated: n, Operation: "STORE"}
			must(t, log.InsertSession(ctx, gen.InsertSessionParams{SessionID: "s", SessionType: "t", Operation: "STORE",
				TimeCreated: n, TenantID: math.MinInt32, ExpiryTime: num(n)}))
			got, err := log.SessionAt(ctx, key)
			must(t, err)
			equal(t, "expiry", got.ExpiryTime.Int64, n)
			equal(t, "tenant", got.TenantID.Int32, math.MinInt32)
		}
	}
}
