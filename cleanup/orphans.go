package cleanup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// lockPatience is how long a sweep that has waited out its grace waits for the lock
// of another purge.
const lockPatience = time.Hour

// waitTick is how often a sweep that waits says so.
const waitTick = time.Second

// idsPerChunk is the share of a chunk that one transaction deletes sessions of: a
// session has four rows in the largest of the child tables.
const idsPerChunk = 4

// SweepOrphans removes child rows that belong to no session: those of session ids
// that had no row of the single sign-on type in the log at two looks a grace
// apart. One look does not tell an orphan from a login whose child rows are
// committed before its session. Purges leave no orphans; the product's own cleanup
// and its procedures do.
//
// It returns ErrInvalid or ErrState before anything is deleted, ErrLocked when
// another purge holds the lock, ErrStopped when the context ended, or the
// database's error classified; the report is valid with every error.
func SweepOrphans(ctx context.Context, store *sessionstore.Store, o *OrphanOptions) (*OrphanReport, error) {
	opts, err := o.withDefaults(store.Dialect().Traits().MaxChunk)
	if err != nil {
		return newOrphanReport(&opts), err
	}
	s := &sweep{store: store, opts: opts, report: newOrphanReport(&opts), started: time.Now()}
	s.children = children{ssoType: store.Options().SSOType, alone: store.Dialect().Traits().SingleWriter, orphans: true}
	err = stopped(ctx, s.run(ctx))
	s.report.Complete = err == nil && !s.report.TooEarly
	s.report.Seconds = time.Since(s.started).Seconds()
	return s.report, err
}

// sweep is one run.
type sweep struct {
	store    *sessionstore.Store
	opts     OrphanOptions
	report   *OrphanReport
	started  time.Time
	children children
	checked  int
}

func (s *sweep) run(ctx context.Context) error {
	switch {
	case s.opts.DryRun:
		_, err := s.look(ctx)
		return err
	case s.opts.State != "":
		return s.runWithState(ctx)
	}
	ids, err := s.look(ctx)
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := s.wait(ctx); err != nil {
		return err
	}
	return s.delete(ctx, ids, lockPatience)
}

// runWithState deletes what an earlier run has found, if that was long enough ago,
// and looks again for a later one.
func (s *sweep) runWithState(ctx context.Context) error {
	state, err := loadState(s.opts.State, s.origin())
	if err != nil {
		return err
	}
	if err := mayWriteState(s.opts.State); err != nil {
		return err
	}
	now, err := s.instants(ctx)
	if err != nil {
		return err
	}
	if state != nil {
		if left := s.opts.Grace - now.since(state.Looked); left > 0 {
			s.report.TooEarly = true
			s.report.NotBefore = now.Host.Add(left)
			return nil
		}
		if err := s.delete(ctx, state.ids, 0); err != nil {
			return err
		}
	}
	ids, err := s.look(ctx)
	if err != nil {
		return err
	}
	if now, err = s.instants(ctx); err != nil { // after the look, which may have taken long
		return err
	}
	s.report.NotBefore = now.Host.Add(s.opts.Grace)
	return saveState(s.opts.State, &orphanState{Origin: s.origin(), Looked: now, ids: ids})
}

// origin is what a state file is good for.
func (s *sweep) origin() origin {
	o := s.store.Options()
	return origin{
		Dialect: s.store.Dialect().Name(), Database: s.opts.Database,
		Schema: o.Schema, Prefix: o.Prefix, SSOType: o.SSOType,
	}
}

// instants are both clocks, so that a jump of one of them does not shorten the
// grace.
func (s *sweep) instants(ctx context.Context) (instants, error) {
	if !s.opts.Now.IsZero() {
		return instants{Host: s.opts.Now.UTC(), Database: s.opts.Now.UTC()}, nil
	}
	database, err := databaseClock(ctx, s.store)
	return instants{Host: s.store.Options().Now().UTC(), Database: database}, err
}

// wait lets the grace pass.
func (s *sweep) wait(ctx context.Context) error {
	end := time.Now().Add(s.opts.Grace)
	s.opts.Logger.Info("sessions without a row; looking again after the grace", "sessions", s.report.Candidates, "at", end.UTC().Format(time.RFC3339))
	for {
		left := time.Until(end)
		if left <= 0 {
			return nil
		}
		s.progress(OrphanProgress{Step: OrphanWait, Left: left})
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(left, waitTick)):
		}
	}
}

// delete takes the sessions chunk by chunk and removes the child rows of those that
// still have no row.
func (s *sweep) delete(ctx context.Context, ids []string, patience time.Duration) error {
	if len(ids) == 0 {
		return nil
	}
	work := func(ctx context.Context) error {
		for chunk := range slices.Chunk(ids, max(1, s.opts.ChunkSize/idsPerChunk)) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := s.deleteChunk(ctx, chunk); err != nil {
				return fmt.Errorf("sweep after %d chunks: %w", s.report.Chunks, dialects.Classified(s.store.Dialect(), err))
			}
			s.checked += len(chunk)
			s.progress(OrphanProgress{Step: OrphanDelete, Candidates: len(ids)})
		}
		return nil
	}
	if s.opts.Unlocked {
		return work(ctx)
	}
	return locked(ctx, s.store, patience, work)
}

func (s *sweep) deleteChunk(ctx context.Context, ids []string) error {
	work, end := finishing(ctx)
	defer end()
	var done counts
	var kept int
	err := s.children.twice(func() (err error) {
		done, kept, err = s.tryDelete(work, ids)
		return err
	})
	if err != nil {
		return err
	}
	s.report.add(done)
	s.report.Kept += kept
	return nil
}

func (s *sweep) tryDelete(ctx context.Context, ids []string) (done counts, kept int, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		done = counts{}
		ended, err := s.children.purgeEnded(ctx, tx.Queries(), slices.Clone(ids), done)
		kept = len(ids) - ended
		return err
	})
	return done, kept, err
}

func (s *sweep) progress(p OrphanProgress) {
	if s.opts.Progress == nil {
		return
	}
	if p.Step != OrphanDelete {
		p.Candidates = s.report.Candidates
	}
	p.Checked, p.Deleted, p.Elapsed = s.checked, s.report.Deleted, time.Since(s.started)
	s.opts.Progress(p)
}
