package cleanup_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// A first run only looks; one that comes a grace later, here by the clock of the
// example, deletes what was found.
func ExampleSweepOrphans() {
	ctx := context.Background()
	store, err := sessionstore.Open(ctx, "sqlite::memory:", nil)
	check(err)
	defer store.Close()
	migrator, err := migrate.New(store.DB(), store.Dialect(), nil)
	check(err)
	_, err = migrator.Up(ctx)
	check(err)
	// A mapping whose session somebody deleted by hand.
	_, err = store.Queries().UpsertMapping(ctx, gen.UpsertMappingParams{UserID: "alice", SessionID: "5f2c"})
	check(err)

	folder, err := os.MkdirTemp("", "sweep")
	check(err)
	defer func() { check(os.RemoveAll(folder)) }()
	now := time.Now()
	for _, at := range []time.Time{now, now.Add(time.Hour), now.Add(3 * time.Hour)} {
		report, err := cleanup.SweepOrphans(ctx, store, &cleanup.OrphanOptions{State: filepath.Join(folder, "orphans"), Now: at})
		check(err)
		fmt.Println("found", report.Candidates, "deleted", report.Deleted, "too early", report.TooEarly)
	}
	// Output:
	// found 1 deleted 0 too early false
	// found 0 deleted 0 too early true
	// found 0 deleted 1 too early false
}
