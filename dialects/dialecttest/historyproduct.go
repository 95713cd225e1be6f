package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// What the product does on the same tables: stamps of its own clock, which may
// come twice; a row whose key is taken is lost; DELETE rows that live 14 days, or
// as long as a temporary session, whatever they hide; tenant -1; children that
// are looked for and then inserted; temp rows that are deleted without a bound.

var operations = map[string][]string{"STORE": {"STORE", "store", "Store"}, "DELETE": {"DELETE", "delete", "Delete"}}

// drawProductValidity may be in the past: the product counts the lifetime of a
// session from its creation, and releases before 2026 have no lower bound for it.
func drawProductValidity(rt *rapid.T) time.Duration {
	return rapid.SampledFrom(append([]time.Duration{-3 * grace}, validities...)).Draw(rt, "validity")
}

// productRow makes a row of the log as the product does.
func (h *history) productRow(rt *rapid.T, key sessionstore.Key, op string, valid time.Duration) row {
	r := row{
		id: key.ID, typ: key.Type, op: rapid.SampledFrom(operations[op]).Draw(rt, "operation"),
		created: h.time() + h.skew, expires: never,
	}
	if op == "STORE" {
		r.payload = h.payload()
	}
	switch {
	case valid == never: // rows of old releases have no expiry
	case valid != 0:
		r.expires = r.created + valid
	case isTemp(key.Type):
		r.expires = r.created + sessionstore.DefaultTempValidity
	default:
		r.expires = r.created + sessionstore.DefaultValidity
	}
	return r
}

// productInserts appends a row in a transaction of its own.
func (h *history) productInserts(ctx context.Context, r row) error {
	q := h.product.Queries()
	if isTemp(r.typ) {
		q = h.product.TempQueries()
	}
	err := dialects.Classified(h.product.Dialect(), q.InsertSession(ctx, h.b.params(r)))
	if errors.Is(err, dialects.ErrDuplicate) {
		return nil // logged and lost
	}
	return err
}

func (h *history) productStores(rt *rapid.T) {
	r := h.productRow(rt, h.drawKey(rt), "STORE", drawProductValidity(rt))
	h.begin(&task{name: fmt.Sprintf("product: %s, type %s", r, r.typ), plain: true, on: []sessionstore.Key{r.key()}}, func(ctx context.Context) error {
		return h.productInserts(ctx, r)
	})
}

// productTie stores and deletes with one stamp.
func (h *history) productTie(rt *rapid.T) {
	key := h.drawKey(rt)
	rows := []row{h.productRow(rt, key, "STORE", drawProductValidity(rt)), h.productRow(rt, key, "DELETE", 0)}
	if rapid.Bool().Draw(rt, "delete first") {
		slices.Reverse(rows)
	}
	h.begin(&task{name: fmt.Sprintf("product: %s and %s, type %s", rows[0], rows[1], key.Type), plain: true, on: []sessionstore.Key{key}}, func(ctx context.Context) error {
		if err := h.productInserts(ctx, rows[0]); err != nil {
			return err
		}
		return h.productInserts(ctx, rows[1])
	})
}

func (h *history) productDeletes(rt *rapid.T) {
	r := h.productRow(rt, h.drawKey(rt), "DELETE", 0)
	h.begin(&task{name: fmt.Sprintf("product: %s, type %s", r, r.typ), on: []sessionstore.Key{r.key()}}, func(ctx context.Context) error {
		return h.productInserts(ctx, r)
	})
}

// productLogin stores the session, and then looks for each child row and inserts
// it. Next to a purge it extends only sessions that have not expired for as long
// as the grace: that alone protects their children.
func (h *history) productLogin(rt *rapid.T) {
	id := h.drawID(rt)
	extends := h.extends(id)
	if len(h.active) > 0 && !extends || len(h.sweeps) > 0 && h.orphan(id) {
		return
	}
	r := h.productRow(rt, sso(id), "STORE", drawValidity(rt))
	h.begin(&task{name: fmt.Sprintf("product: login, %s", r), plain: true, on: []sessionstore.Key{r.key()}}, func(ctx context.Context) error {
		if err := h.productInserts(ctx, r); err != nil {
			return err
		}
		return h.productChildren(ctx, id, !extends)
	})
}

// extends reports whether a login of the product finds a session that protects its
// child rows from a purge.
func (h *history) extends(id string) bool {
	_, there := h.main.of(sso(id))
	newest := newestOf(there)
	return newest != nil && !isDelete(newest.row) && newest.expires > h.time()-grace/2
}

func (h *history) productChildren(ctx context.Context, id string, first bool) error {
	q := h.product.Queries()
	users, err := q.UserIDsOfSession(ctx, id)
	if err != nil {
		return err
	}
	add := func(name string, upsert func() (int64, error)) {
		if err == nil {
			_, err = upsert()
		}
		if err = dialects.Classified(h.product.Dialect(), err); errors.Is(err, dialects.ErrDuplicate) {
			err = nil // another login was first, where an upsert is an insert of what is not there
		}
		if err == nil {
			noteChild(ctx, id, false, name)
		}
	}
	if len(users) == 0 {
		add(childNames[0], func() (int64, error) {
			return q.UpsertMapping(ctx, gen.UpsertMappingParams{UserID: user(id), SessionID: id})
		})
	}
	add(childNames[1], func() (int64, error) {
		return q.UpsertAppInfo(ctx, gen.UpsertAppInfoParams{SessionID: id, Subject: subject(id), AppID: 1, InboundAuthType: "oauth2"})
	})
	if first {
		add(childNames[2], func() (int64, error) {
			return q.UpsertMetaData(ctx, gen.UpsertMetaDataParams{SessionID: id, PropertyType: "IP", Value: user(id)})
		})
	}
	return err
}

func noteChild(ctx context.Context, id string, remove bool, names ...string) {
	taskOf(ctx).note(note{child: &childNote{id: id, names: names, remove: remove}})
}

// productLogout appends a DELETE row and then removes the child rows, each table
// by itself.
func (h *history) productLogout(rt *rapid.T) {
	id := h.drawID(rt)
	r := h.productRow(rt, sso(id), "DELETE", 0)
	h.begin(&task{name: fmt.Sprintf("product: logout, %s", r), on: []sessionstore.Key{r.key()}}, func(ctx context.Context) error {
		if err := h.productInserts(ctx, r); err != nil {
			return err
		}
		q := h.product.Queries()
		for _, table := range []struct {
			remove func(context.Context, []string) (int64, error)
			names  []string
		}{{q.DeleteMappings, childNames[:1]}, {q.DeleteAppInfo, childNames[1:2]}, {q.DeleteMetaData, childNames[2:]}} {
			if _, err := table.remove(ctx, []string{id}); err != nil {
				return err
			}
			noteChild(ctx, id, true, table.names...)
		}
		return nil
	})
}

// productRemovesTemp deletes all rows of a key, those that are newer than the
// call and those of other spellings, where the collation says so, included.
func (h *history) productRemovesTemp(rt *rapid.T) {
	if len(h.temps) == 0 {
		rt.Skip("no temporary session")
	}
	key := temp(rapid.SampledFrom(h.temps).Draw(rt, "id"))
	query := fmt.Sprintf("DELETE FROM %s WHERE SESSION_ID = '%s' AND SESSION_TYPE = '%s'",
		h.b.table("IDN_AUTH_TEMP_SESSION_STORE"), key.ID, key.Type)
	h.begin(&task{name: fmt.Sprintf("product: remove %q from the temp table", key.ID)}, func(ctx context.Context) error {
		taskOf(ctx).point(false) // its queue is long
		if _, err := h.place.db.ExecContext(ctx, query); err != nil {
			return err
		}
		taskOf(ctx).note(note{removal: &removal{id: key.ID, typ: key.Type, upto: math.MaxInt64, product: true}})
		return nil
	})
}
