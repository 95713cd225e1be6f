package cleanup_test

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

// Yesterday's sessions, one of which was used again today, and one logged out.
func ExampleRun() {
	ctx := context.Background()
	now := time.Now()
	clock := now.Add(-24 * time.Hour)
	store, err := sessionstore.Open(ctx, "sqlite::memory:", &sessionstore.Options{Now: func() time.Time { return clock }})
	check(err)
	defer store.Close()
	migrator, err := migrate.New(store.DB(), store.Dialect(), nil)
	check(err)
	_, err = migrator.Up(ctx)
	check(err)

	key := func(id string) sessionstore.Key { return sessionstore.Key{Type: sessionstore.SSOType, ID: id} }
	for _, id := range []string{"alice", "bob", "carol"} {
		check(store.Put(ctx, key(id), nil, sessionstore.ValidFor(15*time.Minute)))
	}
	check(store.Delete(ctx, key("bob")))
	clock = now
	check(store.Put(ctx, key("carol"), nil, sessionstore.ValidFor(15*time.Minute)))

	report, err := cleanup.Run(ctx, store, nil)
	check(err)
	fmt.Println(report.Deleted, report.Tables[cleanup.TableSessions], report.Complete)
	_, err = store.Get(ctx, key("carol"))
	fmt.Println("carol:", err)
	operation, err := store.LastOperation(ctx, key("bob"))
	fmt.Println("bob:", operation, err) // his DELETE row hides him for 14 days
	// Output:
	// 3 3 true
	// carol: <nil>
	// bob: DELETE <nil>
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
