package sessionstore_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/sqlite"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// file is the URL of a new database with its tables.
func file(t *testing.T, prefix string) string {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "sessions.db")
	db, d, _, err := dialects.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	m, err := migrate.New(db, d, &migrate.Options{Prefix: prefix})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	return url
}

func TestOpenRefusals(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	for _, c := range []struct {
		url  string
		opts *sessionstore.Options
		want error
	}{
		{"nonsense:x", nil, dialects.ErrUnknownDialect},
		{"no scheme", nil, dialects.ErrInvalidURL},
		{"sqlite:/no/such/folder/a.db", nil, dialects.ErrInvalidURL},
		{url + "?sessiondb.nothing=1", nil, dialects.ErrInvalidURL},
		{url, &sessionstore.Options{Attempts: -1}, sessionstore.ErrInvalid},
		{url, &sessionstore.Options{Prefix: "a b"}, sessionstore.ErrInvalid},
		{url + "?sessiondb.prefix=a-b", nil, sessionstore.ErrInvalid},
	} {
		s, err := sessionstore.Open(t.Context(), c.url, c.opts)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %q", c.url, err, c.want)
		}
		if s != nil {
			t.Errorf("%s: a store beside an error", c.url)
		}
	}
}

func TestOpenTakesThePrefixOfTheURL(t *testing.T) {
	url := file(t, "P_")
	key := sessionstore.Key{Type: "T", ID: "a"}
	for what, open := range map[string]func() (*sessionstore.Store, error){
		"url": func() (*sessionstore.Store, error) {
			return sessionstore.Open(t.Context(), url+"?sessiondb.prefix=P_", nil)
		},
		"options before url": func() (*sessionstore.Store, error) {
			return sessionstore.Open(t.Context(), url+"?sessiondb.prefix=Q_", &sessionstore.Options{Prefix: "P_"})
		},
	} {
		s, err := open()
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Options().Prefix; got != "P_" {
			t.Errorf("%s: prefix %q", what, got)
		}
		if err := s.Put(t.Context(), key, nil); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestCloseEndsWhatOpenBegan(t *testing.T) {
	s, err := sessionstore.Open(t.Context(), file(t, ""), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), sessionstore.Key{Type: "T", ID: "a"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.DB().PingContext(t.Context()); err == nil {
		t.Error("the pool is still open")
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
}

func TestCloseLeavesAPoolOfOnesOwn(t *testing.T) {
	db, d, _, err := dialects.Open(t.Context(), file(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	s, err := sessionstore.New(db, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.DB() != db || s.Dialect() != sqlite.Dialect {
		t.Error("another pool or dialect")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.PingContext(t.Context()); err != nil {
		t.Errorf("the pool is closed: %v", err)
	}
}

// The context is the caller's: a nil one or none at all would show here.
func TestContextReachesTheDatabase(t *testing.T) {
	s, err := sessionstore.Open(t.Context(), file(t, ""), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	reason := errors.New("the client has gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	err = s.Put(ctx, sessionstore.Key{Type: "T", ID: "a"}, nil)
	if !errors.Is(err, context.Canceled) && !errors.Is(err, reason) {
		t.Errorf("got %v", err)
	}
}

func TestErrorsNameTheKey(t *testing.T) {
	s, err := sessionstore.Open(t.Context(), "sqlite::memory:", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	key := sessionstore.Key{Type: "Type", ID: "some-id"}
	_, get := s.Get(t.Context(), key)
	for what, err := range map[string]error{"Put": s.Put(t.Context(), key, []byte("secret payload")), "Get": get, "Delete": s.Delete(t.Context(), key)} {
		if !errors.Is(err, sessionstore.ErrMissingTable) || !strings.Contains(err.Error(), "Type/some-id") {
			t.Errorf("%s: %v", what, err)
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s shows the payload: %v", what, err)
		}
	}
}
