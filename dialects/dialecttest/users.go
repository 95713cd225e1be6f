package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Users: the table of users.
var userCases = []testCase{
	{"AddAndFind", addAndFindUsers},
	{"AddIsIdempotent", addUserIsIdempotent},
	{"IDOrNameTaken", userIDOrNameTaken},
	{"RefusalLeavesTheTransactionUsable", refusalLeavesTheTransactionUsable},
	{"OtherSpellingsOfUsers", otherSpellingsOfUsers},
	{"UserThatGoesMeanwhile", userThatGoesMeanwhile},
	{"LimitsOfUsers", limitsOfUsers},
}

// unsent makes a hook that does nothing in place of a statement, which then
// seems to have found nothing.
func unsent() hook { return func(context.Context, gen.DBTX, func() error) error { return nil } }

func addAndFindUsers(t *testing.T, b *bundle) {
	ctx, s := t.Context(), b.store
	must(t, s.AddUser(ctx, sessionstore.User{ID: "u1", Name: "bob", TenantID: 5, Domain: "Primary", IdPID: 3}))
	must(t, s.AddUser(ctx, sessionstore.User{ID: "u2", Name: "bob", TenantID: 5, IdPID: 3}))
	must(t, s.AddUser(ctx, sessionstore.User{ID: "u3", Name: "eve", TenantID: -1234, Domain: "primary", IdPID: -1}))
	must(t, s.AddUser(ctx, sessionstore.User{ID: "u0", Name: "eve", TenantID: 5, Domain: "primary", IdPID: 3}))

	u, err := b.other.FindUser(ctx, "bob", 5, "pRIMARY", 3)
	must(t, err)
	equal(t, "found", *u, sessionstore.User{ID: "u1", Name: "bob", TenantID: 5, Domain: "PRIMARY", IdPID: 3})
	u, err = s.FindUser(ctx, "bob", 5, "", 3)
	must(t, err)
	equal(t, "without a domain", *u, sessionstore.User{ID: "u2", Name: "bob", TenantID: 5, Domain: sessionstore.FederatedDomain, IdPID: 3})
	u, err = s.UserByID(ctx, "u3")
	must(t, err)
	equal(t, "by id", *u, sessionstore.User{ID: "u3", Name: "eve", TenantID: -1234, Domain: "PRIMARY", IdPID: -1})
	ids, err := s.UsersOfDomain(ctx, "primary", 5)
	must(t, err)
	equal(t, "of a domain and tenant", fmt.Sprint(ids), "[u0 u1]")
	ids, err = s.UsersOfDomain(ctx, "", 6)
	must(t, err)
	equal(t, "of a tenant without any", len(ids), 0)
	for _, err := range []error{
		result(s.FindUser(ctx, "bob", 5, "primary", 4)), result(s.FindUser(ctx, "bob", 6, "primary", 3)),
		result(s.FindUser(ctx, "bo", 5, "primary", 3)), result(s.FindUser(ctx, "bob", 5, "other", 3)), result(s.UserByID(ctx, "u")),
	} {
		fails(t, "no such user", err, sessionstore.ErrNotFound)
		says(t, err, "user", "not found")
	}
}

func addUserIsIdempotent(t *testing.T, b *bundle) {
	u := sessionstore.User{ID: "u", Name: "bob", TenantID: 5, Domain: "primary", IdPID: 3}
	b.eightAtOnce(t, func(ctx context.Context, s *sessionstore.Store) error { return s.AddUser(ctx, u) })
	must(t, b.store.AddUser(t.Context(), u))
	u.Domain = "PRIMARY"
	must(t, b.other.AddUser(t.Context(), u))
	n, err := b.store.Queries().CountUsers(t.Context())
	must(t, err)
	equal(t, "rows", n, 1)
}

// userIDOrNameTaken wants the refusal to say which of the two it is, and the row
// to stay as it was.
func userIDOrNameTaken(t *testing.T, b *bundle) {
	ctx := t.Context()
	bob := sessionstore.User{ID: "u", Name: "bob", TenantID: 5, Domain: "D", IdPID: 3}
	must(t, b.store.AddUser(ctx, bob))
	for what, change := range map[string]func(*sessionstore.User){
		"name":     func(u *sessionstore.User) { u.Name = "eve" },
		"tenant":   func(u *sessionstore.User) { u.TenantID = 6 },
		"domain":   func(u *sessionstore.User) { u.Domain = "" },
		"provider": func(u *sessionstore.User) { u.IdPID = 4 },
	} {
		u := bob
		change(&u)
		err := b.store.AddUser(ctx, u)
		fails(t, "the id with another "+what, err, sessionstore.ErrDuplicate)
		says(t, err, `"u"`, "id is there", `"bob"`, "another id")
	}
	u := bob
	u.ID = "v"
	err := b.store.AddUser(ctx, u)
	fails(t, "the name with another id", err, sessionstore.ErrDuplicate)
	says(t, err, `"v"`, `name "bob"`, `with id "u"`, "FindUser")
	got, err := b.store.UserByID(ctx, "u")
	must(t, err)
	equal(t, "the row", *got, bob)
}

// On some databases a statement that fails ends the transaction; a refusal of
// ours does not.
func refusalLeavesTheTransactionUsable(t *testing.T, b *bundle) {
	must(t, b.store.AddUser(t.Context(), sessionstore.User{ID: "u", Name: "bob"}))
	must(t, b.store.AddMetadata(t.Context(), "s", sessionstore.Metadata{"IP": "1"}))
	must(t, b.store.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error {
		fails(t, "a taken id", tx.AddUser(ctx, sessionstore.User{ID: "u", Name: "eve"}), sessionstore.ErrDuplicate)
		fails(t, "a taken property", tx.AddMetadata(ctx, "s", sessionstore.Metadata{"IP": "2"}), sessionstore.ErrDuplicate)
		fails(t, "no mapping", tx.TerminateUserSession(ctx, "u", "s"), sessionstore.ErrNotMapped)
		return errors.Join(tx.AddUser(ctx, sessionstore.User{ID: "v", Name: "eve"}), tx.MapUser(ctx, "v", "s"))
	}))
	u, err := b.store.FindUser(t.Context(), "eve", 0, "", 0)
	must(t, err)
	there, err := b.store.Mapped(t.Context(), u.ID, "s")
	must(t, err)
	equal(t, "mapped", there, true)
}

// spellings of one word that a loose collation takes for the same.
var spellings = []string{"bob", "BOB", "bob ", "Bob"}

// addedOrRefused wants a row of another spelling to be added, or to be refused as
// such. It reports which.
func addedOrRefused(t *testing.T, what string, err error) bool {
	t.Helper()
	if err == nil {
		return true
	}
	fails(t, what, err, sessionstore.ErrOtherSpelling)
	says(t, err, "is there", "use that spelling")
	return false
}

func otherSpellingsOfUsers(t *testing.T, b *bundle) {
	ctx, added := t.Context(), 0
	for i, s := range spellings {
		if addedOrRefused(t, "id "+s, b.store.AddUser(ctx, sessionstore.User{ID: s, Name: fmt.Sprint("by id ", i)})) {
			added++
			got, err := b.store.UserByID(ctx, s)
			must(t, err)
			equal(t, "id", got.Name, fmt.Sprint("by id ", i))
		} else {
			fails(t, "a refused id", result(b.store.UserByID(ctx, s)), sessionstore.ErrNotFound)
		}
		if addedOrRefused(t, "name "+s, b.store.AddUser(ctx, sessionstore.User{ID: fmt.Sprint("name ", i), Name: s})) {
			added++
			got, err := b.store.FindUser(ctx, s, 0, "", 0)
			must(t, err)
			equal(t, "name", got.ID, fmt.Sprint("name ", i))
		} else {
			fails(t, "a refused name", result(b.store.FindUser(ctx, s, 0, "", 0)), sessionstore.ErrNotFound)
		}
	}
	n, err := b.store.Queries().CountUsers(ctx)
	must(t, err)
	equal(t, "rows", n, int64(added))
}

// Whoever had the keys has gone when they are read back: the user is added after
// all, or the call gives up.
func userThatGoesMeanwhile(t *testing.T, b *bundle) {
	d := newTap(b.h.Dialect)
	d.once("InsertNewUser", unsent())
	u := sessionstore.User{ID: "u", Name: "bob", Domain: "D"}
	must(t, b.tapped(t, d, nil).AddUser(t.Context(), u))
	got, err := b.store.UserByID(t.Context(), "u")
	must(t, err)
	equal(t, "user", *got, u)
	d.on("InsertNewUser", unsent())
	err = b.tapped(t, d, nil).AddUser(t.Context(), sessionstore.User{ID: "v", Name: "eve"})
	fails(t, "again and again", err, sessionstore.ErrConflict)
}

func limitsOfUsers(t *testing.T, b *bundle) {
	ctx, full := t.Context(), b.fill(255)
	u := sessionstore.User{ID: full, Name: full, TenantID: -1 << 31, Domain: strings.Repeat("X", 255), IdPID: 1<<31 - 1}
	must(t, b.store.AddUser(ctx, u))
	got, err := b.store.UserByID(ctx, full)
	must(t, err)
	equal(t, "full columns", *got, u)
	unit := b.h.Dialect.Traits().Length.String()
	for _, c := range []struct {
		u     sessionstore.User
		words []string
	}{
		{sessionstore.User{ID: full + "x", Name: "n"}, []string{"User.ID", "256 " + unit, "holds 255"}},
		{sessionstore.User{ID: "i", Name: full + "x"}, []string{"User.Name", "256 " + unit, "holds 255"}},
		{sessionstore.User{ID: "i", Name: "n", Domain: full + "x"}, []string{"User.Domain", "256 " + unit}},
		{sessionstore.User{Name: "n"}, []string{"User.ID", "is empty", "give 1 to 255"}},
		{sessionstore.User{ID: "i"}, []string{"User.Name", "is empty"}},
		{sessionstore.User{ID: "i\x00", Name: "n"}, []string{"User.ID", "NUL"}},
		{sessionstore.User{ID: "i", Name: "\xff"}, []string{"User.Name", "UTF-8"}},
		{sessionstore.User{ID: "i", Name: "n", Domain: "x\xff"}, []string{"User.Domain", "UTF-8"}},
		{sessionstore.User{ID: "i", Name: "n", TenantID: 1 << 31}, []string{"User.TenantID", "2147483648", "32 bits"}},
		{sessionstore.User{ID: "i", Name: "n", IdPID: -1<<31 - 1}, []string{"User.IdPID", "32 bits"}},
	} {
		err := b.store.AddUser(ctx, c.u)
		fails(t, c.words[0], err, sessionstore.ErrInvalid)
		says(t, err, c.words...)
	}
	fails(t, "UserByID", result(b.store.UserByID(ctx, "")), sessionstore.ErrInvalid)
	fails(t, "FindUser", result(b.store.FindUser(ctx, "", 0, "", 0)), sessionstore.ErrInvalid)
	fails(t, "UsersOfDomain", result(b.store.UsersOfDomain(ctx, full+"x", 0)), sessionstore.ErrInvalid)
	n, err := b.store.Queries().CountUsers(ctx)
	must(t, err)
	equal(t, "rows", n, 1)
}
