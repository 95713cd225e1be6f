package dialecttest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// The purge against a model of its rules, in memory and without any SQL.
var purgeModelCases = []testCase{
	{"ManySmallChunks", manySmallChunks},
	{"AgreesWithTheModel", agreesWithTheModel},
	{"AnyPoliciesKeepTheRules", anyPoliciesKeepTheRules},
}

// newer orders the rows of a key: by stamp, and a DELETE row after a STORE row.
func newer(a, b row) bool {
	return a.created > b.created || a.created == b.created && isDelete(a) && !isDelete(b)
}

func isDelete(r row) bool { return strings.EqualFold(r.op, "DELETE") }

// purged is what a complete purge at epoch leaves of the rows of a log.
func purged(rows []row) (left []row) {
	byKey := map[sessionstore.Key][]row{}
	for _, r := range rows {
		byKey[r.key()] = append(byKey[r.key()], r)
	}
	for _, r := range rows {
		superseded := false
		for _, other := range byKey[r.key()] {
			superseded = superseded || newer(other, r) && other.created <= 0
		}
		// The newest row goes after all others: those are superseded by it. Nothing
		// that is younger than the grace goes.
		ended := r.expires < -grace
		if !superseded && !ended || r.created >= -grace {
			left = append(left, r)
		}
	}
	return left
}

// withoutChildren are the sessions whose last STORE row has gone.
func withoutChildren(rows, left []row) map[string]bool {
	ended := map[string]bool{}
	for _, r := range rows {
		if r.typ == sessionstore.SSOType && !isDelete(r) {
			ended[r.id] = true
		}
	}
	for _, r := range left {
		if r.typ == sessionstore.SSOType && !isDelete(r) {
			delete(ended, r.id)
		}
	}
	return ended
}

// history is a random log of few keys, so that their rows meet in all orders.
func (b *bundle) history(rnd *rand.Rand, n int) []row {
	ids := append(b.spellings(), "x", "y", "z")
	types := []string{sessionstore.SSOType, sessionstore.SSOType, "Other"}
	var rows []row
	for i := range n {
		r := stored(ids[rnd.IntN(len(ids))], 0, 0).of(types[rnd.IntN(len(types))])
		// Whole hours and the row's number: no two rows share a stamp, because a
		// loose collation would take some for the same.
		r.created = -time.Duration(rnd.IntN(20)-1)*hour - time.Duration(i+1)
		r.expires = []time.Duration{
			r.created + 1, r.created + hour, r.created + 5*hour, -5 * hour, -grace, -hour, hour, 100 * hour, never,
		}[rnd.IntN(9)]
		if rnd.IntN(3) == 0 {
			r = r.as("DELETE")
			r.payload = nil
		}
		rows = append(rows, r)
		if rnd.IntN(10) == 0 && !isDelete(r) { // a tie
			d := r.as("DELETE")
			d.expires = []time.Duration{-5 * hour, hour, never}[rnd.IntN(3)]
			rows = append(rows, d)
		}
	}
	return rows
}

// model runs one purge over rows and compares all tables with the model.
func (b *bundle) model(t *testing.T, rows []row, o cleanup.Options) {
	t.Helper()
	b.clear(t)
	b.insert(t, rows...)
	b.insertTemp(t, rows...)
	ids := idsOf(rows)
	b.addChildren(t, ids...)
	was := b.totals(t)
	b.agrees(t, b.purge(t, o), was)
	left := purged(rows)
	b.left(t, left...)
	b.modelTemp(t, rows)
	b.childrenAgree(t, ids, withoutChildren(rows, left))
}

// modelTemp wants of the temp table what the model leaves, and beyond it only
// rows younger than the grace, which its walk does not come to.
func (b *bundle) modelTemp(t *testing.T, rows []row) {
	t.Helper()
	want := purged(rows)
	for _, r := range rows {
		there := b.there(t, b.store.TempQueries(), r)
		kept := false
		for _, w := range want {
			kept = kept || w.String() == r.String() && w.typ == r.typ
		}
		if there != kept && !(there && r.created >= -grace) {
			t.Errorf("temp table: %s is there: %t, want %t", r, there, kept)
		}
	}
}

func manySmallChunks(t *testing.T, b *bundle) {
	rows := b.history(rand.New(rand.NewPCG(1, 2)), 120)
	for _, chunk := range []int{1, 2, 3, 7, 0} {
		b.model(t, rows, cleanup.Options{ChunkSize: chunk})
		if t.Failed() {
			t.Fatalf("chunk size %d", chunk)
		}
	}
}

func agreesWithTheModel(t *testing.T, b *bundle) {
	for seed := range uint64(8) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		b.model(t, b.history(rnd, 60), cleanup.Options{ChunkSize: 1 + rnd.IntN(20)})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// anyPoliciesKeepTheRules purges random histories by random policies: no answer
// changes to there, nothing live goes, and children go with the last STORE row.
func anyPoliciesKeepTheRules(t *testing.T, b *bundle) {
	for seed := range uint64(8) {
		rnd := rand.New(rand.NewPCG(seed, 4))
		rows := b.history(rnd, 40)
		policies := cleanup.Policies()
		rnd.Shuffle(len(policies), func(i, j int) { policies[i], policies[j] = policies[j], policies[i] })
		policies = policies[:1+rnd.IntN(3)]
		b.clear(t)
		b.insert(t, rows...)
		ids := idsOf(rows)
		b.addChildren(t, ids...)
		w := b.watch(t, ids...)
		b.purge(t, cleanup.Options{Policies: policies, ChunkSize: 1 + rnd.IntN(9), Progress: w.progress})
		var left []row
		for _, r := range rows {
			if b.there(t, b.store.Queries(), r) {
				left = append(left, r)
			}
		}
		b.childrenAgree(t, ids, withoutChildren(rows, left))
		if t.Failed() {
			t.Fatalf("seed %d, policies %v", seed, policies)
		}
	}
}

func idsOf(rows []row) (ids []string) {
	for _, r := range rows {
		if !slices.Contains(ids, r.id) {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// childrenAgree wants no children of the sessions that have ended, and all of the
// others.
func (b *bundle) childrenAgree(t *testing.T, ids []string, ended map[string]bool) {
	t.Helper()
	for _, id := range ids {
		want := childRows
		if ended[id] {
			want = 0
		}
		equal(t, fmt.Sprintf("child rows of %q", id), b.children(t, id), want)
	}
}
