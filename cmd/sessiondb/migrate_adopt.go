package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/schema/migrate"
)

func newAdopt(a *app) *cobra.Command {
	var o migrate.AdoptOptions
	c := &cobra.Command{
		Use: "adopt", Short: "Take over tables that another installation made", Args: noArgs,
		Long: `Compare tables that are there already, made by the product's own script for
example, with those that "migrate up" would make, and list every difference:

  incompatible   sessiondb would fail, or lose or mix up what it stores
  missing index  everything works, but slower
  different      it works as well, or better
  name           only a name differs

Unless something is incompatible or a table is missing (exit code 1), it records
the migrations as adopted: "migrate up" then has nothing to do, and "migrate
down" never drops these tables. It changes no table of the product; the record
is a table of its own, sessiondb_optional_version. It can be run again at any
time. Checks, foreign keys, grants and the rows are not looked at.`,
		Example: `  sessiondb migrate adopt --dry-run
  sessiondb --url 'postgres://user@host/identity?sessiondb.schema=session' migrate adopt`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withMigrator(cmd.Context(), func(m *migrate.Migrator) error {
				report, err := m.Adopt(cmd.Context(), &o)
				if report == nil {
					return err
				}
				return errors.Join(err, a.say(adopted(report, o.DryRun)))
			})
		},
	}
	c.Flags().BoolVar(&o.DryRun, "dry-run", false, "list the differences and record nothing")
	return c
}

// difference is one way in which a table is not what the migrations make.
type difference struct {
	Severity string `json:"severity"`
	Table    string `json:"table"`
	Object   string `json:"object"`
	What     string `json:"what"`
	Remedy   string `json:"remedy,omitempty"`
	Optional string `json:"optional,omitempty"`

	sentence string
}

// adoption is one migration that was compared.
type adoption struct {
	Version int64    `json:"version"`
	Name    string   `json:"name"`
	Tables  []string `json:"tables"`
	// State is adopted, recorded before, would be adopted, or not adopted.
	State string `json:"state"`
}

// adoptReport is what migrate adopt answers.
type adoptReport struct {
	Compatible  bool         `json:"compatible"`
	DryRun      bool         `json:"dry_run"`
	Migrations  []adoption   `json:"migrations"`
	Differences []difference `json:"differences"`
}

func adopted(r *migrate.AdoptReport, dry bool) adoptReport {
	answer := adoptReport{Compatible: r.Compatible(), DryRun: dry, Migrations: []adoption{}, Differences: []difference{}}
	for _, m := range r.Migrations {
		answer.Migrations = append(answer.Migrations, adoption{m.Version, m.Name, m.Tables, adoptState(m, answer.Compatible && dry)})
	}
	for _, d := range r.Differences {
		answer.Differences = append(answer.Differences, difference{
			string(d.Severity), d.Table, d.Object, d.What, d.Remedy, d.Optional, d.String(),
		})
	}
	return answer
}

func adoptState(m migrate.Adoption, would bool) string {
	switch {
	case m.Before:
		return "recorded before"
	case m.Adopted:
		return "adopted"
	case would:
		return "would be adopted"
	}
	return "not adopted"
}

func (r adoptReport) text() string {
	var t table
	for _, m := range r.Migrations {
		t.add(m.State, m.Name, strings.Join(m.Tables, ", "))
	}
	out := t.text("") + "\n"
	if len(r.Differences) == 0 {
		return out + "The tables are what the migrations make.\n"
	}
	var d table
	for _, one := range r.Differences {
		d.add(one.Severity, one.sentence)
		if one.Remedy != "" {
			d.add("", "  "+one.Remedy+";")
		}
	}
	return out + fmt.Sprintf("Differences: %d\n", len(r.Differences)) + d.text("  ")
}
