package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/dialects"
)

func newDialects(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "dialects", Short: "List the databases that this program knows", Args: noArgs,
		Long: `List the databases that this program knows: the schemes of their URLs, the
largest chunk of a purge, what the columns of identifiers hold, and whether the
server has a lock that keeps a second purge or migrator away. --json shows all
that is known.`,
		Example: `  sessiondb dialects
  sessiondb dialects --json`,
		RunE: func(*cobra.Command, []string) error { return a.say(known()) },
	}
}

// dialectInfo is what is known of one database. 0 means that there is no limit.
type dialectInfo struct {
	Name             string   `json:"name"`
	Schemes          []string `json:"schemes"`
	MaxChunk         int      `json:"max_chunk"`
	MaxParams        int      `json:"max_params"`
	MaxList          int      `json:"max_list"`
	MaxBlob          int64    `json:"max_blob"`
	LengthUnit       string   `json:"length_unit"`
	Charset          string   `json:"charset"`
	EmptyIsNull      bool     `json:"empty_is_null"`
	ExpiryRequired   bool     `json:"expiry_required"`
	TransactionalDDL bool     `json:"transactional_ddl"`
	Lock             bool     `json:"lock"`
	Note             string   `json:"note,omitempty"`
}

// dialectList is what dialects answers.
type dialectList struct {
	Dialects []dialectInfo `json:"dialects"`
}

func known() dialectList {
	var l dialectList
	for _, name := range dialects.Names() {
		d, err := dialects.ByName(name)
		must(err) // the registry knows its own names
		l.Dialects = append(l.Dialects, describeDialect(d))
	}
	return l
}

func describeDialect(d dialects.Dialect) dialectInfo {
	t := d.Traits()
	i := dialectInfo{
		Name: d.Name(), Schemes: []string{d.Name()},
		MaxChunk: t.MaxChunk, MaxParams: t.MaxParams, MaxList: t.MaxList, MaxBlob: t.MaxBlob,
		LengthUnit: t.Length.String(), Charset: t.Charset.String(),
		EmptyIsNull: t.EmptyIsNull, ExpiryRequired: t.ExpiryRequired, TransactionalDDL: t.TransactionalDDL,
		Note: note(d.Name()),
	}
	if o, ok := d.(dialects.Opener); ok {
		i.Schemes = append(i.Schemes, o.Schemes()...)
	}
	_, i.Lock = d.(dialects.Locker)
	return i
}

func (l dialectList) text() string {
	t := table{right: []bool{false, false, true}}
	t.add("NAME", "URL SCHEMES", "LARGEST CHUNK", "IDENTIFIERS HOLD", "LOCK", "NOTE")
	for _, d := range l.Dialects {
		chunk, lock := "no limit", "no"
		if d.MaxChunk > 0 {
			chunk = comma(int64(d.MaxChunk))
		}
		if d.Lock {
			lock = "yes"
		}
		t.add(d.Name, strings.Join(d.Schemes, ", "), chunk, fmt.Sprintf("100 %s of %s", d.LengthUnit, d.Charset), lock, d.Note)
	}
	return t.text("")
}
