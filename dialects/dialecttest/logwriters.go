package dialecttest

import (
	"sync"
	"testing"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// logged is a row of a log as an outsider reads it.
type logged struct {
	stamp     int64
	operation string
	tenant    int
}

// log reads all rows of the main table by stamp.
func (b *bundle) log(t *testing.T) (all []logged) {
	t.Helper()
	rows, err := b.db.QueryContext(t.Context(), "SELECT TIME_CREATED, OPERATION, TENANT_ID FROM "+b.table("IDN_AUTH_SESSION_STORE")+" ORDER BY TIME_CREATED")
	must(t, err)
	defer func() { must(t, rows.Close()) }()
	for rows.Next() {
		var r logged
		must(t, rows.Scan(&r.stamp, &r.operation, &r.tenant))
		all = append(all, r)
	}
	must(t, rows.Err())
	return all
}

// Eight writers on two nodes, whose clocks stand still together, put and delete
// one key: each write is a row of its own, the writes of each writer stand in the
// order of its calls, and the newest row is the answer. A writer's puts are told
// by their tenant.
func manyWritersOfOneKey(t *testing.T, b *bundle) {
	const writers, puts = 8, 6
	nodes := []*sessionstore.Store{
		b.with(t, sessionstore.Options{Now: fixed(epoch), Attempts: 50}),
		b.newStore(t, b.h.open(t, b.url), &sessionstore.Options{Now: fixed(epoch), Attempts: 50}),
	}
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range puts {
				s := nodes[w%len(nodes)]
				if err := s.Put(t.Context(), sso("a"), []byte{byte(w)}, sessionstore.Tenant(w*puts+i), sessionstore.ValidFor(hour)); err != nil {
					t.Errorf("put %d of writer %d: %v", i, w, err)
				}
				if i%3 == 2 {
					if err := s.Delete(t.Context(), sso("a")); err != nil {
						t.Errorf("delete %d of writer %d: %v", i, w, err)
					}
				}
			}
		})
	}
	group.Wait()
	rows := b.log(t)
	equal(t, "rows", len(rows), writers*puts+writers*puts/3)
	inOrder(t, rows, puts)
	b.answersNewest(t, rows[len(rows)-1])
}

// inOrder wants stamps that differ, but for those of a STORE and a DELETE row of
// two nodes, and each writer's puts in their order.
func inOrder(t *testing.T, rows []logged, puts int) {
	t.Helper()
	next := map[int]int{}
	for i, r := range rows {
		if i > 0 && r.stamp == rows[i-1].stamp && r.operation == rows[i-1].operation {
			t.Errorf("two %s rows of stamp %d", r.operation, r.stamp)
		}
		if r.operation == "STORE" {
			equal(t, "next put of a writer", r.tenant%puts, next[r.tenant/puts])
			next[r.tenant/puts]++
		}
	}
}

// answersNewest wants what the newest row says; DELETE wins where two are of its
// stamp.
func (b *bundle) answersNewest(t *testing.T, newest logged) {
	t.Helper()
	row := b.newest(t, sso("a"))
	equal(t, "newest stamp", row.TimeCreated, newest.stamp)
	for _, s := range []*sessionstore.Store{b.store, b.other} {
		got, err := s.Get(t.Context(), sso("a"))
		equal(t, "gone", gone(t, err), row.Operation == "DELETE")
		if err == nil {
			equal(t, "tenant", got.TenantID, newest.tenant)
		}
	}
	must(t, b.store.Put(t.Context(), sso("a"), []byte("after"), sessionstore.ValidFor(hour)))
	must(t, b.other.Delete(t.Context(), sso("a")))
	b.hidden(t, "a")
}
