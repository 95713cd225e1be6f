package dialecttest

import (
	"database/sql"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/dialects/mysql"
	"github.com/sessiondb/sessiondb/dialects/postgres"
	"github.com/sessiondb/sessiondb/dialects/sqlite"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// mutant is the product without one rule of the purge.
type mutant struct {
	name string
	mutation
}

// lacking takes a rule out of the texts of the purge's statements that contain
// all of in.
func lacking(rule, pattern, by string, in ...string) *mutant {
	re := regexp.MustCompile(pattern)
	return &mutant{rule, mutation{text: func(query string) string {
		for _, s := range in {
			if !strings.Contains(query, s) {
				return query
			}
		}
		return re.ReplaceAllString(query, by)
	}}}
}

// also mutates the statements of writers.
func (m *mutant) also() *mutant {
	m.writes = true
	return m
}

const (
	superseded = "n.TIME_CREATED" // in the statements that look for a newer row
	older      = "o.TIME_CREATED" // in those that look for an older one
	kept       = "s.OPERATION"    // in those that look for a STORE row
)

// young is what a mutant adds to a bound, so that the grace is gone.
var young = fmt.Sprintf("< $1 + %d", grace)

// rules are a mutant for each rule that every database has in common.
func rules() []*mutant {
	return []*mutant{
		lacking("a newer row is required", `n\.TIME_CREATED >=? r\.TIME_CREATED`, "n.TIME_CREATED = n.TIME_CREATED", superseded),
		lacking("the newer row is not after the cutoff", `n\.TIME_CREATED <= \S+`, "n.TIME_CREATED = n.TIME_CREATED", superseded),
		lacking("a superseded row is older than the grace", `r\.TIME_CREATED < (\S+)`, "r.TIME_CREATED "+young, superseded),
		lacking("an expired row is older than the grace", `r\.TIME_CREATED < (\S+)`, "r.TIME_CREATED "+young, older),
		lacking("an expired row has expired for the grace", `(r\.EXPIRY_TIME(?: \+ 0)?) < (\S+)`, "$1 "+strings.Replace(young, "$1", "$2", 1), older),
		lacking("no older row is left", `o\.TIME_CREATED <= r\.TIME_CREATED`, "1 = 0", older),
		lacking("DELETE wins a tie, for superseded rows", `UPPER\(n\.OPERATION\) = 'DELETE' AND UPPER\(r\.OPERATION\) <> 'DELETE'`,
			"UPPER(n.OPERATION) <> 'DELETE' AND UPPER(r.OPERATION) = 'DELETE'", superseded),
		lacking("DELETE wins a tie, for older rows", `UPPER\(r\.OPERATION\) = 'DELETE' AND UPPER\(o\.OPERATION\) <> 'DELETE'`, "1 = 0", older),
		lacking("a STORE row keeps children", `UPPER\(s\.OPERATION\) = 'STORE'`, "1 = 0", kept),
		lacking("only a STORE row keeps children", `UPPER\(s\.OPERATION\) = 'STORE'`, "1 = 1", kept),
		lacking("only a row of the type keeps children", `s\.SESSION_TYPE = (\S+)`, "s.SESSION_TYPE >= ''", kept),
		lacking("a temp delete is bounded by its stamp", `TIME_CREATED <= (\S+)`, "TIME_CREATED <= 9223372036854775807", "TEMP_SESSION_STORE\nWHERE SESSION_ID").also(),
	}
}

// reading mutates the statements that the model looks with.
func (m *mutant) reading() *mutant {
	m.reads = true
	return m
}

const (
	search = "n.TIME_CREATED <= " // in the lists of sessions
	count  = "COUNT(*) AS TOTAL"
	latest = "s.TENANT_ID, s.EXPIRY_TIME" // of several sessions
)

// userRules are a mutant for each rule of the sessions that users see, and of
// orphans.
func userRules() []*mutant {
	newer, tie := `n\.TIME_CREATED > s\.TIME_CREATED`, `UPPER\(n\.OPERATION\) = 'DELETE'`
	return []*mutant{
		lacking("no newer row, in lists", newer, "1 = 0", search).reading(),
		lacking("no newer row, in the count", newer, "1 = 0", count, "n.TIME_CREATED").reading(),
		lacking("no newer row, of several sessions", newer, "1 = 0", latest).reading(),
		lacking("DELETE wins a tie, in lists", tie, "1 = 0", search).reading(),
		lacking("DELETE wins a tie, in the count", tie, "1 = 0", count).reading(),
		lacking("DELETE wins a tie, of several sessions", tie, "1 = 0", latest).reading(),
		lacking("a list is as of its instant", `AND n\.TIME_CREATED <= (\S+)`, "", search).reading(),
		lacking("only an active session is counted", `s\.EXPIRY_TIME > \S+`, "1 = 1", count).reading(),
		lacking("a page goes on after the one before", `OR s\.SESSION_ID > `, "OR s.SESSION_ID <> ", search).reading(),
		lacking("an orphan has no row at the first look", `s\.SESSION_TYPE = `, "1 = 0 AND s.SESSION_TYPE = ", "SELECT c.SESSION_ID", "NOT EXISTS"),
		lacking("an orphan has no row at the second look", `s\.SESSION_TYPE = `, "1 = 0 AND s.SESSION_TYPE = ", "SELECT s.SESSION_ID\nFROM", "s.SESSION_ID IN").unless("OPERATION"),
		lacking("a row of the type keeps child rows from a sweep", `s\.SESSION_TYPE = (\S+)`, "s.SESSION_TYPE >= ''", "s.SESSION_ID").unless("OPERATION"),
		lacking("bytes are compared, for orphans", `(s\.SESSION_ID = c\.SESSION_ID)`, "$1 COLLATE NOCASE").unless("OPERATION"),
	}
}

// unless leaves alone the statements that contain a text.
func (m *mutant) unless(in string) *mutant {
	mutate := m.text
	m.text = func(query string) string {
		if strings.Contains(query, in) {
			return query
		}
		return mutate(query)
	}
	return m
}

// looseOnSQLite compares as a loose collation does: SQLite has none of its own.
func looseOnSQLite() []*mutant {
	return []*mutant{
		lacking("bytes are compared, for newer rows", `(n\.SESSION_ID = r\.SESSION_ID)`, "$1 COLLATE NOCASE"),
		lacking("bytes are compared, for older rows", `(o\.SESSION_ID = r\.SESSION_ID)`, "$1 COLLATE NOCASE"),
		lacking("bytes are compared, for children", `(?m)^WHERE SESSION_ID IN`, "WHERE SESSION_ID COLLATE NOCASE IN", "DELETE FROM"),
	}
}

func TestPurgeMutationsAreCaught(t *testing.T) { caughtOnSQLite(t, rules()) }

func TestMutationsAreCaught(t *testing.T) {
	caughtOnSQLite(t, slices.Concat(userRules(), looseOnSQLite()))
}

func caughtOnSQLite(t *testing.T, mutants []*mutant) {
	t.Helper()
	skipUnasked(t)
	engine := enginetest.SQLite(t)
	h := Harness{Dialect: sqlite.Dialect, URL: func(t *testing.T) string { return With("_synchronous=OFF")(engine.NewDatabase(t)) }}
	for _, m := range mutants {
		caught(t, h, m, 2000)
	}
}

// unseeing answers the look after child rows have gone, in the same transaction,
// with nothing.
func unseeing(rule, query string) *mutant {
	return &mutant{rule, mutation{again: query}}
}

// careful has a sweep believe each time that a session has come back, so that all
// its deletes lock first and check themselves.
func careful(m *mutant) *mutant {
	m.again, m.finds = "LoggedIDs", []string{"one that came back"}
	return m
}

func TestMutationsAreCaughtOnPostgres(t *testing.T) {
	skipUnasked(t)
	engine := enginetest.Postgres(t)
	h := Harness{Dialect: postgres.Dialect, URL: func(t *testing.T) string { return engine.NewDatabase(t) }}
	for _, m := range []*mutant{
		unseeing("children are looked after again, by the purge", "StoredIDs"),
		unseeing("children are looked after again, by who ends a session", "LatestOperation"),
		careful(lacking("the delete of a sweep checks itself", `NOT EXISTS`, "NOT 1 = 0 OR EXISTS", "DELETE FROM").unless("OPERATION")),
	} {
		caught(t, h, m, 2000)
	}
}

func TestMutationsAreCaughtOnMySQL(t *testing.T) {
	skipUnasked(t)
	engine := enginetest.MySQL(t)
	h := Harness{Dialect: mysql.Dialect, URL: func(t *testing.T) string { return engine.NewDatabase(t) }}
	bytes := ` AND CAST\(%s\.SESSION_ID AS BINARY\) = CAST\(%s\.SESSION_ID AS BINARY\)`
	converted := ` AND CAST\(CONVERT\(%s\.SESSION_ID USING utf8mb4\) AS BINARY\) = CAST\(CONVERT\(%s\.SESSION_ID USING utf8mb4\) AS BINARY\)`
	for _, m := range []*mutant{
		lacking("bytes are compared, for newer rows", fmt.Sprintf(bytes, "n", "r"), "", superseded),
		lacking("bytes are compared, for older rows", fmt.Sprintf(bytes, "o", "r"), "", older),
		lacking("bytes are compared, for children", ` AND (CAST\(CONVERT\(SESSION_ID USING utf8mb4\) AS BINARY\) IN)`, " OR $1", "DELETE FROM"),
		lacking("bytes are compared, for orphans", fmt.Sprintf(converted, "s", "c"), "", "c.SESSION_ID").unless("OPERATION"),
		lacking("bytes are compared, in lists", fmt.Sprintf(bytes, "n", "s"), "", search).reading(),
		{"only what is committed is read", mutation{traits: func(t *dialects.Traits) { t.Isolation = sql.LevelReadUncommitted }}},
	} {
		caught(t, h, m, 1000)
	}
}

// caught runs histories until one fails, at most so many and always the same ones.
// On a server they take their own course where tasks wait for each other, and one
// of these seeds has found a mutant after 4 histories and after 80: the bound is far
// off, and seldom reached.
func caught(t *testing.T, h Harness, m *mutant, most int) {
	t.Helper()
	t.Run(m.name, func(t *testing.T) {
		old := rapidFlags(t, map[string]string{"rapid.checks": strconv.Itoa(most), "rapid.seed": "1", "rapid.shrinktime": "0s", "rapid.nofailfile": "true"})
		defer rapidFlags(t, old)
		p := h.newArena(t, &HistoryOptions{mutation: m.mutation})
		fake := &recorder{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			rapid.Check(fake, p.history)
		}()
		<-done
		if !fake.failed {
			t.Fatalf("none of %d histories without this rule has failed: %s", p.did.histories, p.did)
		}
		t.Logf("without %q: after %d histories: %s", m.name, p.did.histories, fake.first)
	})
}

func rapidFlags(t *testing.T, values map[string]string) map[string]string {
	t.Helper()
	old := map[string]string{}
	for name, value := range values {
		old[name] = flag.Lookup(name).Value.String()
		must(t, flag.Set(name, value))
	}
	return old
}
