package main

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version, the commit and the drivers' versions", Args: noArgs,
		Example: `  sessiondb version --json`,
		RunE:    func(*cobra.Command, []string) error { return a.say(readVersion()) },
	}
}

const driverDB2 = "github.com/ibmdb/go_ibm_db"

// drivers are the modules of the database drivers.
var drivers = []string{
	"github.com/jackc/pgx/v5", "github.com/go-sql-driver/mysql", "modernc.org/sqlite",
	"github.com/microsoft/go-mssqldb", "github.com/sijms/go-ora/v2", driverDB2,
}

// version is what version answers.
type version struct {
	Version  string            `json:"version"`
	Commit   string            `json:"commit,omitempty"`
	Time     string            `json:"time,omitempty"`
	Modified bool              `json:"modified,omitempty"`
	Go       string            `json:"go"`
	Platform string            `json:"platform"`
	Drivers  map[string]string `json:"drivers"`
}

// buildVersion is the module's version; "(devel)" for a build from a checkout.
func buildVersion() string { return readVersion().Version }

func readVersion() version {
	v := version{Version: "(unknown)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Drivers: map[string]string{}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Version = cmp.Or(info.Main.Version, "(devel)")
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	for _, m := range info.Deps {
		for _, d := range drivers {
			if m.Path == d {
				v.Drivers[d] = m.Version
			}
		}
	}
	return v
}

func (v version) text() string {
	t := table{}
	t.add("sessiondb", v.Version)
	if v.Commit != "" {
		commit := v.Commit
		if v.Modified {
			commit += " with changes"
		}
		t.add("commit", strings.TrimSpace(commit+" "+v.Time))
	}
	t.add("built with", v.Go+" for "+v.Platform)
	for _, d := range drivers {
		if v.Drivers[d] != "" {
			t.add("driver", d+" "+v.Drivers[d])
		}
	}
	return t.text("")
}
