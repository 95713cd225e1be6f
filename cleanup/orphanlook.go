package cleanup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sethvargo/go-retry"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// childWalk goes along a child table's index on the session id. The database
// decides the order; ids that its collation equates are never split.
type childWalk struct {
	table    string
	boundary func(ctx context.Context, after sql.NullString, skip int32) (string, error)
	orphans  func(ctx context.Context, after, upto sql.NullString) ([]string, error)
}

func (s *sweep) walks() []childWalk {
	q, typ := s.store.Queries(), s.store.Options().SSOType
	return []childWalk{
		{
			TableMapping,
			func(ctx context.Context, after sql.NullString, skip int32) (string, error) {
				return q.MappingBoundary(ctx, gen.MappingBoundaryParams{AfterID: after, Skip: skip})
			},
			func(ctx context.Context, after, upto sql.NullString) ([]string, error) {
				return q.OrphanedMappings(ctx, gen.OrphanedMappingsParams{SessionType: typ, AfterID: after, UptoID: upto})
			},
		}, {
			TableAppInfo,
			func(ctx context.Context, after sql.NullString, skip int32) (string, error) {
				return q.AppInfoBoundary(ctx, gen.AppInfoBoundaryParams{AfterID: after, Skip: skip})
			},
			func(ctx context.Context, after, upto sql.NullString) ([]string, error) {
				return q.OrphanedAppInfo(ctx, gen.OrphanedAppInfoParams{SessionType: typ, AfterID: after, UptoID: upto})
			},
		}, {
			TableMetaData,
			func(ctx context.Context, after sql.NullString, skip int32) (string, error) {
				return q.MetaDataBoundary(ctx, gen.MetaDataBoundaryParams{AfterID: after, Skip: skip})
			},
			func(ctx context.Context, after, upto sql.NullString) ([]string, error) {
				return q.OrphanedMetaData(ctx, gen.OrphanedMetaDataParams{SessionType: typ, AfterID: after, UptoID: upto})
			},
		},
	}
}

// look returns the session ids that have child rows and no row in the log, sorted.
func (s *sweep) look(ctx context.Context) ([]string, error) {
	known := map[string]struct{}{}
	for _, w := range s.walks() {
		if err := s.follow(ctx, w, known); err != nil {
			return nil, fmt.Errorf("look through %s: %w", w.table, err)
		}
		if s.report.Truncated {
			s.opts.Logger.Warn("the look ended at the most session ids that it may remember; run the sweep again for the rest", "ids", len(known))
			break
		}
	}
	ids := slices.Sorted(maps.Keys(known))
	s.report.Sample = append(s.report.Sample, ids[:min(len(ids), maxSample)]...)
	return ids, nil
}

func (s *sweep) follow(ctx context.Context, w childWalk, known map[string]struct{}) error {
	var upto sql.NullString
	for more := true; more && !s.report.Truncated; {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		after := upto
		var ids []string
		err := s.again(ctx, func() (err error) {
			last, err := w.boundary(ctx, after, int32(s.opts.ChunkSize-1))
			if more, err = found(err); err != nil {
				return err
			}
			upto = sql.NullString{String: last, Valid: more}
			ids, err = w.orphans(ctx, after, upto)
			return err
		})
		if err != nil {
			return err
		}
		s.remember(w.table, ids, known)
		s.progress(OrphanProgress{Step: OrphanLook, Table: w.table})
	}
	return nil
}

// remember takes in ids, as many as it may. An id comes once a row.
func (s *sweep) remember(table string, ids []string, known map[string]struct{}) {
	for _, id := range ids {
		if _, there := known[id]; !there {
			if len(known) == s.opts.MaxCandidates {
				s.report.Truncated = true
				break
			}
			known[id] = struct{}{}
		}
		s.report.Found[table]++
	}
	s.report.Candidates = len(known)
}

// again repeats reads that lost a lock or their connection: a look may take hours.
func (s *sweep) again(ctx context.Context, read func() error) error {
	b := retry.WithCappedDuration(time.Second, retry.NewExponential(100*time.Millisecond))
	b = retry.WithMaxRetries(uint64(s.store.Options().Attempts-1), b)
	var last error
	err := retry.Do(ctx, b, func(context.Context) error {
		last = dialects.Classified(s.store.Dialect(), read())
		if dialects.Retryable(last) || errors.Is(last, dialects.ErrUnavailable) {
			s.opts.Logger.Debug("a look lost against another transaction or its connection", "error", last)
			return retry.RetryableError(last)
		}
		return last
	})
	if err != nil && !errors.Is(err, last) { // ctx ended between two attempts
		return errors.Join(err, last)
	}
	return err
}
