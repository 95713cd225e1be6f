// Package cleanup is for operators and services that keep the session tables
// small: it removes rows that no read needs any more, in chunks, next to running
// writers, and never changes the answer of a read from gone to there.
//
// docs/semantics.md gives each rule with its reason and its test.
package cleanup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// stopTime is how long the chunk under way may take to finish after the context
// has ended.
const stopTime = 10 * time.Second

// Run purges once. The context stops it between chunks. It returns ErrInvalid,
// ErrClockSkew or ErrLocked before anything is deleted, ErrStopped when the
// context ended, or the database's error classified; the report is valid with
// every error.
func Run(ctx context.Context, store *sessionstore.Store, o *Options) (*Report, error) {
	opts, err := o.withDefaults(store.Dialect().Traits().MaxChunk)
	if err != nil {
		return newReport(&opts), err
	}
	p := &purge{store: store, opts: opts, report: newReport(&opts), started: time.Now()}
	p.children = children{ssoType: store.Options().SSOType, alone: store.Dialect().Traits().SingleWriter}
	err = stopped(ctx, p.run(ctx))
	p.report.Complete = err == nil
	p.report.Seconds = time.Since(p.started).Seconds()
	return p.report, err
}

// purge is one run.
type purge struct {
	store   *sessionstore.Store
	opts    Options
	report  *Report
	started time.Time
	cutoff  int64 // fixed at the start; a row stamped later supersedes nothing
	before  int64 // cutoff less the grace; what expired earlier may go

	children children
}

func (p *purge) run(ctx context.Context) error {
	if err := p.fixCutoff(ctx); err != nil {
		return err
	}
	if p.opts.Unlocked {
		return p.walk(ctx)
	}
	return locked(ctx, p.store, 0, p.walk)
}

// locked runs fn while nothing else purges these tables. It waits so long for
// another one.
func locked(ctx context.Context, store *sessionstore.Store, wait time.Duration, fn func(context.Context) error) error {
	o := store.Options()
	lock := fmt.Sprintf("sessiondb purge %s.%s", o.Schema, o.Prefix)
	err := dialects.WithLock(ctx, store.Dialect(), store.DB(), lock, wait, nil, fn)
	if errors.Is(err, ErrLocked) {
		return fmt.Errorf("another purge is at work on these tables: %w", err)
	}
	return err
}

func (p *purge) walk(ctx context.Context) error {
	for _, w := range p.walks() {
		if err := p.follow(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// follow takes one walk to the end of its range, chunk by chunk. A chunk that
// deletes little or nothing is not the end: checks keep rows.
func (p *purge) follow(ctx context.Context, w walk) error {
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		more, err := p.chunk(ctx, w)
		if err != nil {
			return fmt.Errorf("purge after %d chunks: %w", p.report.Chunks, dialects.Classified(p.store.Dialect(), err))
		}
		if p.opts.Progress != nil {
			p.opts.Progress(Progress{Policy: w.policy(), Deleted: p.report.Deleted, Chunks: p.report.Chunks, Elapsed: time.Since(p.started)})
		}
		if !more {
			return nil
		}
	}
}

// chunk runs one chunk in one transaction, finishing it when the context ends
// meanwhile, if that does not take long.
func (p *purge) chunk(ctx context.Context, w walk) (more bool, err error) {
	work, end := finishing(ctx)
	defer end()
	more, err = w.next(work, w.log(p.store), p.opts.ChunkSize)
	if err != nil {
		return false, err
	}
	var done counts
	err = p.children.twice(func() (err error) {
		done, err = p.delete(work, w)
		return err
	})
	if err != nil {
		return false, err
	}
	p.report.add(done)
	return more, nil
}

// finishing is a context that outlives its parent, by not more than stopTime.
func finishing(ctx context.Context) (work context.Context, end func()) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(stopTime, cancel) })
	return work, func() {
		stop()
		cancel()
	}
}

func (p *purge) delete(ctx context.Context, w walk) (done counts, err error) {
	err = p.store.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		done = counts{}
		return w.purge(ctx, tx, done)
	})
	return done, err
}

// stopped turns what a context that has ended brings about into ErrStopped.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() == nil || !errors.Is(err, context.Canceled) && !errors.Is(err, ctx.Err()) {
		return err
	}
	if err.Error() == ctx.Err().Error() { // nothing else to tell, joined or not
		return fmt.Errorf("%w: %w", ErrStopped, context.Cause(ctx))
	}
	return fmt.Errorf("%w: %w: %w", ErrStopped, context.Cause(ctx), err)
}
