//go:build db2

package db2

import (
	"database/sql"
	"runtime"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// TestReadAllocatesTheWindow: a read takes memory for payloadWindow, not for the
// 1 MiB that the column is declared with.
func TestReadAllocatesTheWindow(t *testing.T) {
	store, db, table := smallStore(t)
	key := sessionstore.Key{Type: sessionstore.SSOType, ID: "a"}
	if err := store.Put(t.Context(), key, []byte("small")); err != nil {
		t.Fatal(err)
	}
	read := allocated(t, func() error { _, err := store.Get(t.Context(), key); return err })
	if read > 4*payloadWindow {
		t.Errorf("a read of 5 bytes allocates %d", read)
	}
	// The driver's habit, without which the window would not be needed.
	plain := allocated(t, func() error {
		var payload []byte
		return db.QueryRowContext(t.Context(), "SELECT SESSION_OBJECT FROM "+table).Scan(&payload)
	})
	if plain < 1<<20 {
		t.Errorf("the driver allocates %d bytes for the plain column: the window is of no more use", plain)
	}
}

func smallStore(t *testing.T) (store *sessionstore.Store, db *sql.DB, table string) {
	t.Helper()
	engine := enginetest.For(t, enginetest.NameDB2)
	db, _, target, err := dialects.Open(t.Context(), engine.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	d := Dialect
	if isDerby(t, engine) {
		d = derby{baseline: enginetest.ForDerby(t, Dialect.Migrations().Baseline)}
	}
	m, err := migrate.New(db, d, &migrate.Options{Prefix: target.Prefix})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.UpTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	store, err = sessionstore.New(db, d, &sessionstore.Options{Prefix: target.Prefix})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store, db, target.Prefix + "IDN_AUTH_SESSION_STORE"
}

// allocated is how many bytes a call takes. Other tests do not run meanwhile.
func allocated(t *testing.T, call func() error) uint64 {
	t.Helper()
	const calls = 10
	var before, after runtime.MemStats
	for i := range calls + 1 {
		if i == 1 { // the first prepares
			runtime.ReadMemStats(&before)
		}
		if err := call(); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / calls
}
