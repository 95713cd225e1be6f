package postgres

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// A context that ends while the server commits leaves it open whether it did.
func TestContextThatEndsDuringACommit(t *testing.T) {
	db := open(t, enginetest.Postgres(t).NewDatabase(t))
	store, err := sessionstore.New(db, Dialect, nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := migrate.New(db, Dialect, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"CREATE FUNCTION SLOW() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(5); RETURN NULL; END $$",
		"CREATE CONSTRAINT TRIGGER SLOW AFTER INSERT ON IDN_AUTH_SESSION_STORE DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION SLOW()",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err = store.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		time.AfterFunc(500*time.Millisecond, cancel)
		return tx.Put(ctx, sessionstore.Key{Type: sessionstore.SSOType, ID: "a"}, nil)
	})
	if !errors.Is(err, sessionstore.ErrOutcomeUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want ErrOutcomeUnknown and context.Canceled", err)
	}
}
