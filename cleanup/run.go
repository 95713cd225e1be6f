// Package cleanup is for operators and services that keep the session tables
// small: it removes rows that no read needs any more, in chunks, next to running
// writers, and never changes the answer of a read from gone to there.
//
// docs/semantics.md gives each rule with its reason and its test.
package cleanup

import (
	"context"
	"database/sql"
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
	err = p.run(ctx)
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
}

func (p *purge) run(ctx context.Context) error {
	if err := p.fixCutoff(ctx); err != nil {
		return err
	}
	release, err := p.lock(ctx)
	if err != nil {
		return err
	}
	return errors.Join(p.walk(ctx), release())
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
			return fmt.Errorf("%w: %w", ErrStopped, context.Cause(ctx))
		}
		more, err := p.chunk(ctx, w)
		if err != nil {
			return p.failed(ctx, err)
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
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(stopTime, cancel) })
	defer stop()
	more, err = w.next(work, w.log(p.store), p.opts.ChunkSize)
	if err != nil {
		return false, err
	}
	var done counts
	err = p.store.InTx(work, func(ctx context.Context, tx *sessionstore.Tx) error {
		done = counts{}
		return w.purge(ctx, tx, done)
	})
	if err != nil {
		return false, err
	}
	p.report.add(done)
	return more, nil
}

func (p *purge) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w: %w", ErrStopped, context.Cause(ctx))
	}
	return fmt.Errorf("purge after %d chunks: %w", p.report.Chunks, dialects.Classified(p.store.Dialect(), err))
}

// lock keeps a second purge of the same tables away, where the database can.
func (p *purge) lock(ctx context.Context) (release func() error, err error) {
	locker, ok := p.store.Dialect().(dialects.Locker)
	if !ok || p.opts.Unlocked {
		return func() error { return nil }, nil
	}
	conn, err := p.store.DB().Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("take the purge lock: %w", dialects.Classified(p.store.Dialect(), err))
	}
	o := p.store.Options()
	unlock, err := locker.TryLock(ctx, conn, "sessiondb purge "+o.Schema+"."+o.Prefix)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("take the purge lock: %w", dialects.Classified(p.store.Dialect(), err)), conn.Close())
	}
	return func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		err := unlock(ctx)
		if errors.Is(dialects.Classified(p.store.Dialect(), err), dialects.ErrUnavailable) {
			err = nil // the lock went with its connection
		}
		if closed := conn.Close(); !errors.Is(closed, sql.ErrConnDone) {
			err = errors.Join(err, closed)
		}
		return err
	}, nil
}
