package sessionstore_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// begin stores a session with what the lists show of it.
func begin(store *sessionstore.Store, id, user, agent string) {
	ctx := context.Background()
	check(store.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		return errors.Join(
			tx.Put(ctx, sessionstore.Key{Type: sessionstore.SSOType, ID: id}, nil, sessionstore.Tenant(3)),
			tx.MapUser(ctx, user, id),
			tx.RecordApplication(ctx, id, sessionstore.Application{AppID: 12, Subject: user, InboundAuthType: "oauth2"}),
			tx.AddMetadata(ctx, id, sessionstore.LoginMetadata(agent, "10.0.0.1", store.Options().Now())),
		)
	}))
}

func ExampleStore_Search() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	begin(store, "s1", "alice", "Firefox")
	begin(store, "s2", "bob", "Firefox")
	begin(store, "s3", "Alice", "curl")

	filter := must(sessionstore.ParseFilter(`loginId eq ALICE and appId eq 12`))
	o := &sessionstore.SearchOptions{Filter: filter, Limit: 1}
	for {
		page := must(store.Search(ctx, o))
		for _, s := range page.Sessions {
			fmt.Println(s.ID, s.Users, s.UserAgent)
		}
		if o.Token = page.Next; o.Token == "" {
			break
		}
	}
	fmt.Println(must(store.CountActive(ctx, nil)))
	// Output:
	// s3 [Alice] curl
	// s1 [alice] Firefox
	// 3
}

func ExampleStore_AllUserSessions() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	begin(store, "s1", "alice", "Firefox")
	begin(store, "s2", "bob", "Firefox")
	for s, err := range store.AllUserSessions(ctx, &sessionstore.SearchOptions{Order: sessionstore.OrderByID}) {
		fmt.Println(s.ID, s.Users, err)
	}
	// Output:
	// s1 [alice] <nil>
	// s2 [bob] <nil>
}

func ExampleStore_SessionsOfUser() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	begin(store, "s1", "alice", "Firefox")
	begin(store, "s2", "alice", "curl")
	check(store.Delete(ctx, sessionstore.Key{Type: sessionstore.SSOType, ID: "s1"}))
	for _, s := range must(store.SessionsOfUser(ctx, "alice")) {
		fmt.Println(s.ID, s.UserAgent)
	}
	// Output: s2 curl
}

func ExampleParseFilter() {
	_, err := sessionstore.ParseFilter(`loginTime sw 17`)
	fmt.Println(err)
	fmt.Println(must(sessionstore.ParseFilter(`USERAGENT co "X11; \"Linux\"" AND since ge 2026-01-31T00:00:00Z`)))
	// Output:
	// invalid value: filter, position 11: operator "sw" does not go with loginTime: use one of eq, lt, le, gt, ge
	// userAgent co "X11; \"Linux\"" and since ge 2026-01-31T00:00:00Z
}
