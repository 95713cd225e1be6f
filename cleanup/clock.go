package cleanup

import (
	"context"
	"fmt"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
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
	millis, err := p.databaseClock(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the clock of the database: %w", dialects.Classified(p.store.Dialect(), err))
	}
	database := time.UnixMilli(millis)
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

func (p *purge) databaseClock(ctx context.Context) (int64, error) {
	if c, ok := p.store.Dialect().(dialects.Clocker); ok {
		return c.ClockMillis(ctx, p.store.DB())
	}
	return p.store.Queries().DatabaseClock(ctx)
}
