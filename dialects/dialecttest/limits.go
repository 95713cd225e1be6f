package dialecttest

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Limits: what does not fit is refused before it is sent, by every method, with
// the field, the limit and the remedy.
var limitCases = []testCase{
	{"OneOverEachLimit", oneOverEachLimit},
	{"EmptyIdentifiers", func(t *testing.T, b *bundle) { refused(t, b, "", "is empty", "give 1 to 100") }},
	{"NULBytes", func(t *testing.T, b *bundle) {
		refused(t, b, "\x00", "NUL", "remove or encode")
		refused(t, b, "a\x00b", "NUL", "remove or encode")
	}},
	{"BrokenUTF8", func(t *testing.T, b *bundle) {
		for _, id := range []string{"\xff", "a\xc3", "\xed\xa0\x80"} {
			refused(t, b, id, "not valid UTF-8", "hexadecimal")
		}
	}},
	{"ForeignCharacters", foreignCharacters},
	{"BlobLimit", blobLimit},
	{"BlobOfEverySize", blobOfEverySize},
	{"BlobOfTheLargerColumn", blobOfTheLargerColumn},
	{"BlobLimitOfOptions", blobLimitOfOptions},
	{"NegativeValidity", negativeValidity},
	{"ExpiryOverflow", expiryOverflow},
	{"LastInstant", lastInstant},
}

// refused wants every method to refuse an identifier, in either field, and
// nothing to be stored.
func refused(t *testing.T, b *bundle, text string, words ...string) {
	t.Helper()
	for field, key := range map[string]sessionstore.Key{
		"Key.ID":   {Type: "Type", ID: text},
		"Key.Type": {Type: text, ID: "id"},
	} {
		for name, err := range everyMethod(t, b.store, key) {
			fails(t, name, err, sessionstore.ErrInvalid)
			says(t, err, append(words, field)...)
		}
	}
	equal(t, "rows", b.sessions(t), 0)
}

// everyMethod returns the errors of all methods that take a key.
func everyMethod(t *testing.T, s *sessionstore.Store, key sessionstore.Key) map[string]error {
	t.Helper()
	ctx := t.Context()
	_, get := s.Get(ctx, key)
	_, getRaw := s.GetRaw(ctx, key)
	_, last := s.LastOperation(ctx, key)
	_, all := s.DeleteAll(ctx, []sessionstore.Key{key})
	return map[string]error{
		"Put": s.Put(ctx, key, nil), "Delete": s.Delete(ctx, key),
		"Get": get, "GetRaw": getRaw, "LastOperation": last, "DeleteAll": all,
	}
}

// fill is n units of text in the columns' own unit, with a character of several
// bytes where the character set has one.
func (b *bundle) fill(n int) string {
	traits := b.h.Dialect.Traits()
	if traits.Charset == dialects.ASCII {
		return strings.Repeat("x", n)
	}
	if traits.Length == dialects.Bytes {
		return strings.Repeat("é", n/2) + strings.Repeat("x", n%2)
	}
	return strings.Repeat("é", n)
}

func oneOverEachLimit(t *testing.T, b *bundle) {
	full := b.fill(100)
	for _, key := range []sessionstore.Key{{Type: full, ID: full}, {Type: "Type", ID: strings.Repeat("x", 100)}} {
		must(t, b.store.Put(t.Context(), key, []byte("full")))
		got, err := b.other.Get(t.Context(), key)
		must(t, err)
		equal(t, "payload", string(got.Payload), "full")
		must(t, b.store.Delete(t.Context(), key))
		_, err = b.other.Get(t.Context(), key)
		fails(t, "after Delete", err, sessionstore.ErrNotFound)
	}
	b.exec(t, "DELETE FROM %s", b.table("IDN_AUTH_SESSION_STORE"))
	unit := b.h.Dialect.Traits().Length.String()
	for _, over := range []string{b.fill(101), strings.Repeat("x", 101), full + " "} {
		refused(t, b, over, "101 "+unit, "holds 100", "shorten")
	}
}

func foreignCharacters(t *testing.T, b *bundle) {
	set := b.h.Dialect.Traits().Charset
	foreign := map[dialects.Charset][]string{
		dialects.ASCII:  {"é", "a\u0080", "日", "😀"},
		dialects.Latin1: {"č", "日", "😀", "e\u0301", "\ufffd"},
	}[set]
	if foreign == nil {
		t.Skipf("the columns hold every character (%s)", set)
	}
	for _, id := range foreign {
		refused(t, b, id, set.String(), "hexadecimal")
	}
}

func blobLimit(t *testing.T, b *bundle) {
	limit := b.h.Dialect.Traits().MaxBlob
	if limit == 0 {
		t.Skip("SESSION_OBJECT has no limit below 2 GiB")
	}
	if limit > 16<<20 {
		t.Skipf("SESSION_OBJECT holds %d bytes, more than a test should send", limit)
	}
	must(t, b.store.Put(t.Context(), sso("a"), payload(int(limit))))
	got, err := b.store.Get(t.Context(), sso("a"))
	must(t, err)
	same(t, got, payload(int(limit)))
	err = b.store.Put(t.Context(), sso("a"), payload(int(limit)+1))
	fails(t, "a byte more", err, sessionstore.ErrInvalid)
	says(t, err, fmt.Sprint(limit+1), fmt.Sprint(limit), "SESSION_OBJECT", "MaxBlob")
	equal(t, "rows", b.sessions(t), 1)
}

func blobLimitOfOptions(t *testing.T, b *bundle) {
	s := b.with(t, sessionstore.Options{MaxBlob: 10})
	must(t, s.Put(t.Context(), sso("a"), payload(10)))
	err := s.Put(t.Context(), sso("a"), payload(11))
	fails(t, "a byte more", err, sessionstore.ErrInvalid)
	says(t, err, "11 bytes", "holds 10")
	equal(t, "rows", b.sessions(t), 1)
}

func negativeValidity(t *testing.T, b *bundle) {
	for _, d := range []time.Duration{0, -1, -hour, math.MinInt64} {
		err := b.store.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(d))
		fails(t, "validity "+d.String(), err, sessionstore.ErrInvalid)
		says(t, err, d.String(), "positive")
	}
	err := b.store.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(hour), sessionstore.NeverExpires())
	fails(t, "a validity that never ends", err, sessionstore.ErrInvalid)
	equal(t, "rows", b.sessions(t), 0)
}

func expiryOverflow(t *testing.T, b *bundle) {
	err := b.store.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(math.MaxInt64))
	fails(t, "validity of 292 years", err, sessionstore.ErrInvalid)
	says(t, err, "2262", "NeverExpires")
	equal(t, "rows", b.sessions(t), 0)
	// A logout must not fail for the length of a validity.
	s := b.with(t, sessionstore.Options{Validity: math.MaxInt64})
	must(t, s.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(hour)))
	must(t, s.Delete(t.Context(), sso("a")))
	b.hidden(t, "a")
}

// The last instant that EXPIRY_TIME holds is an expiry as any other, except where
// it stands for "never".
func lastInstant(t *testing.T, b *bundle) {
	last := time.Unix(0, math.MaxInt64-1)
	s := b.with(t, sessionstore.Options{Now: fixed(epoch)})
	must(t, s.Put(t.Context(), sso("a"), nil, sessionstore.ValidFor(last.Sub(epoch))))
	got, err := s.Get(t.Context(), sso("a"))
	must(t, err)
	equal(t, "expiry", got.ExpiresAt.UnixNano(), last.UnixNano())
	must(t, s.Delete(t.Context(), sso("a")))
	b.hidden(t, "a")
}
