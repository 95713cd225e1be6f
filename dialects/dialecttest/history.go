package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// history is one run of random operations over a few keys, next to a model.
type history struct {
	rt    *rapid.T
	b     *bundle
	place *arena
	crew  *crew
	now   atomic.Int64 // distance from epoch
	// ours are nodes whose clocks differ; product is one that follows the
	// product's rules, by its own clock.
	ours    []*sessionstore.Store
	offsets []time.Duration
	product *sessionstore.Store
	skew    time.Duration
	looks   atomic.Int64 // at the clocks
	// reader answers for a node whose clock says readAt.
	reader *sessionstore.Store
	readAt time.Duration

	// keys are those of this history; ids the sessions of users, temps those in
	// the temp table.
	keys       []sessionstore.Key
	ids, temps []string

	main, temp logModel
	children   childModel
	accesses   map[string]time.Time // the last access of each session, when it was last looked at
	payloads   int
	active     []*purgeRun // at work since the last look
	sweeps     []*sweepRun // at work since the last look
	remembered *sweepState // what the state file of the sweeps has
	orphaned   map[string]bool
	list       *openList
	turn       int // of the ways to read a list
	since      window
	story      []string // what has happened, because a failure may not come again
}

// arena is what all histories of a run share.
type arena struct {
	b       *bundle
	dialect *watched
	db      database
	whole   bool
	ids     []string
	// stateFile is that of the sweeps of a history.
	stateFile string
	did       tally
}

// tally tells that histories were not empty ones.
type tally struct {
	histories, steps, writes, purges, sweeps, rows, children, swept, ended, lists, waits int
}

const (
	// farthest is how far a clock is off, and longest how long a write is under
	// way: together less than the grace.
	farthest = grace / 8
	longest  = grace / 2
)

func (p *arena) newHistory(rt *rapid.T) (*history, error) {
	h := &history{rt: rt, b: p.b, place: p, children: childModel{}, accesses: map[string]time.Time{}, orphaned: map[string]bool{}, since: newWindow()}
	h.temp.temp = true
	h.crew = newCrew(context.Background(), p.whole)
	offset := rapid.SampledFrom([]time.Duration{0, 0, time.Nanosecond, -time.Nanosecond, time.Second, farthest, -farthest})
	for i := range 3 {
		h.offsets = append(h.offsets, offset.Draw(rt, fmt.Sprintf("clock of node %d", i)))
		s, err := h.node(h.clock(h.offsets[i]))
		if err != nil {
			return nil, err
		}
		h.ours = append(h.ours, s)
	}
	h.drawKeys()
	h.skew = offset.Draw(rt, "clock of the product")
	var err error
	if h.product, err = h.node(h.clock(h.skew)); err != nil {
		return nil, err
	}
	if h.reader, err = h.node(func() time.Time { return epoch.Add(h.readAt) }); err != nil {
		return nil, err
	}
	return h, p.clear()
}

// clock is the clock of a node. It stands still for some looks, so that stamps
// of several nodes are equal, but not for all those of a write that tries again.
func (h *history) clock(offset time.Duration) func() time.Time {
	return func() time.Time {
		if h.looks.Add(1)%4 == 0 {
			h.now.Add(int64(time.Microsecond))
		}
		return epoch.Add(h.time() + offset)
	}
}

func (h *history) node(now func() time.Time) (*sessionstore.Store, error) {
	return sessionstore.New(h.place.db.DB, h.place.dialect, &sessionstore.Options{
		Schema: h.place.db.target.Schema, Prefix: h.place.db.target.Prefix, MaxBlob: 1000, Now: now,
	})
}

func (h *history) time() time.Duration { return time.Duration(h.now.Load()) }

// clear empties the tables for the next history.
func (p *arena) clear() error {
	for _, table := range tables[:5] {
		if _, err := p.db.ExecContext(context.Background(), "DELETE FROM "+p.b.table(table)); err != nil {
			return err
		}
	}
	return p.forget()
}

func (h *history) close() error {
	h.crew.close()
	h.place.did.histories++
	h.place.did.waits += h.crew.blocked
	err := errors.Join(h.product.Close(), h.reader.Close())
	for _, s := range h.ours {
		err = errors.Join(err, s.Close())
	}
	return err
}

// begin starts a task, which stops where the drawn number says, or nowhere.
func (h *history) begin(t *task, fn func(ctx context.Context) error) {
	left := rapid.SampledFrom([]int{unstopped, unstopped, unstopped, 1, 2, 3, 4}).Draw(h.rt, "statements")
	if h.writers() >= 3 {
		left = unstopped
	}
	t.began, t.seen = h.now.Load(), [2]int{h.main.added, h.temp.added}
	for _, o := range h.crew.tasks {
		if slices.ContainsFunc(o.on, func(key sessionstore.Key) bool { return slices.Contains(t.on, key) }) {
			o.raced, t.raced = true, true
		}
	}
	h.tell("%s", t.name)
	h.crew.start(t, left, fn)
	h.place.did.writes++
}

func (h *history) writers() (n int) {
	for _, t := range h.crew.tasks {
		if !t.upkeep() {
			n++
		}
	}
	return n
}

// read wants every read of every key to say what the rows say that are there.
func (h *history) read() error {
	h.readAt = h.time() + h.offsets[0]
	for _, key := range h.keys {
		m := &h.main
		if isTemp(key.Type) {
			m = &h.temp
		}
		_, there := m.of(key)
		raw, failed := h.reader.GetRaw(h.crew.ctx, key)
		if err := answers("GetRaw", key, raw, failed, there, func(r *logRow) bool { return !isDelete(r.row) }); err != nil {
			return err
		}
		live, failed := h.reader.Get(h.crew.ctx, key)
		if err := answers("Get", key, live, failed, there, func(r *logRow) bool { return !isDelete(r.row) && r.expires > h.readAt }); err != nil {
			return err
		}
	}
	return nil
}

// answers wants a read to answer with the newest row if that counts. Of two that
// are level it may be either.
func answers(read string, key sessionstore.Key, got *sessionstore.Session, err error, there []*logRow, counts func(*logRow) bool) error {
	gone := errors.Is(err, sessionstore.ErrNotFound)
	if err != nil && !gone {
		return fmt.Errorf("%s %s: %w", read, key, err)
	}
	newest := newestOf(there)
	if newest == nil && gone {
		return nil
	}
	for _, r := range there {
		switch {
		case !level(r.row, newest.row):
		case gone && !counts(r), !gone && counts(r) && string(r.payload) == string(got.Payload):
			return nil
		}
	}
	if gone {
		return fmt.Errorf("%s %s: finds nothing:%s", read, key, listed(there))
	}
	return fmt.Errorf("%s %s: finds payload %q:%s", read, key, got.Payload, listed(there))
}
