//go:build db2

package db2

import (
	"bytes"
	"io/fs"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// derby is the dialect with migrations that Derby takes.
type derby struct {
	dialect
	baseline fs.FS
}

func (d derby) Migrations() dialects.Migrations {
	m := d.dialect.Migrations()
	m.Baseline = d.baseline
	return m
}

// TestReadMidSizedPayloads reads the sizes that Derby refuses from this driver, in
// any type of column: the server makes them out of small ones.
func TestReadMidSizedPayloads(t *testing.T) {
	engine := enginetest.For(t, enginetest.NameDB2)
	if !isDerby(t, engine) {
		t.Skip("TestConformance has written and read them")
	}
	store, db, table := smallStore(t)
	key := sessionstore.Key{Type: sessionstore.SSOType, ID: "a"}
	payload := bytes.Repeat([]byte{0, 1, 254, 255}, 32)
	if err := store.Put(t.Context(), key, payload); err != nil {
		t.Fatal(err)
	}
	for len(payload) < 1<<19 {
		payload = append(payload, payload...)
		if _, err := db.ExecContext(t.Context(), "UPDATE "+table+" SET SESSION_OBJECT = SESSION_OBJECT || SESSION_OBJECT"); err != nil {
			t.Fatal(err)
		}
		got, err := store.Get(t.Context(), key)
		if err != nil || !bytes.Equal(got.Payload, payload) {
			t.Errorf("%d bytes came back otherwise: %v", len(payload), err)
		}
	}
}
