package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/internal/enginetest"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// explained is a handle that keeps the plan of every query.
type explained struct {
	gen.DBTX
	explain string
	plan    *strings.Builder
}

func (e explained) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := e.keep(ctx, query, args); err != nil {
		return nil, err
	}
	return e.DBTX.QueryContext(ctx, query, args...)
}

func (e explained) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if err := e.keep(ctx, query, args); err != nil {
		fmt.Fprintf(e.plan, "%v\n", err) // which no test expects
	}
	return e.DBTX.QueryRowContext(ctx, query, args...)
}

func (e explained) keep(ctx context.Context, query string, args []any) (err error) {
	rows, err := e.DBTX.QueryContext(ctx, e.explain+query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	line, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range line {
		into[i] = &line[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for _, cell := range line {
			fmt.Fprintf(e.plan, "%s ", cell.String)
		}
		e.plan.WriteByte('\n')
	}
	return rows.Err()
}

// plans says, for an engine, how to ask for a plan, what is never in one, and what
// an index looks like in it.
type plans struct {
	params, explain string
	never           []string
	index           string
	primary         string
}

var plansOf = map[string]plans{
	enginetest.NameSQLite: {explain: "EXPLAIN QUERY PLAN ", never: []string{"SCAN s ", "SCAN n", "SCAN m", "SCAN a", "SCAN g"},
		index: "INDEX %s ", primary: "sqlite_autoindex_IDN_AUTH_SESSION_STORE_1"},
	// Small tables are not worth an index to PostgreSQL unless it is told so.
	enginetest.NamePostgres: {params: "enable_seqscan=off", explain: "EXPLAIN ", never: []string{"Seq Scan", "Hash"},
		index: "%s", primary: "idn_auth_session_store_pkey"},
	enginetest.NameMySQL: {explain: "EXPLAIN ", never: []string{" ALL ", " MATERIALIZED "}, index: " %s ", primary: "PRIMARY"},
}

// The statements of lists follow the indexes that they are made for.
func TestSearchPlans(t *testing.T) {
	for _, engine := range measured() {
		t.Run(engine, func(t *testing.T) { checkPlans(t, engine, plansOf[engine]) })
	}
}

func checkPlans(t *testing.T, engine string, p plans) {
	url := newSchema(t, enginetest.For(t, engine))
	if p.params != "" {
		separator := "?"
		if strings.Contains(url, "?") {
			separator = "&"
		}
		url += separator + p.params
	}
	db, d, _, err := dialects.Open(t.Context(), url)
	closed(t, err)
	defer func() { closed(t, db.Close()) }()
	exec(t, db, searchData(engine, 3000)...)
	plan := &strings.Builder{}
	q, err := d.Queries(explained{db, p.explain, plan}, nil)
	closed(t, err)
	for _, c := range searchPlans(q) {
		plan.Reset()
		closed(t, c.run(t.Context()))
		for _, index := range c.indexes {
			if index == "PRIMARY" {
				index = p.primary
			}
			if !strings.Contains(strings.ToLower(plan.String()), strings.ToLower(fmt.Sprintf(p.index, index))) {
				t.Errorf("%s does not use %s:\n%s", c.name, index, plan)
			}
		}
		for _, word := range p.never {
			if strings.Contains(plan.String(), word) {
				t.Errorf("%s reads a whole table (%s):\n%s", c.name, word, plan)
			}
		}
	}
}

type planned struct {
	name    string
	run     func(context.Context) error
	indexes []string
}

func searchPlans(q gen.Querier) []planned {
	const byTime, byApp = "IDX_IDN_AUTH_SESSION_TIME", "IDX_AUTH_SAI_UN_AID_SID"
	end := now.UnixNano()
	like := sql.NullString{String: "%rare%", Valid: true}
	id := sql.NullString{String: "5", Valid: true}
	return []planned{
		{"StampBoundaryBack", func(ctx context.Context) error {
			_, err := q.StampBoundaryBack(ctx, gen.StampBoundaryBackParams{Before: end, Skip: 9})
			return err
		}, []string{byTime}},
		{"SearchByStamp", func(ctx context.Context) error {
			_, err := q.SearchByStamp(ctx, gen.SearchByStampParams{LowTime: end - 20e9, HighTime: end, AsOf: end, LiveAt: end, SessionType: sessionstore.SSOType, AgentLike: like})
			return err
		}, []string{byTime, "PRIMARY"}},
		{"SearchByID", func(ctx context.Context) error {
			_, err := q.SearchByID(ctx, gen.SearchByIDParams{BeyondID: id, UptoID: sql.NullString{String: "501", Valid: true}, AsOf: end, LiveAt: end, SessionType: sessionstore.SSOType})
			return err
		}, []string{"PRIMARY"}},
		{"SearchByID of one", func(ctx context.Context) error {
			_, err := q.SearchByID(ctx, gen.SearchByIDParams{SessionID: id, AsOf: end, LiveAt: end, SessionType: sessionstore.SSOType})
			return err
		}, []string{"PRIMARY"}},
		{"SearchByUser", func(ctx context.Context) error {
			_, err := q.SearchByUser(ctx, gen.SearchByUserParams{UserID: "user-77", AsOf: end, LiveAt: end, SessionType: sessionstore.SSOType})
			return err
		}, []string{"PRIMARY"}},
		{"SearchByApp", func(ctx context.Context) error {
			_, err := q.SearchByApp(ctx, gen.SearchByAppParams{AppID: 17, Subject: "user-77", AsOf: end, LiveAt: end, SessionType: sessionstore.SSOType})
			return err
		}, []string{byApp, "PRIMARY"}},
	}
}
