package sessionstore_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	_ "github.com/sessiondb/sessiondb/dialects/sqlite"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// The README shows the body of this example; docs/docs_test.go compares them.
func Example() {
	ctx := context.Background()
	store := must(sessionstore.Open(ctx, "sqlite::memory:", nil)) // or postgres://user:password@host/database, ...
	defer store.Close()
	must(must(migrate.New(store.DB(), store.Dialect(), nil)).Up(ctx)) // creates the tables
	key := sessionstore.Key{Type: sessionstore.SSOType, ID: "alice"}
	check(store.Put(ctx, key, []byte("hello"), sessionstore.ValidFor(15*time.Minute)))
	session := must(store.Get(ctx, key))
	check(store.Delete(ctx, key)) // logs out
	_, err := store.Get(ctx, key) // now errors.Is(err, sessionstore.ErrNotFound)
	report := must(cleanup.Run(ctx, store, nil))
	fmt.Println(string(session.Payload), err, report.Complete)
	// Output: hello session AppAuthFrameworkSessionContextCache/alice not found true
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
