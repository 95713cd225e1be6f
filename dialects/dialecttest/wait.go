package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Wait: long waits, and the purge of what they leave.
var waitCases = []testCase{
	{"AddGetRemove", waitAddGetRemove},
	{"AnythingButWaitingIsCompleted", anythingButWaitingIsCompleted},
	{"SecondAddIsRefused", secondAddIsRefused},
	{"OneOfManyAddsWins", oneOfManyAddsWins},
	{"SpellingsOfKeys", spellingsOfWaitKeys},
	{"ExpiryIsNotExamined", expiryIsNotExamined},
	{"TimesAreUTC", timesOfWaitsAreUTC},
	{"WhatDoesNotFitIsRefused", waitRefusals},
	{"LostAnswerOfAnAdd", lostAnswerOfAnAdd},
	{"ForEndsWithTheWait", waitForEndsWithTheWait},
	{"ForEndsWithItsContext", waitForEndsWithItsContext},
	{"ForSurvivesALostConnection", waitForSurvivesALostConnection},
}

// status wants a key to have a status, for both nodes.
func (b *bundle) status(t *testing.T, key string, want sessionstore.WaitStatus) {
	t.Helper()
	for _, s := range []*sessionstore.Store{b.store, b.other} {
		w, err := s.GetWait(t.Context(), key)
		must(t, err)
		equal(t, "status of "+key, w.Status, want)
	}
}

// near allows for the precision of the columns: seconds on MySQL.
func near(t *testing.T, what string, got, want time.Time) {
	t.Helper()
	if got.Sub(want).Abs() > time.Second {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

func waitAddGetRemove(t *testing.T, b *bundle) {
	ctx := t.Context()
	b.status(t, "k", sessionstore.WaitUnknown)
	removed, err := b.store.RemoveWait(ctx, "k")
	must(t, err)
	equal(t, "removed what was not there", removed, false)

	must(t, b.store.AddWait(ctx, "k", &sessionstore.WaitOptions{Tenant: -1234, Valid: time.Minute}))
	must(t, b.store.AddWait(ctx, "other", nil))
	w, err := b.other.GetWait(ctx, "k")
	must(t, err)
	equal(t, "key", w.Key, "k")
	equal(t, "status", w.Status, sessionstore.WaitWaiting)
	equal(t, "tenant", w.Tenant, -1234)
	near(t, "created", w.CreatedAt, epoch)
	near(t, "expires", w.ExpiresAt, epoch.Add(time.Minute))
	w, err = b.other.GetWait(ctx, "other")
	must(t, err)
	equal(t, "tenant by default", w.Tenant, sessionstore.NoTenant)
	near(t, "expires by default", w.ExpiresAt, epoch.Add(5*time.Second))

	removed, err = b.other.RemoveWait(ctx, "k")
	must(t, err)
	equal(t, "removed", removed, true)
	b.status(t, "k", sessionstore.WaitUnknown)
	b.status(t, "other", sessionstore.WaitWaiting)
	w, err = b.store.GetWait(ctx, "k")
	must(t, err)
	equal(t, "an unknown wait", *w, sessionstore.Wait{Key: "k", Tenant: sessionstore.NoTenant})
}

// insertWait adds a row as another program may have left it.
func (b *bundle) insertWait(t *testing.T, key, status string, expires time.Time) {
	t.Helper()
	must(t, b.store.Queries().InsertWaitStatus(t.Context(), gen.InsertWaitStatusParams{
		TenantID: 1, LongWaitKey: key, WaitStatus: status, TimeCreated: epoch.Add(-100 * hour), ExpireTime: expires,
	}))
}

func anythingButWaitingIsCompleted(t *testing.T, b *bundle) {
	must(t, b.store.AddWait(t.Context(), "done", &sessionstore.WaitOptions{Status: sessionstore.WaitCompleted}))
	b.status(t, "done", sessionstore.WaitCompleted)
	must(t, b.store.AddWait(t.Context(), "on", nil))
	for key, want := range map[string]string{"on": "1", "done": "0"} {
		row, err := b.store.Queries().WaitStatusByKey(t.Context(), key)
		must(t, err)
		equal(t, "stored status of "+key, row.WaitStatus.String, want)
	}
	for _, s := range []string{"0", "2", "x", " "} {
		b.insertWait(t, "status "+s, s, epoch)
		b.status(t, "status "+s, sessionstore.WaitCompleted)
	}
	b.insertWait(t, "status 1", "1", epoch)
	b.status(t, "status 1", sessionstore.WaitWaiting)
}

func secondAddIsRefused(t *testing.T, b *bundle) {
	must(t, b.store.AddWait(t.Context(), "k", &sessionstore.WaitOptions{Tenant: 7}))
	err := b.other.AddWait(t.Context(), "k", &sessionstore.WaitOptions{Tenant: 8, Status: sessionstore.WaitCompleted})
	classed(t, err, sessionstore.ErrDuplicate)
	equal(t, "is another spelling", errors.Is(err, sessionstore.ErrOtherSpelling), false)
	says(t, err, `"k"`)
	w, err := b.store.GetWait(t.Context(), "k")
	must(t, err)
	equal(t, "tenant", w.Tenant, 7)
	equal(t, "status", w.Status, sessionstore.WaitWaiting)
}

func oneOfManyAddsWins(t *testing.T, b *bundle) {
	const each = 4
	var won atomic.Int32
	var group sync.WaitGroup
	for i := range 2 * each {
		s := []*sessionstore.Store{b.store, b.other}[i%2]
		group.Go(func() {
			switch err := s.AddWait(t.Context(), "k", nil); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, sessionstore.ErrDuplicate):
				t.Error(err)
			}
		})
	}
	group.Wait()
	equal(t, "adds that won", won.Load(), 1)
}

// A key that the collation takes for another one is refused with an error of its
// own, and never read or removed in its place.
func spellingsOfWaitKeys(t *testing.T, b *bundle) {
	there := map[string]bool{}
	for _, key := range b.spellings() {
		err := b.store.AddWait(t.Context(), key, nil)
		if err != nil {
			fails(t, fmt.Sprintf("add %q", key), err, sessionstore.ErrOtherSpelling)
			fails(t, fmt.Sprintf("add %q", key), err, sessionstore.ErrDuplicate)
		}
		there[key] = err == nil
	}
	equal(t, "the first spelling is there", there["a"], true)
	for key, added := range there {
		want := sessionstore.WaitUnknown
		if added {
			want = sessionstore.WaitWaiting
		}
		b.status(t, key, want)
	}
	for key, added := range there {
		removed, err := b.store.RemoveWait(t.Context(), key)
		must(t, err)
		equal(t, fmt.Sprintf("removed %q", key), removed, added)
	}
}

func expiryIsNotExamined(t *testing.T, b *bundle) {
	must(t, b.store.AddWait(t.Context(), "k", nil))
	b.clock.advance(1000 * hour)
	b.status(t, "k", sessionstore.WaitWaiting)
}

func timesOfWaitsAreUTC(t *testing.T, b *bundle) {
	far := b.at(t, "Elsewhere", b.h.Elsewhere, nil)
	for i, write := range []*sessionstore.Store{b.store, far} {
		key := fmt.Sprint(i)
		must(t, write.AddWait(t.Context(), key, &sessionstore.WaitOptions{Valid: hour}))
		for _, read := range []*sessionstore.Store{b.store, far} {
			w, err := read.GetWait(t.Context(), key)
			must(t, err)
			near(t, "created", w.CreatedAt, epoch)
			near(t, "expires", w.ExpiresAt, epoch.Add(hour))
			equal(t, "zone", w.ExpiresAt.Location(), time.UTC)
		}
	}
}

func waitRefusals(t *testing.T, b *bundle) {
	ctx := t.Context()
	for key, words := range map[string][]string{
		"":          {"is empty", "give 1 to 255"},
		"a\x00":     {"NUL", "remove or encode"},
		"\xff":      {"not valid UTF-8", "hexadecimal"},
		b.fill(256): {"holds 255", "shorten"},
		b.fill(255): nil, // fits
	} {
		for name, err := range map[string]error{
			"AddWait": b.store.AddWait(ctx, key, nil), "GetWait": result(b.store.GetWait(ctx, key)),
			"RemoveWait": result(b.store.RemoveWait(ctx, key)),
		} {
			if words == nil {
				must(t, err)
				continue
			}
			fails(t, name, err, sessionstore.ErrInvalid)
			says(t, err, append(words, "wait key")...)
		}
	}
	for _, c := range []struct {
		o    sessionstore.WaitOptions
		says string
	}{
		{sessionstore.WaitOptions{Valid: -1}, "must be positive"},
		{sessionstore.WaitOptions{Status: 7}, "WaitWaiting or WaitCompleted"},
		{sessionstore.WaitOptions{Tenant: 1 << 40}, "32-bit"},
	} {
		err := b.store.AddWait(ctx, "k", &c.o)
		fails(t, "AddWait", err, sessionstore.ErrInvalid)
		says(t, err, c.says)
	}
	if last := b.h.Dialect.Traits().LastTimestamp; !last.IsZero() {
		must(t, b.store.AddWait(ctx, "last", &sessionstore.WaitOptions{Valid: last.Sub(epoch) - time.Minute}))
		err := b.store.AddWait(ctx, "k", &sessionstore.WaitOptions{Valid: last.Sub(epoch)})
		fails(t, "AddWait beyond the column", err, sessionstore.ErrInvalid)
		says(t, err, "EXPIRE_TIME", "give less")
	}
	b.status(t, "k", sessionstore.WaitUnknown)
}

// An add whose answer is lost is sent again; when the key is there then, nobody can
// tell by whom.
func lostAnswerOfAnAdd(t *testing.T, b *bundle) {
	d := newTap(b.h.Dialect)
	s := b.tapped(t, d, nil)
	d.once("InsertWaitStatus", broken(classified(dialects.ErrUnavailable)))
	must(t, s.AddWait(t.Context(), "never arrived", nil))
	b.status(t, "never arrived", sessionstore.WaitWaiting)
	d.once("InsertWaitStatus", unanswered())
	err := s.AddWait(t.Context(), "arrived", nil)
	fails(t, "AddWait", err, sessionstore.ErrOutcomeUnknown)
	equal(t, "is a duplicate", errors.Is(err, sessionstore.ErrDuplicate), false)
	b.status(t, "arrived", sessionstore.WaitWaiting)
}

// often polls as often as a test wants to.
var often = &sessionstore.WaitForOptions{Poll: 5 * time.Millisecond, MaxPoll: 20 * time.Millisecond}

func waitForEndsWithTheWait(t *testing.T, b *bundle) {
	for _, key := range []string{"not there", "done"} {
		want := sessionstore.WaitUnknown
		if key == "done" {
			want = sessionstore.WaitCompleted
			must(t, b.store.AddWait(t.Context(), key, &sessionstore.WaitOptions{Status: want}))
		}
		got, err := b.store.WaitFor(t.Context(), key, nil)
		must(t, err)
		equal(t, "status of "+key, got, want)
	}
	must(t, b.store.AddWait(t.Context(), "k", nil))
	d := newTap(b.h.Dialect)
	looks := 0
	d.on("WaitStatusByKey", before(func() {
		if looks++; looks == 3 {
			removed, err := b.other.RemoveWait(t.Context(), "k")
			must(t, err)
			equal(t, "removed", removed, true)
		}
	}))
	got, err := b.tapped(t, d, nil).WaitFor(t.Context(), "k", often)
	must(t, err)
	equal(t, "status", got, sessionstore.WaitUnknown)
	equal(t, "looks", looks, 3)
}

func waitForEndsWithItsContext(t *testing.T, b *bundle) {
	must(t, b.store.AddWait(t.Context(), "k", nil))
	got := sessionstore.WaitUnknown
	for limit := 300 * time.Millisecond; got == sessionstore.WaitUnknown && limit < patience; limit *= 2 { // a slow server answers no look that soon
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		var err error
		got, err = b.store.WaitFor(ctx, "k", often)
		cancel()
		fails(t, "WaitFor", err, context.DeadlineExceeded)
		says(t, err, `"k"`)
	}
	equal(t, "status", got, sessionstore.WaitWaiting)
	for o, words := range map[sessionstore.WaitForOptions]string{
		{Poll: -1}: "Poll is -1ns", {Poll: time.Microsecond}: "give 1ms to 24h", {Poll: time.Second, MaxPoll: time.Millisecond}: "give Poll, 1s", {Poll: 25 * time.Hour}: "to 24h",
	} {
		_, err := b.store.WaitFor(t.Context(), "k", &o)
		fails(t, "WaitFor", err, sessionstore.ErrInvalid)
		says(t, err, words)
	}
}

func waitForSurvivesALostConnection(t *testing.T, b *bundle) {
	must(t, b.store.AddWait(t.Context(), "k", nil))
	d := newTap(b.h.Dialect)
	d.once("WaitStatusByKey", broken(classified(dialects.ErrUnavailable)))
	looks := 0
	d.on("WaitStatusByKey", before(func() {
		if looks++; looks == 4 {
			must(t, result(b.other.RemoveWait(t.Context(), "k")))
		}
	}))
	got, err := b.tapped(t, d, nil).WaitFor(t.Context(), "k", often)
	must(t, err)
	equal(t, "status", got, sessionstore.WaitUnknown)
	if b.h.Disconnect == nil {
		return
	}
	pool := b.h.open(t, b.url)
	pool.SetMaxOpenConns(1)
	cut := b.newStore(t, pool, nil)
	must(t, b.h.Disconnect(t.Context(), pool, b.other.DB()))
	got, err = cut.WaitFor(t.Context(), "k", nil)
	must(t, err)
	equal(t, "status through a connection that was cut", got, sessionstore.WaitUnknown)
}
