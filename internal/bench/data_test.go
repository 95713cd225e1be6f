package bench

import (
	"context"
	"database/sql"
	"encoding/hex"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// The data is that of a deployment whose purge was off for three weeks: sessions
// begin evenly over 39 days and live 14, so that 64 of 100 have expired. A
// session has 1 to 3 STORE rows, a quarter of them log out, and has four child
// rows. Identifiers are hashes, as the product's are: each insert and delete
// touches another place of the indexes that begin with them.
const (
	span        = 39 * 24 * time.Hour
	validity    = 14 * 24 * time.Hour
	payloadSize = 512
)

// now is the instant of all data and of every purge, so that a restored
// database is purged of the same rows each time.
var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// table is rows on their way into one table.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

// backlog makes about logRows rows of the log, in the order of their creation,
// and the child rows that belong to them.
func backlog(logRows int) []*table {
	g := &generator{
		random: rand.New(rand.NewPCG(1, 2)),
		log: &table{name: "IDN_AUTH_SESSION_STORE", columns: []string{
			"SESSION_ID", "SESSION_TYPE", "OPERATION", "SESSION_OBJECT", "TIME_CREATED", "TENANT_ID", "EXPIRY_TIME"}},
		mapping: &table{name: "IDN_AUTH_USER_SESSION_MAPPING", columns: []string{"USER_ID", "SESSION_ID"}},
		appInfo: &table{name: "IDN_AUTH_SESSION_APP_INFO", columns: []string{"SESSION_ID", "SUBJECT", "APP_ID", "INBOUND_AUTH_TYPE"}},
		meta:    &table{name: "IDN_AUTH_SESSION_META_DATA", columns: []string{"SESSION_ID", "PROPERTY_TYPE", "VALUE"}},
	}
	const perSession = 2.25
	sessions := int(float64(logRows) / perSession)
	for i := range sessions {
		g.session(now.Add(-span + span/time.Duration(sessions)*time.Duration(i)))
	}
	return []*table{g.log, g.mapping, g.appInfo, g.meta}
}

type generator struct {
	random                      *rand.Rand
	log, mapping, appInfo, meta *table
}

func (g *generator) hash() string {
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(g.random.Uint32())
	}
	return hex.EncodeToString(b)
}

// session appends one session: its log rows lie minutes apart.
func (g *generator) session(begin time.Time) {
	id, user := g.hash(), "user-"+strconv.Itoa(g.random.IntN(50_000))
	at := begin
	for range 1 + g.random.IntN(3) {
		g.row(id, sessionstore.OperationStore, payload(g.random), at)
		at = at.Add(time.Duration(1+g.random.IntN(20)) * time.Minute)
	}
	if g.random.IntN(4) == 0 {
		g.row(id, sessionstore.OperationDelete, nil, at)
	}
	g.mapping.rows = append(g.mapping.rows, []any{user, id})
	g.appInfo.rows = append(g.appInfo.rows, []any{id, user, 1 + g.random.IntN(20), "oauth2"})
	g.meta.rows = append(g.meta.rows,
		[]any{id, "User Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},
		[]any{id, "Login Time", strconv.FormatInt(begin.UnixMilli(), 10)})
}

func (g *generator) row(id string, op sessionstore.Operation, object []byte, at time.Time) {
	stamp := at.UnixNano() + int64(g.random.IntN(1000))
	g.log.rows = append(g.log.rows, []any{id, sessionstore.SSOType, string(op), object, stamp, -1, stamp + int64(validity)})
}

func payload(random *rand.Rand) []byte {
	p := make([]byte, payloadSize)
	for i := range p {
		p[i] = byte(random.Uint32())
	}
	return p
}

// load inserts the tables in a few transactions.
func load(b *testing.B, engine string, db *sql.DB, tables []*table) {
	b.Helper()
	for _, t := range tables {
		for from := 0; from < len(t.rows); from += 50_000 {
			inTx(b, db, func(tx *sql.Tx) { t.insert(b, engine, tx, t.rows[from:min(from+50_000, len(t.rows))]) })
		}
	}
}

// insert sends many rows a statement: thousands of short ones take minutes.
func (t *table) insert(b *testing.B, engine string, tx *sql.Tx, rows [][]any) {
	const batch = 500
	for len(rows) > 0 {
		n := min(batch, len(rows))
		var args []any
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if _, err := tx.ExecContext(b.Context(), t.statement(engine, n), args...); err != nil {
			b.Fatalf("load %s: %v", t.name, err)
		}
		rows = rows[n:]
	}
}

func (t *table) statement(engine string, rows int) string {
	var s strings.Builder
	s.WriteString("INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES ")
	for i := range rows * len(t.columns) {
		switch {
		case i == 0:
			s.WriteString("(")
		case i%len(t.columns) == 0:
			s.WriteString("), (")
		default:
			s.WriteString(", ")
		}
		s.WriteString(placeholder(engine, i+1))
	}
	return s.String() + ")"
}

func placeholder(engine string, n int) string {
	if engine == enginetest.NamePostgres {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

// inTx runs fn in a transaction of the dialect's isolation level: the pool's own
// on SQLite and MariaDB, and PostgreSQL's default.
func inTx(b *testing.B, db *sql.DB, fn func(*sql.Tx)) {
	b.Helper()
	tx, err := db.BeginTx(context.WithoutCancel(b.Context()), nil)
	if err != nil {
		b.Fatal(err)
	}
	fn(tx)
	closed(b, tx.Commit())
}
