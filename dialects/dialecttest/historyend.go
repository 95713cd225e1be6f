package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// Sessions are ended by what has their id, by one of their users, and by a user
// who has several.

func (h *history) terminate(rt *rapid.T) {
	s, id := h.drawNode(rt), h.drawID(rt)
	t := &task{name: fmt.Sprintf("terminate %q", id)}
	late := rapid.Bool().Draw(rt, "commits late")
	h.beginTerminate(t, []string{id}, func(ctx context.Context) error {
		if !late {
			_, err := s.Terminate(ctx, id)
			return err
		}
		return s.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
			if _, err := tx.Terminate(ctx, id); err != nil {
				return err
			}
			taskOf(ctx).point(true)
			return nil
		})
	})
}

func (h *history) terminateOfUser(rt *rapid.T) {
	s, id := h.drawNode(rt), h.drawID(rt)
	who := rapid.SampledFrom([]string{user(id), everyone}).Draw(rt, "user")
	t := &task{name: fmt.Sprintf("terminate %q of %q", id, who)}
	refused := false
	h.beginTerminate(t, []string{id}, func(ctx context.Context) error {
		err := s.TerminateUserSession(ctx, who, id)
		if refused = errors.Is(err, sessionstore.ErrNotMapped); refused {
			return nil
		}
		return err
	})
	ended := t.verify
	t.verify = func(found map[string]*kids) error {
		if !refused {
			return ended(found)
		}
		if found[id] != nil && slices.Contains(found[id].users, who) {
			return fmt.Errorf("%s: it is mapped to the user, but that is not so for the call", t.name)
		}
		return nil
	}
}

func (h *history) terminateUser(rt *rapid.T) {
	s, id := h.drawNode(rt), h.drawID(rt)
	who := rapid.SampledFrom([]string{user(id), everyone, everyone}).Draw(rt, "user")
	keep := rapid.SliceOfNDistinct(rapid.SampledFrom(h.ids), 0, 1, rapid.ID[string]).Draw(rt, "keep")
	var ids []string
	for _, id := range h.ids {
		if !slices.Contains(keep, id) && (who == user(id) || who == everyone) {
			ids = append(ids, id)
		}
	}
	t := &task{name: fmt.Sprintf("terminate the sessions of %q but %q", who, keep), several: true}
	mapped := "mapping:" + strings.TrimPrefix(who, user(id))
	sure := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !h.children[id][mapped] })
	h.beginTerminate(t, ids, func(ctx context.Context) error {
		_, err := s.TerminateUser(ctx, who, keep...)
		return err
	})
	t.verify = func(found map[string]*kids) error { return h.areEnded(t, sure, found) }
}

// beginTerminate starts a task that ends sessions.
func (h *history) beginTerminate(t *task, ids []string, fn func(ctx context.Context) error) {
	t.ends, t.hides = ids, true
	for _, id := range ids {
		t.on = append(t.on, sso(id))
	}
	t.verify = func(found map[string]*kids) error { return h.areEnded(t, ids, found) }
	h.begin(t, fn)
}

// areEnded wants sessions to have ended, with nothing left of them, when no writer
// was about and no purge has taken the rows that a task has found.
func (h *history) areEnded(t *task, ids []string, found map[string]*kids) error {
	for _, id := range ids {
		all, there := h.main.of(sso(id))
		if !slices.ContainsFunc(there, func(r *logRow) bool { return r.order < t.seen[0] }) {
			continue
		}
		if !isDelete(newestOf(there).row) {
			return fmt.Errorf("%s: %q has not ended; its rows:%s", t.name, id, listed(all))
		}
		if left := found[id].names(id); len(left) > 0 {
			return fmt.Errorf("%s: %q has ended and has the child rows %v; its rows:%s", t.name, id, keys(left), listed(all))
		}
	}
	return nil
}
