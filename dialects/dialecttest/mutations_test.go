package dialecttest

import (
	"database/sql"
	"flag"
	"fmt"
	"regexp"
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
	name     string
	mutation mutation
}

// replaced makes a mutation of the statements' texts. A pattern that is not in
// any statement would prove nothing, so it is noted that it was.
func replaced(name, pattern, by string, in ...string) *mutant {
	re := regexp.MustCompile(pattern)
	return &mutant{name, mutation{text: func(query string) string {
		for _, s := range in {
			if !strings.Contains(query, s) {
				return query
			}
		}
		return re.ReplaceAllString(query, by)
	}}}
}

const (
	superseded = "n.TIME_CREATED" // in the statements that look for a newer row
	older      = "o.TIME_CREATED" // in those that look for an older one
	ended      = "s.OPERATION"    // in those that look for a STORE row of a child
)

// rules are one mutant for each rule that every database has in common.
func rules() []*mutant {
	return []*mutant{
		replaced("a newer row is required", `n\.TIME_CREATED >=? r\.TIME_CREATED`, "n.TIME_CREATED = n.TIME_CREATED", superseded),
		replaced("the newer row is not after the cutoff", `(n\.TIME_CREATED <= \S+)`, "n.TIME_CREATED = n.TIME_CREATED", superseded),
		replaced("no older row is left", `o\.TIME_CREATED <= r\.TIME_CREATED`, "1 = 0", older),
		replaced("the stamp is before cutoff - grace", `r\.TIME_CREATED < (\S+)`, fmt.Sprintf("r.TIME_CREATED < $1 + %d", grace), older),
		replaced("the expiry is before cutoff - grace", `r\.EXPIRY_TIME < (\S+)`, fmt.Sprintf("r.EXPIRY_TIME < $1 + %d", grace), older),
		replaced("of two with one stamp DELETE is newer, for superseded rows", `UPPER\(n\.OPERATION\) = 'DELETE' AND UPPER\(r\.OPERATION\) <> 'DELETE'`,
			"UPPER(n.OPERATION) <> 'DELETE' AND UPPER(r.OPERATION) = 'DELETE'", superseded),
		replaced("of two with one stamp DELETE is newer, for older rows", `UPPER\(r\.OPERATION\) = 'DELETE' AND UPPER\(o\.OPERATION\) <> 'DELETE'`, "1 = 0", older),
		replaced("children are looked at again", `UPPER\(s\.OPERATION\) = 'STORE'`, "1 = 0", ended),
		replaced("only a STORE row keeps children", `UPPER\(s\.OPERATION\) = 'STORE'`, "1 = 1", ended),
		replaced("only a row of the type keeps children", `s\.SESSION_TYPE = (\S+)`, "s.SESSION_TYPE >= ''", ended),
		replaced("a temp delete is bounded by its stamp", `TIME_CREATED <= (\S+)`, "TIME_CREATED <= 9223372036854775807", "DELETE FROM", "TEMP_SESSION_STORE\nWHERE SESSION_ID"),
	}
}

// looseOnSQLite compares as a loose collation does: SQLite has none of its own.
func looseOnSQLite() []*mutant {
	return []*mutant{
		replaced("bytes are compared, for newer rows", `(n\.SESSION_ID = r\.SESSION_ID)`, "$1 COLLATE NOCASE"),
		replaced("bytes are compared, for older rows", `(o\.SESSION_ID = r\.SESSION_ID)`, "$1 COLLATE NOCASE"),
		replaced("bytes are compared, for children", `(s\.SESSION_ID = c\.SESSION_ID)`, "$1 COLLATE NOCASE"),
	}
}

func TestMutationsAreCaught(t *testing.T) {
	engine := enginetest.SQLite(t)
	h := Harness{Dialect: sqlite.Dialect, URL: func(t *testing.T) string { return With("_synchronous=OFF")(engine.NewDatabase(t)) }}
	mutants := append(rules(), looseOnSQLite()...)
	for _, m := range mutants {
		caught(t, h, m)
	}
}

func TestMutationsAreCaughtOnPostgres(t *testing.T) {
	engine := enginetest.Postgres(t)
	caught(t, Harness{Dialect: postgres.Dialect, URL: func(t *testing.T) string { return engine.NewDatabase(t) }},
		replaced("children are locked before they are looked at", `\s+FOR UPDATE`, "", "SELECT c.SESSION_ID"))
}

func TestMutationsAreCaughtOnMySQL(t *testing.T) {
	engine := enginetest.MySQL(t)
	h := Harness{Dialect: mysql.Dialect, URL: func(t *testing.T) string { return engine.NewDatabase(t) }}
	bytes := `AND CAST\(CONVERT\(%s\.SESSION_ID USING utf8mb4\) AS BINARY\) = CAST\(CONVERT\(%s\.SESSION_ID USING utf8mb4\) AS BINARY\)`
	for _, m := range []*mutant{
		replaced("bytes are compared, for newer rows", fmt.Sprintf(bytes, "n", "r"), "", superseded),
		replaced("bytes are compared, for older rows", fmt.Sprintf(bytes, "o", "r"), "", older),
		replaced("bytes are compared, for children", fmt.Sprintf(bytes, "s", "c"), "", ended),
		replaced("children are locked before they are looked at", `\s+FOR UPDATE`, "", "SELECT c.SESSION_ID"),
		{"the newer row is committed", mutation{traits: func(t *dialects.Traits) { t.Isolation = sql.LevelReadUncommitted }}},
	} {
		caught(t, h, m)
	}
}

// caught runs histories until one fails, 300 at most.
func caught(t *testing.T, h Harness, m *mutant) {
	t.Run(m.name, func(t *testing.T) {
		old := rapidFlags(t, map[string]string{"rapid.checks": "300", "rapid.shrinktime": "0s", "rapid.nofailfile": "true"})
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
			t.Fatalf("%d histories without this rule, and none has failed", p.did.histories)
		}
		t.Logf("after %d histories: %s", p.did.histories, fake.first)
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
