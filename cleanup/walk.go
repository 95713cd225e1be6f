package cleanup

import (
	"context"
	"database/sql"
	"errors"

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
// before the newest rows that wait for them.
func (p *purge) walks() []walk {
	var all []walk
	children := children{ssoType: p.store.Options().SSOType}
	if p.opts.has(Superseded) || p.opts.has(LoggedOut) {
		// A row stamped at the cutoff or later has no newer row that counts.
		all = append(all, &supersededWalk{
			stampRange: stampRange{cutoff: p.cutoff, before: p.cutoff},
			superseded: p.opts.has(Superseded), loggedOut: p.opts.has(LoggedOut), children: children,
		})
	}
	expired := func() walk {
		return &expiryWalk{cutoff: p.cutoff, before: p.before, chunk: p.opts.ChunkSize, children: children}
	}
	if p.opts.has(Expired) {
		all = append(all, expired())
		if !p.opts.has(Superseded) || !p.opts.has(LoggedOut) {
			// An older row that expires later kept its newest row in the first round,
			// and went in it, because no walk before had taken it away.
			all = append(all, expired())
		}
	}
	if p.opts.has(Temp) {
		all = append(all, &tempWalk{stampRange{cutoff: p.cutoff, before: p.before}})
	}
	return all
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
