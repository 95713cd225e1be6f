package dialects_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// plain is a dialect without Opener.
type plain struct{ name string }

func (p plain) Name() string { return p.name }

func (plain) Queries(gen.DBTX, *gen.Config) (gen.Querier, error) { return nil, nil }

func (plain) Migrations() dialects.Migrations { return dialects.Migrations{} }

func (plain) Classify(err error) error {
	if errors.Is(err, errKnown) {
		return dialects.ErrDeadlock
	}
	return nil
}

func (plain) Traits() dialects.Traits { return dialects.Traits{} }

var errKnown = errors.New("known to the dialect")

// opening opens with a function.
type opening struct {
	plain
	schemes []string
	open    func(context.Context, *dialects.Target) (*sql.DB, error)
}

func (o opening) Schemes() []string { return o.schemes }

func (o opening) Open(ctx context.Context, t *dialects.Target) (*sql.DB, error) {
	return o.open(ctx, t)
}

func TestRegister(t *testing.T) {
	d := opening{plain: plain{"Registered"}, schemes: []string{"registered-too"}}
	dialects.Register(d)
	for _, name := range []string{"Registered", "registered", "REGISTERED", "registered-too"} {
		got, err := dialects.ByName(name)
		if err != nil || got.Name() != "Registered" {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if !slices.Contains(dialects.Names(), "Registered") || slices.Contains(dialects.Names(), "registered-too") {
		t.Errorf("names: %v", dialects.Names())
	}
	if !slices.IsSorted(dialects.Names()) {
		t.Errorf("not sorted: %v", dialects.Names())
	}
}

// What is refused leaves nothing behind.
func TestRegisterTwice(t *testing.T) {
	dialects.Register(opening{plain: plain{"first"}, schemes: []string{"taken"}})
	for _, d := range []dialects.Dialect{
		plain{"first"}, plain{"FIRST"}, plain{"taken"},
		opening{plain: plain{"second"}, schemes: []string{"free", "taken"}},
		opening{plain: plain{"third"}, schemes: []string{"free", "Taken"}},
	} {
		func() {
			defer func() {
				if message := fmt.Sprint(recover()); !strings.Contains(message, "registered already, by dialect") {
					t.Errorf("%v: got panic %q", d, message)
				}
			}()
			dialects.Register(d)
		}()
	}
	for _, name := range []string{"second", "free", "third"} {
		if _, err := dialects.ByName(name); err == nil {
			t.Errorf("%s is registered", name)
		}
	}
}

func TestByNameUnknown(t *testing.T) {
	dialects.Register(plain{"shown"})
	_, err := dialects.ByName("nowhere")
	if !errors.Is(err, dialects.ErrUnknownDialect) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{`"nowhere"`, "shown", "import the dialect's package"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
}
