package dialecttest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Queries: the generated accessors, one by one.
var queryCases = []testCase{
	{"EveryQueryRuns", everyQueryRuns},
	{"PreparedAndUnprepared", preparedAndUnprepared},
	{"ResultsAreRight", resultsAreRight},
	{"UpsertLeavesOtherSpellingsAlone", upsertLeavesOtherSpellingsAlone},
	{"ChildRowsOfAList", childRowsOfAList},
	{"EmptyList", emptyList},
	{"ListLongerThanTheDialectsLimit", listLongerThanTheDialectsLimit},
	{"ListOfEveryLength", listOfEveryLength},
	{"OptionalParts", optionalParts},
	{"DatabaseClockTicks", databaseClockTicks},
}

// everyQueryRuns names what a dialect from outside still lacks.
func everyQueryRuns(t *testing.T, b *bundle) {
	calls := everyQuery()
	for _, name := range gen.QueryNames() {
		call, known := calls[name]
		if !known {
			t.Errorf("query %s is new: add it to everyQuery", name)
			continue
		}
		if err := call(t.Context(), b.store.Queries()); err != nil && !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		if !slices.Contains(gen.QueryNames(), name) {
			t.Errorf("query %s is gone: remove it from everyQuery", name)
		}
	}
}

// The same texts run unprepared, prepared, and both ways in a transaction.
func preparedAndUnprepared(t *testing.T, b *bundle) {
	run := func(what string, q gen.Querier) {
		t.Helper()
		calls := everyQuery()
		for _, name := range slices.Sorted(maps.Keys(calls)) {
			if err := calls[name](t.Context(), q); err != nil && !errors.Is(err, sql.ErrNoRows) {
				t.Errorf("%s, %s: %v", what, name, err)
			}
		}
	}
	again := func(what string, q gen.Querier) {
		t.Helper()
		run(what, q)
		for _, table := range tables {
			b.exec(t, "DELETE FROM %s", b.table(table))
		}
	}
	q := b.store.Queries()
	again("unprepared", q.WithDB(b.db))
	prepared := gen.Prepared(b.db.DB, 0)
	defer func() { must(t, prepared.Close()) }()
	again("first time", q.WithDB(prepared))
	again("prepared", q.WithDB(prepared))
	for what, on := range map[string]func(*sql.Tx) gen.DBTX{
		"transaction":             func(tx *sql.Tx) gen.DBTX { return tx },
		"prepared in transaction": prepared.InTx,
	} {
		tx, err := b.db.BeginTx(t.Context(), nil)
		must(t, err)
		run(what, q.WithDB(on(tx)))
		must(t, tx.Rollback())
	}
}

func emptyList(t *testing.T, b *bundle) {
	b.addChildren(t, "a")
	q := b.store.Queries()
	for _, none := range [][]string{nil, {}} {
		for _, remove := range []func(context.Context, []string) (int64, error){q.DeleteMappings, q.DeleteAppInfo, q.DeleteMetaData} {
			n, err := remove(t.Context(), none)
			must(t, err)
			equal(t, "deleted", n, 0)
		}
		n, err := q.DeleteEndedMetaData(t.Context(), gen.DeleteEndedMetaDataParams{SessionIDs: none, SessionType: "T"})
		must(t, err)
		equal(t, "deleted", n, 0)
		ids, err := q.LockAppInfo(t.Context(), none)
		must(t, err)
		equal(t, "locked", len(ids), 0)
	}
	b.haveChildren(t, "a")
}

// ids are n session ids.
func ids(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("id %d", i)
	}
	return all
}

func listLongerThanTheDialectsLimit(t *testing.T, b *bundle) {
	traits := b.h.Dialect.Traits()
	limit := traits.MaxList
	if limit == 0 || traits.MaxParams > 0 && traits.MaxParams < limit {
		limit = traits.MaxParams
	}
	if limit == 0 {
		limit = 32766
	}
	all := ids(2*limit + 1)
	some := []string{all[0], all[limit-1], all[limit], all[2*limit-1], all[2*limit]}
	b.addChildren(t, some...)
	b.addChildren(t, "another")
	must(t, b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		locked, err := tx.Queries().LockMappings(ctx, all)
		if err != nil {
			return err
		}
		slices.Sort(locked)
		slices.Sort(some)
		equal(t, "locked", fmt.Sprint(locked), fmt.Sprint(some))
		n, err := tx.Queries().DeleteMappings(ctx, all)
		equal(t, "deleted", n, int64(len(some)))
		return err
	}))
	b.haveChildren(t, "another")
}

// Lists are padded to powers of two and split: no element is lost or counted
// twice, at any length.
func listOfEveryLength(t *testing.T, b *bundle) {
	q, err := b.h.Dialect.Queries(b.db, &gen.Config{Schema: b.db.target.Schema, Prefix: b.db.target.Prefix, MaxList: 5})
	must(t, err)
	for n := 1; n <= 12; n++ {
		b.addChildren(t, ids(n)...)
		b.addChildren(t, "another")
		list := append(ids(n), ids(n)...) // each of them twice
		locked, err := q.LockMetaData(t.Context(), list)
		must(t, err)
		slices.Sort(locked)
		equal(t, fmt.Sprintf("locked of %d", n), len(slices.Compact(locked)), n)
		deleted, err := q.DeleteMetaData(t.Context(), list)
		must(t, err)
		equal(t, fmt.Sprintf("deleted of %d", n), deleted, int64(2*n))
	}
	equal(t, "left", b.totals(t)["IDN_AUTH_SESSION_META_DATA"], 2)
}

func databaseClockTicks(t *testing.T, b *bundle) {
	before := nowMillis()
	first, err := b.store.Queries().DatabaseClock(t.Context())
	must(t, err)
	second, err := b.other.Queries().DatabaseClock(t.Context())
	must(t, err)
	if second < first-1000 {
		t.Errorf("the clock goes back: %d, then %d", first, second)
	}
	// A server elsewhere may be wrong; one that is hours off has its zone wrong.
	if apart := first - before; apart < -30*60_000 || apart > 30*60_000 {
		t.Errorf("the database's clock is %d ms from this host's", apart)
	}
}
