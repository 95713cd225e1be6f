package dialecttest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// tap is a dialect whose statements a test can stop, watch and break: the way to
// put a second writer exactly between two statements of a purge. It hides the
// optional interfaces of the dialect.
type tap struct {
	dialects.Dialect
	traits func(*dialects.Traits)
	mu     sync.Mutex
	hooks  map[string][]hook
}

// hook runs around a statement; db is what the statement runs on.
type hook func(ctx context.Context, db gen.DBTX, run func() error) error

var (
	_ dialects.Dialect = (*tap)(nil)
	_ gen.Querier      = tapped{}
)

func newTap(d dialects.Dialect) *tap { return &tap{Dialect: d, hooks: map[string][]hook{}} }

// Traits are those of the dialect, changed.
func (d *tap) Traits() dialects.Traits {
	traits := d.Dialect.Traits()
	if d.traits != nil {
		d.traits(&traits)
	}
	return traits
}

// Queries are those of the dialect, with the hooks.
func (d *tap) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	q, err := d.Dialect.Queries(db, cfg)
	if err != nil {
		return nil, err
	}
	return tapped{q, d, db}, nil
}

// on runs h instead of the named query, each time.
func (d *tap) on(query string, h hook) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hooks[query] = append(d.hooks[query], h)
}

// once runs h instead of the named query, the next time only.
func (d *tap) once(query string, h hook) {
	var done bool
	d.on(query, func(ctx context.Context, db gen.DBTX, run func() error) error {
		d.mu.Lock()
		first := !done
		done = true
		d.mu.Unlock()
		if !first {
			return run()
		}
		return h(ctx, db, run)
	})
}

func (d *tap) call(ctx context.Context, query string, db gen.DBTX, run func() error) error {
	d.mu.Lock()
	hooks := slices.Clone(d.hooks[query])
	d.mu.Unlock()
	for _, h := range hooks {
		inner := run
		run = func() error { return h(ctx, db, inner) }
	}
	return run()
}

// before makes a hook that does something first.
func before(do func()) hook {
	return func(_ context.Context, _ gen.DBTX, run func() error) error {
		do()
		return run()
	}
}

// after makes a hook that does something when the statement has run.
func after(do func()) hook {
	return func(_ context.Context, _ gen.DBTX, run func() error) error {
		defer do()
		return run()
	}
}

// broken makes a hook that answers with an error instead of running.
func broken(err error) hook {
	return func(context.Context, gen.DBTX, func() error) error { return err }
}

// unanswered makes a hook that runs the statement and loses its answer.
func unanswered() hook {
	return func(_ context.Context, _ gen.DBTX, run func() error) error {
		if err := run(); err != nil {
			return err
		}
		return classified(dialects.ErrUnavailable)
	}
}

// classified is an error as a dialect's Classify would have it.
func classified(class error) error {
	return &dialects.ClassifiedError{Class: class, Err: errors.New("made by dialecttest")}
}

// tapped has a hook point in the queries that races turn on.
type tapped struct {
	gen.Querier
	tap *tap
	db  gen.DBTX
}

func (q tapped) WithDB(db gen.DBTX) gen.Querier { return tapped{q.Querier.WithDB(db), q.tap, db} }

// through runs one query within its hooks.
func through[R any](ctx context.Context, q tapped, query string, run func() (R, error)) (result R, err error) {
	err = q.tap.call(ctx, query, q.db, func() (err error) {
		result, err = run()
		return err
	})
	return result, err
}

func (q tapped) InsertSession(ctx context.Context, p gen.InsertSessionParams) error {
	return q.tap.call(ctx, "InsertSession", q.db, func() error { return q.Querier.InsertSession(ctx, p) })
}

func (q tapped) KeySummary(ctx context.Context, p gen.KeySummaryParams) (gen.KeySummaryRow, error) {
	return through(ctx, q, "KeySummary", func() (gen.KeySummaryRow, error) { return q.Querier.KeySummary(ctx, p) })
}

func (q tapped) DeleteTempRows(ctx context.Context, p gen.DeleteTempRowsParams) (int64, error) {
	return through(ctx, q, "DeleteTempRows", func() (int64, error) { return q.Querier.DeleteTempRows(ctx, p) })
}

func (q tapped) ExpiryBoundary(ctx context.Context, p gen.ExpiryBoundaryParams) (gen.ExpiryBoundaryRow, error) {
	return through(ctx, q, "ExpiryBoundary", func() (gen.ExpiryBoundaryRow, error) { return q.Querier.ExpiryBoundary(ctx, p) })
}

func (q tapped) DeleteSuperseded(ctx context.Context, p gen.DeleteSupersededParams) (int64, error) {
	return through(ctx, q, "DeleteSuperseded", func() (int64, error) { return q.Querier.DeleteSuperseded(ctx, p) })
}

func (q tapped) DeleteExpired(ctx context.Context, p gen.DeleteExpiredParams) (int64, error) {
	return through(ctx, q, "DeleteExpired", func() (int64, error) { return q.Querier.DeleteExpired(ctx, p) })
}

func (q tapped) StampBoundary(ctx context.Context, p gen.StampBoundaryParams) (int64, error) {
	return through(ctx, q, "StampBoundary", func() (int64, error) { return q.Querier.StampBoundary(ctx, p) })
}

func (q tapped) DeleteStampedExpired(ctx context.Context, p gen.DeleteStampedExpiredParams) (int64, error) {
	return through(ctx, q, "DeleteStampedExpired", func() (int64, error) { return q.Querier.DeleteStampedExpired(ctx, p) })
}

func (q tapped) StoredIDs(ctx context.Context, p gen.StoredIDsParams) ([]string, error) {
	return through(ctx, q, "StoredIDs", func() ([]string, error) { return q.Querier.StoredIDs(ctx, p) })
}

func (q tapped) DeleteMappings(ctx context.Context, ids []string) (int64, error) {
	return through(ctx, q, "DeleteMappings", func() (int64, error) { return q.Querier.DeleteMappings(ctx, ids) })
}

func (q tapped) DeleteMetaData(ctx context.Context, ids []string) (int64, error) {
	return through(ctx, q, "DeleteMetaData", func() (int64, error) { return q.Querier.DeleteMetaData(ctx, ids) })
}

func (q tapped) UpsertMapping(ctx context.Context, p gen.UpsertMappingParams) (int64, error) {
	return through(ctx, q, "UpsertMapping", func() (int64, error) { return q.Querier.UpsertMapping(ctx, p) })
}

func (q tapped) LockProperty(ctx context.Context, p gen.LockPropertyParams) ([]string, error) {
	return through(ctx, q, "LockProperty", func() ([]string, error) { return q.Querier.LockProperty(ctx, p) })
}

func (q tapped) LockMetaData(ctx context.Context, ids []string) ([]string, error) {
	return through(ctx, q, "LockMetaData", func() ([]string, error) { return q.Querier.LockMetaData(ctx, ids) })
}

func (q tapped) InsertNewUser(ctx context.Context, p gen.InsertNewUserParams) (int64, error) {
	return through(ctx, q, "InsertNewUser", func() (int64, error) { return q.Querier.InsertNewUser(ctx, p) })
}

func (q tapped) LockMappings(ctx context.Context, ids []string) ([]string, error) {
	return through(ctx, q, "LockMappings", func() ([]string, error) { return q.Querier.LockMappings(ctx, ids) })
}

func (q tapped) DeleteEndedMappings(ctx context.Context, p gen.DeleteEndedMappingsParams) (int64, error) {
	return through(ctx, q, "DeleteEndedMappings", func() (int64, error) { return q.Querier.DeleteEndedMappings(ctx, p) })
}

func (q tapped) DatabaseClock(ctx context.Context) (int64, error) {
	return through(ctx, q, "DatabaseClock", func() (int64, error) { return q.Querier.DatabaseClock(ctx) })
}

func (q tapped) InsertWaitStatus(ctx context.Context, p gen.InsertWaitStatusParams) error {
	return q.tap.call(ctx, "InsertWaitStatus", q.db, func() error { return q.Querier.InsertWaitStatus(ctx, p) })
}

func (q tapped) WaitStatusByKey(ctx context.Context, key string) (gen.WaitStatusByKeyRow, error) {
	return through(ctx, q, "WaitStatusByKey", func() (gen.WaitStatusByKeyRow, error) { return q.Querier.WaitStatusByKey(ctx, key) })
}

func (q tapped) LoggedIDs(ctx context.Context, p gen.LoggedIDsParams) ([]string, error) {
	return through(ctx, q, "LoggedIDs", func() ([]string, error) { return q.Querier.LoggedIDs(ctx, p) })
}

func (q tapped) OrphanedMetaData(ctx context.Context, p gen.OrphanedMetaDataParams) ([]string, error) {
	return through(ctx, q, "OrphanedMetaData", func() ([]string, error) { return q.Querier.OrphanedMetaData(ctx, p) })
}

func (q tapped) DeleteOrphanedMappings(ctx context.Context, p gen.DeleteOrphanedMappingsParams) (int64, error) {
	return through(ctx, q, "DeleteOrphanedMappings", func() (int64, error) { return q.Querier.DeleteOrphanedMappings(ctx, p) })
}
