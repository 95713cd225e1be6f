package dialecttest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Search, while others write between the pages.
var searchPageCases = []testCase{
	{"ExtendedBetweenPages", extendedBetweenPages},
	{"EndedBetweenPages", endedBetweenPages},
	{"BegunBetweenPages", begunBetweenPages},
	{"ManyRowsWithOneStamp", manyRowsWithOneStamp},
	{"WindowsMeet", windowsMeet},
	{"PurgeBetweenPages", purgeBetweenPages},
	{"PurgeBetweenPagesByID", purgeBetweenPagesByID},
	{"IteratorEndsWithItsError", iteratorEndsWithItsError},
}

var orders = []sessionstore.Order{sessionstore.OrderNewest, sessionstore.OrderOldest, sessionstore.OrderByID}

// pages reads a list page by page and calls between after each page but the last,
// with the ids seen so far.
func (b *bundle) pages(t *testing.T, o sessionstore.SearchOptions, between func(page int, seen []string)) []string {
	t.Helper()
	seen := []string{}
	for n := 1; ; n++ {
		page, err := b.other.Search(t.Context(), &o)
		must(t, err)
		for _, s := range page.Sessions {
			seen = append(seen, s.ID)
		}
		if o.Token = page.Next; o.Token == "" {
			return seen
		}
		if n > 100 {
			t.Fatal("the list does not end")
		}
		between(n, seen)
	}
}

// ten sessions, a row each, a minute apart; the ids follow the stamps in another
// order.
func (b *bundle) ten(t *testing.T) []string {
	t.Helper()
	all := []string{}
	for i := range 10 {
		id := fmt.Sprintf("s%d", i*7%10)
		b.insert(t, stored(id, -hour+time.Duration(i)*time.Minute, hour))
		all = append(all, id)
	}
	return all
}

// inListOrder are the ids of ten as an order lists them.
func inListOrder(all []string, order sessionstore.Order) []string {
	all = slices.Clone(all)
	switch order {
	case sessionstore.OrderNewest:
		slices.Reverse(all)
	case sessionstore.OrderByID:
		slices.Sort(all)
	}
	return all
}

// A session that is extended keeps its place, also when the row that gave the
// place expires meanwhile.
func extendedBetweenPages(t *testing.T, b *bundle) {
	for _, order := range orders {
		b.emptyLog(t)
		b.clock.set(epoch)
		all := b.ten(t)
		b.addChildren(t, all...)
		got := b.pages(t, sessionstore.SearchOptions{Order: order, Limit: 3}, func(_ int, _ []string) {
			for _, id := range all {
				must(t, b.store.Put(t.Context(), sso(id), nil, sessionstore.ValidFor(5*hour)))
			}
			b.clock.advance(2 * hour)
		})
		equal(t, order.String(), fmt.Sprint(got), fmt.Sprint(inListOrder(all, order)))
		b.clock.set(epoch)
	}
}

// emptyLog takes all sessions away, for the next round of a case.
func (b *bundle) emptyLog(t *testing.T) {
	t.Helper()
	for _, table := range tables {
		b.exec(t, "DELETE FROM %s", b.table(table))
	}
}

func endedBetweenPages(t *testing.T, b *bundle) {
	for _, order := range orders {
		b.emptyLog(t)
		b.clock.set(epoch)
		all := inListOrder(b.ten(t), order)
		got := b.pages(t, sessionstore.SearchOptions{Order: order, Limit: 2}, func(page int, seen []string) {
			must(t, b.store.Delete(t.Context(), sso(seen[len(seen)-1]))) // it is the token's place
			if page == 1 {
				must(t, b.store.Delete(t.Context(), sso(all[4])))
				must(t, b.store.Delete(t.Context(), sso(all[9])))
			}
		})
		want := slices.Concat(all[:4], all[5:9])
		equal(t, order.String(), fmt.Sprint(got), fmt.Sprint(want))
	}
}

// In the time orders, what begins after the first page is not in the list. By id
// it may be, and nothing else changes.
func begunBetweenPages(t *testing.T, b *bundle) {
	for _, order := range orders {
		b.emptyLog(t)
		b.clock.set(epoch)
		all := inListOrder(b.ten(t), order)
		got := b.pages(t, sessionstore.SearchOptions{Order: order, Limit: 2}, func(page int, _ []string) {
			must(t, b.store.Put(t.Context(), sso(fmt.Sprintf("s%d new", page)), nil))
		})
		if order == sessionstore.OrderByID {
			got = slices.DeleteFunc(got, func(id string) bool { return len(id) > 2 })
		}
		equal(t, order.String(), fmt.Sprint(got), fmt.Sprint(all))
	}
}

// More rows have one stamp than a window spans at first.
func manyRowsWithOneStamp(t *testing.T, b *bundle) {
	rows := []row{stored("first", -2*hour, hour), stored("last", -hour+1, hour)}
	for i := range 300 {
		rows = append(rows, stored(fmt.Sprintf("s%03d", i), -hour, hour))
	}
	b.insert(t, rows...)
	for _, order := range orders {
		for _, limit := range []int{7, 299, 1000} {
			got := b.search(t, sessionstore.SearchOptions{Order: order, Limit: limit})
			equal(t, "sessions", len(got), len(rows))
			slices.Sort(got)
			equal(t, fmt.Sprintf("different ones, %s in pages of %d", order, limit), len(slices.Compact(got)), len(rows))
		}
	}
}

// A page that takes more than one window of a walk loses nothing between two.
func windowsMeet(t *testing.T, b *bundle) {
	rows := []row{}
	for i := range 300 {
		rows = append(rows, stored(fmt.Sprintf("s%03d", i), -hour+time.Duration(i), hour))
	}
	b.insert(t, rows...)
	for _, order := range orders {
		for last := range 10 { // the first window spans 128 rows
			o := sessionstore.SearchOptions{Order: order, Filter: filter(t, fmt.Sprintf("sessionId ew %d", last))}
			equal(t, fmt.Sprintf("%s, ids that end with %d", order, last), len(b.search(t, o)), len(rows)/10)
		}
	}
}

// A purge takes superseded rows between the pages. Who is not extended meanwhile,
// or has a row that is younger than the grace, is neither skipped nor repeated.
func purgeBetweenPages(t *testing.T, b *bundle) {
	for _, order := range []sessionstore.Order{sessionstore.OrderNewest, sessionstore.OrderOldest} {
		b.emptyLog(t)
		b.clock.set(epoch)
		all := b.ten(t) // younger than the grace
		old := []string{}
		for i := range 6 {
			id := fmt.Sprintf("old%d", i)
			b.insert(t, stored(id, -9*hour, 9*hour), stored(id, -8*hour+time.Duration(i), 9*hour))
			old = append(old, id)
		}
		deleted := int64(0)
		got := b.pages(t, sessionstore.SearchOptions{Order: order, Limit: 3}, func(_ int, _ []string) {
			for _, id := range all {
				must(t, b.store.Put(t.Context(), sso(id), nil, sessionstore.ValidFor(9*hour)))
			}
			deleted += b.purge(t, cleanup.Options{Now: b.clock.now()}).Deleted
		})
		want := inListOrder(append(old, all...), order)
		equal(t, order.String(), fmt.Sprint(got), fmt.Sprint(want))
		equal(t, "rows that the purges took", deleted, int64(len(old)))
	}
}

// By id, not even a purge that takes the row of a session that was extended
// matters.
func purgeBetweenPagesByID(t *testing.T, b *bundle) {
	all := []string{}
	for i := range 10 {
		all = append(all, fmt.Sprintf("s%d", i))
		b.insert(t, stored(all[i], -9*hour, 9*hour))
	}
	deleted := int64(0)
	got := b.pages(t, sessionstore.SearchOptions{Order: sessionstore.OrderByID, Limit: 3}, func(_ int, _ []string) {
		for _, id := range all {
			must(t, b.store.Put(t.Context(), sso(id), nil, sessionstore.ValidFor(9*hour)))
		}
		deleted += b.purge(t, cleanup.Options{Now: b.clock.now()}).Deleted
	})
	equal(t, "sessions", fmt.Sprint(got), fmt.Sprint(all))
	equal(t, "rows that the purges took", deleted, int64(len(all)))
}

func iteratorEndsWithItsError(t *testing.T, b *bundle) {
	b.ten(t)
	n := 0
	for s, err := range b.store.AllUserSessions(t.Context(), &sessionstore.SearchOptions{Limit: 4}) {
		must(t, err)
		if n++; s.ID == "" {
			t.Error("a session without an id")
		}
	}
	equal(t, "sessions", n, 10)
	for _, err := range b.store.AllUserSessions(t.Context(), nil) {
		must(t, err)
		break // no more pages are read
	}
	n = 0
	for _, err := range b.store.AllUserSessions(t.Context(), &sessionstore.SearchOptions{Limit: 4}) {
		if n++; n == 4 {
			must(t, err)
			b.exec(t, "DROP TABLE %s", b.table("IDN_AUTH_SESSION_META_DATA"))
		} else if n > 4 {
			fails(t, "the second page", err, sessionstore.ErrMissingTable)
		}
	}
	equal(t, "steps, the error included", n, 5)
	// The case's tables may be dropped one by one, none of which may be missing.
	b.exec(t, "CREATE TABLE %s (SESSION_ID VARCHAR(100))", b.table("IDN_AUTH_SESSION_META_DATA"))
}
