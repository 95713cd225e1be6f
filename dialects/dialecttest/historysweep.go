package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/cleanup"
)

// Orphan sweeps: in one run, without a grace, when no login of the product may
// commit its child rows first; and in runs that share a state file, a grace apart.

// sweepRun is what a sweep may do.
type sweepRun struct {
	state bool // it works with the state file
	// may are the sessions without a row at the first look: nobody else's child rows
	// may go.
	may map[string]bool
	// seen are those without a row at some time of this run's own look.
	seen    map[string]bool
	looking atomic.Bool
	looked  bool // it was looking when the model looked last
	// known is how many rows the log had when it was last seen to stand still: of those
	// that came since, it may not know.
	known int
}

// mayTake tells whether it may have taken a session of these rows for an orphan.
func (s *sweepRun) mayTake(id string, rows []*logRow) bool {
	return s.may[id] && !slices.ContainsFunc(rows, func(r *logRow) bool { return r.there && r.order < s.known })
}

// sweepState is what the state file remembers.
type sweepState struct {
	at  time.Duration // by the clock of the node
	ids map[string]bool
}

// longestLook is how long a run with a state file may be under way: it counts the
// grace from its beginning, because the tests give it its time.
const longestLook = grace / 8

// orphan is a session with child rows and without a row of the log.
func (h *history) orphan(id string) bool {
	_, there := h.main.of(sso(id))
	return len(there) == 0 && len(h.children[id]) > 0
}

func (h *history) sweepInMemory(rt *rapid.T) {
	if !h.idle() || h.lateLogin() {
		return
	}
	run := &sweepRun{seen: map[string]bool{}, looked: true}
	run.may = run.seen
	run.looking.Store(true)
	o := cleanup.OrphanOptions{Grace: time.Millisecond, Quiesced: true}
	h.beginSweep(rt, run, o, func(ctx context.Context, p cleanup.OrphanProgress) {
		if p.Step == cleanup.OrphanWait {
			run.looking.Store(false)
			taskOf(ctx).point(false) // between its looks
		}
	}, nil)
}

// idle tells whether another purge or sweep may begin.
func (h *history) idle() bool { return len(h.ids) > 0 && len(h.crew.tasks)-h.writers() < 2 }

// lateLogin tells whether a login of the product has its session still to come.
func (h *history) lateLogin() bool {
	for _, t := range h.crew.tasks {
		if t.late {
			return true
		}
	}
	return false
}

func (h *history) sweepWithState(rt *rapid.T) {
	for _, run := range h.sweeps {
		if run.state {
			return // the file is in use
		}
	}
	if h.idle() {
		h.beginSweepWithState(rt, h.drawNodeNumber(rt))
	}
}

func (h *history) beginSweepWithState(rt *rapid.T, node int) {
	now := h.time() + h.offsets[node]
	run := &sweepRun{state: true, may: map[string]bool{}, seen: map[string]bool{}, looked: true}
	run.looking.Store(true)
	early := h.remembered != nil && now-h.remembered.at < grace
	if h.remembered != nil && !early {
		run.may = h.remembered.ids
	}
	o := cleanup.OrphanOptions{State: h.place.stateFile, Now: epoch.Add(now)}
	h.beginSweep(rt, run, o, nil, func(r *cleanup.OrphanReport) error {
		if r.TooEarly != early {
			return fmt.Errorf("the sweep reports %+v; it is too early: %t", r, early)
		}
		if !early {
			h.remembered = &sweepState{now, run.seen}
		}
		return nil
	})
}

func (h *history) beginSweep(rt *rapid.T, run *sweepRun, o cleanup.OrphanOptions, progress func(context.Context, cleanup.OrphanProgress), ended func(*cleanup.OrphanReport) error) {
	o.ChunkSize = rapid.SampledFrom([]int{0, 1, 2, 3, 8}).Draw(rt, "chunk size")
	o.Unlocked = true
	s, left := h.drawNode(rt), rapid.SampledFrom([]int{unstopped, 1, 2, 3, 5, 8, 12}).Draw(rt, "statements")
	run.known = h.main.added
	h.sweeps = append(h.sweeps, run)
	h.markOrphans(run)
	t := &task{name: fmt.Sprintf("sweep in chunks of %d, with a state: %t", o.ChunkSize, run.state), sweep: run}
	h.tell("%s", t.name)
	h.place.did.sweeps++
	h.crew.start(t, left, func(ctx context.Context) error {
		if progress != nil {
			o.Progress = func(p cleanup.OrphanProgress) { progress(ctx, p) }
		}
		report, err := cleanup.SweepOrphans(ctx, s, &o)
		if err == nil && ended != nil {
			err = ended(report)
		}
		return err
	})
}

// markOrphans notes which sessions have no row while a sweep looks.
func (h *history) markOrphans(run *sweepRun) {
	for _, id := range h.ids {
		if _, there := h.main.of(sso(id)); len(there) == 0 {
			run.seen[id] = true
			h.orphaned[id] = h.orphaned[id] || h.orphan(id)
		}
	}
}

// followSweeps is what the model notes about sweeps after a look.
func (h *history) followSweeps() {
	var open []*sweepRun
	for _, t := range h.crew.tasks {
		if run := t.sweep; run != nil {
			open = append(open, run)
			if run.looked {
				h.markOrphans(run)
			}
			run.looked = run.looking.Load()
			if t.state == stopped {
				run.known = h.main.added
			}
		}
	}
	h.sweeps = open
}

// endSweep sweeps twice, when everything has ended, and wants no orphan to be left.
func (h *history) endSweep() error {
	for range 2 {
		h.now.Add(int64(2 * grace)) // or it would be too early
		h.beginSweepWithState(h.rt, 0)
		if err := h.endAll(); err != nil {
			return err
		}
	}
	var errs []error
	for _, id := range h.ids {
		if h.orphan(id) {
			errs = append(errs, fmt.Errorf("after the last sweep session %q has no row, and the child rows %v", id, keys(h.children[id])))
		}
	}
	return errors.Join(errs...)
}

// sweepsAtOnce tells whether a sweep without a grace is at work.
func (h *history) sweepsAtOnce() bool {
	for _, run := range h.sweeps {
		if !run.state {
			return true
		}
	}
	return false
}

// forget removes the state file of a history.
func (p *arena) forget() error {
	err := os.Remove(p.stateFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
