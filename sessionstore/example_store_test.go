package sessionstore_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// open makes a database for one example.
func open(o *sessionstore.Options) *sessionstore.Store {
	ctx := context.Background()
	store := must(sessionstore.Open(ctx, "sqlite::memory:", o))
	must(must(migrate.New(store.DB(), store.Dialect(), nil)).Up(ctx))
	return store
}

func ExampleOpen() {
	ctx := context.Background()
	store, err := sessionstore.Open(ctx, "sqlite::memory:", &sessionstore.Options{
		Validity:     12 * time.Hour,
		TypeValidity: map[string]time.Duration{"OAuthSessionDataCache": 30 * 24 * time.Hour},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	fmt.Println(store.Dialect().Name(), store.Options().Validity, store.Options().TempValidity)
	// Output: sqlite 12h0m0s 40m0s
}

func ExampleStore_Put() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	key := sessionstore.Key{Type: sessionstore.SSOType, ID: "alice"}
	check(store.Put(ctx, key, []byte("hello"), sessionstore.ValidFor(15*time.Minute), sessionstore.Tenant(3)))
	session := must(store.Get(ctx, key))
	fmt.Println(session.TenantID, session.ExpiresAt.Sub(session.CreatedAt))

	err := store.Put(ctx, sessionstore.Key{Type: sessionstore.SSOType}, nil)
	fmt.Println(errors.Is(err, sessionstore.ErrInvalid), err)
	// Output:
	// 3 15m0s
	// true invalid value: Key.ID is empty: give 1 to 100 characters
}

func ExampleStore_Get() {
	ctx := context.Background()
	now := time.Now()
	store := open(&sessionstore.Options{Now: func() time.Time { return now }})
	defer store.Close()
	key := sessionstore.Key{Type: sessionstore.SSOType, ID: "alice"}
	check(store.Put(ctx, key, []byte("hello"), sessionstore.ValidFor(15*time.Minute)))
	fmt.Printf("%s\n", must(store.Get(ctx, key)).Payload)

	now = now.Add(15 * time.Minute)
	_, err := store.Get(ctx, key)
	fmt.Println("expired:", errors.Is(err, sessionstore.ErrNotFound))
	fmt.Printf("as the reference reads it: %s\n", must(store.GetRaw(ctx, key)).Payload)
	// Output:
	// hello
	// expired: true
	// as the reference reads it: hello
}

func ExampleStore_Delete() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	key := sessionstore.Key{Type: sessionstore.SSOType, ID: "alice"}
	check(store.Put(ctx, key, nil))
	check(store.Delete(ctx, key))
	_, err := store.Get(ctx, key)
	fmt.Println(err)
	fmt.Println(must(store.LastOperation(ctx, key)), must(store.Queries().CountSessions(ctx)))
	// Output:
	// session AppAuthFrameworkSessionContextCache/alice not found
	// DELETE 2
}

// A login stores the session first, then its child rows, in one transaction.
func ExampleStore_InTx() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	err := store.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		if err := tx.Put(ctx, sessionstore.Key{Type: sessionstore.SSOType, ID: "s1"}, []byte("hello")); err != nil {
			return err
		}
		_, err := tx.Queries().UpsertMapping(ctx, gen.UpsertMappingParams{UserID: "alice", SessionID: "s1"})
		return err
	})
	fmt.Println(err, must(store.Queries().SessionIDsOfUser(ctx, "alice")))
	// Output: <nil> [s1]
}
