package generate

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// accepted are statements that must pass, and the templates that they become.
var accepted = []struct {
	name, dialect, query, want string
}{
	// Text.
	{"comments go, hints stay", "oracle", "/* a */ SELECT /*+ FULL(b) */ ID, -- the id\n  TITLE /* b */\nFROM BOOK -- c\n\n\nWHERE ID = sqlc.arg(id) -- d\n;\n-- e",
		"SELECT /*+ FULL(b) */ ID,\n  TITLE\nFROM {{table BOOK}}\nWHERE ID = :1"},
	{"comment as blank", "db2", "SELECT/**/ID,TITLE/**/FROM BOOK WHERE ID=sqlc.arg(id)", "SELECT ID,TITLE FROM {{table BOOK}} WHERE ID=?"},
	{"strings are left alone", "mssql", "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id) AND TITLE NOT IN (N'BOOK', 'sqlc.arg(x)', '@x', '?', '/* when x */', '{{x}}')",
		"SELECT ID, TITLE FROM {{table BOOK}} WHERE ID = @p1 AND TITLE NOT IN (N'BOOK', 'sqlc.arg(x)', '@x', '?', '/* when x */', '{{brace}}{{brace}}x}}')"},
	{"quoted macro name", "mysql", "SELECT ID, TITLE FROM BOOK WHERE ID = SQLC . arg ( 'id' )", "SELECT ID, TITLE FROM {{table BOOK}} WHERE ID = ?"},
	{"named ?", "mysql", "SELECT ID, TITLE FROM BOOK LIMIT ?/* id */", "SELECT ID, TITLE FROM {{table BOOK}} LIMIT ?"},
	{"casts", "postgres", "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)::integer", "SELECT ID, TITLE FROM {{table BOOK}} WHERE ID = $1::integer"},
	{"MERGE keeps its semicolon", "mssql", "DECLARE @x INT; MERGE INTO BOOK AS b USING (SELECT sqlc.arg(id) AS ID) AS s ON b.ID = s.ID WHEN MATCHED THEN DELETE ; -- x",
		"DECLARE @x INT; MERGE INTO {{table BOOK}} AS b USING (SELECT @p1 AS ID) AS s ON b.ID = s.ID WHEN MATCHED THEN DELETE ;"},
	{"MERGE gets its semicolon", "mssql", "EXEC x; MERGE INTO BOOK AS b USING (SELECT sqlc.arg(id) AS ID) AS s ON b.ID = s.ID WHEN MATCHED THEN DELETE",
		"EXEC x; MERGE INTO {{table BOOK}} AS b USING (SELECT @p1 AS ID) AS s ON b.ID = s.ID WHEN MATCHED THEN DELETE;"},
	{"a block keeps its semicolon", "oracle", "BEGIN DELETE FROM BOOK WHERE ID = sqlc.arg(id); END;", "BEGIN DELETE FROM {{table BOOK}} WHERE ID = :1; END;"},
	{"named arguments", "mssql", "EXEC sp_getapplock @Resource = sqlc.arg(id), @LockMode = 'X'", "EXEC sp_getapplock @Resource = @p1, @LockMode = 'X'"},

	// Placeholders.
	{"reused", "mssql", twice, "SELECT ID, TITLE FROM {{table BOOK}} WHERE ID = @p1 OR SOLD = @p1"},
	{"reused by number", "sqlite", twice, "SELECT ID, TITLE FROM {{table BOOK}} WHERE ID = ?1 OR SOLD = ?1"},
	{"reused with dollars", "postgres", twice, "SELECT ID, TITLE FROM {{table BOOK}} WHERE ID = $1 OR SOLD = $1"},
	{"one an occurrence", "oracle", twice, "SELECT ID, TITLE FROM {{table BOOK}} WHERE ID = :1 OR SOLD = :2"},
	{"question marks", "db2", twice, "SELECT ID, TITLE FROM {{table BOOK}} WHERE ID = ? OR SOLD = ?"},

	// Tables and sequences.
	{"whatever the case", "oracle", "SELECT ID, TITLE FROM book WHERE ID = sqlc.arg(id)", "SELECT ID, TITLE FROM {{table book}} WHERE ID = :1"},
	{"quoted tables", "mssql", "SELECT ID, TITLE FROM [BOOK] WHERE ID = sqlc.arg(id) AND EXISTS (SELECT 1 FROM \"LOAN\")",
		"SELECT ID, TITLE FROM {{table [BOOK]}} WHERE ID = @p1 AND EXISTS (SELECT 1 FROM {{table \"LOAN\"}})"},
	{"column with a table's name", "oracle", "SELECT b.ID, b.TITLE FROM BOOK b JOIN STATUS s ON s.STATUS = b.ID WHERE b.ID = sqlc.arg(id) AND STATUS > 1",
		"SELECT b.ID, b.TITLE FROM {{table BOOK}} b JOIN {{table STATUS}} s ON s.STATUS = b.ID WHERE b.ID = :1 AND STATUS > 1"},
	{"sequences", "oracle", "SELECT BOOK_SEQ.NEXTVAL AS ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)", "SELECT {{table BOOK_SEQ}}.NEXTVAL AS ID, TITLE FROM {{table BOOK}} WHERE ID = :1"},
	{"sequence as a string", "postgres", "SELECT nextval('book_seq')::integer AS id, TITLE FROM BOOK WHERE ID = sqlc.arg(id)",
		"SELECT nextval({{table 'book_seq'}})::integer AS id, TITLE FROM {{table BOOK}} WHERE ID = $1"},
	{"sequence value", "db2", "SELECT NEXT VALUE FOR BOOK_SEQ AS ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)", "SELECT NEXT VALUE FOR {{table BOOK_SEQ}} AS ID, TITLE FROM {{table BOOK}} WHERE ID = ?"},
	{"system tables", "oracle", "SELECT b.ID, b.TITLE FROM BOOK b, DUAL d, USER_TABLES u, SYS.V_$SESSION s WHERE b.ID = sqlc.arg(id) AND u.TABLE_NAME = s.X",
		"SELECT b.ID, b.TITLE FROM {{table BOOK}} b, DUAL d, USER_TABLES u, SYS.V_$SESSION s WHERE b.ID = :1 AND u.TABLE_NAME = s.X"},

	// Shapes of statements that the column checks must understand.
	{"TOP and hints", "mssql", "SELECT TOP (10) b.ID, b.TITLE FROM BOOK b WITH (READPAST, ROWLOCK) WHERE b.ID = sqlc.arg(id)", ""},
	{"hint before the alias", "mssql", "SELECT TOP 1 b.ID, TITLE = b.TITLE, b.TITLE FROM BOOK WITH (NOLOCK) AS b WHERE b.ID = sqlc.arg(id)", "-"},
	{"OUTPUT", "mssql", "DELETE TOP (5) FROM BOOK OUTPUT DELETED.ID, DELETED.TITLE WHERE ID = sqlc.arg(id)", ""},
	{"DELETE of an alias", "mssql", "DELETE b OUTPUT DELETED.ID, DELETED.TITLE FROM BOOK b JOIN LOAN l ON l.BOOK_ID = b.ID WHERE b.ID = sqlc.arg(id)", ""},
	{"DELETE of a WITH query", "mssql", "WITH v AS (SELECT TOP (3) ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)) DELETE FROM v OUTPUT DELETED.ID, DELETED.TITLE", ""},
	{"CROSS APPLY", "mssql", "SELECT b.ID, b.TITLE FROM BOOK b CROSS APPLY (SELECT TOP 1 l.DUE FROM LOAN l WHERE l.BOOK_ID = b.ID) x CROSS APPLY OPENJSON(b.TITLE) j WHERE b.ID = sqlc.arg(id) AND j.value = x.DUE", ""},
	{"UPDATE FROM", "mssql", "UPDATE b SET SOLD = 1 OUTPUT INSERTED.ID, INSERTED.TITLE FROM BOOK b WHERE b.ID = sqlc.arg(id)", ""},
	{"FINAL TABLE", "db2", "SELECT f.ID, f.TITLE FROM FINAL TABLE (UPDATE BOOK b SET SOLD = 1 WHERE b.ID = sqlc.arg(id)) AS f WITH UR", ""},
	{"OLD TABLE", "db2", "SELECT ID, TITLE FROM OLD TABLE (DELETE FROM BOOK WHERE ID = sqlc.arg(id))", ""},
	{"joins in brackets", "db2", "SELECT b.ID, b.TITLE FROM (BOOK b LEFT OUTER JOIN LOAN l ON l.BOOK_ID = b.ID), SYSIBM.SYSDUMMY1 d WHERE b.ID = sqlc.arg(id)", ""},
	{"commas after joins", "oracle", "SELECT b.ID, b.TITLE FROM BOOK b INNER JOIN LOAN l ON l.BOOK_ID = b.ID, LOAN m WHERE b.ID = sqlc.arg(id) AND m.DUE = l.DUE", ""},
	{"subquery with columns", "oracle", "SELECT x.ID, x.TITLE FROM (SELECT b.ID, b.TITLE, ROW_NUMBER() OVER (PARTITION BY b.SOLD ORDER BY b.ID) AS rn FROM BOOK b) x WHERE x.rn = sqlc.arg(id)", ""},
	{"UNION", "oracle", "SELECT b.ID, b.TITLE FROM BOOK b WHERE b.ID = sqlc.arg(id) UNION ALL SELECT l.BOOK_ID, 'x' FROM LOAN l ORDER BY 1", ""},
	{"recursive WITH", "db2", "WITH v (n, t) AS (SELECT ID, TITLE FROM BOOK UNION ALL SELECT v.n + 1, v.t FROM v WHERE v.n < 3), w AS (SELECT n FROM v) SELECT v.n AS ID, v.t AS TITLE FROM v, w WHERE w.n = sqlc.arg(id)", ""},
	{"pseudo columns", "oracle", "SELECT ID, TITLE FROM BOOK b WHERE b.ROWID IN (SELECT c.ROWID FROM BOOK c WHERE ROWNUM < sqlc.arg(id)) FOR UPDATE SKIP LOCKED", ""},
	{"functions of packages", "oracle", "SELECT ID, DBMS_LOB.SUBSTR(TITLE, 1) AS TITLE FROM BOOK WHERE ID = sqlc.arg(id)", ""},
	{"EXTRACT and TRIM", "oracle", "SELECT EXTRACT(DAY FROM SYSDATE) AS ID, TRIM(BOTH 'x' FROM TITLE) TITLE FROM BOOK WHERE ID = sqlc.arg(id)", ""},
	{"words that are values", "oracle", "SELECT ID, TITLE FROM BOOK WHERE SYSDATE > DATE '2020-01-01' AND USER = 'x' AND ROWNUM <= 3 AND NULL IS NULL AND ID = ANY (1, sqlc.arg(id)) AND CASE WHEN ID = 1 THEN 2 END = 2", ""},
	{"words of functions", "mssql", "SELECT ID, CONVERT(VARCHAR(10), CAST(TITLE AS VARCHAR(MAX))) AS TITLE FROM BOOK WHERE ID = sqlc.arg(id) AND DATEADD(SECOND, 1, SYSDATETIME()) > CONVERT(DATE, '2020-01-01')", ""},
	{"order by an alias", "db2", "SELECT ID + 1 AS ID, UPPER(TITLE) TITLE FROM BOOK WHERE ID = sqlc.arg(id) ORDER BY TITLE DESC, ID ASC", ""},
	{"order by other aliases", "oracle", "SELECT ID, TITLE FROM BOOK b WHERE ID = sqlc.arg(id) AND EXISTS (SELECT COUNT(*) OVER (PARTITION BY DUE ORDER BY DUE ROWS UNBOUNDED PRECEDING) AS n FROM LOAN ORDER BY n, DUE DESC NULLS FIRST)", ""},
	{"words of DB2", "db2", "SELECT ID, TITLE FROM BOOK WHERE CURRENT TIMESTAMP > '2020-01-01' AND 1 = CURRENT SCHEMA AND ID = sqlc.arg(id)", ""},
	{"OPTION", "mssql", "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id) AND GETDATE() > CURRENT_TIMESTAMP OPTION (LABEL = 'x')", ""},
	{"CASE", "db2", "SELECT CASE WHEN ID > 1 THEN ID ELSE 2 END AS ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id) AND SOLD IS DISTINCT FROM 1", ""},
	{"DISTINCT ON", "postgres", "SELECT DISTINCT ON (b.ID) b.ID, b.TITLE FROM BOOK b WHERE b.ID = sqlc.arg(id) AND b.SOLD IS DISTINCT FROM 1", ""},
	{"row functions", "postgres", "SELECT b.ID, b.TITLE FROM BOOK b, LATERAL generate_series(1, 2) AS g (n) WHERE b.ID = sqlc.arg(id) AND g.n = 1", ""},
	{"DELETE USING", "postgres", "WITH d AS (SELECT b.ctid FROM BOOK b LIMIT 1) DELETE FROM BOOK AS b USING d WHERE b.ctid = d.ctid AND b.ID = sqlc.arg(id) RETURNING b.ID, b.TITLE", ""},
	{"UPDATE OR IGNORE", "sqlite", "UPDATE OR IGNORE BOOK AS b SET SOLD = 1 WHERE b.ID = sqlc.arg(id) RETURNING ID, TITLE", ""},
	{"DELETE IGNORE", "mysql", "DELETE IGNORE FROM BOOK WHERE ID = sqlc.arg(id) RETURNING ID, TITLE", ""},
	{"DELETE in a join", "mysql", "DELETE b FROM BOOK b JOIN LOAN l ON l.BOOK_ID = b.ID WHERE b.ID = sqlc.arg(id) RETURNING ID, TITLE", ""},
	{"STRAIGHT_JOIN", "mysql", "SELECT b.ID, b.TITLE FROM BOOK b STRAIGHT_JOIN LOAN l FORCE INDEX (PRIMARY) ON l.BOOK_ID = b.ID WHERE b.ID = sqlc.arg(id)", ""},
	{"SELECT STRAIGHT_JOIN", "mysql", "SELECT STRAIGHT_JOIN ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)", ""},
	{"index hints", "mysql", "SELECT b.ID, b.TITLE FROM BOOK b USE INDEX FOR ORDER BY (IDX_A, IDX_B) IGNORE KEY (IDX_C), LOAN l WHERE l.BOOK_ID = b.ID AND b.ID = sqlc.arg(id)", ""},
	{"INDEXED BY", "sqlite", "SELECT b.ID, b.TITLE FROM BOOK b INDEXED BY IDX_A JOIN LOAN l NOT INDEXED ON l.BOOK_ID = b.ID WHERE b.ID = sqlc.arg(id)", ""},
	{"JOIN USING", "sqlite", "SELECT b.ID, b.TITLE FROM BOOK b JOIN BOOK c USING (ID) WHERE b.ID = sqlc.arg(id) AND b.rowid > 0", ""},
}

const twice = "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id) OR SOLD = sqlc.arg(id)"

const moreDDL = "CREATE SEQUENCE BOOK_SEQ;\nCREATE TABLE STATUS (STATUS INTEGER);\n"

func TestAccepted(t *testing.T) {
	for _, c := range accepted {
		t.Run(c.name, func(t *testing.T) {
			p := inDialect(c.dialect, c.query)
			name := "GetBook"
			if runs := strings.Fields(c.query)[0]; runs == "EXEC" || runs == "BEGIN" || runs == "DECLARE" {
				name, p.contract, p.analysis = "Run", "-- name: Run :exec\nDELETE FROM BOOK WHERE ID = sqlc.arg(id);", "Run :exec (id int4) ()"
				p.other = "-- name: Run :exec\n" + c.query
			}
			if c.dialect == "postgres" {
				p.contract, p.dialect = p.other, "sqlite"
				p.other = "-- name: GetBook :one\nSELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)"
			}
			p = with(with(p, "schema/postgres/2.sql", moreDDL), "schema/"+c.dialect+"/2.sql", moreDDL)
			files, err := p.run(t)
			switch {
			case c.want == "-" && err == nil:
				t.Error("not refused")
			case c.want != "-" && err != nil:
				t.Error(err)
			case c.want != "-" && c.want != "":
				if got := constant(t, files, c.dialect+"/q.sql.go", "sql"+name); got != c.want {
					t.Errorf("\n got %s\nwant %s", got, c.want)
				}
			}
		})
	}
}

// constant reads a string constant out of a generated file.
func constant(t *testing.T, files []File, file, name string) string {
	t.Helper()
	for _, f := range files {
		if f.Name != file {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, f.Contents, 0)
		if err != nil {
			t.Fatal(err)
		}
		if object := parsed.Scope.Lookup(name); object != nil { //nolint:staticcheck // good enough for one file
			return literal(t, object.Decl.(*ast.ValueSpec).Values[0])
		}
	}
	t.Fatalf("no constant %s in %s", name, file)
	return ""
}

// literal is the value of a string literal, or of a sum of them.
func literal(t *testing.T, e ast.Expr) string {
	t.Helper()
	if sum, ok := e.(*ast.BinaryExpr); ok {
		return literal(t, sum.X) + literal(t, sum.Y)
	}
	text, err := strconv.Unquote(e.(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
