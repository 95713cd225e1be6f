package dialecttest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

const (
	kib64 = 64 << 10
	mib16 = 16 << 20
)

// blobOfEverySize writes the sizes at which types of columns end, in both logs:
// those above the column's limit are refused before they are sent.
func blobOfEverySize(t *testing.T, b *bundle) {
	limit := b.h.Dialect.Traits().MaxBlob
	for _, n := range []int{kib64 - 1, kib64, kib64 + 1, 1 << 20, 1<<20 + 1, mib16 + 1} {
		for _, key := range []sessionstore.Key{sso(strconv.Itoa(n)), temp(strconv.Itoa(n))} {
			if limit == 0 || int64(n) <= limit {
				b.roundTrip(t, b.store, key, n)
				continue
			}
			err := b.store.Put(t.Context(), key, payload(n))
			fails(t, fmt.Sprintf("%d bytes", n), err, sessionstore.ErrInvalid)
			says(t, err, strconv.Itoa(n), fmt.Sprint(limit), "SESSION_OBJECT", "MaxBlob")
			_, err = b.store.Get(t.Context(), key)
			fails(t, "what was refused", err, sessionstore.ErrNotFound)
		}
	}
}

func (b *bundle) roundTrip(t *testing.T, s *sessionstore.Store, key sessionstore.Key, n int) {
	t.Helper()
	want := payload(n)
	if err := s.Put(t.Context(), key, want); err != nil {
		t.Fatalf("%d bytes: %v", n, err)
	}
	got, err := b.other.Get(t.Context(), key)
	must(t, err)
	same(t, got, want)
}

// The optional migration makes room for 16 MiB less a byte; the server's own limit
// of a packet may lie below, and is an error then, not half a payload.
func blobOfTheLargerColumn(t *testing.T, b *bundle) {
	const name = "session_object_mediumblob"
	m := b.migrator(t, nil)
	if !slices.Contains(m.OptionalNames(), name) {
		t.Skip("the column needs no such migration")
	}
	_, err := m.Optional(t.Context(), name)
	must(t, err)
	s := b.with(t, sessionstore.Options{MaxBlob: mib16 - 1, Attempts: 2})
	for _, key := range []sessionstore.Key{sso("a"), temp("a")} {
		for _, n := range []int{kib64, 1 << 20, mib16 / 2} {
			b.roundTrip(t, s, key, n)
		}
		if err := s.Put(t.Context(), key, payload(mib16-1)); err == nil {
			got, err := b.other.Get(t.Context(), key)
			must(t, err)
			same(t, got, payload(mib16-1))
		} else {
			// The server may hang up before its answer is read.
			if !errors.Is(err, dialects.ErrTooLong) && !errors.Is(err, dialects.ErrUnavailable) {
				t.Errorf("a packet over the server's limit: %v", err)
			}
			got, err := b.other.Get(t.Context(), key)
			must(t, err)
			same(t, got, payload(mib16/2))
		}
		err := s.Put(t.Context(), key, payload(mib16))
		fails(t, "a byte more", err, sessionstore.ErrInvalid)
		says(t, err, strconv.Itoa(mib16), "SESSION_OBJECT")
	}
}
