package cleanup

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestStopped(t *testing.T) {
	broken := errors.New("broken")
	reason := errors.New("time is up")
	alive := t.Context()
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	for _, c := range []struct {
		what string
		ctx  context.Context
		err  error
		want string
	}{
		{"nothing happened", alive, nil, "<nil>"},
		{"done before the context ended", ended, nil, "<nil>"},
		{"a failure", alive, broken, "broken"},
		{"a failure, and the context ended later", ended, broken, "broken"},
		{"another context's end", alive, context.Canceled, "context canceled"},
		{"stopped", ended, context.Canceled, "purge stopped: time is up"},
		{"stopped, as a lock passes it on", ended, errors.Join(context.Canceled), "purge stopped: time is up"},
		{"stopped while waiting", ended, fmt.Errorf("take the lock: %w", context.Canceled), "purge stopped: time is up: take the lock: context canceled"},
	} {
		err := stopped(c.ctx, c.err)
		if got := fmt.Sprint(err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
		if c.err != nil && c.ctx == ended && !errors.Is(c.err, broken) {
			if !errors.Is(err, ErrStopped) || !errors.Is(err, reason) {
				t.Errorf("%s: %v is not ErrStopped with its reason", c.what, err)
			}
		}
	}
}
