package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// What our writers do with child rows: log-ins, by the store's own methods or by
// the generated accessors, and changes of the metadata.

func (h *history) login(rt *rapid.T) {
	h.beginLogin(rt, h.drawID(rt))
}

// comeBack is a login, at once and of a session that a purge or a sweep under way
// takes for ended: the one that it could lose the children of.
func (h *history) comeBack(rt *rapid.T) {
	var ended []string
	for _, id := range h.ids {
		_, there := h.main.of(sso(id))
		newest := newestOf(there)
		if len(h.crew.tasks) > h.writers() && (h.orphan(id) || newest != nil && (isDelete(newest.row) || newest.expires < h.time()-grace)) {
			ended = append(ended, id)
		}
	}
	if len(ended) == 0 {
		rt.Skip("no session that a purge takes for ended")
	}
	h.beginLogin(rt, rapid.SampledFrom(ended).Draw(rt, "id"))
}

// beginLogin starts what a writer of ours does with child rows: of one user, or
// also of everyone and with the time of the access.
func (h *history) beginLogin(rt *rapid.T, id string) {
	node, valid, payload := h.drawNodeNumber(rt), drawValidity(rt), h.payload()
	s, names, users, at := h.ours[node], childNames, []string{user(id)}, time.Time{}
	if rapid.Bool().Draw(rt, "with its time") {
		at = h.accessTime(node, id)
		names = slices.Concat(childNames, []string{"meta:" + sessionstore.PropertyLastAccess})
		if h.isEveryones(id) {
			names, users = append(names, "mapping:"+everyone), append(users, everyone)
		}
	}
	t := &task{name: fmt.Sprintf("login %q, valid for %s, with %q", id, valid, names), on: []sessionstore.Key{sso(id)}, login: names}
	h.begin(t, func(ctx context.Context) error {
		return s.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
			if err := tx.Put(ctx, sso(id), payload, validity(valid)...); err != nil {
				return err
			}
			if err := addOrSet(ctx, tx, id, users, at); err != nil {
				return err
			}
			inTx := tx.Queries().(noted).tx
			taskOf(ctx).note(note{tx: inTx, child: &childNote{id: id, names: names}})
			taskOf(ctx).point(true) // the commit comes late
			return nil
		})
	})
}

// everyone is a user that all sessions are mapped to whose ids no collation takes
// for one another: of those it would have one mapping.
const everyone = "everyone"

func (h *history) isEveryones(id string) bool {
	first := slices.IndexFunc(h.ids, func(other string) bool { return loosely(other) == loosely(id) })
	return h.ids[first] == id
}

// addOrSet adds the child rows of a login, or sets what has changed since another
// one.
func addOrSet(ctx context.Context, tx *sessionstore.Tx, id string, users []string, at time.Time) error {
	for _, u := range users {
		if err := tx.MapUser(ctx, u, id); err != nil {
			return err
		}
	}
	app := sessionstore.Application{Subject: subject(id), AppID: 1, InboundAuthType: "oauth2"}
	if err := tx.RecordApplication(ctx, id, app); err != nil {
		return err
	}
	if !at.IsZero() {
		touch := func() (bool, error) { return tx.Touch(ctx, id, at) }
		if err := setOrAdd(ctx, tx, id, sessionstore.PropertyLastAccess, fmt.Sprint(at.UnixMilli()), touch); err != nil {
			return err
		}
	}
	for _, property := range []string{sessionstore.PropertyIP, sessionstore.PropertyUserAgent} {
		set := func() (bool, error) { return tx.UpdateMetadata(ctx, id, property, user(id)) }
		if err := setOrAdd(ctx, tx, id, property, user(id), set); err != nil {
			return err
		}
	}
	return nil
}

// setOrAdd changes a property, or adds it; another log-in may add it between, and
// something that ends the session may remove it.
func setOrAdd(ctx context.Context, tx *sessionstore.Tx, id, property, value string, set func() (bool, error)) error {
	for range 5 {
		there, err := set()
		if err != nil || there {
			return err
		}
		if err := tx.AddMetadata(ctx, id, sessionstore.Metadata{property: value}); !errors.Is(err, sessionstore.ErrDuplicate) {
			return err
		}
	}
	return fmt.Errorf("%w: property %q came and went", sessionstore.ErrConflict, property)
}

// accessTime is the time of a node in milliseconds, but another one for each id: a
// loose collation would take the metadata of two for one row.
func (h *history) accessTime(node int, id string) time.Time {
	ms := epoch.Add(h.time() + h.offsets[node]).UnixMilli()
	return time.UnixMilli(ms - ms%10 + int64(slices.Index(h.ids, id)))
}

// touch moves the last access forward, or leaves it where a node is ahead.
func (h *history) touch(rt *rapid.T) {
	node, id := h.drawNodeNumber(rt), h.drawID(rt)
	at := h.accessTime(node, id)
	var changed bool
	t := &task{name: fmt.Sprintf("touch %q at %s", id, at), on: []sessionstore.Key{sso(id)}}
	t.verify = func(found map[string]*kids) error {
		if last := found[id].lastAccess(); h.holdsChildren(id, t) && (changed && last.Before(at) || changed == last.IsZero()) {
			return fmt.Errorf("touch of %q at %s reported %t and left %s", id, at, changed, last)
		}
		return nil
	}
	h.begin(t, func(ctx context.Context) (err error) {
		changed, err = h.ours[node].Touch(ctx, id, at)
		return err
	})
}

// updateMetadata changes a property that a login sets, to one of a few values.
func (h *history) updateMetadata(rt *rapid.T) {
	s, id := h.drawNode(rt), h.drawID(rt)
	value := fmt.Sprintf("%s %s", rapid.SampledFrom([]string{"moved", "was moved"}).Draw(rt, "value"), user(id))
	var changed bool
	t := &task{name: fmt.Sprintf("set IP of %q to %s", id, value), on: []sessionstore.Key{sso(id)}}
	t.verify = func(found map[string]*kids) error {
		var values []string
		if found[id] != nil {
			values = found[id].props[sessionstore.PropertyIP]
		}
		if h.holdsChildren(id, t) && (changed != (len(values) > 0) || changed && !slices.Equal(values, []string{value})) {
			return fmt.Errorf("setting IP of %q to %q reported %t and left %q", id, value, changed, values)
		}
		return nil
	}
	h.begin(t, func(ctx context.Context) (err error) {
		changed, err = s.UpdateMetadata(ctx, id, sessionstore.PropertyIP, value)
		return err
	})
}

// holdsChildren reports whether a STORE row has kept the child rows of a session
// from purges and sweeps since a task began.
func (h *history) holdsChildren(id string, t *task) bool {
	_, there := h.main.of(sso(id))
	return slices.ContainsFunc(there, func(r *logRow) bool { return r.order < t.seen[0] && !isDelete(r.row) })
}
