package dialecttest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// task is an operation or a purge of a history. It stops before statements, so
// that others come in between; at most one task is meant to move at a time.
type task struct {
	name  string
	purge *purgeRun // nil for a writer and a sweep
	sweep *sweepRun
	plain bool // stores SSO sessions without their children
	// on are the keys that a writer may write to; raced is true when another writer
	// of one of them was under way at the same time.
	on    []sessionstore.Key
	raced bool
	// late is true of a login of the product whose session comes after its child rows.
	late bool
	// login names the child rows that come with a session.
	login []string
	// ends are the sessions that it terminates; each in a transaction of its own where
	// several is true, and nobody knows which of these are committed.
	ends    []string
	several bool
	// verify looks at what it has left, if it has succeeded and was not raced.
	verify func(found map[string]*kids) error
	began  int64 // when its stamps were taken, on the history's own clock
	// seen are how many rows the model had of each log when it began; a delete
	// hides them.
	seen  [2]int
	hides bool

	removedIn gen.DBTX // the transaction in which it has removed child rows

	crew *crew
	gate chan int // how many statements it may come to before it stops again
	left int

	mu     sync.Mutex
	notes  []note
	lastTx gen.DBTX

	// state and err belong to the history's own goroutine.
	state taskState
	err   error
}

// upkeep is true of purges and sweeps.
func (t *task) upkeep() bool { return t.purge != nil || t.sweep != nil }

type taskState int

const (
	// moving: it runs, or waits for a lock that another task holds.
	moving taskState = iota
	stopped
	done
)

// note is something that a task has written.
type note struct {
	tx      gen.DBTX
	temp    bool
	row     row
	removal *removal
	child   *childNote
}

// removal is a physical delete in the temp table. The product's takes whatever
// the collation takes for the key, and knows no bound.
type removal struct {
	id, typ string
	upto    int64
	product bool
}

// childNote is child rows that were added or removed on their own.
type childNote struct {
	id     string
	names  []string
	remove bool
}

type taskKey struct{}

func taskOf(ctx context.Context) *task {
	t, _ := ctx.Value(taskKey{}).(*task)
	return t
}

// point is a place before a statement, or before a commit.
func (t *task) point(inTx bool) {
	if inTx && t.crew.whole {
		return
	}
	t.left--
	if t.left > 0 {
		return
	}
	t.crew.events <- event{task: t}
	t.left = <-t.gate
}

func (t *task) note(n note) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notes = append(t.notes, n)
}

// enter notes in which transaction the task is: a later one says that those before
// it were tried again.
func (t *task) enter(tx gen.DBTX) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lastTx = tx
}

// written hands over what is committed: what was written outside of transactions,
// and once the task has succeeded, the last transaction. Earlier ones were tried
// again. Of a task with several transactions it hands over all, committed or not.
func (t *task) written() []note {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out, kept []note
	for _, n := range t.notes {
		switch {
		case n.tx == nil || t.several || t.state == done && t.err == nil && n.tx == t.lastTx:
			out = append(out, n)
		case t.state != done:
			kept = append(kept, n)
		}
	}
	t.notes = kept
	return out
}

// unstopped is more statements than any task has.
const unstopped = 1 << 30

type event struct {
	task *task
	done bool
	err  error
}

// crew runs the tasks of one history.
type crew struct {
	ctx    context.Context
	cancel context.CancelFunc
	// whole keeps tasks from stopping inside a transaction, where nobody could
	// come in between anyway.
	whole   bool
	events  chan event
	tasks   []*task // not done yet, in the order of their start
	blocked int
}

// waitTime is how long a task may be under way before the history goes on
// without it, because it must wait for one that has stopped.
const waitTime = 60 * time.Millisecond

func newCrew(ctx context.Context, whole bool) *crew {
	c := &crew{whole: whole, events: make(chan event, 64)}
	c.ctx, c.cancel = context.WithCancel(ctx)
	return c
}

// start runs fn until it comes to its left-th statement or ends.
func (c *crew) start(t *task, left int, fn func(ctx context.Context) error) {
	t.crew, t.gate, t.left = c, make(chan int, 1), left
	c.tasks = append(c.tasks, t)
	go func() {
		err := fn(context.WithValue(c.ctx, taskKey{}, t))
		c.events <- event{t, true, err}
	}()
	c.await(t)
}

// resume lets a task that has stopped run on.
func (c *crew) resume(t *task, left int) {
	if t.state == stopped {
		t.state = moving
		t.gate <- left
		c.await(t)
	}
}

// await waits until a task has stopped or ended, or has to wait itself.
func (c *crew) await(t *task) {
	limit := waitTime
	if c.whole {
		limit = time.Minute // nobody has to wait
	}
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	for t.state == moving {
		select {
		case e := <-c.events:
			c.handle(e)
		case <-timeout.C:
			c.blocked++
			return
		}
	}
}

// settle takes what tasks have reported meanwhile.
func (c *crew) settle(wait time.Duration) {
	time.Sleep(wait)
	for {
		select {
		case e := <-c.events:
			c.handle(e)
		default:
			return
		}
	}
}

func (c *crew) handle(e event) {
	e.task.state = stopped
	if e.done {
		e.task.state, e.task.err = done, e.err
	}
}

// finish runs tasks to their end, one by one where they let each other.
func (c *crew) finish() error {
	for end := time.Now().Add(time.Minute); ; c.settle(time.Millisecond) {
		open := false
		for _, t := range c.tasks {
			c.resume(t, unstopped)
			open = open || t.state != done
		}
		if !open {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("tasks do not end: %v", c)
		}
	}
}

// moves reports whether a task is under way, so that what the database says may
// change by itself.
func (c *crew) moves() bool {
	for _, t := range c.tasks {
		if t.state == moving {
			return true
		}
	}
	return false
}

// close ends what a failed history has left.
func (c *crew) close() {
	c.cancel()
	_ = c.finish()
}

func (c *crew) String() string {
	s := ""
	for _, t := range c.tasks {
		s += fmt.Sprintf("%s %s; ", t.name, [...]string{"under way", "stopped", "ended"}[t.state])
	}
	return s
}
