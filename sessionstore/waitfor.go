package sessionstore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Defaults of WaitForOptions.
const (
	DefaultPoll    = 500 * time.Millisecond
	DefaultMaxPoll = 5 * time.Second
)

// Limits of WaitForOptions keep a mistake in units from becoming a busy loop, or
// a wait without end.
const (
	minPoll = time.Millisecond
	maxPoll = 24 * time.Hour
)

// WaitForOptions say how often WaitFor looks. The zero value and nil work.
type WaitForOptions struct {
	// Poll is the time between the first looks, give or take a tenth, so that many
	// who wait do not look at once; default DefaultPoll. It grows by a quarter
	// each time.
	Poll time.Duration
	// MaxPoll is where it ends growing; default DefaultMaxPoll, or Poll if that is
	// longer.
	MaxPoll time.Duration
}

func (o *WaitForOptions) withDefaults() (WaitForOptions, error) {
	var c WaitForOptions
	if o != nil {
		c = *o
	}
	setDefault(&c.Poll, DefaultPoll)
	setDefault(&c.MaxPoll, max(DefaultMaxPoll, c.Poll))
	if c.Poll < minPoll || c.Poll > maxPoll {
		return c, fmt.Errorf("%w: Poll is %s: give %s to %s; leave it 0 for %s", ErrInvalid, c.Poll, minPoll, maxPoll, DefaultPoll)
	}
	if c.MaxPoll < c.Poll || c.MaxPoll > maxPoll {
		return c, fmt.Errorf("%w: MaxPoll is %s: give Poll, %s, to %s; leave it 0 for %s", ErrInvalid, c.MaxPoll, c.Poll, maxPoll, DefaultMaxPoll)
	}
	return c, nil
}

// WaitFor looks at a long-wait key until it is no longer waiting, and returns its
// status then: WaitUnknown once it has been removed. Its expiry ends nothing: give
// ctx a deadline. It returns the error of ctx, together with the status that it saw
// last, when ctx ends first, and otherwise the errors of GetWait.
func (s *Store) WaitFor(ctx context.Context, key string, o *WaitForOptions) (WaitStatus, error) {
	opts, err := o.withDefaults()
	if err != nil {
		return WaitUnknown, err
	}
	seen := WaitUnknown
	for pause := opts.Poll; ; pause = min(pause+pause/4, opts.MaxPoll) {
		w, err := s.GetWait(ctx, key)
		if err != nil {
			return seen, fmt.Errorf("wait for %q: %w", key, err)
		}
		if w.Status != WaitWaiting {
			return w.Status, nil
		}
		seen = w.Status
		select {
		case <-ctx.Done():
			return seen, fmt.Errorf("wait for %q: still waiting: %w", key, ctx.Err())
		case <-time.After(aroundOf(pause)):
		}
	}
}

// aroundOf is a duration give or take a tenth.
func aroundOf(d time.Duration) time.Duration { return d - d/10 + rand.N(d/5+1) }
