// Package dialecttest is for authors of database dialects: one call of Run proves
// on a real database that a dialect keeps what packages sessionstore and cleanup
// promise.
//
//	func TestConformance(t *testing.T) {
//		dialecttest.Run(t, dialecttest.Harness{Dialect: mydb.Dialect, URL: newDatabase})
//	}
//
// Every subtest, Area/Case, has an empty database of its own. What a database
// cannot do is skipped by name, with the reason.
package dialecttest

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// Harness says what to test and where. Dialect and URL are required; a case that
// needs a function that is nil skips itself and names it.
type Harness struct {
	// Dialect is what is tested. It must be a dialects.Opener.
	Dialect dialects.Dialect
	// URL makes an empty database for one test, which it removes when the test
	// ends, and returns its URL. Where databases cannot be made, it returns the
	// same one with another sessiondb.prefix each time; the suite drops its tables.
	URL func(t *testing.T) string
	// Skip leaves cases out: "Area/Case" to the reason, which the test log shows.
	// An entry that names no case, or gives no reason, fails the run.
	Skip map[string]string

	// Impatient returns the URL with a lock timeout of a second at most.
	Impatient func(url string) string
	// ReadOnly returns the URL with sessions that may only read.
	ReadOnly func(url string) string
	// Elsewhere returns the URL with sessions in a time zone far from UTC.
	Elsewhere func(url string) string
	// Schema makes another schema in the URL's database, which it removes when the
	// test ends, and returns its name.
	Schema func(t *testing.T, url string) string
	// Disconnect has another connection end the session of victim, as an
	// administrator would.
	Disconnect func(ctx context.Context, victim, other gen.DBTX) error
}

// With returns a function that adds parameters to a URL, for the fields of a
// Harness: With("lock_timeout=200").
func With(params string) func(url string) string {
	return func(url string) string {
		if strings.Contains(url, "?") {
			return url + "&" + params
		}
		return url + "?" + params
	}
}

// testCase is one subtest. Its name reads as a sentence about the dialect.
type testCase struct {
	name string
	run  func(t *testing.T, b *bundle)
}

// area is a group of cases.
type area struct {
	name  string
	bare  bool // the cases make the tables themselves
	cases []testCase
}

func areas() []area {
	return []area{
		{name: "Migrate", bare: true, cases: migrateCases},
		{name: "Queries", cases: queryCases},
		{name: "Log", cases: slices.Concat(logCases, logDeleteCases, logStampCases, logPayloadCases)},
		{name: "Values", cases: slices.Concat(valueCases, columnCases, timeCases, limitCases)},
		{name: "Temp", cases: tempCases},
		{name: "Lock", bare: true, cases: lockCases},
		{name: "Tx", cases: slices.Concat(txCases, txConflictCases)},
		{name: "Errors", cases: errorCases},
		{name: "Users", cases: slices.Concat(userCases, userChildCases, userMetaCases, userReadCases)},
		{name: "Terminate", cases: slices.Concat(terminateCases, terminateRaceCases)},
		{name: "Wait", cases: slices.Concat(waitCases, waitPurgeCases)},
		{name: "Orphans", cases: slices.Concat(orphanCases, orphanRaceCases)},
		{name: "Search", cases: slices.Concat(searchCases, searchPageCases, searchModelCases)},
		{name: "Purge", cases: slices.Concat(purgeCases, purgeHistoryCases, purgeChildCases,
			purgeRaceCases, purgeWalkCases, purgeRunCases, purgeModelCases)},
	}
}

// atOnce bounds the cases that run at the same time, whatever -parallel says: a
// server has a limit of connections, and a case uses up to a dozen.
const atOnce = 6

// Run runs every case against the harness.
func Run(t *testing.T, h Harness) {
	t.Helper()
	all := areas()
	h.check(t, all)
	slots := make(chan struct{}, atOnce)
	for _, a := range all {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range a.cases {
				t.Run(c.name, func(t *testing.T) {
					if reason, skip := h.Skip[a.name+"/"+c.name]; skip {
						t.Skip(reason)
					}
					t.Parallel()
					slots <- struct{}{}
					t.Cleanup(func() { <-slots }) // after the database is closed
					c.run(t, h.setup(t, a.bare))
				})
			}
		})
	}
}

// check fails a run whose harness is incomplete or skips what is not there.
func (h *Harness) check(t *testing.T, all []area) {
	t.Helper()
	problems := h.problems(all)
	for _, p := range problems {
		t.Errorf("dialecttest: %s", p)
	}
	if len(problems) > 0 {
		t.FailNow()
	}
}

func (h *Harness) problems(all []area) (list []string) {
	if h.Dialect == nil || h.URL == nil {
		return []string{"Harness.Dialect and Harness.URL are required"}
	}
	if _, ok := h.Dialect.(dialects.Opener); !ok {
		list = append(list, fmt.Sprintf("dialect %s opens no URLs: implement dialects.Opener", h.Dialect.Name()))
	}
	known := map[string]bool{}
	for _, a := range all {
		for _, c := range a.cases {
			known[a.name+"/"+c.name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(h.Skip)) {
		if !known[name] {
			list = append(list, fmt.Sprintf("Skip[%q] names no case: correct or remove it", name))
		}
		if strings.TrimSpace(h.Skip[name]) == "" {
			list = append(list, fmt.Sprintf("Skip[%q] has no reason: write one", name))
		}
	}
	return list
}

// database is an open pool with what its URL said.
type database struct {
	*sql.DB
	target *dialects.Target
}

// poolSize is enough for a purge, its lock and two writers.
const poolSize = 6

func (h *Harness) open(t *testing.T, url string) database {
	t.Helper()
	target, err := dialects.ParseURL(url)
	must(t, err)
	db, err := h.Dialect.(dialects.Opener).Open(t.Context(), target)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	db.SetMaxOpenConns(poolSize)
	db.SetMaxIdleConns(poolSize / 2)
	return database{db, target}
}
