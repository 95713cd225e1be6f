package dialecttest

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// otherSchema is a schema beside that of the case.
func (b *bundle) otherSchema(t *testing.T) string {
	t.Helper()
	if b.h.Schema == nil {
		t.Skip("Harness.Schema is nil")
	}
	return b.h.Schema(t, b.url)
}

// place is a set of tables beside the case's own.
type place struct {
	*sessionstore.Store
	m       *migrate.Migrator
	options migrate.Options
}

// everyOperation does all that the library can on tables of another schema or
// prefix. Tables of the usual names, in the same database, see nothing of it.
func everyOperation(t *testing.T, b *bundle, schema, prefix string) {
	t.Helper()
	usual, m := b.bareStore(t, "")
	_, err := m.Up(t.Context())
	must(t, err)
	writeTo(t, b, usual, 0, len(tables))
	expired := stored("expired", -10*hour, -5*hour)
	must(t, usual.Queries().InsertSession(t.Context(), b.params(expired)))

	p := b.place(t, schema, prefix)
	p.migrate(t)
	p.use(t, b)
	p.purge(t, b, usual)
	p.adopt(t, b)
	must(t, p.m.Remove(t.Context(), &migrate.DownOptions{DropData: true}))
	_, err = p.Get(t.Context(), sso("a"))
	fails(t, "after Remove", err, sessionstore.ErrMissingTable)

	holdRows(t, b, usual, len(tables))
	n, err := usual.Queries().CountSessions(t.Context())
	must(t, err)
	equal(t, "rows of the usual tables", n, 2)
}

func (b *bundle) place(t *testing.T, schema, prefix string) *place {
	t.Helper()
	o := migrate.Options{Schema: schema, Prefix: b.db.target.Prefix + prefix}
	m, err := migrate.New(b.db.DB, b.h.Dialect, &o)
	must(t, err)
	t.Cleanup(func() { b.remove(t, m) })
	s, err := sessionstore.New(b.db.DB, b.h.Dialect, &sessionstore.Options{Schema: o.Schema, Prefix: o.Prefix, Now: b.clock.now})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return &place{s, m, o}
}

func (p *place) migrate(t *testing.T) {
	t.Helper()
	steps, err := p.m.Up(t.Context())
	must(t, err)
	equal(t, "steps up", len(steps), len(tables))
	for _, name := range p.m.OptionalNames() {
		_, err := p.m.Optional(t.Context(), name)
		must(t, err)
		must(t, p.m.DownOptional(t.Context(), name, nil))
	}
	_, err = p.m.DownTo(t.Context(), 1, nil)
	must(t, err)
	_, err = p.m.UpTo(t.Context(), int64(len(tables)))
	must(t, err)
	status, err := p.m.Status(t.Context())
	must(t, err)
	for _, s := range status {
		equal(t, s.Name+" is applied", s.Applied, !s.Optional)
	}
}

// use runs every method and every query.
func (p *place) use(t *testing.T, b *bundle) {
	t.Helper()
	ctx := t.Context()
	for _, key := range []sessionstore.Key{sso("a"), temp("a")} {
		must(t, p.Put(ctx, key, []byte("here")))
		got, err := p.Get(ctx, key)
		must(t, err)
		equal(t, "payload", string(got.Payload), "here")
		must(t, p.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error { return tx.Put(ctx, key, nil) }))
		for name, err := range everyMethod(t, p.Store, key) {
			if err != nil && !errors.Is(err, sessionstore.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	must(t, logIn(ctx, p.Store, "of a user"))
	_, err := p.Touch(ctx, "of a user", epoch)
	must(t, err)
	must(t, p.AddUser(ctx, sessionstore.User{ID: user("of a user"), Name: "place"}))
	must(t, result(p.UserSession(ctx, "of a user")))
	must(t, p.TerminateUserSession(ctx, user("of a user"), "of a user"))
	fails(t, "after it was terminated", result(p.UserSession(ctx, "of a user")), sessionstore.ErrNotFound)
	calls := everyQuery()
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		if err := calls[name](ctx, p.Queries()); err != nil && !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("%s: %v", name, err)
		}
	}
	writeTo(t, b, p.Store, 0, len(tables))
	holdRows(t, b, p.Store, len(tables))
}

// purge takes the expired row of these tables only, and its lock is not that of
// the usual ones.
func (p *place) purge(t *testing.T, b *bundle, usual *sessionstore.Store) {
	t.Helper()
	must(t, p.Queries().InsertSession(t.Context(), b.params(stored("expired", -10*hour, -5*hour))))
	beside := false
	report, err := cleanup.Run(t.Context(), p.Store, &cleanup.Options{Now: epoch, Progress: func(cleanup.Progress) {
		if !beside { // long before anything has expired
			beside = true
			_, err := cleanup.Run(t.Context(), usual, &cleanup.Options{Now: epoch.Add(-100 * hour)})
			must(t, err)
		}
	}})
	must(t, err)
	equal(t, "a purge ran beside it", beside, true)
	if report.Deleted == 0 {
		t.Error("the purge deleted nothing")
	}
	holdRows(t, b, p.Store, len(tables))
}

// adopt takes the tables for another installation's.
func (p *place) adopt(t *testing.T, b *bundle) {
	t.Helper()
	must(t, p.m.Remove(t.Context(), &migrate.DownOptions{DropData: true}))
	o := p.options
	o.VersionTable = "another_version"
	installation, err := migrate.New(b.db.DB, b.h.Dialect, &o)
	must(t, err)
	_, err = installation.Up(t.Context())
	must(t, err)
	report, err := p.m.Adopt(t.Context(), nil)
	if report != nil {
		for _, d := range report.Differences {
			t.Error(d)
		}
	}
	if !errors.Is(err, migrate.ErrNoCatalog) && b.h.Skip["Migrate/AdoptTablesOfAnother"] == "" {
		must(t, err)
		must(t, p.Put(t.Context(), sso("adopted"), nil))
		_, err = p.m.Down(t.Context(), &migrate.DownOptions{DropData: true})
		fails(t, "Down", err, migrate.ErrAdopted)
		name := o.Prefix + "sessiondb_optional_version"
		if o.Schema != "" {
			name = o.Schema + "." + name
		}
		b.exec(t, "DELETE FROM %s WHERE version_id < 0", name)
	}
	must(t, installation.Remove(t.Context(), &migrate.DownOptions{DropData: true}))
}
