package rt

import (
	"database/sql"
	"testing"
	"time"
)

func TestUTC(t *testing.T) {
	far := time.FixedZone("far", 5*3600+1800)
	at := time.Date(2026, 3, 29, 2, 30, 0, 123456789, far)
	list := []time.Time{at, at.Add(1)}
	moved := append(UTC(list), UTC(at), UTC(sql.NullTime{Time: at, Valid: true}).Time)
	for i, got := range moved {
		want := at.Add(time.Duration(i % 2))
		if i > 1 {
			want = at
		}
		if !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%d: got %s, want %s in UTC", i, got, want)
		}
	}
	if list[0].Location() != far {
		t.Error("the caller's list was changed")
	}
	if UTC(sql.NullTime{}).Valid {
		t.Error("no instant has become one")
	}
}
