package dialecttest

import (
	"slices"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Purge: which rows go, and which stay.
var purgeCases = []testCase{
	{"ExpiredGo", expiredGo},
	{"LiveStay", liveStay},
	{"BoundaryOfExpiryAndGrace", boundaryOfExpiryAndGrace},
	{"SupersededGo", supersededGo},
	{"LoggedOutGo", loggedOutGo},
	{"TempGo", tempGo},
	{"NullExpiryStays", nullExpiryStays},
	{"FutureStampSupersedesNothing", futureStampSupersedesNothing},
	{"EqualStamps", equalStamps},
	{"OperationsInAnyCase", operationsInAnyCase},
	{"ExpiredAlone", func(t *testing.T, b *bundle) { policyAlone(t, b, cleanup.Expired) }},
	{"ExpiredAloneInSmallChunks", expiredAloneInSmallChunks},
	{"SupersededAlone", func(t *testing.T, b *bundle) { policyAlone(t, b, cleanup.Superseded) }},
	{"LoggedOutAlone", func(t *testing.T, b *bundle) { policyAlone(t, b, cleanup.LoggedOut) }},
	{"TempAlone", func(t *testing.T, b *bundle) { policyAlone(t, b, cleanup.Temp) }},
}

// grace is the grace of most purges here, which is the default.
const grace = cleanup.DefaultGrace

// purge runs a purge at epoch and wants it to succeed.
func (b *bundle) purge(t *testing.T, o cleanup.Options) *cleanup.Report {
	t.Helper()
	return b.purgeBy(t, b.store, o)
}

func (b *bundle) purgeBy(t *testing.T, s *sessionstore.Store, o cleanup.Options) *cleanup.Report {
	t.Helper()
	if o.Now.IsZero() {
		o.Now = epoch
	}
	report, err := cleanup.Run(t.Context(), s, &o)
	must(t, err)
	equal(t, "complete", report.Complete, true)
	return report
}

func expiredGo(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -10*hour, -3*hour), stored("b", -1000*hour, -900*hour).of("Other"),
		deleted("c", -10*hour, -3*hour), stored("d", -10*hour, -3*hour), deleted("d", -9*hour, -3*hour))
	report := b.purge(t, cleanup.Options{})
	b.left(t)
	equal(t, "deleted", report.Deleted, 5)
	equal(t, "deleted from the table", report.Tables[cleanup.TableSessions], 5)
}

func liveStay(t *testing.T, b *bundle) {
	rows := []row{
		stored("a", -10*hour, time.Minute), stored("b", -10*hour, never), stored("c", -1, hour).of("Other"),
		stored("d", -10*hour, -hour),      // expired, but within the grace
		stored("e", -hour, -hour+1),       // as short as a session can be
		deleted("f", -10*hour, hour),      // hides what may still come
		stored("g", time.Minute, 2*hour),  // by a node whose clock is ahead
		deleted("h", time.Minute, 2*hour), // the same
	}
	b.insert(t, rows...)
	b.purge(t, cleanup.Options{})
	b.left(t, rows...)
	for _, id := range []string{"a", "b", "g"} {
		_, err := b.store.Get(t.Context(), sso(id))
		must(t, err)
	}
}

// edges are rows around the two boundaries, and whether they go.
func edges() map[bool][]row {
	return map[bool][]row{
		true: {
			stored("expired before", -10*hour, -grace-1),
			stored("created before", -grace-1, -grace-1),
		},
		false: {
			stored("expired at", -10*hour, -grace),
			stored("expired after", -10*hour, -grace+1),
			stored("created at", -grace, -grace-1),
			stored("created after", -grace+1, -grace-1),
		},
	}
}

func boundaryOfExpiryAndGrace(t *testing.T, b *bundle) {
	var stay []row
	for goes, rows := range edges() {
		b.insert(t, rows...)
		if !goes {
			stay = rows
		}
		for i := range rows {
			rows[i] = rows[i].of(temp("").Type)
		}
		b.insertTemp(t, rows...)
	}
	b.purge(t, cleanup.Options{})
	b.leftTemp(t, stay...)
	for i := range stay {
		stay[i] = stay[i].of(sessionstore.SSOType)
	}
	b.left(t, stay...)
	b.clear(t)
	for _, rows := range edges() {
		b.insert(t, rows...)
	}
	b.purge(t, cleanup.Options{Policies: []cleanup.Policy{cleanup.Expired}})
	b.left(t, stay...)
}

func supersededGo(t *testing.T, b *bundle) {
	b.insert(t,
		stored("a", -10*hour, -9*hour), stored("a", -9*hour, 5*hour), stored("a", -8*hour, never), stored("a", -1, hour),
		deleted("b", -10*hour, hour), stored("b", -9*hour, hour),
		stored("c", -10*hour, hour), stored("c", -10*hour+1, hour), stored("c", -10*hour+2, -hour),
		stored("d", -10*hour, hour), stored("d", -9*hour, hour).of("Other"),
		stored("e", -10*hour, hour), stored("E", -9*hour, hour))
	b.purge(t, cleanup.Options{})
	b.left(t, stored("a", -1, hour), stored("b", -9*hour, hour), stored("c", -10*hour+2, -hour),
		stored("d", -10*hour, hour), stored("d", -9*hour, hour).of("Other"),
		stored("e", -10*hour, hour), stored("E", -9*hour, hour))
}

func loggedOutGo(t *testing.T, b *bundle) {
	b.insert(t,
		stored("a", -10*hour, -9*hour), stored("a", -9*hour, 5*hour), deleted("a", -1, hour),
		stored("b", -10*hour, never), deleted("b", -9*hour, hour), deleted("b", -8*hour, hour),
		stored("c", -10*hour, hour), deleted("c", -9*hour, hour), stored("c", -8*hour, hour),
		stored("d", -10*hour, hour), deleted("d", -9*hour, hour).of("Other"))
	b.purge(t, cleanup.Options{})
	b.left(t, deleted("a", -1, hour), deleted("b", -8*hour, hour), stored("c", -8*hour, hour),
		stored("d", -10*hour, hour), deleted("d", -9*hour, hour).of("Other"))
	b.hidden(t, "a")
	b.hidden(t, "b")
}

func tempGo(t *testing.T, b *bundle) {
	kind := temp("").Type
	rows := []row{
		stored("a", -10*hour, -9*hour), stored("b", -10*hour, hour), stored("b", -9*hour, -5*hour),
		stored("c", -10*hour, hour), stored("c", -9*hour, hour), stored("d", -10*hour, never),
		stored("e", -10*hour, hour), deleted("e", -9*hour, hour), stored("f", -hour, -hour+1),
	}
	for i := range rows {
		rows[i] = rows[i].of(kind)
	}
	b.insertTemp(t, rows...)
	b.insert(t, stored("b", -8*hour, hour).of(kind)) // what the main table has does not count
	report := b.purge(t, cleanup.Options{})
	b.leftTemp(t, rows[4], rows[5], rows[7], rows[8])
	equal(t, "deleted from the temp table", report.Tables[cleanup.TableTemp], 5)
	equal(t, "rows in the main table", b.sessions(t), 1)
}

func nullExpiryStays(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -10000*hour, never), stored("b", -10*hour, never), stored("b", -9*hour, never),
		stored("c", -10*hour, never), deleted("c", -9*hour, never), deleted("d", -10*hour, never))
	b.purge(t, cleanup.Options{})
	b.left(t, stored("a", -10000*hour, never), stored("b", -9*hour, never), deleted("c", -9*hour, never), deleted("d", -10*hour, never))
}

// A node whose clock is ahead must not take away what others have stored: its own
// rows may never have been meant to be newer.
func futureStampSupersedesNothing(t *testing.T, b *bundle) {
	stay := []row{
		stored("a", -10*hour, 5*hour), stored("a", 1, hour),
		stored("b", -10*hour, 5*hour), deleted("b", 1, hour),
		stored("c", -10*hour, 5*hour), stored("c", hour, 2*hour),
		stored("d", 0, hour),
	}
	b.insert(t, append(stay, stored("d", -10*hour, 5*hour))...) // superseded by a row at the cutoff itself
	b.insertTemp(t, stay...)
	b.purge(t, cleanup.Options{})
	b.left(t, stay...)
	b.leftTemp(t, stay...)

	b.clear(t)
	expired := []row{stored("a", -10*hour, 5*hour), stored("a", -9*hour, -5*hour), stored("a", hour, 2*hour)}
	b.insert(t, expired...)
	b.purge(t, cleanup.Options{Policies: []cleanup.Policy{cleanup.Expired}})
	b.left(t, expired...)
}

// A DELETE row is the newer of two with one stamp: the STORE row goes before it.
func equalStamps(t *testing.T, b *bundle) {
	rows := []row{
		stored("a", -10*hour, hour), deleted("a", -10*hour, hour),
		stored("b", -10*hour, -5*hour), deleted("b", -10*hour, -5*hour),
		stored("c", -10*hour, hour), deleted("c", -10*hour, -5*hour),
		stored("d", -10*hour, -5*hour), deleted("d", -10*hour, hour),
	}
	for _, policies := range [][]cleanup.Policy{{cleanup.Expired}, {cleanup.LoggedOut}, nil} {
		for _, chunk := range []int{1, 2, 0} {
			b.clear(t)
			b.insert(t, rows...)
			w := b.watch(t, "a", "b", "c", "d")
			b.purge(t, cleanup.Options{Policies: policies, ChunkSize: chunk, Progress: w.progress})
			if policies == nil {
				b.left(t, rows[1], rows[7])
			}
		}
	}
}

// clear empties the log.
func (b *bundle) clear(t *testing.T) {
	t.Helper()
	for _, table := range tables[:5] {
		b.exec(t, "DELETE FROM %s", b.table(table))
	}
}

func operationsInAnyCase(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -10*hour, hour).as("store"), deleted("a", -9*hour, hour).as("Delete"),
		stored("b", -10*hour, hour).as("Store"), stored("b", -9*hour, hour).as("store"),
		stored("c", -10*hour, hour).as("store"), deleted("c", -10*hour, hour).as("delete"),
		stored("d", -10*hour, -5*hour).as("store"))
	b.addChildren(t, "a", "b", "c", "d")
	b.purge(t, cleanup.Options{})
	b.left(t, deleted("a", -9*hour, hour).as("Delete"), stored("b", -9*hour, hour).as("store"), deleted("c", -10*hour, hour).as("delete"))
	b.haveChildren(t, "b")
	b.haveNoChildren(t, "a", "c", "d")
}

// policyAlone runs one policy over rows of every kind; the kinds are named after
// the policies that remove them.
func policyAlone(t *testing.T, b *bundle, policy cleanup.Policy) {
	kinds := map[cleanup.Policy][]row{
		cleanup.Expired: {
			stored("expired", -10*hour, -5*hour), deleted("expired delete", -10*hour, -5*hour),
			// All of a key have expired, the newest first: they go in one run.
			stored("chain", -10*hour, -3*hour), stored("chain", -9*hour, -4*hour), deleted("chain", -8*hour, -5*hour),
		},
		cleanup.Superseded: {stored("superseded", -10*hour, hour), deleted("superseded", -9*hour, hour)},
		cleanup.LoggedOut:  {stored("logged out", -10*hour, hour), deleted("logged out", -9*hour, hour)},
	}
	stay := []row{
		stored("superseded", -8*hour, hour), deleted("logged out", -8*hour, hour), stored("live", -8*hour, hour),
	}
	byTemp := stored("temporary", -10*hour, -5*hour).of(temp("").Type)
	b.insertTemp(t, byTemp)
	all := slices.Clone(stay)
	for kind, rows := range kinds {
		all = append(all, rows...)
		if kind != policy {
			stay = append(stay, rows...)
		}
	}
	if policy == cleanup.Superseded { // the chain has a newer STORE row, too
		stay = without(stay, kinds[cleanup.Expired][2])
	}
	if policy == cleanup.LoggedOut { // and a newer DELETE row
		stay = without(without(stay, kinds[cleanup.Expired][2]), kinds[cleanup.Expired][3])
		stay = without(stay, kinds[cleanup.Superseded][0])
	}
	b.insert(t, all...)
	report := b.purge(t, cleanup.Options{Policies: []cleanup.Policy{policy}})
	b.left(t, stay...)
	wantTemp := int64(1)
	if policy == cleanup.Temp {
		wantTemp = 0
	}
	equal(t, "rows in the temp table", b.tempSessions(t), wantTemp)
	equal(t, "deleted", report.Deleted, int64(len(all)-len(stay))+1-wantTemp)
}

// All rows of a key have expired, the newest first: they go in one run, although
// each waits for older ones that stand behind it in the walk.
func expiredAloneInSmallChunks(t *testing.T, b *bundle) {
	for _, chunk := range []int{1, 2, 3} {
		b.insert(t, stored("a", -10*hour, -3*hour), stored("a", -9*hour, -4*hour), deleted("a", -8*hour, -5*hour),
			stored("b", -10*hour, -3*hour), stored("b", -9*hour, -5*hour))
		b.addChildren(t, "a", "b")
		b.purge(t, cleanup.Options{ChunkSize: chunk, Policies: []cleanup.Policy{cleanup.Expired}})
		b.left(t)
		b.haveNoChildren(t, "a", "b")
	}
}

func without(rows []row, gone row) []row {
	var kept []row
	for _, r := range rows {
		if r.String() != gone.String() {
			kept = append(kept, r)
		}
	}
	return kept
}
