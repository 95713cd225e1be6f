package dialecttest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// Orphans: child rows whose session is gone, and those that only look so.
var orphanCases = []testCase{
	{"OrphansGo", orphansGo},
	{"TwoLooksAGraceApart", twoLooksAGraceApart},
	{"LoginThatCommitsItsChildrenFirst", loginThatCommitsItsChildrenFirst},
	{"LoginDuringTheWait", loginDuringTheWait},
	{"NewOrphansWaitForTheirSecondLook", newOrphansWait},
	{"OtherSpellingsStay", orphansOfOtherSpellings},
	{"OfTheChosenType", orphansOfTheChosenType},
	{"SmallChunks", orphansInSmallChunks},
	{"DryRunDeletesNothing", orphanDryRun},
	{"MoreThanItMayRemember", moreOrphansThanItMayRemember},
	{"StateOfOtherTablesRefused", stateOfOtherTables},
	{"StopsInItsWait", sweepStopsInItsWait},
	{"LockedOutByAPurge", sweepLockedOut},
	{"LookSurvivesALostConnection", lookSurvivesALostConnection},
	{"FailureKeepsItsReport", sweepFailureKeepsItsReport},
}

// sweep runs a whole sweep of tables that nobody writes to, without a wait.
func (b *bundle) sweep(t *testing.T, o cleanup.OrphanOptions) *cleanup.OrphanReport {
	t.Helper()
	return b.sweepBy(t, b.store, o)
}

func (b *bundle) sweepBy(t *testing.T, s *sessionstore.Store, o cleanup.OrphanOptions) *cleanup.OrphanReport {
	t.Helper()
	o.Quiesced, o.GraceSet = true, true
	report, err := cleanup.SweepOrphans(t.Context(), s, &o)
	must(t, err)
	equal(t, "complete", report.Complete, true)
	return report
}

// sweepAt runs a sweep with a state file at an instant, given from epoch.
func (b *bundle) sweepAt(t *testing.T, state string, at time.Duration) *cleanup.OrphanReport {
	t.Helper()
	report, err := cleanup.SweepOrphans(t.Context(), b.store, &cleanup.OrphanOptions{State: state, Now: epoch.Add(at), Database: "test"})
	must(t, err)
	return report
}

func stateFile(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "orphans.state")
}

func orphansGo(t *testing.T, b *bundle) {
	b.insert(t, stored("live", -hour, hour), stored("expired", -10*hour, -5*hour), deleted("out", -hour, hour),
		stored("lower case", -hour, hour).as("store"), stored("another type", -hour, hour).of("Other"))
	gone, stay := []string{"gone", "gone too", "another type"}, []string{"live", "expired", "out", "lower case"}
	b.addChildren(t, append(gone, stay...)...)
	report := b.sweep(t, cleanup.OrphanOptions{})
	b.haveNoChildren(t, gone...)
	b.haveChildren(t, stay...)
	equal(t, "candidates", report.Candidates, 3)
	equal(t, "sample", fmt.Sprint(report.Sample), "[another type gone gone too]")
	equal(t, "kept", report.Kept, 0)
	equal(t, "deleted", report.Deleted, int64(3*childRows))
	for table, want := range map[string]int64{cleanup.TableMapping: 3, cleanup.TableAppInfo: 3, cleanup.TableMetaData: 6} {
		equal(t, "found in "+table, report.Found[table], want)
		equal(t, "deleted from "+table, report.Tables[table], want)
	}
	equal(t, "found by a second sweep", b.sweep(t, cleanup.OrphanOptions{}).Candidates, 0)
	equal(t, "rows of the log", b.sessions(t), 5)
}

func twoLooksAGraceApart(t *testing.T, b *bundle) {
	b.addChildren(t, "gone")
	state := stateFile(t)
	report := b.sweepAt(t, state, 0)
	equal(t, "candidates", report.Candidates, 1)
	equal(t, "not before", report.NotBefore, epoch.Add(grace))
	equal(t, "complete", report.Complete, true)
	for _, early := range []time.Duration{-hour, 0, time.Minute, grace - 1} {
		report = b.sweepAt(t, state, early)
		equal(t, "too early", report.TooEarly, true)
		equal(t, "complete", report.Complete, false)
		equal(t, "not before", report.NotBefore, epoch.Add(grace))
	}
	b.haveChildren(t, "gone")
	report = b.sweepAt(t, state, grace)
	equal(t, "too early", report.TooEarly, false)
	equal(t, "deleted", report.Deleted, int64(childRows))
	equal(t, "candidates of the next look", report.Candidates, 0)
	equal(t, "not before", report.NotBefore, epoch.Add(2*grace))
	b.haveNoChildren(t, "gone")
}

// The product stores a session in a queue, and its child rows at once.
func loginThatCommitsItsChildrenFirst(t *testing.T, b *bundle) {
	b.addChildren(t, "late", "gone")
	state := stateFile(t)
	equal(t, "candidates", b.sweepAt(t, state, 0).Candidates, 2)
	b.insert(t, stored("late", 0, hour))
	report := b.sweepAt(t, state, grace)
	equal(t, "kept", report.Kept, 1)
	b.haveChildren(t, "late")
	b.haveNoChildren(t, "gone")
	b.sweepAt(t, state, 2*grace)
	b.haveChildren(t, "late")
}

// The same within one run, whose looks are not far apart here.
func loginDuringTheWait(t *testing.T, b *bundle) {
	b.addChildren(t, "late", "logged out", "gone")
	waited := false
	report, err := cleanup.SweepOrphans(t.Context(), b.store, &cleanup.OrphanOptions{
		Grace: 50 * time.Millisecond, Quiesced: true,
		Progress: func(p cleanup.OrphanProgress) {
			if p.Step == cleanup.OrphanWait && !waited {
				waited = true
				equal(t, "candidates", p.Candidates, 3)
				b.insert(t, stored("late", 0, hour), deleted("logged out", 0, hour))
			}
		},
	})
	must(t, err)
	equal(t, "waited", waited, true)
	equal(t, "kept", report.Kept, 2)
	b.haveChildren(t, "late", "logged out")
	b.haveNoChildren(t, "gone")
}

func newOrphansWait(t *testing.T, b *bundle) {
	state := stateFile(t)
	b.addChildren(t, "old")
	b.sweepAt(t, state, 0)
	b.addChildren(t, "new")
	b.sweepAt(t, state, grace)
	b.haveNoChildren(t, "old")
	b.haveChildren(t, "new")
	b.sweepAt(t, state, 2*grace)
	b.haveNoChildren(t, "new")
}

func orphansOfOtherSpellings(t *testing.T, b *bundle) {
	all := b.spellings()
	var live, gone []string
	for i, id := range all {
		if i%2 == 0 {
			gone = append(gone, id)
			continue
		}
		live = append(live, id)
		b.insert(t, stored(id, -hour+time.Duration(i), hour)) // a loose collation takes the ids for one
	}
	for _, chunk := range []int{1, 0} {
		b.addChildren(t, all...)
		equal(t, "candidates", b.sweep(t, cleanup.OrphanOptions{ChunkSize: chunk}).Candidates, len(gone))
		b.haveChildren(t, live...)
		b.haveNoChildren(t, gone...)
	}
}

func orphansOfTheChosenType(t *testing.T, b *bundle) {
	b.insert(t, stored("a", -hour, hour), stored("b", -hour, hour).of("Mine"))
	b.addChildren(t, "a", "b")
	b.sweepBy(t, b.with(t, sessionstore.Options{SSOType: "Mine"}), cleanup.OrphanOptions{})
	b.haveChildren(t, "b")
	b.haveNoChildren(t, "a")
}

func orphansInSmallChunks(t *testing.T, b *bundle) {
	var live []string
	for i, id := range ids(13) {
		if i%3 == 0 {
			live = append(live, id)
			b.insert(t, stored(id, -hour, hour))
		}
	}
	for _, size := range []int{1, 2, 3, 5, 13, 100} {
		b.addChildren(t, ids(13)...)
		chunks := 0
		report := b.sweep(t, cleanup.OrphanOptions{ChunkSize: size, Progress: func(p cleanup.OrphanProgress) {
			if p.Step == cleanup.OrphanDelete {
				chunks++
				equal(t, "checked", p.Checked, min(chunks*max(1, size/4), 13-len(live)))
			}
		}})
		b.haveChildren(t, live...)
		equal(t, "deleted", report.Deleted, int64((13-len(live))*childRows))
		equal(t, "chunks", report.Chunks, chunks)
	}
}

func orphanDryRun(t *testing.T, b *bundle) {
	b.addChildren(t, ids(12)...)
	b.insert(t, stored("id 3", -hour, hour))
	was := b.totals(t)
	state := stateFile(t)
	report := b.sweep(t, cleanup.OrphanOptions{DryRun: true, State: state})
	equal(t, "candidates", report.Candidates, 11)
	equal(t, "sample", len(report.Sample), 10)
	equal(t, "a live one is shown", slices.Contains(report.Sample, "id 3"), false)
	equal(t, "deleted", report.Deleted, 0)
	equal(t, "dry run", report.DryRun, true)
	for table, n := range b.totals(t) {
		equal(t, "rows of "+table, n, was[table])
	}
	_, err := os.Stat(state)
	equal(t, "a state file is there", !errors.Is(err, os.ErrNotExist), false)
}

func moreOrphansThanItMayRemember(t *testing.T, b *bundle) {
	b.addChildren(t, ids(10)...)
	for left := 10; left > 0; left -= 4 {
		report := b.sweep(t, cleanup.OrphanOptions{MaxCandidates: 4, ChunkSize: 3})
		equal(t, "candidates", report.Candidates, min(left, 4))
		equal(t, "truncated", report.Truncated, left > 4)
		equal(t, "deleted", report.Deleted, int64(min(left, 4)*childRows))
	}
	b.haveNoChildren(t, ids(10)...)
}

func stateOfOtherTables(t *testing.T, b *bundle) {
	b.addChildren(t, "gone")
	state := stateFile(t)
	b.sweepAt(t, state, 0)
	for what, s := range map[string]*sessionstore.Store{"Mine": b.with(t, sessionstore.Options{SSOType: "Mine"}), "other": b.store} {
		report, err := cleanup.SweepOrphans(t.Context(), s, &cleanup.OrphanOptions{State: state, Now: epoch.Add(grace), Database: "other"})
		fails(t, what, err, cleanup.ErrState)
		says(t, err, what, "name another file")
		equal(t, "deleted", report.Deleted, 0)
	}
	b.haveChildren(t, "gone")
}

func sweepStopsInItsWait(t *testing.T, b *bundle) {
	b.addChildren(t, "gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("time is up")
	report, err := cleanup.SweepOrphans(ctx, b.store, &cleanup.OrphanOptions{Progress: func(p cleanup.OrphanProgress) {
		if p.Step == cleanup.OrphanWait {
			equal(t, "two hours are left", p.Left > 2*hour-time.Minute, true)
			cancel(reason)
		}
	}})
	fails(t, "SweepOrphans", err, cleanup.ErrStopped)
	fails(t, "SweepOrphans", err, reason)
	equal(t, "candidates", report.Candidates, 1)
	equal(t, "deleted", report.Deleted, 0)
	equal(t, "complete", report.Complete, false)
	b.haveChildren(t, "gone")
}

func sweepLockedOut(t *testing.T, b *bundle) {
	if _, ok := b.h.Dialect.(dialects.Locker); !ok {
		t.Skip("the dialect has no locks")
	}
	b.several(t, 6)
	b.addChildren(t, "gone")
	state := stateFile(t)
	b.sweepAt(t, state, 0)
	b.purge(t, cleanup.Options{ChunkSize: 2, Progress: func(p cleanup.Progress) {
		if p.Chunks != 1 {
			return
		}
		_, err := cleanup.SweepOrphans(t.Context(), b.other, &cleanup.OrphanOptions{State: state, Now: epoch.Add(grace), Database: "test"})
		fails(t, "a sweep beside a purge", err, cleanup.ErrLocked)
	}})
	b.haveChildren(t, "gone")
	equal(t, "kept", b.sweepAt(t, state, grace).Kept, 0)
	b.haveNoChildren(t, "gone")
}

func lookSurvivesALostConnection(t *testing.T, b *bundle) {
	b.addChildren(t, ids(6)...)
	d := newTap(b.h.Dialect)
	d.once("OrphanedMetaData", broken(classified(dialects.ErrUnavailable)))
	d.once("OrphanedMetaData", broken(classified(dialects.ErrLockTimeout)))
	report := b.sweepBy(t, b.tapped(t, d, nil), cleanup.OrphanOptions{ChunkSize: 4})
	equal(t, "found", report.Found[cleanup.TableMetaData], 12)
	equal(t, "deleted", report.Deleted, int64(6*childRows))
}

func sweepFailureKeepsItsReport(t *testing.T, b *bundle) {
	b.addChildren(t, ids(6)...)
	broke := errors.New("broken")
	d := newTap(b.h.Dialect)
	s := b.tapped(t, d, nil)
	report, err := cleanup.SweepOrphans(t.Context(), s, &cleanup.OrphanOptions{
		ChunkSize: 8, Quiesced: true, GraceSet: true,
		Progress: func(p cleanup.OrphanProgress) {
			if p.Step == cleanup.OrphanDelete && p.Checked == 2 {
				d.on("DeleteMappings", broken(broke))
			}
		},
	})
	fails(t, "SweepOrphans", err, broke)
	equal(t, "deleted", report.Deleted, int64(2*childRows))
	equal(t, "chunks", report.Chunks, 1)
	equal(t, "complete", report.Complete, false)
	b.sweep(t, cleanup.OrphanOptions{})
	b.haveNoChildren(t, ids(6)...)
}
