package cleanup

import (
	"context"
	"fmt"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// fixCutoff decides once what "now" is: the earlier of the two clocks, so that
// neither a fast database nor a fast host makes a live session look expired.
func (p *purge) fixCutoff(ctx context.Context) error {
	now := p.opts.Now
	if now.IsZero() {
		var err error
		if now, err = p.earlierClock(ctx); err != nil {
			return err
		}
	}
	p.cutoff = now.UnixNano()
	p.before = now.Add(-p.opts.Grace).UnixNano()
	p.report.Cutoff = now.UTC()
	return nil
}

func (p *purge) earlierClock(ctx context.Context) (time.Time, error) {
	host := p.store.Options().Now()
	database, err := databaseClock(ctx, p.store)
	if err != nil {
		return time.Time{}, err
	}
	// A quiesced purge without a grace still bears clocks a minute apart.
	if apart := database.Sub(host).Abs(); apart > max(p.opts.Grace, MinGrace) {
		return time.Time{}, fmt.Errorf("%w: the database says %s, this host %s, and the grace is %s: correct the clock, or give a longer grace",
			ErrClockSkew, database.UTC().Format(time.RFC3339), host.UTC().Format(time.RFC3339), p.opts.Grace)
	}
	if database.Before(host) {
		return database, nil
	}
	return host, nil
}

func databaseClock(ctx context.Context, store *sessionstore.Store) (time.Time, error) {
	read := store.Queries().DatabaseClock
	if c, ok := store.Dialect().(dialects.Clocker); ok {
		read = func(ctx context.Context) (int64, error) { return c.ClockMillis(ctx, store.DB()) }
	}
	millis, err := read(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the clock of the database: %w", dialects.Classified(store.Dialect(), err))
	}
	return time.UnixMilli(millis).UTC(), nil
}
