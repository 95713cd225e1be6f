package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/sessiondb/sessiondb/sessionstore"
)

type terminateFlags struct {
	cookie cookieFlag
	user   string
	except []string
	yes    bool
}

func newTerminate(a *app) *cobra.Command {
	f := &terminateFlags{}
	c := &cobra.Command{
		Use: "terminate ID...", Short: "End single sign-on sessions, with their users, applications and metadata",
		Long: `End single sign-on sessions, one transaction each: append a DELETE row that hides
a session's rows, and remove its users, applications and metadata. A session that
is not there or has ended already is no failure.

More than one is ended when you confirm it, or with --yes.`,
		Example: `  sessiondb session terminate 5f2c...
  sessiondb session terminate --cookie - <cookie.txt
  sessiondb session terminate --user 8a1f... --except 5f2c... --yes`,
		RunE: func(cmd *cobra.Command, args []string) error {
			byUser := cmd.Flags().Changed("user")
			switch {
			case byUser && (len(args) > 0 || f.cookie.given()):
				return usage("--user ends the user's sessions: give no other session with it")
			case !byUser && len(f.except) > 0:
				return usage("--except goes with --user")
			}
			return a.withStore(cmd.Context(), nil, func(store *sessionstore.Store) error {
				if byUser {
					return f.endUser(cmd.Context(), a, store)
				}
				return f.endSessions(cmd.Context(), a, store, args)
			})
		},
	}
	f.cookie.bind(c)
	c.Flags().StringVar(&f.user, "user", "", "end all sessions that are mapped to this user id")
	c.Flags().StringArrayVar(&f.except, "except", nil, "with --user, a session to keep; may be given more than once")
	c.Flags().BoolVar(&f.yes, "yes", false, "do not ask before more than one session is ended")
	return c
}

// terminated is what terminate answers.
type terminated struct {
	User string `json:"user,omitempty"`
	// Ended counts the sessions that this command has ended.
	Ended    int          `json:"ended"`
	Sessions []endedState `json:"sessions,omitempty"`
}

type endedState struct {
	ID    string `json:"id"`
	Ended bool   `json:"ended"`
}

func (r terminated) text() string {
	if r.User != "" {
		return fmt.Sprintf("ended %s of user %s\n", plural(int64(r.Ended), "session"), printable(r.User))
	}
	var b strings.Builder
	for _, s := range r.Sessions {
		if s.Ended {
			fmt.Fprintf(&b, "ended session %s\n", printable(s.ID))
		} else {
			fmt.Fprintf(&b, "session %s was not there, or had ended\n", printable(s.ID))
		}
	}
	return b.String()
}

func (f *terminateFlags) endSessions(ctx context.Context, a *app, store *sessionstore.Store, args []string) error {
	ids, err := f.cookie.ids(ctx, a, args)
	if err != nil {
		return err
	}
	if err := f.confirm(a, len(ids), ""); err != nil {
		return err
	}
	var r terminated
	for _, id := range ids {
		ended, err := store.Terminate(ctx, id)
		if err != nil {
			return errors.Join(a.say(r), err)
		}
		r.Sessions = append(r.Sessions, endedState{id, ended})
		if ended {
			r.Ended++
		}
	}
	return a.say(r)
}

func (f *terminateFlags) endUser(ctx context.Context, a *app, store *sessionstore.Store) error {
	ids, err := store.Queries().SessionIDsOfUser(ctx, f.user)
	if err != nil {
		return fmt.Errorf("list the sessions of user %s: %w", f.user, err)
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(f.except, id) })
	if err := f.confirm(a, len(ids), " that are mapped to user "+printable(f.user)); err != nil {
		return err
	}
	n, err := store.TerminateUser(ctx, f.user, f.except...)
	if err != nil && n == 0 {
		return err
	}
	return errors.Join(a.say(terminated{User: f.user, Ended: n}), err)
}

// confirm asks before more than one session is ended.
func (f *terminateFlags) confirm(a *app, n int, whose string) error {
	if f.yes || n < 2 {
		return nil
	}
	in, ok := a.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return usage("%s would end%s: give --yes where nobody can be asked", plural(int64(n), "session"), whose)
	}
	fmt.Fprintf(a.stderr, "End %s%s? [y/N] ", plural(int64(n), "session"), whose)
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && answer == "" {
		return fmt.Errorf("nothing was ended: read the answer: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return errors.New("nothing was ended: the answer was not yes")
}
