package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/sessionstore"
)

func newWait(a *app) *cobra.Command {
	return group(&cobra.Command{Use: "wait", Short: "Add, read, end and await long waits, for scripts"},
		newWaitAdd(a), newWaitGet(a), newWaitRemove(a), newWaitFor(a))
}

// errStillWaiting: the time of "wait for" is up.
var errStillWaiting = errors.New("still waiting")

// waitCommand makes a command that works on one key.
func (a *app) waitCommand(c *cobra.Command, run func(ctx context.Context, s *sessionstore.Store, key string) (answer, error)) *cobra.Command {
	c.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage("%s takes one argument, the key, and got %d", cmd.CommandPath(), len(args))
		}
		return nil
	}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withStore(cmd.Context(), nil, func(store *sessionstore.Store) error {
			said, err := run(cmd.Context(), store, args[0])
			if said != nil {
				err = errors.Join(err, a.say(said))
			}
			return err
		})
	}
	return c
}

func newWaitAdd(a *app) *cobra.Command {
	var o sessionstore.WaitOptions
	var completed bool
	c := a.waitCommand(&cobra.Command{
		Use: "add KEY", Short: "Add a long wait",
		Long: `Add a long wait. A key that is there already is refused, exit code 1. The key has
1 to 255 characters (bytes on SQL Server, Oracle and DB2).`,
		Example: `  sessiondb wait add 8f14e45f
  sessiondb wait add 8f14e45f --tenant 7 --valid-for 30s`,
	}, func(ctx context.Context, s *sessionstore.Store, key string) (answer, error) {
		if o.Valid <= 0 {
			return nil, usage("--valid-for %s: it must be positive; the default is %s", o.Valid, sessionstore.DefaultWaitValidity)
		}
		if completed {
			o.Status = sessionstore.WaitCompleted
		}
		if err := s.AddWait(ctx, key, &o); err != nil {
			return nil, err
		}
		return readWait(ctx, s, key)
	})
	f := c.Flags()
	f.IntVar(&o.Tenant, "tenant", sessionstore.NoTenant, "the tenant's number; -1 is none")
	f.DurationVar(&o.Valid, "valid-for", sessionstore.DefaultWaitValidity, "how long the wait is meant to last, as 5s or 2m; the purge goes by it, no read does")
	f.BoolVar(&completed, "completed", false, "add it as completed")
	return c
}

func newWaitGet(a *app) *cobra.Command {
	return a.waitCommand(&cobra.Command{
		Use: "get KEY", Short: "Read the status of a long wait",
		Long: `Read the status of a long wait: waiting, completed, or unknown, which is what a
key has that was never added, or was completed and removed. All three exit with
0. The expiry is shown and changes nothing.`,
		Example: `  sessiondb wait get 8f14e45f --json | jq -r .status`,
	}, readWait)
}

func readWait(ctx context.Context, s *sessionstore.Store, key string) (answer, error) {
	w, err := s.GetWait(ctx, key)
	if err != nil {
		return nil, err
	}
	return describeWait(w), nil
}

func newWaitRemove(a *app) *cobra.Command {
	return a.waitCommand(&cobra.Command{
		Use: "remove KEY", Short: "End a long wait",
		Long: `End a long wait by removing its key, as the product does. A key that is not there
is no failure.`,
		Example: `  sessiondb wait remove 8f14e45f`,
	}, func(ctx context.Context, s *sessionstore.Store, key string) (answer, error) {
		removed, err := s.RemoveWait(ctx, key)
		if err != nil {
			return nil, err
		}
		return waitRemoved{Key: key, Removed: removed}, nil
	})
}

func newWaitFor(a *app) *cobra.Command {
	var timeout time.Duration
	var o sessionstore.WaitForOptions
	c := a.waitCommand(&cobra.Command{
		Use: "for KEY", Short: "Wait until a long wait has ended",
		Long: `Look at a long wait until its status is no longer waiting, and print the status
then: unknown once its key has been removed. Exit code 5: the timeout passed, or
a signal came, and it is still waiting.`,
		Example: `  sessiondb wait for 8f14e45f --timeout 30s`,
	}, func(ctx context.Context, s *sessionstore.Store, key string) (answer, error) {
		if timeout <= 0 {
			return nil, usage("--timeout %s: it must be positive", timeout)
		}
		limited, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		status, err := s.WaitFor(limited, key, &o)
		if errors.Is(err, context.DeadlineExceeded) && status == sessionstore.WaitWaiting {
			return nil, fmt.Errorf("%s is %w after %s (--timeout)", printable(key), errStillWaiting, timeout)
		}
		if err != nil {
			return nil, err
		}
		return waitEnded{Key: key, Status: status.String()}, nil
	})
	f := c.Flags()
	f.DurationVar(&timeout, "timeout", time.Minute, "how long to wait, as 30s or 5m")
	f.DurationVar(&o.Poll, "poll", sessionstore.DefaultPoll, "the time between the first looks; it grows to ten times as much at most")
	return c
}

// waitShown is what get and add answer.
type waitShown struct {
	Key       string     `json:"key"`
	Status    string     `json:"status"`
	Tenant    *int       `json:"tenant"`
	CreatedAt *time.Time `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at"`
}

func describeWait(w *sessionstore.Wait) waitShown {
	d := waitShown{Key: w.Key, Status: w.Status.String()}
	if w.Status == sessionstore.WaitUnknown {
		return d
	}
	d.Tenant, d.CreatedAt, d.ExpiresAt = &w.Tenant, instant(w.CreatedAt), instant(w.ExpiresAt)
	return d
}

func (w waitShown) text() string {
	var t table
	t.add("KEY", "STATUS", "TENANT", "CREATED", "EXPIRES")
	tenant := "-"
	if w.Tenant != nil {
		tenant = fmt.Sprint(*w.Tenant)
	}
	t.add(printable(w.Key), w.Status, tenant, moment(w.CreatedAt), moment(w.ExpiresAt))
	return t.text("")
}

// waitRemoved is what remove answers.
type waitRemoved struct {
	Key     string `json:"key"`
	Removed bool   `json:"removed"`
}

func (w waitRemoved) text() string {
	if !w.Removed {
		return fmt.Sprintf("%s was not there\n", printable(w.Key))
	}
	return fmt.Sprintf("removed %s\n", printable(w.Key))
}

// waitEnded is what for answers.
type waitEnded struct {
	Key    string `json:"key"`
	Status string `json:"status"`
}

func (w waitEnded) text() string { return fmt.Sprintf("%s: %s\n", printable(w.Key), w.Status) }
