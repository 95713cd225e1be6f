package shape

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/lex"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/query"
)

// read takes names that begin with t_ for tables of the schema.
func read(t *testing.T, dialect, text string) *Statement {
	t.Helper()
	syntax, _ := lex.SyntaxOf(dialect)
	queries, problems := query.Parse("q.sql", "-- name: A :many\n"+text, syntax)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	for i, item := range queries[0].Items {
		if strings.HasPrefix(item.Text, "t_") {
			queries[0].Items[i].Is = query.Table
		}
	}
	return Read(queries[0].Items)
}

// results writes result columns: name=plain column or cast.
func results(st *Statement) string {
	var all []string
	for _, r := range st.Results {
		text := r.Name
		switch {
		case r.Star:
			text = "*"
		case r.Plain != nil:
			text += "=" + strings.TrimPrefix(r.Plain.Qualifier+"."+r.Plain.Name, ".")
		case r.Cast != "":
			text += ":" + r.Cast
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

func TestResults(t *testing.T) {
	tests := []struct{ dialect, text, want string }{
		{"oracle", "SELECT a, b.c, d AS e, f g, h \"I\" FROM x", "a=a c=b.c e=d g=f I=h"},
		{"mssql", "SELECT DISTINCT TOP (5) a [b], COUNT(*) AS n, COUNT(*) m, COUNT(*) FROM x", "b=a n m "},
		{"oracle", "SELECT CAST(a AS NUMBER(19)) AS b, CAST(c AS DATE) d, CAST(e AS DATE) + 1 AS f FROM x", "b:NUMBER(19) d:DATE f"},
		{"db2", "SELECT CASE WHEN a THEN 1 ELSE 2 END, 1 x, 'y' y, a || b, NULL, a IS NULL FROM x", " x y   "},
		{"db2", "SELECT *, b.*, NEXT VALUE FOR s, NEXT VALUE FOR s AS i FROM x", "* *  i"},
		{"postgres", "SELECT (SELECT a FROM b) AS c, EXTRACT(DAY FROM d) AS e, f IS DISTINCT FROM g AS h FROM x", "c e h"},
		{"postgres", "INSERT INTO a (b) SELECT c FROM d RETURNING e, f AS g", "e=e g=f"},
		{"mssql", "DELETE FROM a OUTPUT DELETED.b, DELETED.c AS d WHERE e = 1", "b=DELETED.b d=DELETED.c"},
		{"postgres", "WITH v AS (SELECT 1 AS a, 2 AS b) SELECT c FROM v UNION SELECT d FROM w", "c=c"},
		{"postgres", "SELECT a FROM b ORDER BY (SELECT c FROM d)", "a=a"},
		{"postgres", "SELECT 1 AS a", "a"},
		{"postgres", "DELETE FROM a", ""},
	}
	for _, test := range tests {
		if got := results(read(t, test.dialect, test.text)); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

// tables writes the tables of all blocks: name alias.
func tables(st *Statement) string {
	var all []string
	for _, b := range st.Blocks {
		var names []string
		for _, table := range b.Tables {
			names = append(names, strings.TrimSpace(table.Name+" "+table.Alias))
		}
		all = append(all, strings.Join(names, ", "))
	}
	return strings.Join(all, "; ")
}

func TestTables(t *testing.T) {
	tests := []struct{ dialect, text, want string }{
		{"oracle", "SELECT 1 FROM a, b c, d.e AS f JOIN g ON f.x = g.x, h", "a a, b c, e f, g g, h h"},
		{"oracle", "SELECT 1 FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.c = a.c) AND EXTRACT(DAY FROM x) > 1", "a a; b b"},
		{"db2", "SELECT 1 FROM ((SELECT a FROM b) c LEFT JOIN d e ON 1 = 1)", "c, d e; b b"},
		{"db2", "SELECT 1 FROM FINAL TABLE (UPDATE t_a b SET c = 1) d", "d; t_a b"},
		{"db2", "SELECT 1 FROM ((SELECT a FROM b) UNION (SELECT c FROM d)) e", ", e; b b; ; d d"},
		{"mssql", "UPDATE TOP (5) a SET b = 1 FROM c a WHERE d = 1", "c a"},
		{"mssql", "MERGE a AS b USING (SELECT 1 AS x) AS c ON b.x = c.x WHEN MATCHED THEN UPDATE SET y = 1", "c, a a; "},
		{"mysql", "INSERT INTO a (b) VALUES (1) ON DUPLICATE KEY UPDATE b = VALUES(b)", "a a"},
		{"postgres", "INSERT INTO a AS x (b) SELECT c FROM d ON CONFLICT (b) DO UPDATE SET b = excluded.b", "a x, d d"},
		{"postgres", "DELETE FROM a USING b WHERE a.x = b.x", "a a, b b"},
		{"postgres", "WITH v AS MATERIALIZED (SELECT 1 FROM a), w (x) AS (SELECT 2 FROM v) SELECT 3 FROM w, v", "w, v; a a; v"},
	}
	for _, test := range tests {
		if got := tables(read(t, test.dialect, test.text)); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

func TestSureColumns(t *testing.T) {
	tests := []struct{ dialect, text, want string }{
		{"mssql", "INSERT INTO a (b, c) VALUES (1, d)", "a.b a.c"},
		{"oracle", "UPDATE t_a x SET b = 1, c = f(d, e) WHERE g = 1", "t_a.b t_a.c"},
		{"oracle", "MERGE INTO a x USING b y ON (x.i = y.i) WHEN MATCHED THEN UPDATE SET c = 1 WHEN NOT MATCHED THEN INSERT (i, c) VALUES (y.i, 2)", "a.c a.i a.c"},
		{"mysql", "INSERT INTO a (b) VALUES (1) ON DUPLICATE KEY UPDATE c = 1, d = 2", "a.b a.c a.d"},
	}
	for _, test := range tests {
		var got []string
		for _, ref := range read(t, test.dialect, test.text).Refs {
			if ref.Target != nil {
				got = append(got, fmt.Sprintf("%s.%s", ref.Target.Name, ref.Name))
			}
		}
		if text := strings.Join(got, " "); text != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.text, text, test.want)
		}
	}
}

// FuzzRead: no statement makes it fail.
func FuzzRead(f *testing.F) {
	f.Add("SELECT a.b, CAST(c AS d) e FROM (f JOIN g h ON i), LATERAL j(k) l WHERE EXISTS (SELECT 1 FROM m UNION SELECT 2)")
	f.Add("WITH a (b) AS (SELECT 1) UPDATE TOP (1) c SET d = e OUTPUT f FROM g c")
	f.Add("MERGE INTO a WITH (b) AS c USING (VALUES 1) d ON e WHEN MATCHED THEN INSERT (f) VALUES (g)")
	f.Add("INSERT INTO a.b (c")
	f.Add("SELECT DISTINCT ON (")
	f.Add("SELECT TOP")
	f.Add("FROM FINAL TABLE (")
	f.Fuzz(func(_ *testing.T, text string) {
		for _, name := range lex.Names() {
			syntax, _ := lex.SyntaxOf(name)
			queries, _ := query.Parse("q.sql", "-- name: A :many\n"+text, syntax)
			for _, q := range queries {
				Read(q.Items)
			}
		}
	})
}
