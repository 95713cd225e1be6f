package dialecttest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// window is what has happened since the last look.
type window struct {
	rows     int // how many rows the main log had then
	removals []removedBy
	hiding   []hiding
	// child rows that the product has added and removed
	added   map[string][]string
	removed map[string]bool
	// perhaps are child rows that the product has added next to another writer of the
	// session, who may have removed them before anybody knew of them.
	perhaps map[string][]string
	// ended are sessions that were terminated, perhaps.
	ended map[string]bool
	// maybe are rows of tasks with several transactions: they count when they are found.
	maybe  []maybe
	verify []func(found map[string]*kids) error
}

type maybe struct {
	row  row
	task *task
}

func newWindow() window {
	return window{added: map[string][]string{}, perhaps: map[string][]string{}, removed: map[string]bool{}, ended: map[string]bool{}}
}

// learn takes over into the model what tasks have committed.
func (h *history) learn() error {
	h.crew.settle(0)
	var open []*task
	for _, t := range h.crew.tasks {
		for _, n := range t.written() {
			h.apply(t, n)
		}
		if t.several || t.state == done && t.err == nil {
			for _, id := range t.ends {
				h.since.ended[id] = true
			}
		}
		if t.state != done {
			open = append(open, t)
			continue
		}
		h.tell("ended: %s, raced: %t, error: %v", t.name, t.raced, t.err)
		if t.err != nil && !expectedError(dialects.Classified(h.place.dialect, t.err)) {
			return fmt.Errorf("%s: %w", t.name, t.err)
		}
		if t.err == nil && !t.raced && t.verify != nil {
			h.since.verify = append(h.since.verify, t.verify)
		}
	}
	h.crew.tasks = open
	return nil
}

// expectedError is true of what may happen to a writer among others: it has lost
// against them, too often perhaps, and has written nothing.
func expectedError(err error) bool {
	return errors.Is(err, errRolledBack) || dialects.Retryable(err) || errors.Is(err, sessionstore.ErrConflict)
}

func (h *history) apply(t *task, n note) {
	switch {
	case n.removal != nil:
		h.since.removals = append(h.since.removals, removedBy{*n.removal, t.seen[1]})
	case n.child != nil && n.child.remove:
		h.children.remove(n.child.id, n.child.names)
		h.since.removed[n.child.id] = true
	case n.child != nil && n.tx != nil:
		h.children.add(n.child.id, n.child.names)
	case n.child != nil:
		h.since.added[n.child.id] = append(h.since.added[n.child.id], n.child.names...)
		if t.raced {
			h.since.perhaps[n.child.id] = append(h.since.perhaps[n.child.id], n.child.names...)
		} else {
			h.children.add(n.child.id, n.child.names)
		}
	case n.temp:
		h.temp.add(n.row, t)
	case t.several:
		h.since.maybe = append(h.since.maybe, maybe{n.row, t})
	default:
		h.addRow(n.row, t)
	}
}

func (h *history) addRow(r row, t *task) {
	h.main.add(r, t)
	if t.hides {
		h.since.hiding = append(h.since.hiding, hiding{r, t.seen[0]})
	}
}

// longestDiffering is how long the database may differ from the model while a task is under
// way: a busy machine is slow to say that it has ended.
const longestDiffering = 20 * time.Second

// check compares the database with the model. What a task that is under way does
// meanwhile may confuse it, so it looks again.
func (h *history) check() error {
	for end := time.Now().Add(longestDiffering); ; {
		if err := h.learn(); err != nil {
			return err
		}
		restore := h.snapshot()
		differs := h.look()
		if differs == nil {
			break
		}
		if !h.crew.moves() || time.Now().After(end) {
			return differs
		}
		restore()
		h.crew.settle(waitTime)
	}
	h.active = slices.DeleteFunc(h.active, func(p *purgeRun) bool {
		return !slices.ContainsFunc(h.crew.tasks, func(t *task) bool { return t.purge == p })
	})
	h.followSweeps()
	h.turn++
	maybe := slices.DeleteFunc(h.since.maybe, func(m maybe) bool { return !slices.Contains(h.crew.tasks, m.task) })
	h.since = newWindow()
	h.since.rows, h.since.maybe = h.main.added, maybe
	return nil
}

// snapshot returns how to undo a look.
func (h *history) snapshot() (restore func()) {
	main, temp, children, did := h.main.copy(), h.temp.copy(), h.children.copy(), h.place.did
	return func() {
		h.main.restore(main)
		h.temp.restore(temp)
		h.children, h.place.did = children, did
	}
}

func (h *history) look() error {
	main, err := h.place.readLog(cleanup.TableSessions)
	if err != nil {
		return err
	}
	temp, err := h.place.readLog(cleanup.TableTemp)
	if err != nil {
		return err
	}
	h.addFound(main)
	gone, err := h.main.look(main, h.active, nil)
	if err != nil {
		return err
	}
	goneTemp, err := h.temp.look(temp, h.active, h.since.removals)
	if err != nil {
		return err
	}
	h.place.did.rows += len(gone) + len(goneTemp)
	for _, d := range h.since.hiding {
		if err := h.main.hides(d.row, d.seen); err != nil {
			return err
		}
	}
	found, err := h.place.readChildren()
	if err != nil {
		return err
	}
	if err := h.lookAtChildren(gone, found); err != nil {
		return err
	}
	for _, verify := range h.since.verify {
		if err := verify(found); err != nil {
			return err
		}
	}
	if err := h.read(); err != nil {
		return err
	}
	return h.readLists(found)
}

// addFound takes in those rows of tasks with several transactions that are there.
func (h *history) addFound(found []row) {
	for _, m := range h.since.maybe {
		there := func(r row) bool { return r.name() == m.row.name() }
		known := func(r *logRow) bool { return there(r.row) }
		if slices.ContainsFunc(found, there) && !slices.ContainsFunc(h.main.rows, known) {
			h.addRow(m.row, m.task)
		}
	}
}

func (h *history) lookAtChildren(gone []*logRow, found map[string]*kids) error {
	for _, id := range h.ids {
		v := sessionView{
			rows: h.main.ssoRows(h.main.rows, id), gone: h.main.ssoRows(gone, id), known: h.since.rows,
			active: h.active, added: h.since.added[id], removed: h.since.removed[id], ended: h.since.ended[id],
		}
		v.orphan = slices.ContainsFunc(h.sweeps, func(s *sweepRun) bool { return s.mayTake(id, v.rows) })
		names := found[id].names(id)
		for _, name := range h.since.perhaps[id] {
			if names[name] {
				h.children.add(id, []string{name})
			}
		}
		was := len(h.children[id])
		if err := h.children.look(id, names, v); err != nil {
			return err
		}
		if err := h.lookAtAccess(id, found[id], v); err != nil {
			return err
		}
		switch lost := was - len(h.children[id]); {
		case v.ended:
			h.place.did.ended += lost
		case v.orphan:
			h.place.did.swept += lost
		default:
			h.place.did.children += lost
		}
	}
	return nil
}

// lookAtAccess wants the last access of a session not to go back, unless its row
// has gone and come again.
func (h *history) lookAtAccess(id string, found *kids, v sessionView) error {
	last := found.lastAccess()
	kept := slices.ContainsFunc(v.rows, func(r *logRow) bool { return r.there && !isDelete(r.row) && r.order < v.known })
	if was := h.accesses[id]; last.Before(was) && kept && !v.removed && !v.ended {
		return fmt.Errorf("session %q: the last access was %s and is %s", id, was, last)
	}
	h.accesses[id] = last
	return nil
}
