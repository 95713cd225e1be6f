package sessionstore

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
)

// Drivers tell in many ways that a statement ended with its context; callers ask
// for the context's own error. What the database has answered stays as it is.
func TestErrorsOfAnEndedContext(t *testing.T) {
	driver := errors.New("ORA-01013: user requested cancel of current operation")
	lost := fmt.Errorf("read: %w", &dialects.ClassifiedError{Class: dialects.ErrUnavailable, Err: driver})
	for _, c := range []struct {
		err   error
		named bool
	}{
		{nil, false},
		{driver, true},
		{lost, true},
		{fmt.Errorf("get: %w", ErrNotFound), false},
		{fmt.Errorf("put: %w", ErrInvalid), false},
		{fmt.Errorf("terminate: %w", ErrNotMapped), false},
		{&dialects.ClassifiedError{Class: dialects.ErrDuplicate, Err: driver}, false},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		s := Store{opts: Options{Attempts: 1}}
		never := func(error) bool { return false }
		err := s.attempt(ctx, never, func(context.Context) error { return c.err })
		if !errors.Is(err, c.err) || errors.Is(err, context.Canceled) {
			t.Errorf("%v, before the context ended: %v", c.err, err)
		}
		err = s.attempt(ctx, never, func(context.Context) error { cancel(); return c.err })
		if !errors.Is(err, c.err) || errors.Is(err, context.Canceled) != c.named {
			t.Errorf("%v, when the context has ended: %v", c.err, err)
		}
	}
}
