package dialecttest

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// Payloads: any bytes come back as they were. The sizes are those at which some
// drivers change how they send them.
var logPayloadCases = []testCase{
	{"NilAndEmptyPayload", nilAndEmptyPayload},
	{"BinaryPayload", func(t *testing.T, b *bundle) { payloads(t, b, 1, 2, 254, 255, 32768) }},
	{"PayloadOf256To32767Bytes", func(t *testing.T, b *bundle) { payloads(t, b, 256, 257, 4000, 4001, 8000, 8001, 32766, 32767) }},
	{"PayloadOf65535Bytes", func(t *testing.T, b *bundle) { payloads(t, b, 65534, 65535) }},
	{"PayloadBeyond64KiB", payloadBeyond64KiB},
}

func nilAndEmptyPayload(t *testing.T, b *bundle) {
	for _, p := range [][]byte{nil, {}} {
		must(t, b.store.Put(t.Context(), sso("a"), p))
		got, err := b.store.Get(t.Context(), sso("a"))
		must(t, err)
		equal(t, "bytes", len(got.Payload), 0)
		if p == nil && got.Payload != nil { // some drivers make nil of an empty one
			t.Error("nil came back as an empty payload")
		}
	}
}

// payload is n bytes with every value and no short period.
func payload(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return p
}

func payloads(t *testing.T, b *bundle, sizes ...int) {
	t.Helper()
	for _, n := range sizes {
		if limit := b.h.Dialect.Traits().MaxBlob; limit > 0 && int64(n) > limit {
			t.Logf("%d bytes are more than the column holds (%d)", n, limit)
			continue
		}
		key := sso(fmt.Sprintf("%d bytes", n))
		for _, p := range [][]byte{payload(n), make([]byte, n), bytes.Repeat([]byte{0xff}, n), bytes.Repeat([]byte{'\''}, n)} {
			must(t, b.store.Put(t.Context(), key, p))
			got, err := b.other.Get(t.Context(), key)
			must(t, err)
			same(t, got, p)
		}
	}
}

// same compares payloads without printing them.
func same(t *testing.T, got *sessionstore.Session, want []byte) {
	t.Helper()
	if bytes.Equal(got.Payload, want) {
		return
	}
	i := 0
	for i < min(len(want), len(got.Payload)) && want[i] == got.Payload[i] {
		i++
	}
	t.Errorf("%s: %d bytes came back, want %d; the first difference is at %d", got.Key, len(got.Payload), len(want), i)
}

func payloadBeyond64KiB(t *testing.T, b *bundle) {
	limit := b.h.Dialect.Traits().MaxBlob
	if limit > 0 && limit < 1<<20 {
		t.Skipf("SESSION_OBJECT holds %d bytes", limit)
	}
	payloads(t, b, 65536, 1<<20)
}
