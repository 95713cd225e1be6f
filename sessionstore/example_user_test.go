package sessionstore_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// login is what a service does when a user has logged in: the session and all
// that belongs to it in one transaction, the session first.
func login(ctx context.Context, store *sessionstore.Store, id, user string, at time.Time) error {
	return store.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		key := sessionstore.Key{Type: sessionstore.SSOType, ID: id}
		if err := tx.Put(ctx, key, []byte("payload"), sessionstore.ValidFor(15*time.Minute)); err != nil {
			return err
		}
		if err := tx.MapUser(ctx, user, id); err != nil {
			return err
		}
		app := sessionstore.Application{Subject: user, AppID: 7, InboundAuthType: "oauth2"}
		if err := tx.RecordApplication(ctx, id, app); err != nil {
			return err
		}
		return tx.AddMetadata(ctx, id, sessionstore.LoginMetadata("curl/8.5", "192.0.2.1", at))
	})
}

func Example_login() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	id := sessionstore.SessionIDOfCookie("the value of the cookie commonAuthId")
	check(login(ctx, store, id, "alice", at))

	fmt.Println(must(store.Touch(ctx, id, at.Add(time.Minute))))
	s := must(store.UserSession(ctx, id))
	fmt.Println(s.Users, s.Applications, s.UserAgent, s.IP)
	fmt.Println(s.LoginTime.UTC().Format(time.TimeOnly), s.LastAccess.UTC().Format(time.TimeOnly))
	// Output:
	// true
	// [alice] [{alice 7 oauth2}] curl/8.5 192.0.2.1
	// 03:04:05 03:05:05
}

func ExampleStore_AddUser() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	alice := sessionstore.User{ID: "3f2a", Name: "alice", TenantID: 5, IdPID: 2}
	check(store.AddUser(ctx, alice))
	check(store.AddUser(ctx, alice)) // the same once more is success

	found := must(store.FindUser(ctx, "alice", 5, sessionstore.FederatedDomain, 2))
	fmt.Println(found.ID, found.Domain)
	alice.ID = "77b0"
	err := store.AddUser(ctx, alice)
	fmt.Println(errors.Is(err, sessionstore.ErrDuplicate), err)
	// Output:
	// 3f2a FEDERATED
	// true add user "77b0": duplicate key: name "alice" in domain "FEDERATED" is there with id "3f2a": use that id (FindUser)
}

func ExampleStore_AddMetadata() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	check(store.AddMetadata(ctx, "s1", sessionstore.Metadata{"Colour": "red"}))
	err := store.AddMetadata(ctx, "s1", sessionstore.Metadata{"Colour": "blue"})
	fmt.Println(err)
	fmt.Println(must(store.UpdateMetadata(ctx, "s1", "Colour", "blue")))
	fmt.Println(must(store.UpdateMetadata(ctx, "s1", "Size", "XL")))
	// Output:
	// duplicate key: property "Colour" of session "s1" has the value ["red"]: use UpdateMetadata to change it
	// true
	// false
}

func ExampleStore_Terminate() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	check(login(ctx, store, "s1", "alice", time.Now()))
	fmt.Println(must(store.Terminate(ctx, "s1")))
	fmt.Println(must(store.Terminate(ctx, "s1"))) // it had ended
	_, err := store.UserSession(ctx, "s1")
	fmt.Println(errors.Is(err, sessionstore.ErrNotFound), must(store.Mapped(ctx, "alice", "s1")))
	// Output:
	// true
	// false
	// true false
}

func ExampleStore_TerminateUser() {
	ctx := context.Background()
	store := open(nil)
	defer store.Close()
	for _, id := range []string{"laptop", "phone", "here"} {
		check(login(ctx, store, id, "alice", time.Now()))
	}
	fmt.Println(must(store.TerminateUser(ctx, "alice", "here"))) // all but one

	err := store.TerminateUserSession(ctx, "bob", "here")
	fmt.Println(errors.Is(err, sessionstore.ErrNotMapped), err)
	// Output:
	// 2
	// true session is not mapped to the user: user "bob", session "here"
}
