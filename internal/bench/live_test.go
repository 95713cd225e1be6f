package bench

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/sessionstore"
)

const liveSessions = 100_000

var errNotLive = errors.New("not live")

// live is a table of live sessions, with two ways to it, each with a pool of its
// own: ours, and the statements that a careful programmer prepares and keeps.
type live struct {
	store    *sessionstore.Store
	db       *sql.DB
	get, put *sql.Stmt
	twice    bool // the text has each part of the key twice, for the look at its bytes
	payload  []byte
}

func newLive(b *testing.B, s *enginetest.Server) *live {
	b.Helper()
	url := newSchema(b, s)
	l := &live{store: openStore(b, url), db: openPool(b, url), twice: s.Engine == enginetest.NameMySQL}
	l.fill(b, s.Engine)
	l.get = l.prepare(b, url, "LatestSession")
	l.put = l.prepare(b, url, "InsertSession")
	b.Cleanup(func() {
		closed(b, errors.Join(l.get.Close(), l.put.Close(), l.db.Close(), l.store.Close()))
	})
	return l
}

func (l *live) fill(b *testing.B, engine string) {
	log := backlog(1)[0]
	log.rows = nil
	stamp := time.Now().UnixNano()
	l.payload = make([]byte, payloadSize)
	for i := range liveSessions {
		log.rows = append(log.rows, []any{sessionID(i), sessionstore.SSOType, "STORE", l.payload, stamp + int64(i), -1, stamp + int64(validity)})
	}
	load(b, engine, l.db, []*table{log})
	if engine == enginetest.NamePostgres {
		exec(b, l.db, "VACUUM ANALYZE")
	}
}

func sessionID(i int) string { return strings.Repeat("0", 24) + strconv.Itoa(1_000_000_000+i) }

// prepare takes the very text that the store sends.
func (l *live) prepare(b *testing.B, url, query string) *sql.Stmt {
	_, d, _, err := dialects.Open(context.WithoutCancel(b.Context()), url)
	closed(b, err)
	q, err := d.Queries(l.db, nil)
	closed(b, err)
	stmt, err := l.db.PrepareContext(b.Context(), q.(interface{ Text(string) string }).Text(query))
	closed(b, err)
	return stmt
}

// handGet is sessionstore.Get by hand: the newest row, its operation and expiry.
func (l *live) handGet(ctx context.Context, id string) (*sessionstore.Session, error) {
	args := []any{id, sessionstore.SSOType}
	if l.twice {
		args = []any{id, id, sessionstore.SSOType, sessionstore.SSOType}
	}
	var operation string
	var object []byte
	var created int64
	var tenant sql.NullInt32
	var expiry sql.NullInt64
	if err := l.get.QueryRowContext(ctx, args...).Scan(&operation, &object, &created, &tenant, &expiry); err != nil {
		return nil, err
	}
	if !strings.EqualFold(operation, "STORE") || expiry.Valid && expiry.Int64 <= time.Now().UnixNano() {
		return nil, errNotLive
	}
	return &sessionstore.Session{
		Key: sessionstore.Key{Type: sessionstore.SSOType, ID: id}, Payload: object, TenantID: int(tenant.Int32),
		CreatedAt: time.Unix(0, created), ExpiresAt: time.Unix(0, expiry.Int64),
	}, nil
}

// handPut is sessionstore.Put by hand: one insert of a stamped row.
func (l *live) handPut(ctx context.Context, id string) error {
	stamp := time.Now().UnixNano()
	_, err := l.put.ExecContext(ctx, id, sessionstore.SSOType, "STORE", l.payload, stamp, int32(-1), sql.NullInt64{Int64: stamp + int64(validity), Valid: true})
	return err
}

func key(i int) sessionstore.Key {
	return sessionstore.Key{Type: sessionstore.SSOType, ID: sessionID(i % liveSessions)}
}

// BenchmarkGet reads live sessions, a different one each time.
func BenchmarkGet(b *testing.B) {
	forEngines(b, measured(), func(b *testing.B, s *enginetest.Server) {
		l := newLive(b, s)
		hand := func(i int) error { _, err := l.handGet(b.Context(), key(i).ID); return err }
		ours := func(i int) error { _, err := l.store.Get(b.Context(), key(i)); return err }
		sideBySide(b, 100, hand, ours)
	})
}

// BenchmarkPut stores sessions, a different one each time, each in a commit of
// its own.
func BenchmarkPut(b *testing.B) {
	forEngines(b, measured(), func(b *testing.B, s *enginetest.Server) {
		l := newLive(b, s)
		hand := func(i int) error { return l.handPut(b.Context(), key(i).ID) }
		ours := func(i int) error {
			return l.store.Put(b.Context(), key(i), l.payload, sessionstore.ValidFor(validity))
		}
		sideBySide(b, 20, hand, ours)
	})
}

// sideBySide measures two ways to do the same: each on its own, for benchstat,
// and by turns of some calls each, for the ratio.
func sideBySide(b *testing.B, turn int, hand, ours func(i int) error) {
	b.Run("impl=sql", func(b *testing.B) {
		i := 0
		for b.Loop() {
			closed(b, hand(i))
			i++
		}
	})
	b.Run("impl=store", func(b *testing.B) {
		var t turns
		i := 0
		for b.Loop() {
			closed(b, ours(i))
			if i++; i%turn == 0 {
				b.StopTimer()
				t.take(b, i, turn, hand, ours)
				b.StartTimer()
			}
		}
		t.report(b)
	})
}

// turns are the times of turns of both, one beside the other.
type turns struct{ hand, ours []time.Duration }

func (t *turns) take(b *testing.B, from, calls int, hand, ours func(i int) error) {
	first, second := hand, ours
	swap := len(t.hand)%2 == 1 // whoever comes first finds colder caches
	if swap {
		first, second = ours, hand
	}
	a, c := timeOf(b, from, calls, first), timeOf(b, from+calls, calls, second)
	if swap {
		a, c = c, a
	}
	t.hand, t.ours = append(t.hand, a), append(t.ours, c)
}

func timeOf(b *testing.B, from, calls int, call func(i int) error) time.Duration {
	start := time.Now()
	for i := range calls {
		closed(b, call(from+i))
	}
	return time.Since(start)
}

func (t *turns) report(b *testing.B) {
	if len(t.hand) > 0 {
		b.ReportMetric(float64(median(t.hand))/float64(median(t.ours)), "ratio")
	}
}
