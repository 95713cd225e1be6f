package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// bundle is what a case works with: an empty database and two stores on it.
type bundle struct {
	h   *Harness
	url string
	// db is the pool of the first store.
	db database
	// store and other have a pool each, as two nodes have.
	store, other *sessionstore.Store
	// clock is the time of both.
	clock *clock
}

// setup makes the database of one case, and unless it is to be bare, its tables
// and the stores.
func (h *Harness) setup(t *testing.T, bare bool) *bundle {
	t.Helper()
	b := &bundle{h: h, url: h.URL(t), clock: &clock{step: time.Microsecond}}
	b.clock.set(epoch)
	b.db = h.open(t, b.url)
	if bare {
		return b
	}
	b.migrate(t)
	b.store = b.newStore(t, b.db, nil)
	b.other = b.newStore(t, h.open(t, b.url), nil)
	return b
}

// migrate makes the tables. Where cases share a database, it drops them again.
func (b *bundle) migrate(t *testing.T) {
	t.Helper()
	m := b.migrator(t, nil)
	_, err := m.Up(t.Context())
	must(t, err)
	if b.db.target.Prefix != "" || b.db.target.Schema != "" {
		t.Cleanup(func() { b.remove(t, m) })
	}
}

// migrator works on the case's own schema and prefix; change may alter its
// options.
func (b *bundle) migrator(t *testing.T, change func(*migrate.Options)) *migrate.Migrator {
	t.Helper()
	o := &migrate.Options{Schema: b.db.target.Schema, Prefix: b.db.target.Prefix}
	if change != nil {
		change(o)
	}
	m, err := migrate.New(b.db.DB, b.h.Dialect, o)
	must(t, err)
	return m
}

// remove drops everything that a migrator made, when the test is over.
func (b *bundle) remove(t *testing.T, m *migrate.Migrator) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	if err := m.Remove(ctx, &migrate.DownOptions{DropData: true}); err != nil {
		t.Errorf("remove the tables of this case: %v", err)
	}
}

// newStore makes a store on a pool. Options without a clock get the case's.
func (b *bundle) newStore(t *testing.T, db database, o *sessionstore.Options) *sessionstore.Store {
	t.Helper()
	var opts sessionstore.Options
	if o != nil {
		opts = *o
	}
	if opts.Now == nil {
		opts.Now = b.clock.now
	}
	opts.Schema, opts.Prefix = db.target.Schema, db.target.Prefix+opts.Prefix
	s, err := sessionstore.New(db.DB, b.h.Dialect, &opts)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// with is a store with other options on the first pool.
func (b *bundle) with(t *testing.T, o sessionstore.Options) *sessionstore.Store {
	t.Helper()
	return b.newStore(t, b.db, &o)
}

// at is a store on a pool of its own, whose URL change has altered. It skips the
// test when the harness does not know how.
func (b *bundle) at(t *testing.T, field string, change func(string) string, o *sessionstore.Options) *sessionstore.Store {
	t.Helper()
	if change == nil {
		t.Skipf("Harness.%s is nil", field)
	}
	return b.newStore(t, b.h.open(t, change(b.url)), o)
}

// table is the full name of a table in this case's database.
func (b *bundle) table(name string) string {
	name = b.db.target.Prefix + name
	if b.db.target.Schema != "" {
		name = b.db.target.Schema + "." + name
	}
	return name
}

// exec sends one statement of standard SQL, for what no query of ours does.
func (b *bundle) exec(t *testing.T, format string, args ...any) {
	t.Helper()
	_, err := b.db.ExecContext(t.Context(), fmt.Sprintf(format, args...))
	must(t, err)
}

// epoch is the present of every test: far from any real clock, with all its
// nanoseconds in use.
var epoch = time.Date(2031, 3, 30, 0, 59, 59, 123456789, time.UTC)

// clock is a clock that tests set. Each look moves it on by its step, so that
// stamps of different stores differ, as they do in life.
type clock struct {
	step  time.Duration
	nanos atomic.Int64
}

func (c *clock) now() time.Time {
	return time.Unix(0, c.nanos.Add(int64(c.step))).UTC()
}

func (c *clock) set(t time.Time) { c.nanos.Store(t.UnixNano()) }

func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// fixed is a clock that stands still.
func fixed(at time.Time) func() time.Time { return func() time.Time { return at } }

// gone reports whether a read found nothing; any other error ends the test.
func gone(t *testing.T, err error) bool {
	t.Helper()
	if err != nil && !errors.Is(err, sessionstore.ErrNotFound) {
		t.Fatal(err)
	}
	return err != nil
}
