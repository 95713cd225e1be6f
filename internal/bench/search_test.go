package bench

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/sessionstore"
)

var (
	searched       = flag.String("search", "", "engine whose lists are measured (TestSearch)")
	searchSessions = flag.Int("search-sessions", 1_000_000, "sessions that TestSearch makes")
)

// TestSearch measures lists over a million active sessions, made by the server
// itself:
//
//	go test -run Search ./internal/bench -search=postgres -v -timeout 1h
//
// Two sessions a second begin; each has an older row, one user of fifty thousand, one
// application of twenty and four properties. A tenth have logged out.
func TestSearch(t *testing.T) {
	if *searched == "" {
		t.Skip("takes minutes and gigabytes: -search=ENGINE")
	}
	url := newSchema(t, enginetest.For(t, *searched))
	db := openPool(t, url)
	start := time.Now()
	exec(t, db, searchData(*searched, *searchSessions)...)
	closed(t, db.Close())
	t.Logf("%s: %d sessions made in %v", *searched, *searchSessions, time.Since(start).Round(time.Second))
	store, err := sessionstore.Open(t.Context(), url, &sessionstore.Options{Now: func() time.Time { return now }})
	closed(t, err)
	measureSearches(t, store)
	closed(t, store.Close())
}

// searchData are statements that fill the tables. Ids are hashes, so that they lie
// in another order than the stamps.
func searchData(engine string, n int) []string {
	d := map[string]struct{ series, hash, text string }{
		enginetest.NamePostgres: {"generate_series(0::bigint, %d) AS g(i)", "encode(sha256(i::text::bytea), 'hex')", "(%s)::text"},
		enginetest.NameMySQL:    {"(SELECT seq AS i FROM seq_0_to_%d) AS g", "SHA2(i, 256)", "CAST(%s AS CHAR)"},
		enginetest.NameSQLite: {"(WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < %d) SELECT i FROM c) AS g",
			"printf('%016x%016x', (i * 2654435761) % 4294967296, i)", "CAST(%s AS TEXT)"},
	}[engine]
	series := fmt.Sprintf(d.series, n-1)
	text := func(expr string) string { return fmt.Sprintf(d.text, expr) }
	end := now.UnixNano()
	stamp := func(ago string) string { return fmt.Sprintf("%d - (%d - i) * 500000000 - %s", end, n, ago) }
	login := fmt.Sprintf("(%d - (%d - i) * 500)", now.UnixMilli(), n)
	concat := func(a, b string) string {
		if engine == enginetest.NameMySQL {
			return "CONCAT(" + a + ", " + b + ")"
		}
		return a + " || " + b
	}
	log := func(operation, stamp, tenant, where string) string {
		return "INSERT INTO IDN_AUTH_SESSION_STORE (SESSION_ID, SESSION_TYPE, OPERATION, SESSION_OBJECT, TIME_CREATED, TENANT_ID, EXPIRY_TIME) SELECT " +
			strings.Join([]string{d.hash, "'" + sessionstore.SSOType + "'", "'" + operation + "'", "NULL", stamp, tenant, strconv.FormatInt(end+int64(validity), 10)}, ", ") +
			" FROM " + series + " WHERE " + where + " ORDER BY 1"
	}
	child := func(table, columns, values string) string {
		return "INSERT INTO " + table + " (" + columns + ") SELECT " + values + " FROM " + series + " ORDER BY 1"
	}
	meta := func(property, value string) string {
		return child("IDN_AUTH_SESSION_META_DATA", "SESSION_ID, PROPERTY_TYPE, VALUE", d.hash+", '"+property+"', "+value)
	}
	user := concat("'user-'", text("i % 50000"))
	all := []string{
		log("STORE", stamp("600000000000"), "i % 50", "1 = 1"),
		log("STORE", stamp("0"), "i % 50", "1 = 1"),
		log("DELETE", stamp("-1"), "-1", "i % 10 = 3"),
		child("IDN_AUTH_USER_SESSION_MAPPING", "SESSION_ID, USER_ID", d.hash+", "+user),
		child("IDN_AUTH_SESSION_APP_INFO", "SESSION_ID, SUBJECT, APP_ID, INBOUND_AUTH_TYPE", d.hash+", "+concat("'User-'", text("i % 50000"))+", i % 20, 'oauth2'"),
		meta("User Agent", "CASE WHEN i % 100000 = 7 THEN 'Rare/1.0 Browser' ELSE 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36' END"),
		meta("IP", concat("'10.0.0.'", text("i % 200"))),
		meta("Login Time", text(login)), meta("Last Access Time", text(login)),
	}
	if engine == enginetest.NameMySQL {
		for _, table := range []string{"SESSION_STORE", "USER_SESSION_MAPPING", "SESSION_APP_INFO", "SESSION_META_DATA"} {
			all = append(all, "ANALYZE TABLE IDN_AUTH_"+table)
		}
		return all
	}
	return append(all, "ANALYZE")
}

func measureSearches(t *testing.T, store *sessionstore.Store) {
	parse := func(text string) sessionstore.Filter {
		f, err := sessionstore.ParseFilter(text)
		closed(t, err)
		return f
	}
	recent := "since ge " + now.Add(-time.Hour).Format(time.RFC3339)
	for _, c := range []struct {
		name  string
		o     sessionstore.SearchOptions
		pages int
	}{
		{"newest, page 1", sessionstore.SearchOptions{}, 1},
		{"newest, page 100", sessionstore.SearchOptions{}, 100},
		{"oldest, page 1", sessionstore.SearchOptions{Order: sessionstore.OrderOldest}, 1},
		{"by id, page 1", sessionstore.SearchOptions{Order: sessionstore.OrderByID}, 1},
		{"by id, page 100", sessionstore.SearchOptions{Order: sessionstore.OrderByID}, 100},
		{"1000 a page", sessionstore.SearchOptions{Limit: 1000}, 2},
		{"tenant", sessionstore.SearchOptions{Tenant: new(int)}, 1},
		{"user", sessionstore.SearchOptions{User: "user-77"}, 1},
		{"appId and loginId", sessionstore.SearchOptions{Filter: parse("appId eq 17 and loginId eq user-77")}, 1},
		{"appId", sessionstore.SearchOptions{Filter: parse("appId eq 17")}, 1},
		{"userAgent co, common", sessionstore.SearchOptions{Filter: parse("userAgent co mozilla")}, 1},
		{"loginId, no index, last hour", sessionstore.SearchOptions{Filter: parse("loginId eq user-77 and " + recent)}, 1},
		{"userAgent co, rare, last hour", sessionstore.SearchOptions{Filter: parse("userAgent co rare and " + recent)}, 1},
		{"userAgent co, rare, whole log", sessionstore.SearchOptions{Filter: parse("userAgent co rare")}, 1},
	} {
		var took []time.Duration
		found := 0
		for range 3 {
			var last time.Duration
			last, found = lastPage(t, store, c.o, c.pages)
			took = append(took, last)
		}
		t.Logf("%-32s %8.1f ms  %4d sessions", c.name, float64(median(took).Microseconds())/1000, found)
	}
	measured := func(name string, run func(context.Context) (int, error)) {
		start := time.Now()
		n, err := run(t.Context())
		closed(t, err)
		t.Logf("%-32s %8.1f ms  %4d sessions", name, float64(time.Since(start).Microseconds())/1000, n)
	}
	measured("SessionsOfUser", func(ctx context.Context) (int, error) {
		all, err := store.SessionsOfUser(ctx, "user-77")
		return len(all), err
	})
	measured("CountActive", func(ctx context.Context) (int, error) {
		n, err := store.CountActive(ctx, nil)
		return int(n), err
	})
	measured("CountActive of a tenant", func(ctx context.Context) (int, error) {
		n, err := store.CountActive(ctx, new(int))
		return int(n), err
	})
}

// lastPage reads pages and times the last.
func lastPage(t *testing.T, store *sessionstore.Store, o sessionstore.SearchOptions, pages int) (took time.Duration, found int) {
	for n := 1; ; n++ {
		start := time.Now()
		page, err := store.Search(t.Context(), &o)
		closed(t, err)
		if n == pages || page.Next == "" {
			return time.Since(start), len(page.Sessions)
		}
		o.Token = page.Next
	}
}
