package db2

import (
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/gen"
)

func TestOffset(t *testing.T) {
	for hhmmss, want := range map[int64]time.Duration{
		0: 0, 20000: 2 * time.Hour, 53000: 5*time.Hour + 30*time.Minute,
		-50000: -5 * time.Hour, -93000: -(9*time.Hour + 30*time.Minute), 1: time.Second,
	} {
		if got := offset(hhmmss); got != want {
			t.Errorf("%d: got %s, want %s", hhmmss, got, want)
		}
	}
}

func TestComplete(t *testing.T) {
	for size, want := range map[int]bool{0: true, 1: true, payloadWindow - 1: true, payloadWindow: false} {
		if got := complete(make([]byte, size)); got != want {
			t.Errorf("%d bytes: got %t", size, got)
		}
	}
	if complete(nil) {
		t.Error("what looks like NULL may be 65,535 bytes")
	}
}

func TestBindNil(t *testing.T) {
	bind := bindNil(func(arg any) any {
		if arg == "text" {
			return []byte(nil)
		}
		return arg
	})
	if got := bind([]byte(nil)); got != nil {
		t.Errorf("nil payload: %#v", got)
	}
	if got := bind("text"); got != nil {
		t.Errorf("after the caller's own: %#v", got)
	}
	if got, ok := bind([]byte{}).([]byte); !ok || got == nil {
		t.Errorf("empty payload: %#v", got)
	}
}

// The statement of our own is sent to the tables that the configuration names.
func TestOwnStatementOnOtherTables(t *testing.T) {
	for _, c := range []struct {
		cfg  *gen.Config
		want string
	}{
		{nil, "FROM IDN_AUTH_SESSION_STORE\n"},
		{&gen.Config{Schema: "S", Prefix: "P_"}, "FROM S.P_IDN_AUTH_SESSION_STORE\n"},
		{&gen.Config{Rename: map[string]string{"idn_auth_session_store": "OTHER", "IDN_AUTH_USER": "U"}}, "FROM OTHER\n"},
	} {
		q, err := dialect{}.Queries(nil, c.cfg)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.(queries).payload; !strings.Contains(got, c.want) {
			t.Errorf("%q is not in %s", c.want, got)
		}
	}
}
