package sessionstore

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
)

var (
	postgresLike = dialects.Traits{Length: dialects.Characters, Charset: dialects.UTF8}
	mysqlLike    = dialects.Traits{Length: dialects.Characters, Charset: dialects.Latin1}
	oracleLike   = dialects.Traits{Length: dialects.Bytes, Charset: dialects.UTF8}
	mssqlLike    = dialects.Traits{Length: dialects.Bytes, Charset: dialects.ASCII}
)

func TestTextThatFits(t *testing.T) {
	for _, c := range []struct {
		traits dialects.Traits
		text   string
	}{
		{postgresLike, strings.Repeat("😀", 100)},
		{mysqlLike, strings.Repeat("ÿ", 100)},
		{mysqlLike, "€ŠšŽžŒœŸ"},
		{oracleLike, strings.Repeat("é", 50)},
		{oracleLike, strings.Repeat("😀", 25)},
		{mssqlLike, strings.Repeat("x", 100)},
		{mssqlLike, "\x01\x7f "},
		{postgresLike, "\ufffd"},
	} {
		l := limits{traits: c.traits}
		if err := l.text("Key.ID", c.text); err != nil {
			t.Errorf("%+v, %q: %v", c.traits, c.text, err)
		}
	}
}

func TestTextThatDoesNotFit(t *testing.T) {
	for _, c := range []struct {
		traits dialects.Traits
		text   string
		want   string
	}{
		{postgresLike, "", "Key.ID is empty: give 1 to 100 characters"},
		{oracleLike, "", "Key.ID is empty: give 1 to 100 bytes"},
		{postgresLike, "a\xff", "Key.ID is not valid UTF-8: encode binary data, for example in hexadecimal"},
		{postgresLike, "a\x00b", "Key.ID holds a NUL character, which no database stores in text: remove or encode it"},
		{mysqlLike, "abč", "Key.ID holds 'č', which the column's character set latin1 (Windows-1252) does not have: encode the identifier, for example in hexadecimal"},
		{mssqlLike, "é", "Key.ID holds 'é', which the column's character set ASCII does not have: encode the identifier, for example in hexadecimal"},
		{postgresLike, strings.Repeat("é", 101), "Key.ID has 101 characters, the column holds 100: shorten it, for example to its SHA-256 in hexadecimal"},
		{oracleLike, strings.Repeat("é", 51), "Key.ID has 102 bytes, the column holds 100: shorten it, for example to its SHA-256 in hexadecimal"},
		{mssqlLike, strings.Repeat("x", 101), "Key.ID has 101 bytes, the column holds 100: shorten it, for example to its SHA-256 in hexadecimal"},
	} {
		l := limits{traits: c.traits}
		err := l.text("Key.ID", c.text)
		if !errors.Is(err, ErrInvalid) || err.Error() != "invalid value: "+c.want {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}

func TestKeyNamesItsField(t *testing.T) {
	l := limits{traits: postgresLike}
	for field, key := range map[string]Key{"Key.Type": {ID: "a"}, "Key.ID": {Type: "T"}} {
		if err := l.key(key); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%+v: %v, want %s", key, err, field)
		}
	}
	if err := l.key(Key{Type: "T", ID: "a"}); err != nil {
		t.Error(err)
	}
}

func TestPayloadLimit(t *testing.T) {
	l := limits{maxBlob: 3}
	if err := l.payload(make([]byte, 3)); err != nil {
		t.Error(err)
	}
	const want = "invalid value: payload has 4 bytes, SESSION_OBJECT holds 3: store less, or enlarge the column " +
		"(on MySQL: sessiondb migrate up --optional session_object_mediumblob) and raise Options.MaxBlob"
	if err := l.payload(make([]byte, 4)); !errors.Is(err, ErrInvalid) || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	if err := (&limits{}).payload(make([]byte, 1<<20)); err != nil {
		t.Errorf("without a limit: %v", err)
	}
}

func TestTenantRange(t *testing.T) {
	for _, id := range []int{NoTenant, 0, math.MaxInt32, math.MinInt32} {
		if got, err := tenant(id); err != nil || int(got) != id {
			t.Errorf("tenant %d: %d, %v", id, got, err)
		}
	}
	_, err := tenant(math.MaxInt32 + 1)
	const want = "invalid value: tenant 2147483648 does not fit TENANT_ID: give a 32-bit number, or -1 for none"
	if !errors.Is(err, ErrInvalid) || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestValidityRange(t *testing.T) {
	const stamp = int64(1_700_000_000_000_000_000)
	for _, v := range []time.Duration{1, time.Hour, math.MaxInt64 - time.Duration(stamp)} {
		if err := validFor(stamp, v); err != nil {
			t.Errorf("validity %s: %v", v, err)
		}
	}
	for v, want := range map[time.Duration]string{
		0:                                        "invalid value: validity 0s: it must be positive (use Delete to end a session)",
		-1:                                       "invalid value: validity -1ns: it must be positive (use Delete to end a session)",
		math.MaxInt64 - time.Duration(stamp) + 1: "invalid value: validity 2089825h33m56.854775808s ends after the year 2262, which EXPIRY_TIME cannot hold: use NeverExpires",
	} {
		if err := validFor(stamp, v); !errors.Is(err, ErrInvalid) || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}
