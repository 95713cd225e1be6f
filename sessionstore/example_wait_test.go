package sessionstore_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// A login waits for an answer from outside; the node that gets the answer removes
// the key.
func ExampleStore_WaitFor() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	store := open(nil)
	defer store.Close()
	check(store.AddWait(ctx, "callout 17", nil))
	err := store.AddWait(ctx, "callout 17", nil)
	fmt.Println("again:", errors.Is(err, sessionstore.ErrDuplicate))
	fmt.Println(must(store.GetWait(ctx, "callout 17")).Status)

	go func() { must(store.RemoveWait(ctx, "callout 17")) }()
	status := must(store.WaitFor(ctx, "callout 17", &sessionstore.WaitForOptions{Poll: 10 * time.Millisecond}))
	fmt.Println(status)
	// Output:
	// again: true
	// waiting
	// unknown
}
