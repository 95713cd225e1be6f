package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// actions are what can happen next. Some have two names, to happen more often.
func (h *history) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"put": h.put, "put again": h.put, "delete": h.delete, "delete all": h.deleteAll,
		"login": h.login, "login again": h.login, "come back": h.comeBack, "come back again": h.comeBack, "transaction": h.transaction, "roll back": h.rollBack,
		"product stores": h.productStores, "product deletes": h.productDeletes,
		"touch": h.touch, "update metadata": h.updateMetadata,
		"terminate": h.terminate, "terminate again": h.terminate, "terminate a user's session": h.terminateOfUser, "terminate a user": h.terminateUser,
		"sweep": h.sweepInMemory, "sweep with a state": h.sweepWithState,
		"product login, late": h.productLoginLate, "product loses a session": h.productLoses, "product leaves child rows": h.productLeaves,
		"product login": h.productLogin, "product logout": h.productLogout, "product removes temp": h.productRemovesTemp, "product stores and deletes": h.productTie,
		"purge": h.purge, "purge again": h.purge, "purge to the end": h.purgeToTheEnd,
		"go on": h.goOn, "go on again": h.goOn, "go on with a purge": h.goOnWithPurge,
		"finish": h.finishOne, "time passes": h.timePasses, "more time passes": h.timePasses,
		"": func(*rapid.T) {
			h.place.did.steps++
			h.must(h.check())
			if len(h.crew.tasks) >= mostTasks { // not in an action, which may have looked at the model already
				h.must(h.endAll())
			}
		},
	}
}

// must fails the history and says what has happened in it: rapid's own log is
// that of a replay, which may take another course.
func (h *history) must(err error) {
	if err != nil {
		h.rt.Fatalf("%s: %v\nwhat happened:\n\t%s\nopen: %v\n(what replays this history stands above, after \"To reproduce\"; RAPID_SEED and RAPID_FAILFILE in the environment do the same)",
			h.time(), err, strings.Join(h.story, "\n\t"), h.crew)
	}
}

// tell keeps what happens for the case that the history fails.
func (h *history) tell(format string, args ...any) {
	line := fmt.Sprintf("%s: ", h.time()) + fmt.Sprintf(format, args...)
	h.rt.Log(line)
	h.story = append(h.story, line)
}

// keys are all keys that histories have, spelled so that loose collations take
// some for the same.
func (p *arena) keys() (keys []sessionstore.Key) {
	for _, id := range p.ids {
		keys = append(keys, sso(id))
	}
	for _, id := range p.ids[:2] {
		keys = append(keys, sessionstore.Key{Type: "Other", ID: id})
	}
	for _, id := range p.ids[:3] {
		keys = append(keys, temp(id))
	}
	return keys
}

// drawKeys chooses the few keys of one history, so that their rows meet.
func (h *history) drawKeys() {
	all := h.place.keys()
	keys := rapid.SampledFrom(slices.Concat(all, all[:3], all[:2])) // more of the sessions of users
	h.keys = rapid.SliceOfNDistinct(keys, 1, 4, rapid.ID[sessionstore.Key]).Draw(h.rt, "keys")
	for _, key := range h.keys {
		switch {
		case key.Type == sessionstore.SSOType:
			h.ids = append(h.ids, key.ID)
		case isTemp(key.Type):
			h.temps = append(h.temps, key.ID)
		}
	}
}

func isTemp(typ string) bool { return slices.Contains(sessionstore.DefaultTempTypes(), typ) }

func (h *history) drawKey(rt *rapid.T) sessionstore.Key {
	return rapid.SampledFrom(h.keys).Draw(rt, "key")
}

// drawID chooses a session. A history without one skips what needs it.
func (h *history) drawID(rt *rapid.T) string {
	if len(h.ids) == 0 {
		rt.Skip("no session of a user")
	}
	return rapid.SampledFrom(h.ids).Draw(rt, "id")
}

func (h *history) drawNodeNumber(rt *rapid.T) int {
	return rapid.IntRange(0, len(h.ours)-1).Draw(rt, "node")
}

func (h *history) drawNode(rt *rapid.T) *sessionstore.Store { return h.ours[h.drawNodeNumber(rt)] }

// validities shrink and grow from one write of a key to the next; 0 is the
// default of its type.
var validities = []time.Duration{
	15 * time.Minute, time.Nanosecond, time.Second, grace / 2, grace, 3 * grace, 24 * hour, 14 * 24 * hour, 30 * 24 * hour, never, 0,
}

func drawValidity(rt *rapid.T) time.Duration {
	return rapid.SampledFrom(validities).Draw(rt, "validity")
}

func validity(d time.Duration) []sessionstore.PutOption {
	switch d {
	case 0:
		return nil
	case never:
		return []sessionstore.PutOption{sessionstore.NeverExpires()}
	}
	return []sessionstore.PutOption{sessionstore.ValidFor(d)}
}

// payload is another one each time, so that reads tell which row they found.
func (h *history) payload() []byte {
	h.payloads++
	return fmt.Appendf(nil, "payload %d", h.payloads)
}

func (h *history) put(rt *rapid.T) {
	s, key, valid, payload := h.drawNode(rt), h.drawKey(rt), drawValidity(rt), h.payload()
	h.begin(&task{name: fmt.Sprintf("put %q of %s, valid for %s", key.ID, key.Type, valid), plain: true, on: []sessionstore.Key{key}}, func(ctx context.Context) error {
		return s.Put(ctx, key, payload, validity(valid)...)
	})
}

func (h *history) delete(rt *rapid.T) {
	s, key := h.drawNode(rt), h.drawKey(rt)
	h.beginDelete([]sessionstore.Key{key}, func(ctx context.Context) error { return s.Delete(ctx, key) })
}

func (h *history) deleteAll(rt *rapid.T) {
	s, keys := h.drawNode(rt), rapid.SliceOfN(rapid.SampledFrom(h.keys), 1, 4).Draw(rt, "keys")
	h.beginDelete(keys, func(ctx context.Context) error {
		n, err := s.DeleteAll(ctx, keys)
		if err == nil && n != len(keys) {
			return fmt.Errorf("%d of %d keys are deleted", n, len(keys))
		}
		return err
	})
}

// beginDelete starts a task whose DELETE rows hide what is there now.
func (h *history) beginDelete(keys []sessionstore.Key, fn func(ctx context.Context) error) {
	h.begin(&task{name: fmt.Sprintf("delete %q", keys), hides: true, on: keys}, fn)
}

func (h *history) transaction(rt *rapid.T) {
	s, a, b, valid, payload := h.drawNode(rt), h.drawKey(rt), h.drawKey(rt), drawValidity(rt), h.payload()
	name := fmt.Sprintf("in one transaction put %q of %s, valid for %s, and delete %q of %s", a.ID, a.Type, valid, b.ID, b.Type)
	h.begin(&task{name: name, plain: true, on: []sessionstore.Key{a, b}}, func(ctx context.Context) error {
		return s.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
			if err := tx.Put(ctx, a, payload, validity(valid)...); err != nil {
				return err
			}
			if err := tx.Delete(ctx, b); err != nil {
				return err
			}
			taskOf(ctx).point(true)
			return nil
		})
	})
}

var errRolledBack = errors.New("rolled back")

// rollBack has a newer row in an open transaction, which supersedes nothing.
func (h *history) rollBack(rt *rapid.T) {
	s, key, payload := h.drawNode(rt), h.drawKey(rt), h.payload()
	h.begin(&task{name: fmt.Sprintf("put %q of %s and roll back", key.ID, key.Type), on: []sessionstore.Key{key}}, func(ctx context.Context) error {
		return s.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
			if err := tx.Put(ctx, key, payload); err != nil {
				return err
			}
			taskOf(ctx).point(true)
			return errRolledBack
		})
	})
}

// goOn lets a task that has stopped come to another of its statements.
func (h *history) goOn(rt *rapid.T) {
	h.resume(rt, h.crew.tasks, rapid.IntRange(1, 4).Draw(rt, "statements"))
}

func (h *history) finishOne(rt *rapid.T) { h.resume(rt, h.crew.tasks, unstopped) }

func (h *history) goOnWithPurge(rt *rapid.T) {
	var purges []*task
	for _, t := range h.crew.tasks {
		if t.upkeep() {
			purges = append(purges, t)
		}
	}
	h.resume(rt, purges, rapid.IntRange(1, 3).Draw(rt, "statements"))
}

func (h *history) resume(rt *rapid.T, tasks []*task, left int) {
	if len(tasks) == 0 {
		return
	}
	t := tasks[rapid.IntRange(0, len(tasks)-1).Draw(rt, "task")]
	h.tell("go on with %s", t.name)
	h.crew.resume(t, left)
}

// timePasses, but not so much that a write is under way for too long: then those
// end first.
func (h *history) timePasses(rt *rapid.T) {
	d := rapid.SampledFrom([]time.Duration{
		time.Nanosecond, time.Second, 16 * time.Minute, grace / 2, grace, 2 * grace, 24 * hour, 15 * 24 * hour,
	}).Draw(rt, "time")
	late := func(t *task, most time.Duration) bool { return h.time()+d-time.Duration(t.began) > most }
	if slices.ContainsFunc(h.crew.tasks, func(t *task) bool { return !t.upkeep() && late(t, longest) }) {
		h.must(h.endWriters())
	}
	if slices.ContainsFunc(h.crew.tasks, func(t *task) bool { return t.sweep != nil && t.sweep.state && late(t, longestLook) }) {
		h.must(h.endAll())
	}
	h.now.Add(int64(d))
}

// endWriters ends all writers, and the purges too when a writer waits for one.
func (h *history) endWriters() error {
	for _, t := range slices.Clone(h.crew.tasks) {
		if t.upkeep() {
			continue
		}
		h.crew.resume(t, unstopped)
		if err := h.check(); err != nil {
			return err
		}
	}
	if h.writers() == 0 {
		return nil
	}
	return h.endAll()
}

func (h *history) endAll() error {
	for _, t := range slices.Clone(h.crew.tasks) {
		h.crew.resume(t, unstopped)
		if err := h.check(); err != nil {
			return err
		}
	}
	if err := h.crew.finish(); err != nil {
		return err
	}
	return h.check()
}

// end lets everything end, and long after purges what is left then: a purge that
// removed nothing would be right all the time before.
func (h *history) end() error {
	if err := h.endAll(); err != nil {
		return err
	}
	if err := h.readAllLists(); err != nil {
		return err
	}
	if err := h.endSweep(); err != nil {
		return err
	}
	h.now.Add(int64(100 * 24 * hour))
	for range 2 {
		h.beginPurge(0, cleanup.Options{}, unstopped)
		if err := h.endAll(); err != nil {
			return err
		}
	}
	if err := errors.Join(h.main.complete(), h.temp.complete()); err != nil {
		return err
	}
	return h.endSweep()
}
