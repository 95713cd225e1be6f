package cleanup

import (
	"context"
	"database/sql"
	"errors"
	"math"

	"github.com/sessiondb/sessiondb/gen"
)

// walk goes along one index, chunk by chunk. The database decides the order of
// keys; the walk only hands its boundaries back to it.
type walk interface {
	policy() Policy
	// log picks the accessors of the table that the walk goes along.
	log(h handle) gen.Querier
	// next finds the end of the next chunk of n rows and reports whether there
	// may be more behind it.
	next(ctx context.Context, q gen.Querier, n int) (more bool, err error)
	// purge deletes what may go in the chunk. It runs again when its transaction
	// is tried again.
	purge(ctx context.Context, h handle, done counts) error
}

// handle is a store or a transaction of one.
type handle interface {
	Queries() gen.Querier
	TempQueries() gen.Querier
}

// walks are what the policies ask for, in an order in which older rows go
// before the newest rows that wait for them. One walk takes all of the log when
// every rule of it is asked for: then no older row of an expired one is left
// behind it.
func (p *purge) walks() []walk {
	var all []walk
	superseded, loggedOut, expired := p.opts.has(Superseded), p.opts.has(LoggedOut), p.opts.has(Expired)
	whole := superseded && loggedOut && expired
	if superseded || loggedOut {
		// Younger rows may still arrive while a chunk is under way, after its look at
		// the sessions in it and before its deletes.
		all = append(all, &logWalk{
			stampRange: p.stampRange(p.before), chunk: p.opts.ChunkSize,
			superseded: superseded, loggedOut: loggedOut, expired: whole, children: &p.children,
		})
	}
	if expired && !whole {
		// An older row that expires later kept its newest row in the first round,
		// and went in it, because no walk before had taken it away.
		all = append(all, p.expiryWalk(), p.expiryWalk())
	}
	if p.opts.has(Temp) {
		all = append(all, &tempWalk{p.stampRange(p.before)})
	}
	if p.opts.has(Wait) {
		all = append(all, p.waitWalk())
	}
	return all
}

// stampRange begins before the first stamp there is. A chunk without that bound
// looks like a third of the table to PostgreSQL while there are no statistics, and
// it reads all of it.
func (p *purge) stampRange(end int64) stampRange {
	return stampRange{cutoff: p.cutoff, before: p.before, end: end, upto: someInt(math.MinInt64)}
}

func (p *purge) expiryWalk() walk {
	return &expiryWalk{cutoff: p.cutoff, before: p.before, chunk: p.opts.ChunkSize, children: &p.children}
}

// found turns "no such row" into the answer that a boundary query gives at the
// end of its range.
func found(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func someText(s string) sql.NullString { return sql.NullString{String: s, Valid: true} }

func someInt(n int64) sql.NullInt64 { return sql.NullInt64{Int64: n, Valid: true} }
