package dialecttest

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Errors: every failure has its sentinel, and keeps the driver's own error.
var errorCases = []testCase{
	{"Duplicate", errDuplicate},
	{"MissingTable", errMissingTable},
	{"TooLong", errTooLong},
	{"Unavailable", errUnavailable},
	{"PutSurvivesALostConnection", putSurvivesALostConnection},
	{"DeleteSurvivesALostConnection", deleteSurvivesALostConnection},
	{"LockTimeout", errLockTimeout},
	{"DeadlineEndsAWait", deadlineEndsAWait},
	{"CancelledQueries", cancelledQueries},
	{"ReadOnly", errReadOnly},
	{"NotFoundIsNotAFailure", notFoundIsNotAFailure},
	{"OtherErrorsHaveNoClass", otherErrorsHaveNoClass},
}

// sentinels are all classes of errors.
var sentinels = []error{
	dialects.ErrDuplicate, dialects.ErrDeadlock, dialects.ErrSerialization, dialects.ErrLockTimeout,
	dialects.ErrTooLong, dialects.ErrUnavailable, dialects.ErrReadOnly, dialects.ErrMissingTable,
}

// classed wants err to be of one class only, beside the driver's own error.
func classed(t *testing.T, err, class error) {
	t.Helper()
	for _, s := range sentinels {
		if errors.Is(err, s) != (s == class) {
			t.Errorf("error %v: is %q: %t", err, s, errors.Is(err, s))
		}
	}
	var c *dialects.ClassifiedError
	if !errors.As(err, &c) {
		t.Errorf("error %v has no class", err)
		return
	}
	var inner *dialects.ClassifiedError
	if errors.As(c.Err, &inner) {
		t.Errorf("error %v is classified twice", err)
	}
}

func errDuplicate(t *testing.T, b *bundle) {
	r := stored("a", 0, hour)
	b.insert(t, r)
	err := b.store.Queries().InsertSession(t.Context(), b.params(r))
	classed(t, dialects.Classified(b.h.Dialect, err), dialects.ErrDuplicate)

	user := gen.InsertUserParams{UserID: "u", UserName: "n", TenantID: 1, DomainName: "d", IdpID: 1}
	must(t, b.store.Queries().InsertUser(t.Context(), user))
	user.UserID = "other" // violates the unique constraint instead of the key
	err = b.store.Queries().InsertUser(t.Context(), user)
	classed(t, dialects.Classified(b.h.Dialect, err), dialects.ErrDuplicate)
}

func errMissingTable(t *testing.T, b *bundle) {
	s := b.with(t, sessionstore.Options{Prefix: "NO_"})
	methods := everyMethod(t, s, sso("a"))
	maps.Copy(methods, everyUserMethod(t.Context(), s))
	for name, err := range methods {
		if !errors.Is(err, sessionstore.ErrMissingTable) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		classed(t, err, dialects.ErrMissingTable)
		says(t, err, "sessiondb migrate up", "prefix")
	}
}

func errTooLong(t *testing.T, b *bundle) {
	r := stored(strings.Repeat("x", 101), 0, hour)
	err := b.store.Queries().InsertSession(t.Context(), b.params(r))
	classed(t, dialects.Classified(b.h.Dialect, err), dialects.ErrTooLong)
	equal(t, "rows", b.sessions(t), 0)
}

// everyUserMethod returns the errors of the methods about users, child rows,
// terminations, lists and waits.
func everyUserMethod(ctx context.Context, s *sessionstore.Store) map[string]error {
	app := sessionstore.Application{Subject: "s", AppID: 1, InboundAuthType: "p"}
	return map[string]error{
		"AddUser":  s.AddUser(ctx, sessionstore.User{ID: "u", Name: "n"}),
		"FindUser": result(s.FindUser(ctx, "n", 0, "", 0)), "UserByID": result(s.UserByID(ctx, "u")),
		"UsersOfDomain": result(s.UsersOfDomain(ctx, "d", 0)),
		"MapUser":       s.MapUser(ctx, "u", "a"), "Mapped": result(s.Mapped(ctx, "u", "a")),
		"RecordApplication": s.RecordApplication(ctx, "a", app),
		"AddMetadata":       s.AddMetadata(ctx, "a", sessionstore.Metadata{"IP": "1"}),
		"UpdateMetadata":    result(s.UpdateMetadata(ctx, "a", "IP", "1")), "Touch": result(s.Touch(ctx, "a", epoch)),
		"UserSession": result(s.UserSession(ctx, "a")), "SessionsOfUser": result(s.SessionsOfUser(ctx, "u")),
		"Search": result(s.Search(ctx, nil)), "CountActive": result(s.CountActive(ctx, nil)),
		"Terminate": result(s.Terminate(ctx, "a")), "TerminateUserSession": s.TerminateUserSession(ctx, "u", "a"),
		"TerminateUser": result(s.TerminateUser(ctx, "u")),
		"AddWait":       s.AddWait(ctx, "k", nil), "GetWait": result(s.GetWait(ctx, "k")),
		"RemoveWait": result(s.RemoveWait(ctx, "k")), "WaitFor": result(s.WaitFor(ctx, "k", nil)),
	}
}

// closedPort is an address on which nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	return l.Addr().String()
}

func errUnavailable(t *testing.T, b *bundle) {
	target, err := dialects.ParseURL(b.url)
	must(t, err)
	if target.URL.Host == "" {
		t.Skip("the URL names no host")
	}
	target.URL.Host = closedPort(t)
	db, err := b.h.Dialect.(dialects.Opener).Open(t.Context(), target)
	if err != nil {
		classed(t, dialects.Classified(b.h.Dialect, err), dialects.ErrUnavailable)
		return
	}
	t.Cleanup(func() { must(t, db.Close()) })
	s := b.newStore(t, database{db, target}, &sessionstore.Options{Attempts: 1}) // IBM's driver needs eight seconds for each
	for name, err := range everyMethod(t, s, sso("a")) {
		if !errors.Is(err, sessionstore.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		classed(t, err, dialects.ErrUnavailable)
	}
}

func putSurvivesALostConnection(t *testing.T, b *bundle) {
	if b.h.Disconnect == nil {
		t.Skip("Harness.Disconnect is nil")
	}
	pool := b.h.open(t, b.url)
	pool.SetMaxOpenConns(1)
	s := b.newStore(t, pool, nil)
	must(t, b.h.Disconnect(t.Context(), pool, b.other.DB()))
	must(t, s.Put(t.Context(), sso("a"), nil))
	equal(t, "rows", b.sessions(t), 1)
}

// A logout does not fail where a login would not, in both tables.
func deleteSurvivesALostConnection(t *testing.T, b *bundle) {
	if b.h.Disconnect == nil {
		t.Skip("Harness.Disconnect is nil")
	}
	pool := b.h.open(t, b.url)
	pool.SetMaxOpenConns(1)
	s := b.newStore(t, pool, nil)
	for _, typ := range []string{sessionstore.SSOType, sessionstore.DefaultTempTypes()[0]} {
		key := sessionstore.Key{Type: typ, ID: "a"}
		must(t, b.other.Put(t.Context(), key, nil))
		must(t, b.h.Disconnect(t.Context(), pool, b.other.DB()))
		must(t, s.Delete(t.Context(), key))
		_, err := b.other.Get(t.Context(), key)
		fails(t, "Get after Delete of "+typ, err, sessionstore.ErrNotFound)
	}
}

func errLockTimeout(t *testing.T, b *bundle) {
	b.holding(t, "a", func(func()) {
		s := b.at(t, "Impatient", b.h.Impatient, &sessionstore.Options{Attempts: 1})
		err := s.InTx(t.Context(), func(ctx context.Context, tx *sessionstore.Tx) error { return touch(ctx, tx, "a") })
		classed(t, err, dialects.ErrLockTimeout)
		fails(t, "InTx", err, sessionstore.ErrConflict)
	})
}

func deadlineEndsAWait(t *testing.T, b *bundle) {
	b.holding(t, "a", func(func()) {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		started := time.Now()
		err := b.store.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error { return touch(ctx, tx, "a") })
		fails(t, "InTx", err, context.DeadlineExceeded)
		if took := time.Since(started); took > 5*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func errReadOnly(t *testing.T, b *bundle) {
	if b.h.ReadOnly == nil {
		readOnlyTransaction(t, b)
		return
	}
	must(t, b.store.Put(t.Context(), sso("there"), nil))
	s := b.at(t, "ReadOnly", b.h.ReadOnly, nil)
	classed(t, s.Put(t.Context(), sso("a"), nil), dialects.ErrReadOnly)
	_, err := s.Get(t.Context(), sso("there"))
	must(t, err)
}

func readOnlyTransaction(t *testing.T, b *bundle) {
	t.Helper()
	tx, err := b.db.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Skipf("Harness.ReadOnly is nil, and the driver has no read-only transactions: %v", err)
	}
	defer func() { _ = tx.Rollback() }()
	err = b.store.Queries().WithDB(tx).InsertSession(t.Context(), b.params(stored("a", 0, hour)))
	classed(t, dialects.Classified(b.h.Dialect, err), dialects.ErrReadOnly)
}

func notFoundIsNotAFailure(t *testing.T, b *bundle) {
	_, err := b.store.Get(t.Context(), sso("a"))
	fails(t, "Get", err, sessionstore.ErrNotFound)
	for _, s := range sentinels {
		if errors.Is(err, s) {
			t.Errorf("%v is %q as well", err, s)
		}
	}
	_, err = b.with(t, sessionstore.Options{Prefix: "NO_"}).Get(t.Context(), sso("a"))
	if errors.Is(err, sessionstore.ErrNotFound) {
		t.Errorf("a failure reads as not found: %v", err)
	}
}

func otherErrorsHaveNoClass(t *testing.T, b *bundle) {
	_, syntax := b.db.ExecContext(t.Context(), "THIS IS NOT SQL")
	if syntax == nil {
		t.Fatal("the database took nonsense for SQL")
	}
	for _, err := range []error{nil, sql.ErrNoRows, sql.ErrTxDone, context.Canceled, context.DeadlineExceeded, errors.New("duplicate key"), syntax} {
		if class := b.h.Dialect.Classify(err); class != nil {
			t.Errorf("%v is classified as %q", err, class)
		}
	}
}

// A context that has ended before the call ends every query, with its own error,
// which has no class.
func cancelledQueries(t *testing.T, b *bundle) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range everyQuery() {
		err := call(ctx, b.store.Queries())
		fails(t, name, err, context.Canceled)
		if class := b.h.Dialect.Classify(err); class != nil {
			t.Errorf("%s: %v is %q", name, err, class)
		}
	}
	equal(t, "rows", b.sessions(t), 0)
}
