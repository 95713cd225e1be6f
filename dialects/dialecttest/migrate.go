package dialecttest

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Migrations: up, down and up again, and no row is ever lost by surprise.
var migrateCases = []testCase{
	{"UpDownUp", upDownUp},
	{"UpAgainDoesNothing", upAgainDoesNothing},
	{"UpOverExistingTablesIsRefused", upOverExistingTablesIsRefused},
	{"AdoptTablesOfAnother", adoptTablesOfAnother},
	{"TwoMigratorsAtOnce", twoMigratorsAtOnce},
	{"DownRefusesRowsWithoutDropData", downRefusesRowsWithoutDropData},
	{"PrefixAndSchema", prefixAndSchema},
	{"EveryOperationWithAPrefix", func(t *testing.T, b *bundle) { everyOperation(t, b, b.db.target.Schema, "P_") }},
	{"EveryOperationInASchema", func(t *testing.T, b *bundle) { everyOperation(t, b, b.otherSchema(t), "") }},
	{"EveryOperationInASchemaWithAPrefix", func(t *testing.T, b *bundle) { everyOperation(t, b, b.otherSchema(t), "p1_") }},
	{"EveryStepKeepsData", everyStepKeepsData},
	{"OptionalKeepsData", optionalKeepsData},
	{"RemoveLeavesNothing", removeLeavesNothing},
}

// tables are the product's seven, in the order of their migrations.
var tables = []string{
	"IDN_AUTH_SESSION_STORE", "IDN_AUTH_TEMP_SESSION_STORE", "IDN_AUTH_USER_SESSION_MAPPING",
	"IDN_AUTH_SESSION_APP_INFO", "IDN_AUTH_SESSION_META_DATA", "IDN_AUTH_USER", "IDN_AUTH_WAIT_STATUS",
}

// exists looks for a table; its absence must be classified.
func (b *bundle) exists(t *testing.T, table string) bool {
	t.Helper()
	rows, err := b.db.QueryContext(t.Context(), "SELECT COUNT(*) FROM "+b.table(table))
	if err == nil {
		defer func() { must(t, rows.Close()) }()
		for rows.Next() { // some drivers send the error only now
		}
		err = rows.Err()
	}
	if errors.Is(b.h.Dialect.Classify(err), dialects.ErrMissingTable) {
		return false
	}
	must(t, err)
	return true
}

// present wants exactly these of the seven tables.
func (b *bundle) present(t *testing.T, want ...string) {
	t.Helper()
	for _, table := range tables {
		equal(t, table+" exists", b.exists(t, table), slices.Contains(want, table))
	}
}

// bareStore is a store before the tables are there, with the migrator of its
// names; what the migrator made is dropped when the test ends.
func (b *bundle) bareStore(t *testing.T, prefix string) (*sessionstore.Store, *migrate.Migrator) {
	t.Helper()
	m := b.migrator(t, func(o *migrate.Options) { o.Prefix += prefix })
	t.Cleanup(func() { b.remove(t, m) })
	return b.newStore(t, b.db, &sessionstore.Options{Prefix: prefix}), m
}

func upDownUp(t *testing.T, b *bundle) {
	s, m := b.bareStore(t, "")
	for range 2 {
		steps, err := m.Up(t.Context())
		must(t, err)
		equal(t, "steps up", len(steps), len(tables))
		b.present(t, tables...)
		must(t, s.Put(t.Context(), sso("a"), nil))
		b.exec(t, "DELETE FROM %s", b.table(tables[0]))
		for i := len(tables) - 1; i >= 0; i-- {
			steps, err := m.Down(t.Context(), nil)
			must(t, err)
			equal(t, "steps down", len(steps), 1)
			b.present(t, tables[:i]...)
		}
		steps, err = m.Down(t.Context(), nil)
		must(t, err)
		equal(t, "steps below the first", len(steps), 0)
	}
}

func upAgainDoesNothing(t *testing.T, b *bundle) {
	_, m := b.bareStore(t, "")
	_, err := m.Up(t.Context())
	must(t, err)
	steps, err := m.Up(t.Context())
	must(t, err)
	equal(t, "steps", len(steps), 0)
	status, err := m.Status(t.Context())
	must(t, err)
	for _, s := range status {
		equal(t, s.Name+" is applied", s.Applied, !s.Optional)
		equal(t, s.Name+" has a time", s.AppliedAt.IsZero(), s.Optional)
	}
}

func upOverExistingTablesIsRefused(t *testing.T, b *bundle) {
	s, m := b.bareStore(t, "")
	_, err := m.UpTo(t.Context(), 2)
	must(t, err)
	must(t, s.Put(t.Context(), sso("a"), nil))
	other := b.migrator(t, func(o *migrate.Options) { o.VersionTable = "another_version" })
	steps, err := other.Up(t.Context())
	fails(t, "Up", err, migrate.ErrTablesExist)
	says(t, err, tables[0], tables[1], "adopt")
	equal(t, "steps", len(steps), 0)
	b.present(t, tables[:2]...)
	_, err = s.Get(t.Context(), sso("a"))
	must(t, err)
}

func twoMigratorsAtOnce(t *testing.T, b *bundle) {
	_, first := b.bareStore(t, "")
	elsewhere := *b
	elsewhere.db = b.h.open(t, b.url)
	var group sync.WaitGroup
	steps := make([]int, 2)
	for i, m := range []*migrate.Migrator{first, elsewhere.migrator(t, nil)} {
		group.Go(func() {
			done, err := m.Up(t.Context())
			if err != nil {
				t.Error(err)
			}
			steps[i] = len(done)
		})
	}
	group.Wait()
	equal(t, "steps of both", steps[0]+steps[1], len(tables))
	b.present(t, tables...)
}

func downRefusesRowsWithoutDropData(t *testing.T, b *bundle) {
	s, m := b.bareStore(t, "")
	_, err := m.Up(t.Context())
	must(t, err)
	must(t, s.Put(t.Context(), sso("a"), nil))
	for name, down := range map[string]func(*migrate.DownOptions) error{
		"DownTo": func(o *migrate.DownOptions) error { _, err := m.DownTo(t.Context(), 0, o); return err },
		"Remove": func(o *migrate.DownOptions) error { return m.Remove(t.Context(), o) },
	} {
		for _, o := range []*migrate.DownOptions{nil, {}} {
			err := down(o)
			fails(t, name, err, migrate.ErrTableHasRows)
			says(t, err, tables[0], "1", "drop-data")
		}
	}
	b.present(t, tables...)
	_, err = s.Get(t.Context(), sso("a"))
	must(t, err)
	_, err = m.DownTo(t.Context(), 0, &migrate.DownOptions{DropData: true})
	must(t, err)
	b.present(t)
}

// Three sets of tables in one database know nothing of each other.
func prefixAndSchema(t *testing.T, b *bundle) {
	type set struct {
		*sessionstore.Store
		m *migrate.Migrator
	}
	var sets []set
	for _, prefix := range []string{"", "P1_", "p2_"} {
		s, m := b.bareStore(t, prefix)
		steps, err := m.Up(t.Context())
		must(t, err)
		equal(t, "steps of prefix "+prefix, len(steps), len(tables))
		must(t, s.Put(t.Context(), sso("a"), []byte(prefix)))
		sets = append(sets, set{s, m})
	}
	for i, prefix := range []string{"", "P1_", "p2_"} {
		got, err := sets[i].Get(t.Context(), sso("a"))
		must(t, err)
		equal(t, "payload", string(got.Payload), prefix)
		n, err := sets[i].Queries().CountSessions(t.Context())
		must(t, err)
		equal(t, "rows of prefix "+prefix, n, 1)
	}
	must(t, sets[1].m.Remove(t.Context(), &migrate.DownOptions{DropData: true}))
	_, err := sets[1].Get(t.Context(), sso("a"))
	fails(t, "Get of the removed set", err, sessionstore.ErrMissingTable)
	for _, s := range []set{sets[0], sets[2]} {
		_, err := s.Get(t.Context(), sso("a"))
		must(t, err)
	}
	_, err = migrate.New(b.db.DB, b.h.Dialect, &migrate.Options{Prefix: "no; DROP TABLE"})
	fails(t, "a prefix that is no name", err, migrate.ErrInvalidName)
	_, err = sessionstore.New(b.db.DB, b.h.Dialect, &sessionstore.Options{Prefix: "no; DROP TABLE"})
	fails(t, "a store with such a prefix", err, sessionstore.ErrInvalid)
}

// Up, down and up again, one step at a time, with a row in every table that is
// there: only the table of a step that is taken back loses its own.
func everyStepKeepsData(t *testing.T, b *bundle) {
	s, m := b.bareStore(t, "")
	last := len(tables)
	up := func(v int) {
		t.Helper()
		steps, err := m.UpTo(t.Context(), int64(v))
		must(t, err)
		equal(t, "steps", len(steps), 1)
		holdRows(t, b, s, v-1)
		writeTo(t, b, s, v-1, v)
		holdRows(t, b, s, v)
	}
	for v := 1; v <= last; v++ {
		up(v)
	}
	for v := last; v >= 1; v-- {
		_, err := m.DownTo(t.Context(), int64(v-1), nil)
		fails(t, "down over a row", err, migrate.ErrTableHasRows)
		_, err = m.DownTo(t.Context(), int64(v-1), &migrate.DownOptions{DropData: true})
		must(t, err)
		holdRows(t, b, s, v-1)
		up(v)
		_, err = m.DownTo(t.Context(), int64(v-1), &migrate.DownOptions{DropData: true})
		must(t, err)
	}
	for v := 1; v <= last; v++ {
		up(v)
	}
}

// Optional migrations alter tables that hold rows.
func optionalKeepsData(t *testing.T, b *bundle) {
	s, m := b.bareStore(t, "")
	_, err := m.Up(t.Context())
	must(t, err)
	writeTo(t, b, s, 0, len(tables))
	big := payload(40_000) // one that every column and driver takes
	must(t, s.Put(t.Context(), sso("a"), big))
	must(t, s.Put(t.Context(), temp("a"), big))
	unchanged := func() {
		t.Helper()
		holdRows(t, b, s, len(tables))
		for _, k := range []sessionstore.Key{sso("a"), temp("a")} {
			got, err := s.Get(t.Context(), k)
			must(t, err)
			same(t, got, big)
		}
	}
	if len(m.OptionalNames()) == 0 {
		t.Skip("the dialect has no optional migrations")
	}
	for _, name := range m.OptionalNames() {
		for range 2 {
			applied, err := m.Optional(t.Context(), name)
			must(t, err)
			equal(t, name+" is new", applied, true)
			applied, err = m.Optional(t.Context(), name)
			must(t, err)
			equal(t, name+" is new the second time", applied, false)
			unchanged()
			must(t, m.DownOptional(t.Context(), name, nil))
			unchanged()
		}
	}
	_, err = m.Optional(t.Context(), "nothing")
	fails(t, "an optional migration that is not there", err, migrate.ErrUnknownOptional)
}

func removeLeavesNothing(t *testing.T, b *bundle) {
	_, m := b.bareStore(t, "")
	for range 2 {
		_, err := m.Up(t.Context())
		must(t, err)
		for _, name := range m.OptionalNames() {
			_, err = m.Optional(t.Context(), name)
			must(t, err)
		}
		must(t, m.Remove(t.Context(), nil))
		b.present(t)
		for _, record := range []string{"goose_db_version", "sessiondb_optional_version"} {
			equal(t, record+" exists", b.exists(t, record), false)
		}
	}
}
