package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

func newMigrate(a *app) *cobra.Command {
	return group(&cobra.Command{
		Use: "migrate", Short: "Create, adopt, inspect and remove the tables",
		Long: `Create, adopt, inspect and remove the seven session tables, from the migrations inside
this program. Two migrators at once wait for one another (exit code 4 after a
minute). Tables that are there without a record are never touched; "migrate
adopt" checks and records them.`,
	}, newUp(a), newUpTo(a), newDown(a), newDownTo(a), newAdopt(a), newStatus(a), newPrint(a))
}

// withMigrator opens the database of the command line and calls fn.
func (a *app) withMigrator(ctx context.Context, fn func(*migrate.Migrator) error) (err error) {
	raw, err := a.databaseURL()
	if err != nil {
		return err
	}
	db, dialect, target, err := dialects.Open(ctx, raw)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	m, err := migrate.New(db, dialect, &migrate.Options{Schema: target.Schema, Prefix: target.Prefix, Logger: a.logger()})
	if err != nil {
		return err
	}
	return fn(m)
}

func newUp(a *app) *cobra.Command {
	var optional []string
	c := &cobra.Command{
		Use: "up", Short: "Apply the baseline, or optional migrations by name", Args: noArgs,
		Long: `Apply the baseline migrations that are not recorded yet: the seven tables.
With --optional it applies only the named migrations, which add something to the
product's tables or are our own bookkeeping; "migrate status" lists them.`,
		Example: `  sessiondb --url sqlite:sessions.db migrate up
  sessiondb migrate up --optional temp_expiry_index`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withMigrator(cmd.Context(), func(m *migrate.Migrator) error {
				if cmd.Flags().Changed("optional") {
					return a.upOptional(cmd.Context(), m, optional)
				}
				steps, err := m.Up(cmd.Context())
				return a.saySteps("applied", steps, err)
			})
		},
	}
	c.Flags().StringArrayVar(&optional, "optional", nil, "apply this optional migration instead of the baseline; may be given several times")
	return c
}

func (a *app) upOptional(ctx context.Context, m *migrate.Migrator, names []string) error {
	var steps []migrate.Step
	for _, name := range names {
		start := time.Now()
		applied, err := m.Optional(ctx, name)
		if err != nil {
			return a.saySteps("applied", steps, err)
		}
		if applied {
			steps = append(steps, migrate.Step{Name: name, Duration: time.Since(start)})
		}
	}
	return a.saySteps("applied", steps, nil)
}

func newUpTo(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "up-to VERSION", Short: "Apply the baseline as far as a version", Args: oneVersion,
		Example: `  sessiondb migrate up-to 3`,
		RunE: func(cmd *cobra.Command, args []string) error {
			version, err := parseVersion(args[0])
			if err != nil {
				return err
			}
			return a.withMigrator(cmd.Context(), func(m *migrate.Migrator) error {
				steps, err := m.UpTo(cmd.Context(), version)
				return a.saySteps("applied", steps, err)
			})
		},
	}
}

// oneVersion checks the argument of up-to and down-to before anything is opened.
func oneVersion(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("%s needs one argument, the version; \"migrate status\" lists them", cmd.CommandPath())
	}
	_, err := parseVersion(args[0])
	return err
}

func parseVersion(s string) (int64, error) {
	version, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, usage("version %q: give a whole number; \"migrate status\" lists them", s)
	}
	return version, nil
}

func newDown(a *app) *cobra.Command {
	var o migrate.DownOptions
	var optional []string
	c := &cobra.Command{
		Use: "down", Short: "Take the newest baseline migration back: drop its table", Args: noArgs,
		Long: `Take the newest baseline migration back, which drops its table; with --optional
the named optional migrations instead. A table with rows is dropped only with
--drop-data, a table that sessiondb did not create never.`,
		Example: `  sessiondb migrate down
  sessiondb migrate down --optional temp_expiry_index`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withMigrator(cmd.Context(), func(m *migrate.Migrator) error {
				if cmd.Flags().Changed("optional") {
					return a.downOptional(cmd.Context(), m, optional, &o)
				}
				steps, err := m.Down(cmd.Context(), &o)
				return a.saySteps("taken back", steps, err)
			})
		},
	}
	bindDropData(c, &o)
	c.Flags().StringArrayVar(&optional, "optional", nil, "take this optional migration back; may be given several times")
	return c
}

func (a *app) downOptional(ctx context.Context, m *migrate.Migrator, names []string, o *migrate.DownOptions) error {
	for _, name := range names {
		if err := m.DownOptional(ctx, name, o); err != nil {
			return err
		}
	}
	return a.sayStatus(ctx, m)
}

func newDownTo(a *app) *cobra.Command {
	var o migrate.DownOptions
	c := &cobra.Command{
		Use: "down-to VERSION", Short: "Take back all baseline migrations above a version; 0 is all", Args: oneVersion,
		Example: `  sessiondb migrate down-to 0 --drop-data`,
		RunE: func(cmd *cobra.Command, args []string) error {
			version, err := parseVersion(args[0])
			if err != nil {
				return err
			}
			return a.withMigrator(cmd.Context(), func(m *migrate.Migrator) error {
				steps, err := m.DownTo(cmd.Context(), version, &o)
				return a.saySteps("taken back", steps, err)
			})
		},
	}
	bindDropData(c, &o)
	return c
}

func bindDropData(c *cobra.Command, o *migrate.DownOptions) {
	c.Flags().BoolVar(&o.DropData, "drop-data", false, "drop tables that hold rows, rows included")
}

// step is a migration that was applied or taken back.
type step struct {
	Version int64   `json:"version,omitempty"`
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// steps are what up and down answer.
type steps struct {
	Done  string `json:"done"`
	Steps []step `json:"migrations"`
}

// saySteps prints what was done, beside an error too, when it is anything.
func (a *app) saySteps(done string, list []migrate.Step, err error) error {
	if err != nil && len(list) == 0 {
		return err
	}
	s := steps{Done: done, Steps: []step{}}
	for _, l := range list {
		s.Steps = append(s.Steps, step{Version: l.Version, Name: l.Name, Seconds: l.Duration.Seconds()})
	}
	return errors.Join(err, a.say(s))
}

func (s steps) text() string {
	if len(s.Steps) == 0 {
		return fmt.Sprintf("nothing to do: no migration was %s\n", s.Done)
	}
	t := table{right: []bool{false, false, true}}
	for _, l := range s.Steps {
		t.add(s.Done, l.Name, short(seconds(l.Seconds)))
	}
	return t.text("")
}
