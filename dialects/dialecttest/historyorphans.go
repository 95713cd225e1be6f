package dialecttest

import (
	"context"
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// How child rows come to be without a session: for a while, because the product
// stores sessions through a queue, and for good.

// productLoginLate is a login whose session waits in the product's queue, and is
// stored after its child rows. Its id is new, or that of a session that protects
// its child rows.
func (h *history) productLoginLate(rt *rapid.T) {
	id := h.drawID(rt)
	_, there := h.main.of(sso(id))
	isNew := len(there) == 0 && len(h.children[id]) == 0 && !h.orphaned[id]
	if !isNew && !h.extends(id) || h.sweepsAtOnce() {
		return
	}
	r := h.productRow(rt, sso(id), "STORE", drawValidity(rt))
	t := &task{name: fmt.Sprintf("product: login, late, %s", r), plain: true, late: true, on: []sessionstore.Key{r.key()}}
	h.begin(t, func(ctx context.Context) error {
		if err := h.productChildren(ctx, id, isNew); err != nil {
			return err
		}
		taskOf(ctx).point(false) // the queue is long
		return h.productInserts(ctx, r)
	})
}

// productLoses has the product add child rows of a session that is never stored.
func (h *history) productLoses(rt *rapid.T) {
	id := h.drawID(rt)
	if _, there := h.main.of(sso(id)); len(there) > 0 {
		return
	}
	t := &task{name: fmt.Sprintf("product: child rows of %q, whose session is lost", id), on: []sessionstore.Key{sso(id)}}
	h.begin(t, func(ctx context.Context) error { return h.productChildren(ctx, id, true) })
}

// productLeaves removes the rows of a session that ended long ago and leaves its
// child rows, as a cleanup of the product does that fails half way.
func (h *history) productLeaves(rt *rapid.T) {
	id := h.drawID(rt)
	h.must(h.endAll())
	_, there := h.main.of(sso(id))
	if newest := newestOf(there); newest == nil || !isDelete(newest.row) && newest.expires > h.time()-grace {
		return
	}
	h.tell("product: cleanup leaves the child rows of %q", id)
	for _, r := range there {
		_, err := h.place.db.ExecContext(h.crew.ctx, fmt.Sprintf("DELETE FROM %s WHERE SESSION_ID = '%s' AND SESSION_TYPE = '%s' AND TIME_CREATED = %d AND OPERATION = '%s'",
			h.b.table("IDN_AUTH_SESSION_STORE"), r.id, r.typ, r.stamp(), r.op))
		h.must(err)
	}
	h.main.rows = slices.DeleteFunc(h.main.rows, func(r *logRow) bool { return r.key() == sso(id) })
}
