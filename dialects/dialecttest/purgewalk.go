package dialecttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
)

// The walk: chunks cover every row, and end where the range ends.
var purgeWalkCases = []testCase{
	{"KeptRowsDoNotEndTheWalk", keptRowsDoNotEndTheWalk},
	{"ChunkSizesOutOfRangeAreRefused", chunkSizesOutOfRange},
	{"ChunkIsClamped", chunkIsClamped},
	{"OneKeyWithManyRows", oneKeyWithManyRows},
	{"SameExpiryManyRows", sameExpiryManyRows},
	{"SameStampManyRows", sameStampManyRows},
	{"SameExpiryAndSpellings", sameExpiryAndSpellings},
	{"EmptyTables", emptyTables},
}

// The first chunks of every walk hold only rows that stay.
func keptRowsDoNotEndTheWalk(t *testing.T, b *bundle) {
	var stay, all []row
	for i := range 10 {
		at := time.Duration(i)
		stay = append(stay,
			stored(fmt.Sprint("a", i), -100*hour+at, hour),           // first by stamp
			deleted(fmt.Sprint("a", i), -hour+at, -50*hour+at),       // first by expiry, but young
			stored(fmt.Sprint("b", i), -99*hour+at, -time.Minute+at)) // expired, but within the grace
	}
	for i := range 5 {
		at := time.Duration(i)
		all = append(all, stored(fmt.Sprint("c", i), -20*hour+at, -10*hour+at),
			stored(fmt.Sprint("d", i), -20*hour+at, hour), stored(fmt.Sprint("d", i), -19*hour+at, -9*hour+at))
	}
	// Only "logged-out" would take the first rows.
	policies := []cleanup.Policy{cleanup.Superseded, cleanup.Expired, cleanup.Temp}
	b.insert(t, append(all, stay...)...)
	kind := temp("").Type
	for i := range 10 {
		b.insertTemp(t, stored(fmt.Sprint("kept ", i), -100*hour+time.Duration(i), hour).of(kind))
	}
	b.insertTemp(t, stored("goes", -10*hour, -9*hour).of(kind))
	report := b.purge(t, cleanup.Options{ChunkSize: 2, Policies: policies})
	b.left(t, stay...)
	equal(t, "rows in the temp table", b.tempSessions(t), 10)
	equal(t, "deleted", report.Deleted, int64(len(all))+1)
}

func chunkSizesOutOfRange(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -10*hour, -5*hour))
	for _, n := range []int{-1, -8192, cleanup.MaxChunkSize + 1} {
		report, err := cleanup.Run(t.Context(), b.store, &cleanup.Options{ChunkSize: n, Now: epoch})
		fails(t, fmt.Sprint("chunk size ", n), err, cleanup.ErrInvalid)
		says(t, err, fmt.Sprint(n), "give 1 to")
		equal(t, "deleted", report.Deleted, 0)
	}
	equal(t, "rows", b.sessions(t), 1)
	equal(t, "chunk size by default", b.purge(t, cleanup.Options{}).ChunkSize, b.clamped(cleanup.DefaultChunkSize))
}

// clamped is the chunk size that the dialect bears.
func (b *bundle) clamped(n int) int {
	if limit := b.h.Dialect.Traits().MaxChunk; limit > 0 {
		return min(n, limit)
	}
	return n
}

func chunkIsClamped(t *testing.T, b *bundle) {
	d := newTap(b.h.Dialect)
	d.traits = func(traits *dialects.Traits) { traits.MaxChunk = 3 }
	s := b.tapped(t, d, nil)
	for i := range 10 {
		b.insert(t, stored(fmt.Sprint(i), -10*hour+time.Duration(i), -5*hour+time.Duration(i)))
	}
	lines := 0
	report := b.purgeBy(t, s, cleanup.Options{Policies: []cleanup.Policy{cleanup.Expired}, Logger: onLog(func() { lines++ })})
	equal(t, "chunk size", report.ChunkSize, 3)
	if report.Chunks < 4 {
		t.Errorf("10 rows in %d chunks of 3", report.Chunks)
	}
	equal(t, "lines that say so", lines > 0, true)
	equal(t, "chunk size that is small enough", b.purgeBy(t, s, cleanup.Options{ChunkSize: 2}).ChunkSize, 2)
}

func oneKeyWithManyRows(t *testing.T, b *bundle) {
	const n = 2000 // more is slow where checks are joins: MySQL reads all newer rows of a key
	rows := make([]row, n)
	for i := range rows {
		rows[i] = stored("a", -100*hour+time.Duration(i)*time.Second, -90*hour+time.Duration(i)*time.Second)
		rows[i].payload = nil
	}
	rows[n-1].expires = hour
	b.insert(t, rows...)
	b.addChildren(t, "a")
	report := b.purge(t, cleanup.Options{ChunkSize: 100})
	b.left(t, rows[n-1])
	b.haveChildren(t, "a")
	equal(t, "deleted", report.Deleted, n-1)
	if report.Chunks < n/100 {
		t.Errorf("%d rows in %d chunks of 100", n, report.Chunks)
	}
	// The same by expiry alone.
	b.clear(t)
	rows[n-1].expires = -5 * hour
	b.insert(t, rows...)
	b.purge(t, cleanup.Options{ChunkSize: 100, Policies: []cleanup.Policy{cleanup.Expired}})
	b.left(t)
}

// many are n sessions of one kind of rows.
func many(n int, make func(id string, i int) row) []row {
	var rows []row
	for i, id := range ids(n) {
		rows = append(rows, make(id, i))
	}
	return rows
}

func sameExpiryManyRows(t *testing.T, b *bundle) {
	const n = 150
	stay := stored("stays", -10*hour, hour)
	for _, policies := range [][]cleanup.Policy{{cleanup.Expired}, nil} {
		b.clear(t)
		b.insert(t, many(n, func(id string, i int) row { return stored(id, -10*hour+time.Duration(i), -5*hour) })...)
		b.insert(t, stay)
		b.addChildren(t, ids(n)...)
		report := b.purge(t, cleanup.Options{ChunkSize: 7, Policies: policies})
		b.left(t, stay)
		b.haveNoChildren(t, ids(n)...)
		equal(t, "rows of the log deleted", report.Tables[cleanup.TableSessions], n)
		if report.Chunks < n/7 {
			t.Errorf("%d rows in %d chunks of 7", n, report.Chunks)
		}
	}
}

func sameStampManyRows(t *testing.T, b *bundle) {
	const n = 100
	b.insert(t, many(n, func(id string, _ int) row { return stored(id, -10*hour, hour) })...)
	b.insert(t, many(n, func(id string, _ int) row { return deleted(id, -9*hour, hour) })...)
	kind := temp("").Type
	b.insertTemp(t, many(n, func(id string, _ int) row { return stored(id, -10*hour, -5*hour).of(kind) })...)
	b.addChildren(t, ids(n)...)
	b.purge(t, cleanup.Options{ChunkSize: 7})
	equal(t, "rows left", b.sessions(t), n)
	equal(t, "rows left in the temp table", b.tempSessions(t), 0)
	b.haveNoChildren(t, ids(n)...)
}

// The walk goes along expiry and session id; identifiers that the collation takes
// for the same stand at one place, and none may be passed over.
func sameExpiryAndSpellings(t *testing.T, b *bundle) {
	for _, chunk := range []int{1, 2, 3} {
		for i, id := range b.spellings() {
			b.insert(t, stored(id, -10*hour+time.Duration(i), -5*hour), stored(id, -9*hour+time.Duration(i), -5*hour))
		}
		b.purge(t, cleanup.Options{ChunkSize: chunk, Policies: []cleanup.Policy{cleanup.Expired}})
		b.left(t)
	}
}

func emptyTables(t *testing.T, b *bundle) {
	report := b.purge(t, cleanup.Options{})
	equal(t, "deleted", report.Deleted, 0)
	for table, n := range report.Tables {
		equal(t, table, n, 0)
	}
	equal(t, "tables in the report", len(report.Tables), 5)
}
