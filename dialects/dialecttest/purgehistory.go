package dialecttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Histories in which a careless purge brings a session back.
var purgeHistoryCases = []testCase{
	{"LongThenShortValidityNeverRevives", longThenShortValidityNeverRevives},
	{"YoungerTombstone", youngerTombstone},
	{"ShorterLivedTombstone", shorterLivedTombstone},
	{"TombstoneStaysWhileAnOlderRowRemains", tombstoneStaysWhileAnOlderRowRemains},
	{"LateRowKeepsItsTombstone", lateRowKeepsItsTombstone},
	{"TempNeverRevives", tempNeverRevives},
	{"AnswersNeverChangeToThere", answersNeverChangeToThere},
}

// watch holds the answers of reads: a purge may turn none from gone to there, and
// none from there to gone while the session lives.
type watch struct {
	t    *testing.T
	b    *bundle
	s    *sessionstore.Store
	was  map[sessionstore.Key]answer
	seen int
}

type answer struct{ live, raw bool }

// watch notes how the given SSO sessions read now, at epoch.
func (b *bundle) watch(t *testing.T, ids ...string) *watch {
	t.Helper()
	var keys []sessionstore.Key
	for _, id := range ids {
		keys = append(keys, sso(id))
	}
	return b.watchKeys(t, keys...)
}

func (b *bundle) watchKeys(t *testing.T, keys ...sessionstore.Key) *watch {
	t.Helper()
	w := &watch{t: t, b: b, s: b.with(t, sessionstore.Options{Now: fixed(epoch)}), was: map[sessionstore.Key]answer{}}
	for _, k := range keys {
		w.was[k] = w.read(k)
	}
	return w
}

func (w *watch) read(key sessionstore.Key) answer {
	w.t.Helper()
	_, live := w.s.Get(w.t.Context(), key)
	_, raw := w.s.GetRaw(w.t.Context(), key)
	return answer{!gone(w.t, live), !gone(w.t, raw)}
}

// progress checks every answer; it is a cleanup.Options.Progress.
func (w *watch) progress(p cleanup.Progress) {
	w.t.Helper()
	w.seen++
	for key, was := range w.was {
		is := w.read(key)
		switch {
		case is.live && !was.live || is.raw && !was.raw:
			w.t.Errorf("%s is back after %d chunks: %+v, was %+v", key, p.Chunks, is, was)
		case was.live && !(is.live && is.raw):
			w.t.Errorf("%s is lost after %d chunks: %+v, was %+v", key, p.Chunks, is, was)
		}
		w.was[key] = is
	}
}

// inEveryWay purges the same rows with every set of policies, in chunks of
// different sizes, and watches the reads.
func (b *bundle) inEveryWay(t *testing.T, rows []row, then func(policies []cleanup.Policy)) {
	t.Helper()
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.id)
	}
	for set := 1; set < 8; set++ {
		policies := []cleanup.Policy{cleanup.Temp}
		for i, p := range []cleanup.Policy{cleanup.Superseded, cleanup.LoggedOut, cleanup.Expired} {
			if set&(1<<i) != 0 {
				policies = append(policies, p)
			}
		}
		for _, chunk := range []int{1, 0} {
			b.clear(t)
			b.insert(t, rows...)
			w := b.watch(t, ids...)
			b.purge(t, cleanup.Options{Policies: policies, ChunkSize: chunk, Progress: w.progress})
			if w.seen == 0 {
				t.Errorf("%v: no progress was reported", policies)
			}
			if t.Failed() {
				t.Fatalf("policies %v, chunk size %d", policies, chunk)
			}
		}
		if then != nil {
			then(policies)
		}
	}
}

// all tells whether every policy of the main table is there.
func all(policies []cleanup.Policy) bool { return len(policies) == 4 }

func longThenShortValidityNeverRevives(t *testing.T, b *bundle) {
	b.inEveryWay(t, []row{
		stored("a", -10*hour, 10*hour), stored("a", -9*hour, -5*hour),
		stored("b", -10*hour, never), stored("b", -9*hour, -5*hour),
		stored("c", -10*hour, 10*hour), stored("c", -9*hour, -5*hour), stored("c", -8*hour, -6*hour),
		stored("d", -10*hour, -3*hour), stored("d", -9*hour, -5*hour),
	}, func(policies []cleanup.Policy) {
		if all(policies) {
			b.left(t)
		}
	})
}

// The DELETE row is so young that a write before it may still be on its way; it
// stays, whatever its expiry.
func youngerTombstone(t *testing.T, b *bundle) {
	tombstones := []row{deleted("a", -hour, -hour+1), deleted("b", -hour, hour), deleted("c", -grace, -grace-1)}
	b.inEveryWay(t, append(tombstones,
		stored("a", -10*hour, 5*hour), stored("b", -10*hour, -5*hour), stored("c", -10*hour, 5*hour),
	), func(policies []cleanup.Policy) {
		for _, r := range tombstones {
			equal(t, fmt.Sprintf("%v: %s is there", policies, r), b.there(t, b.store.Queries(), r), true)
		}
		// The late write arrives.
		b.insert(t, stored("a", -hour-1, 5*hour), stored("c", -grace-1, 5*hour))
		b.hidden(t, "a")
		b.hidden(t, "c")
	})
}

func shorterLivedTombstone(t *testing.T, b *bundle) {
	b.inEveryWay(t, []row{
		stored("a", -10*hour, 100*hour), deleted("a", -9*hour, -5*hour),
		stored("b", -10*hour, never), deleted("b", -9*hour, -5*hour),
		stored("c", -11*hour, 100*hour), stored("c", -10*hour, -7*hour), deleted("c", -9*hour, -6*hour),
		stored("d", -11*hour, 100*hour), deleted("d", -10*hour, -6*hour), deleted("d", -9*hour, -5*hour),
	}, func(policies []cleanup.Policy) {
		if all(policies) {
			b.left(t)
		}
	})
}

func tombstoneStaysWhileAnOlderRowRemains(t *testing.T, b *bundle) {
	old, tombstone := stored("a", -10*hour, 100*hour), deleted("a", -9*hour, -5*hour)
	b.insert(t, old, tombstone)
	for range 2 {
		b.purge(t, cleanup.Options{Policies: []cleanup.Policy{cleanup.Expired}})
		b.left(t, old, tombstone)
		b.hidden(t, "a")
	}
	b.purge(t, cleanup.Options{Policies: []cleanup.Policy{cleanup.LoggedOut}})
	b.left(t, tombstone)
	b.purge(t, cleanup.Options{Policies: []cleanup.Policy{cleanup.Expired}})
	b.left(t)
}

// An older row that arrives behind the walk, later than the grace allows, keeps
// the DELETE row that hides it, in the temp table too.
func lateRowKeepsItsTombstone(t *testing.T, b *bundle) {
	late, tombstone := stored("a", -21*hour, 10*hour), deleted("a", -9*hour, -5*hour)
	kind := temp("").Type
	for _, policies := range [][]cleanup.Policy{nil, {cleanup.Expired, cleanup.Temp}} {
		b.clear(t)
		for _, r := range []row{stored("first", -20*hour, -19*hour), tombstone} {
			b.insert(t, r)
			b.insertTemp(t, r.of(kind))
		}
		b.purge(t, cleanup.Options{Policies: policies, ChunkSize: 1, Progress: func(p cleanup.Progress) {
			if p.Chunks == 1 {
				b.insert(t, late)
				b.insertTemp(t, late.of(kind))
			}
		}})
		b.hidden(t, "a")
		equal(t, "the DELETE row is there", b.there(t, b.store.Queries(), tombstone), true)
	}
}

func tempNeverRevives(t *testing.T, b *bundle) {
	rows := []row{
		stored("a", -10*hour, 10*hour), stored("a", -9*hour, -5*hour),
		stored("b", -10*hour, never), deleted("b", -9*hour, -5*hour),
		stored("c", -10*hour, hour), deleted("c", -hour, -hour+1),
		stored("d", -10*hour, hour), deleted("d", -10*hour, -5*hour),
	}
	var keys []sessionstore.Key
	for i := range rows {
		rows[i] = rows[i].of(temp("").Type)
		keys = append(keys, rows[i].key())
	}
	for _, chunk := range []int{1, 0} {
		b.clear(t)
		b.insertTemp(t, rows...)
		w := b.watchKeys(t, keys...)
		b.purge(t, cleanup.Options{ChunkSize: chunk, Progress: w.progress})
		b.leftTemp(t, rows[5])
		if w.seen == 0 {
			t.Error("no progress was reported")
		}
	}
}

// answersNeverChangeToThere runs purges hour by hour over the days of sessions of
// all validities, each against the reads of that hour.
func answersNeverChangeToThere(t *testing.T, b *bundle) {
	var rows []row
	var ids []string
	for i, first := range []time.Duration{hour, 30 * hour, never} {
		for j, second := range []time.Duration{hour, 30 * hour, never} {
			for _, op := range []string{"STORE", "DELETE"} {
				id := fmt.Sprintf("%d %d %s", i, j, op)
				ids = append(ids, id)
				a, z := stored(id, -50*hour, never), stored(id, -45*hour, never).as(op)
				if first != never {
					a.expires = a.created + first
				}
				if second != never {
					z.expires = z.created + second
				}
				rows = append(rows, a, z)
			}
		}
	}
	for _, policies := range [][]cleanup.Policy{nil, {cleanup.Expired}} {
		b.clear(t)
		b.insert(t, rows...)
		for now := -44 * hour; now < 0; now += 4 * hour {
			w := b.watch(t, ids...)
			w.s = b.with(t, sessionstore.Options{Now: fixed(epoch.Add(now))})
			for key := range w.was {
				w.was[key] = w.read(key)
			}
			b.purge(t, cleanup.Options{Policies: policies, ChunkSize: 3, Now: epoch.Add(now), Progress: w.progress})
		}
	}
}
