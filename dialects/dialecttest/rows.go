package dialecttest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// row is a row of a log as raw as an insert can be. Instants are distances from
// epoch.
type row struct {
	id, typ string
	op      string
	created time.Duration
	expires time.Duration
	payload []byte
}

// never is the expiry of a row without one.
const never time.Duration = math.MaxInt64

const hour = time.Hour

// stored is a STORE row of an SSO session.
func stored(id string, created, expires time.Duration) row {
	return row{id: id, typ: sessionstore.SSOType, op: "STORE", created: created, expires: expires, payload: []byte(id)}
}

// deleted is a DELETE row of an SSO session.
func deleted(id string, created, expires time.Duration) row {
	return row{id: id, typ: sessionstore.SSOType, op: "DELETE", created: created, expires: expires}
}

// of gives the row another type.
func (r row) of(typ string) row {
	r.typ = typ
	return r
}

// as gives the row another spelling of its operation.
func (r row) as(op string) row {
	r.op = op
	return r
}

func (r row) key() sessionstore.Key { return sessionstore.Key{Type: r.typ, ID: r.id} }

func (r row) stamp() int64 { return epoch.Add(r.created).UnixNano() }

func (r row) String() string {
	expires := "never"
	if r.expires != never {
		expires = r.expires.String()
	}
	return fmt.Sprintf("%s %q created %s expires %s", r.op, r.id, r.created, expires)
}

// expiry is how the database holds it.
func (b *bundle) expiry(r row) sql.NullInt64 {
	if r.expires != never {
		return sql.NullInt64{Int64: epoch.Add(r.expires).UnixNano(), Valid: true}
	}
	if b.h.Dialect.Traits().ExpiryRequired {
		return sql.NullInt64{Int64: math.MaxInt64, Valid: true}
	}
	return sql.NullInt64{}
}

func (b *bundle) params(r row) gen.InsertSessionParams {
	return gen.InsertSessionParams{
		SessionID: r.id, SessionType: r.typ, Operation: r.op, SessionObject: r.payload,
		TimeCreated: r.stamp(), TenantID: sessionstore.NoTenant, ExpiryTime: b.expiry(r),
	}
}

// insert adds rows to the main table, past every check of the store.
func (b *bundle) insert(t *testing.T, rows ...row) {
	t.Helper()
	b.insertBy(t, (*sessionstore.Tx).Queries, rows)
}

// insertTemp adds rows to the temp table.
func (b *bundle) insertTemp(t *testing.T, rows ...row) {
	t.Helper()
	b.insertBy(t, (*sessionstore.Tx).TempQueries, rows)
}

func (b *bundle) insertBy(t *testing.T, queries func(*sessionstore.Tx) gen.Querier, rows []row) {
	t.Helper()
	must(t, b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		for _, r := range rows {
			if err := queries(tx).InsertSession(ctx, b.params(r)); err != nil {
				return fmt.Errorf("%s: %w", r, err)
			}
		}
		return nil
	}))
}

// left wants exactly these rows in the main table.
func (b *bundle) left(t *testing.T, rows ...row) {
	t.Helper()
	b.leftIn(t, b.store.Queries(), b.sessions(t), rows)
}

// leftTemp wants exactly these rows in the temp table.
func (b *bundle) leftTemp(t *testing.T, rows ...row) {
	t.Helper()
	b.leftIn(t, b.store.TempQueries(), b.tempSessions(t), rows)
}

func (b *bundle) leftIn(t *testing.T, q gen.Querier, total int64, rows []row) {
	t.Helper()
	for _, r := range rows {
		if !b.there(t, q, r) {
			t.Errorf("%s is not there", r)
		}
	}
	if total != int64(len(rows)) {
		t.Errorf("the table has %d rows, want these %d: %v", total, len(rows), rows)
	}
}

func (b *bundle) there(t *testing.T, q gen.Querier, r row) bool {
	t.Helper()
	_, err := q.SessionAt(t.Context(), gen.SessionAtParams{SessionID: r.id, SessionType: r.typ, TimeCreated: r.stamp(), Operation: r.op})
	if errors.Is(err, sql.ErrNoRows) {
		return false
	}
	must(t, err)
	return true
}

func (b *bundle) sessions(t *testing.T) int64 {
	t.Helper()
	n, err := b.store.Queries().CountSessions(t.Context())
	must(t, err)
	return n
}

func (b *bundle) tempSessions(t *testing.T) int64 {
	t.Helper()
	n, err := b.store.Queries().CountTempSessions(t.Context())
	must(t, err)
	return n
}

// summary is what a delete sees of a key.
func (b *bundle) summary(t *testing.T, key sessionstore.Key) gen.KeySummaryRow {
	t.Helper()
	sum, err := b.store.Queries().KeySummary(t.Context(), gen.KeySummaryParams{SessionID: key.ID, SessionType: key.Type})
	must(t, err)
	return sum
}

// newest is the newest row of a key without its payload.
func (b *bundle) newest(t *testing.T, key sessionstore.Key) gen.LatestOperationRow {
	t.Helper()
	r, err := b.store.Queries().LatestOperation(t.Context(), gen.LatestOperationParams{SessionID: key.ID, SessionType: key.Type})
	must(t, err)
	return r
}

// sso is the key of a single sign-on session.
func sso(id string) sessionstore.Key { return sessionstore.Key{Type: sessionstore.SSOType, ID: id} }
