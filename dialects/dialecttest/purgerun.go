package dialecttest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// A run as a whole: what it refuses, how it ends, and what it says it did.
var purgeRunCases = []testCase{
	{"ClockSkewRefused", clockSkewRefused},
	{"CutoffIsTheEarlierClock", cutoffIsTheEarlierClock},
	{"GraceUnderAMinuteNeedsQuiesced", graceUnderAMinuteNeedsQuiesced},
	{"StopsBetweenChunks", stopsBetweenChunks},
	{"ReportCounts", reportCounts},
	{"SecondPurgeIsLockedOut", secondPurgeIsLockedOut},
	{"ConflictIsTriedAgainAndCountedOnce", conflictIsCountedOnce},
	{"FailureKeepsTheReport", failureKeepsTheReport},
	{"PoolOfOneConnection", poolOfOneConnection},
	{"MissingTables", purgeOfMissingTables},
}

// serverClock is the clock that a purge asks.
func (b *bundle) serverClock(t *testing.T) time.Time {
	t.Helper()
	read := b.store.Queries().DatabaseClock
	if c, ok := b.h.Dialect.(dialects.Clocker); ok {
		read = func(ctx context.Context) (int64, error) { return c.ClockMillis(ctx, b.db) }
	}
	millis, err := read(t.Context())
	must(t, err)
	return time.UnixMilli(millis)
}

func clockSkewRefused(t *testing.T, b *bundle) {
	r := stored("a", -10*hour, -5*hour)
	b.insert(t, r)
	for _, skew := range []time.Duration{3 * hour, -3 * hour, grace + time.Minute, -grace - time.Minute} {
		s := b.with(t, sessionstore.Options{Now: fixed(b.serverClock(t).Add(skew))})
		report, err := cleanup.Run(t.Context(), s, nil)
		fails(t, "a host "+skew.String()+" off", err, cleanup.ErrClockSkew)
		says(t, err, "grace is 2h")
		equal(t, "deleted", report.Deleted, 0)
		equal(t, "complete", report.Complete, false)
		b.left(t, r)
	}
}

func cutoffIsTheEarlierClock(t *testing.T, b *bundle) {
	for _, skew := range []time.Duration{-hour, hour, -grace + time.Minute, grace - time.Minute} {
		earliest := b.serverClock(t)
		host := earliest.Add(skew)
		b.clear(t)
		p := b.params(stored("a", 0, 0))
		// Expired long ago by the later clock, live by the earlier one.
		p.TimeCreated = min(earliest.UnixNano(), host.UnixNano()) - int64(10*hour)
		p.ExpiryTime.Int64 = min(earliest.UnixNano(), host.UnixNano()) - int64(grace-30*time.Second)
		must(t, b.store.Queries().InsertSession(t.Context(), p))
		report, err := cleanup.Run(t.Context(), b.with(t, sessionstore.Options{Now: fixed(host)}), nil)
		must(t, err)
		equal(t, "deleted", report.Deleted, 0)
		latest := b.serverClock(t).Add(time.Second)
		if skew < 0 {
			equal(t, "cutoff with a host behind", report.Cutoff, host.UTC())
		} else if report.Cutoff.Before(earliest.Add(-time.Second)) || report.Cutoff.After(latest) {
			t.Errorf("cutoff %s with a host ahead, want the database's clock, %s to %s", report.Cutoff, earliest, latest)
		}
	}
}

func graceUnderAMinuteNeedsQuiesced(t *testing.T, b *bundle) {
	rows := []row{stored("a", -10*hour, -1), stored("b", -10*hour, -time.Minute-1), stored("c", -10*hour, 0)}
	b.insert(t, rows...)
	for _, o := range []cleanup.Options{
		{Grace: time.Minute - 1}, {Grace: time.Second}, {GraceSet: true}, {Grace: -1, Quiesced: true}, {Grace: -hour},
	} {
		o.Now = epoch
		report, err := cleanup.Run(t.Context(), b.store, &o)
		fails(t, "grace "+o.Grace.String(), err, cleanup.ErrInvalid)
		says(t, err, o.Grace.String())
		if o.Grace >= 0 {
			says(t, err, "--quiesced")
		}
		equal(t, "deleted", report.Deleted, 0)
	}
	b.left(t, rows...)
	b.purge(t, cleanup.Options{Grace: time.Minute})
	b.left(t, rows[0], rows[2])
	b.purge(t, cleanup.Options{GraceSet: true, Quiesced: true})
	b.left(t, rows[2])
}

// several are expired sessions with children, enough for many chunks.
func (b *bundle) several(t *testing.T, n int) {
	t.Helper()
	b.insert(t, many(n, func(id string, i int) row {
		return stored(id, -10*hour+time.Duration(i), -5*hour+time.Duration(i))
	})...)
	b.addChildren(t, ids(n)...)
}

// agrees wants a report to say what has happened to the tables.
func (b *bundle) agrees(t *testing.T, report *cleanup.Report, was map[string]int64) {
	t.Helper()
	var sum int64
	for table, n := range b.totals(t) {
		equal(t, "rows deleted from "+table, report.Tables[table], was[table]-n)
		sum += was[table] - n
	}
	equal(t, "rows deleted", report.Deleted, sum)
}

func stopsBetweenChunks(t *testing.T, b *bundle) {
	b.several(t, 20)
	was := b.totals(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("time is up")
	chunks := 0
	report, err := cleanup.Run(ctx, b.store, &cleanup.Options{
		Now: epoch, ChunkSize: 2, Policies: []cleanup.Policy{cleanup.Expired},
		Progress: func(cleanup.Progress) {
			if chunks++; chunks == 3 {
				cancel(reason)
			}
		},
	})
	fails(t, "Run", err, cleanup.ErrStopped)
	fails(t, "Run", err, reason)
	equal(t, "complete", report.Complete, false)
	equal(t, "chunks", report.Chunks, 3)
	equal(t, "rows of the log deleted", report.Tables[cleanup.TableSessions], 6)
	b.agrees(t, report, was)

	report, err = cleanup.Run(ctx, b.store, &cleanup.Options{Now: epoch})
	fails(t, "Run in a context that has ended", err, cleanup.ErrStopped)
	fails(t, "Run in a context that has ended", err, reason)
	equal(t, "deleted", report.Deleted, 0)
	b.purge(t, cleanup.Options{ChunkSize: 2})
	b.left(t)
}

func reportCounts(t *testing.T, b *bundle) {
	b.several(t, 30)
	b.insert(t, stored("out", -10*hour, hour), stored("out", -9*hour, hour), deleted("out", -8*hour, hour), stored("live", -10*hour, hour))
	b.addChildren(t, "out", "live")
	b.insertTemp(t, stored("t", -10*hour, -5*hour).of(temp("").Type), stored("u", -10*hour, hour).of(temp("").Type))
	was := b.totals(t)
	var last cleanup.Progress
	report := b.purge(t, cleanup.Options{ChunkSize: 4, Progress: func(p cleanup.Progress) {
		if p.Chunks != last.Chunks+1 || p.Deleted < last.Deleted || p.Elapsed < last.Elapsed {
			t.Errorf("progress %+v after %+v", p, last)
		}
		last = p
	}})
	b.agrees(t, report, was)
	equal(t, "deleted", report.Deleted, 30+2+31*childRows+1)
	equal(t, "chunks", report.Chunks, last.Chunks)
	equal(t, "deleted by the last progress", last.Deleted, report.Deleted)
	equal(t, "cutoff", report.Cutoff, epoch)
	equal(t, "grace", report.GraceSeconds, grace.Seconds())
	equal(t, "chunk size", report.ChunkSize, 4)
	equal(t, "policies", slices.Equal(report.Policies, cleanup.Policies()), true)
	equal(t, "took some time", report.Seconds > 0, true)
}

func secondPurgeIsLockedOut(t *testing.T, b *bundle) {
	if _, ok := b.h.Dialect.(dialects.Locker); !ok {
		t.Skip("the dialect has no locks")
	}
	b.several(t, 6)
	var second error
	var report *cleanup.Report
	b.purge(t, cleanup.Options{ChunkSize: 2, Progress: func(p cleanup.Progress) {
		if p.Chunks != 1 {
			return
		}
		report, second = cleanup.Run(t.Context(), b.other, &cleanup.Options{Now: epoch})
		b.purgeBy(t, b.other, cleanup.Options{Unlocked: true})
	}})
	fails(t, "a purge beside another", second, cleanup.ErrLocked)
	equal(t, "deleted", report.Deleted, 0)
	b.left(t)
	b.purgeBy(t, b.other, cleanup.Options{}) // the lock is free again
}

func conflictIsCountedOnce(t *testing.T, b *bundle) {
	b.several(t, 10)
	was := b.totals(t)
	d := newTap(b.h.Dialect)
	for _, query := range []string{"DeleteStampedExpired", "StoredIDs", "DeleteMappings"} {
		d.once(query, broken(classified(dialects.ErrDeadlock)))
	}
	b.agrees(t, b.purgeBy(t, b.tapped(t, d, nil), cleanup.Options{ChunkSize: 3}), was)
	b.left(t)
}

func failureKeepsTheReport(t *testing.T, b *bundle) {
	b.several(t, 10)
	was := b.totals(t)
	d := newTap(b.h.Dialect)
	broke := errors.New("broken")
	s := b.tapped(t, d, nil)
	report, err := cleanup.Run(t.Context(), s, &cleanup.Options{
		Now: epoch, ChunkSize: 3, Policies: []cleanup.Policy{cleanup.Expired},
		Progress: func(p cleanup.Progress) {
			if p.Chunks == 2 {
				d.on("DeleteMappings", broken(broke))
			}
		},
	})
	fails(t, "Run", err, broke)
	equal(t, "chunks", report.Chunks, 2)
	equal(t, "complete", report.Complete, false)
	equal(t, "rows of the log deleted", report.Tables[cleanup.TableSessions], 6)
	b.agrees(t, report, was)
}

// One connection is too few for the lock beside the work: a run may refuse it,
// but not wait for ever.
func poolOfOneConnection(t *testing.T, b *bundle) {
	b.several(t, 4)
	pool := b.h.open(t, b.url)
	pool.SetMaxOpenConns(1)
	s := b.newStore(t, pool, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := cleanup.Run(ctx, s, &cleanup.Options{Now: epoch}); err != nil && !errors.Is(err, dialects.ErrPoolTooSmall) {
		t.Errorf("Run: %v", err)
	}
	b.purgeBy(t, s, cleanup.Options{Unlocked: true})
	b.left(t)
}

func purgeOfMissingTables(t *testing.T, b *bundle) {
	report, err := cleanup.Run(t.Context(), b.with(t, sessionstore.Options{Prefix: "NO_"}), &cleanup.Options{Now: epoch})
	fails(t, "Run", err, sessionstore.ErrMissingTable)
	equal(t, "deleted", report.Deleted, 0)
}
