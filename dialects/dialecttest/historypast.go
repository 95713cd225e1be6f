package dialecttest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// ages are how long before the history rows of its past were stored.
var ages = []time.Duration{
	grace + 1, 2 * grace, 3 * grace, 4 * grace, 5 * grace, grace / 2, 24 * hour, 15 * 24 * hour,
}

// past fills the tables with old rows: what is expired, superseded and live at
// the start would otherwise take a history much of its time.
func (h *history) past() error {
	rows, left := h.drawPast(), map[string]bool{}
	for _, id := range h.ids {
		left[id] = rapid.IntRange(0, 3).Draw(h.rt, "child rows are left") == 0
	}
	t := &task{name: "the past", plain: true}
	h.crew.start(t, unstopped, func(ctx context.Context) error {
		return h.product.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
			for _, r := range rows {
				q := tx.Queries()
				if isTemp(r.typ) {
					q = tx.TempQueries()
				}
				if err := dialects.Classified(h.product.Dialect(), q.InsertSession(ctx, h.b.params(r))); err != nil {
					return fmt.Errorf("%s: %w", r, err)
				}
			}
			return h.pastChildren(ctx, tx, rows, left)
		})
	})
	return h.endAll()
}

// pastChildren adds child rows to sessions that have a STORE row, and to some that
// have none: what the product's own cleanup leaves behind.
func (h *history) pastChildren(ctx context.Context, tx *sessionstore.Tx, rows []row, left map[string]bool) error {
	for _, id := range h.ids {
		if !left[id] && !slices.ContainsFunc(rows, func(r row) bool { return r.key() == sso(id) && !isDelete(r) }) {
			continue
		}
		if err := upsertChildren(ctx, tx, id); err != nil {
			return err
		}
		taskOf(ctx).note(note{tx: tx.Queries().(noted).tx, child: &childNote{id: id, names: childNames}})
	}
	return nil
}

// drawPast draws rows of which no two have a stamp in common, or a loose
// collation would take some for one, but for a DELETE row with the stamp of the
// STORE row before it.
func (h *history) drawPast() (rows []row) {
	for i := range rapid.IntRange(0, 10).Draw(h.rt, "rows of the past") {
		key := h.drawKey(h.rt)
		r := h.productRow(h.rt, key, rapid.SampledFrom([]string{"STORE", "STORE", "DELETE"}).Draw(h.rt, "kind"), 0)
		r.created = -rapid.SampledFrom(ages).Draw(h.rt, "age") - time.Duration(i)
		r.expires = pastExpiry(h.rt, r.created)
		rows = append(rows, r)
		if !isDelete(r) && rapid.IntRange(0, 1).Draw(h.rt, "tie") == 1 {
			d := r.as("DELETE")
			d.payload, d.expires = nil, pastExpiry(h.rt, r.created)
			rows = append(rows, d)
		}
	}
	for _, r := range rows {
		h.tell("in the past: %s, type %s", r, r.typ)
	}
	return rows
}

func pastExpiry(rt *rapid.T, created time.Duration) time.Duration {
	v := drawProductValidity(rt)
	switch v {
	case never:
		return never
	case 0:
		return created + sessionstore.DefaultValidity
	}
	return created + v
}
