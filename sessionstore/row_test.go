package sessionstore

import (
	"database/sql"
	"math"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

func someExpiry(n int64) sql.NullInt64 { return sql.NullInt64{Int64: n, Valid: true} }

func TestRestampKeepsTheValidity(t *testing.T) {
	for _, c := range []struct {
		what         string
		before, want sql.NullInt64
	}{
		{"an expiry moves along", someExpiry(150), someExpiry(160)},
		{"never stays", sql.NullInt64{}, sql.NullInt64{}},
		{"never stays where it is a number", someExpiry(forever), someExpiry(forever)},
		{"the last instant is the end", someExpiry(math.MaxInt64 - 3), someExpiry(math.MaxInt64)},
	} {
		r := row{InsertSessionParams: gen.InsertSessionParams{TimeCreated: 100, ExpiryTime: c.before}, sent: true}
		r.restamp(110)
		if r.TimeCreated != 110 || r.ExpiryTime != c.want || r.sent {
			t.Errorf("%s: %+v", c.what, r)
		}
	}
}

func TestStoredExpiry(t *testing.T) {
	for _, required := range []bool{false, true} {
		s := Store{limits: limits{traits: dialects.Traits{ExpiryRequired: required}}}
		if got := s.storedExpiry(someExpiry(5)); got != someExpiry(5) {
			t.Errorf("an expiry became %v", got)
		}
		never := s.storedExpiry(sql.NullInt64{})
		if never.Valid != required {
			t.Errorf("required %t: never is stored as %v", required, never)
		}
		if !expiryOf(never).IsZero() {
			t.Errorf("required %t: %v does not read as never", required, never)
		}
	}
}

func TestLive(t *testing.T) {
	at := time.Unix(100, 0)
	for expires, want := range map[time.Time]bool{{}: true, at: false, at.Add(1): true, at.Add(-1): false} {
		if got := (&Session{ExpiresAt: expires}).Live(at); got != want {
			t.Errorf("expires %s: live %t at %s", expires, got, at)
		}
	}
}

func TestOperationIs(t *testing.T) {
	for _, o := range []Operation{"STORE", "store", "Store"} {
		if !o.Is(OperationStore) || o.Is(OperationDelete) {
			t.Errorf("%s is not STORE", o)
		}
	}
}

func TestTenantOf(t *testing.T) {
	if got := tenantOf(sql.NullInt32{}); got != NoTenant {
		t.Errorf("NULL is tenant %d", got)
	}
	if got := tenantOf(sql.NullInt32{Int32: 7, Valid: true}); got != 7 {
		t.Errorf("7 is tenant %d", got)
	}
}
