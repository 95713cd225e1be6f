package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// cluster is an empty database with a store on each node.
type cluster struct {
	nodes []*sessionstore.Store
	began time.Time
}

// newCluster gives writers more attempts than the default: they are many, and
// want the same rows.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	engine := enginetest.For(t, enginetest.NameGalera)
	urls, err := engine.Nodes(engine.NewDatabase(t))
	if err != nil || len(urls) < 2 {
		t.Fatalf("nodes: %d, %v", len(urls), err)
	}
	c := cluster{began: time.Now()}
	for _, url := range urls {
		s, err := sessionstore.Open(t.Context(), url, &sessionstore.Options{Attempts: 25})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		c.nodes = append(c.nodes, s)
	}
	m, err := migrate.New(c.nodes[0].DB(), Dialect, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &c
}

func sso(id string) sessionstore.Key {
	return sessionstore.Key{Type: sessionstore.SSOType, ID: id}
}

// children adds a row in every child table.
type children func(ctx context.Context, tx *sessionstore.Tx, id string) error

// upserted is how a writer adds them where rows are locked for everybody.
func upserted(ctx context.Context, tx *sessionstore.Tx, id string) error {
	return errors.Join(
		tx.MapUser(ctx, "user of "+id, id),
		tx.RecordApplication(ctx, id, sessionstore.Application{Subject: "s", AppID: 1, InboundAuthType: "oauth2"}),
		tx.AddMetadata(ctx, id, sessionstore.Metadata{sessionstore.PropertyLastAccess: "1"}),
	)
}

// touched writes one of them anew as well: only what is written conflicts with
// the writes of another node, and one row is enough.
func touched(ctx context.Context, tx *sessionstore.Tx, id string) error {
	if err := upserted(ctx, tx, id); err != nil {
		return err
	}
	changed, err := tx.Touch(ctx, id, time.Now())
	if err == nil && !changed {
		err = fmt.Errorf("session %q has no last access", id)
	}
	return err
}

// written writes all of them anew.
func written(ctx context.Context, tx *sessionstore.Tx, id string) error {
	q := tx.Queries()
	_, mapping := q.DeleteMappings(ctx, []string{id})
	_, app := q.DeleteAppInfo(ctx, []string{id})
	_, meta := q.DeleteMetaData(ctx, []string{id})
	return errors.Join(mapping, app, meta, upserted(ctx, tx, id))
}

// login stores a session with its child rows.
func login(ctx context.Context, node *sessionstore.Store, id string, add children) error {
	err := node.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		if err := tx.Put(ctx, sso(id), []byte(id), sessionstore.ValidFor(time.Hour)); err != nil {
			return err
		}
		return add(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("login %s: %w", id, err)
	}
	return nil
}

// ended stores a session with its child rows that is over, and that a purge may
// remove from an instant on.
func ended(ctx context.Context, node *sessionstore.Store, id string, goes time.Time) error {
	expired := goes.Add(-cleanup.DefaultGrace - time.Second)
	err := node.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		q := tx.Queries()
		err := q.InsertSession(ctx, gen.InsertSessionParams{
			SessionID: id, SessionType: sessionstore.SSOType, Operation: string(sessionstore.OperationStore), SessionObject: []byte("old"),
			TenantID: sessionstore.NoTenant, TimeCreated: expired.Add(-time.Hour).UnixNano(),
			ExpiryTime: sql.NullInt64{Int64: expired.UnixNano(), Valid: true},
		})
		if err != nil {
			return err
		}
		return upserted(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("session %s, which has ended: %w", id, err)
	}
	return nil
}

// childrenOf counts the child rows of a session as a node sees them.
func childrenOf(t *testing.T, node *sessionstore.Store, id string) int {
	t.Helper()
	q := node.Queries()
	users, mapping := q.UserIDsOfSession(t.Context(), id)
	apps, app := q.AppInfoOfSession(t.Context(), id)
	properties, meta := q.MetaDataOfSession(t.Context(), id)
	if err := errors.Join(mapping, app, meta); err != nil {
		t.Fatal(err)
	}
	return len(users) + len(apps) + len(properties)
}

// agree wants all nodes to hold the same rows.
func (c *cluster) agree(t *testing.T) {
	t.Helper()
	for _, table := range []string{
		"IDN_AUTH_SESSION_STORE", "IDN_AUTH_TEMP_SESSION_STORE",
		"IDN_AUTH_USER_SESSION_MAPPING", "IDN_AUTH_SESSION_APP_INFO", "IDN_AUTH_SESSION_META_DATA",
	} {
		var first int64
		for i, node := range c.nodes {
			sum, err := checksum(t.Context(), node.DB(), table)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = sum
			}
			if sum != first {
				t.Errorf("%s: node %d has checksum %d, node 0 has %d", table, i, sum, first)
			}
		}
	}
}

// checksum waits for the writes of other nodes first, as only a query does.
func checksum(ctx context.Context, db *sql.DB, table string) (sum int64, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var rows int64
	if err := conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&rows); err != nil {
		return 0, err
	}
	var name string
	err = conn.QueryRowContext(ctx, "CHECKSUM TABLE "+table).Scan(&name, &sum)
	return sum, err
}

// conflicts counts the transactions of all nodes that lost against another
// node's.
func (c *cluster) conflicts(t *testing.T) (total int) {
	t.Helper()
	for _, node := range c.nodes {
		var n int
		err := node.DB().QueryRowContext(t.Context(), "SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS"+
			" WHERE VARIABLE_NAME IN ('WSREP_LOCAL_CERT_FAILURES', 'WSREP_LOCAL_BF_ABORTS')").Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		total += n
	}
	return total
}

// watched is the dialect with something to do after the purge has looked for the
// last time whether sessions came back, before it commits.
type watched struct {
	dialect
	looks     *int
	afterLast func()
}

var _ dialects.Dialect = watched{}

// Queries are the dialect's, watched.
func (w watched) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	q, err := w.dialect.Queries(db, cfg)
	return watchedQueries{q, w}, err
}

type watchedQueries struct {
	gen.Querier
	w watched
}

// WithDB implements gen.Querier.
func (q watchedQueries) WithDB(db gen.DBTX) gen.Querier {
	return watchedQueries{q.Querier.WithDB(db), q.w}
}

// StoredIDs runs twice a chunk: before the children are deleted and after it.
func (q watchedQueries) StoredIDs(ctx context.Context, p gen.StoredIDsParams) ([]string, error) {
	ids, err := q.Querier.StoredIDs(ctx, p)
	if *q.w.looks++; *q.w.looks == 2 {
		q.w.afterLast()
	}
	return ids, err
}
