package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/sessiondb/sessiondb/sessionstore"
)

const (
	dayLength = 24 * time.Hour
	// ssoValidity is the product's idle timeout, rememberMe what a tick in its
	// login form gives.
	ssoValidity = 15 * time.Minute
	rememberMe  = 14 * 24 * time.Hour
	// playBatch is how many events share a transaction.
	playBatch = 1000
	// contextType is the temporary type of a login that is under way.
	contextType = "AuthenticationContextCache"
)

// kind is what happens.
type kind string

const (
	beginLogin kind = "temporary" // the login form is shown: a temporary row
	login      kind = "logins"
	relogin    kind = "re-logins"
	logout     kind = "logouts"
)

// event is one thing that happens to one visit.
type event struct {
	at time.Time
	kind
	visit *visit
}

// visit is one user from the login to the logout, or until the session expires.
type visit struct {
	id       string // 64 hexadecimal digits, as the product's
	user     int
	app      int32
	validity time.Duration
	ended    bool      // by a logout
	last     time.Time // of the newest login
}

func (v *visit) key() sessionstore.Key {
	return sessionstore.Key{Type: sessionstore.SSOType, ID: v.id}
}

func (v *visit) loginKey() sessionstore.Key {
	return sessionstore.Key{Type: contextType, ID: v.id}
}

// payload stands for the serialized object of the product.
func (v *visit) payload(at time.Time) []byte {
	return fmt.Appendf(nil, `{"user":"%s","app":%d,"authenticated":"%s","authenticator":"BasicAuthenticator"}`,
		userName(v.user), v.app, at.UTC().Format(time.RFC3339))
}

func userName(n int) string { return fmt.Sprintf("user%05d", n) }

// day is what happens in the 24 hours before end.
type day struct {
	end    time.Time
	users  int
	events []event
	live   []string // ids of the sessions that are live at the end
	// remembered are those of them that live on for days.
	remembered []string
	rng        *rand.Rand
}

func newDay(seed uint64, sessions int, end time.Time) *day {
	d := &day{end: end, users: sessions/10 + 1, rng: rand.New(rand.NewPCG(seed, seed))}
	for range sessions {
		d.visit()
	}
	slices.SortStableFunc(d.events, func(a, b event) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return d
}

// visit makes up one user's events. A tenth ticks "remember me"; two fifths log
// out, the others just go.
func (d *day) visit() {
	v := &visit{id: d.newID(), user: d.rng.IntN(d.users), app: 1 + d.rng.Int32N(20), validity: ssoValidity}
	if d.chance(0.1) {
		v.validity = rememberMe
	}
	at := d.end.Add(-time.Duration(d.rng.Int64N(int64(dayLength - time.Minute))))
	d.add(at.Add(-20*time.Second), beginLogin, v)
	for k := login; d.add(at, k, v) && d.chance(0.6); k = relogin {
		v.last = at
		at = at.Add(d.between(time.Minute, 14*time.Minute))
	}
	if d.chance(0.4) {
		v.ended = d.add(at.Add(d.between(time.Second, 10*time.Minute)), logout, v)
	}
	if !v.ended && v.last.Add(v.validity).After(d.end) {
		d.live = append(d.live, v.id)
		if v.validity == rememberMe {
			d.remembered = append(d.remembered, v.id)
		}
	}
}

// add notes an event, unless the day is over before.
func (d *day) add(at time.Time, k kind, v *visit) bool {
	if at.After(d.end) {
		return false
	}
	if k == login || k == relogin {
		v.last = at
	}
	d.events = append(d.events, event{at, k, v})
	return true
}

func (d *day) chance(p float64) bool { return d.rng.Float64() < p }

func (d *day) between(low, high time.Duration) time.Duration {
	return low + time.Duration(d.rng.Int64N(int64(high-low)))
}

func (d *day) newID() string {
	var b [32]byte
	for i := range b {
		b[i] = byte(d.rng.Uint32())
	}
	return hex.EncodeToString(b[:])
}

func (d *day) counts() map[string]int {
	n := map[string]int{string(beginLogin): 0, string(login): 0, string(relogin): 0, string(logout): 0}
	for _, e := range d.events {
		n[string(e.kind)]++
	}
	return n
}

// play writes the day through the library, in transactions of many events, with
// a clock that stands where the event is.
func (d *day) play(ctx context.Context, p *place, progress func(done, all int)) error {
	var clock time.Time
	store, err := p.storeAt(func() time.Time { return clock })
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // the pool is the place's
	if err := d.addUsers(ctx, store); err != nil {
		return err
	}
	done := 0
	for batch := range slices.Chunk(d.events, playBatch) {
		err := store.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
			for _, e := range batch {
				clock = e.at
				if err := e.write(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		done += len(batch)
		progress(done, len(d.events))
	}
	return nil
}
