package generate

import (
	"strings"
	"testing"
)

const (
	findContract = "-- name: Find :many\nSELECT ID FROM BOOK\nWHERE ID > sqlc.arg(id)\n/* when sold */ AND SOLD > sqlc.narg(sold) /* end */;\n"
	findAnalysis = "Find :many (id int4, sold int8) (id int4! book.id)"
)

// find is a project whose second dialect has other conditions in Find.
func find(conditions string) project {
	return project{contract: findContract, analysis: findAnalysis, other: "-- name: Find :many\nSELECT ID FROM BOOK\nWHERE ID > sqlc.arg(id)\n" + conditions}
}

// both puts the same conditions into contract and dialect.
func both(conditions string) project {
	p := find(conditions)
	p.contract = p.other
	return p
}

var partRefusals = []refusal{
	{"when on an arg", both("/* when sold */ AND SOLD > sqlc.arg(sold) /* end */"),
		"queries/mssql/q.sql:4: Find: /* when sold */ needs an optional parameter: write sqlc.narg(sold) in the contract\n" +
			"queries/postgres/q.sql:4: Find: /* when sold */ needs an optional parameter: write sqlc.narg(sold) in the contract"},
	{"unknown when", find("/* when price */ AND SOLD > sqlc.narg(sold) /* end */"),
		"queries/mssql/q.sql:4: Find: /* when price */ names an unknown parameter: name a parameter of this query"},
	{"when in when", find("/* when sold */ AND SOLD > sqlc.narg(sold)\n/* when sold */ AND ID > 1 /* end */ /* end */"),
		"queries/mssql/q.sql:5: Find: /* when sold */ stands inside /* when sold */: close the outer part first, or write the parts side by side"},
	{"when in each", project{contract: listContract, analysis: listAnalysis, other: "-- name: Some :many\nSELECT ID FROM BOOK WHERE ID IN (/* each ids */\n/* when ids */ sqlc.arg(ids) /* end */ /* end */);"},
		"queries/mssql/q.sql:3: Some: /* when ids */ stands inside /* each ids */: close the outer part first"},
	{"when is not closed", find("/* when sold */ AND SOLD > sqlc.narg(sold)"),
		"queries/mssql/q.sql:4: Find: /* when sold */ is not closed: close it with /* end */"},
	{"each is not closed", project{contract: listContract, analysis: listAnalysis, other: "-- name: Some :many\nSELECT ID FROM BOOK WHERE ID IN (\n/* each ids */ sqlc.arg(ids));"},
		"queries/mssql/q.sql:3: Some: /* each ids */ is not closed: close it with /* end */"},
	{"each without its element", project{contract: listContract, analysis: listAnalysis, other: "-- name: Some :many\nSELECT ID FROM BOOK WHERE ID IN (\n/* each ids */ 1 /* end */);"},
		"queries/mssql/q.sql:3: Some: /* each ids */ does not hold its element: write sqlc.slice(ids) inside the part"},
	{"end without part", find("AND SOLD > sqlc.narg(sold)\n/* end */"),
		"queries/mssql/q.sql:5: Find: /* end */ without a part: take it out, or open the part"},
	{"misspelt part", find("/* When sold */ AND SOLD > sqlc.narg(sold)"),
		"queries/mssql/q.sql:4: Find: comment /* When sold */ looks like the mark of a part and is none: write `/* when x */`, `/* each x */` or `/* end */`, or begin a plain comment with another word"},
	{"element outside of each", project{contract: listContract, analysis: listAnalysis, other: "-- name: Some :many\nSELECT ID FROM BOOK WHERE ID IN (/* each ids */ sqlc.arg(ids) /* end */)\nOR ID = sqlc.arg(ids);"},
		"queries/mssql/q.sql:3: Some: parameter ids is sqlc.arg here and sqlc.arg in line 2: use it as a list, or outside of each as a single value, not as both"},
}

var columnRefusals = []refusal{
	{"unknown column of an alias", get("SELECT b.ID, b.TITLE FROM BOOK b WHERE b.ID = sqlc.arg(id)\nAND b.PRICE > 0;"),
		"queries/mssql/q.sql:3: GetBook: table BOOK of mssql has no column PRICE: correct the name, or add the column to schema/mssql"},
	{"unknown column in a subquery", get("SELECT b.ID, b.TITLE FROM BOOK b WHERE b.ID = sqlc.arg(id) AND EXISTS (\nSELECT 1 FROM LOAN l WHERE l.BOOK = b.ID);"),
		"queries/mssql/q.sql:3: GetBook: table LOAN of mssql has no column BOOK: correct the name, or add the column to schema/mssql"},
	{"unknown outer column", get("SELECT b.ID, b.TITLE FROM BOOK b WHERE b.ID = sqlc.arg(id) AND EXISTS (\nSELECT 1 FROM LOAN l WHERE l.BOOK_ID = b.NO);"),
		"queries/mssql/q.sql:3: GetBook: table BOOK of mssql has no column NO: correct the name, or add the column to schema/mssql"},
	{"unknown selected column", with(get("SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id);"), "schema/mssql/1.sql", "CREATE TABLE BOOK (ID INTEGER NOT NULL, NAME VARCHAR(100));"),
		"queries/mssql/q.sql:2: GetBook: table BOOK of mssql has no column TITLE: correct the name, or add the column to schema/mssql"},
	{"unknown selected column of two tables", get("SELECT ID, NAME AS TITLE FROM BOOK, LOAN WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:2: GetBook: no table of this query has a column NAME in the schema of mssql: correct the name, or add the column to schema/mssql"},
	{"dropped column in a condition", with(project{contract: countContract, analysis: countAnalysis}, "schema/mssql/1.sql", "CREATE TABLE BOOK (ID INTEGER NOT NULL, PRICE BIGINT);"),
		"queries/mssql/q.sql:3: Count: table BOOK of mssql has no column SOLD: correct the name, or add the column to schema/mssql"},
	{"unknown compared column", get("SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)\nAND PRICE > 1;"),
		"queries/mssql/q.sql:3: GetBook: table BOOK of mssql has no column PRICE: correct the name, or add the column to schema/mssql"},
	{"unknown argument", get("SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)\nAND UPPER(NAME) = 'X';"),
		"queries/mssql/q.sql:3: GetBook: table BOOK of mssql has no column NAME: correct the name, or add the column to schema/mssql"},
	{"unknown column in ORDER BY", get("SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)\nORDER BY TITLE DESC, NAME;"),
		"queries/mssql/q.sql:3: GetBook: table BOOK of mssql has no column NAME: correct the name, or add the column to schema/mssql"},
	{"unknown column in a list", get("SELECT ID, TITLE FROM BOOK b WHERE EXISTS (SELECT 1 FROM LOAN WHERE BOOK_ID = sqlc.arg(id)\nAND PRICE NOT IN (1));"),
		"queries/mssql/q.sql:3: GetBook: no table of this query has a column PRICE in the schema of mssql: correct the name, or add the column to schema/mssql"},
	{"unknown inserted column", project{contract: addContract, analysis: addAnalysis, other: "-- name: Add :exec\nINSERT INTO BOOK (ID,\nNAME) VALUES (sqlc.arg(id), sqlc.arg(title));"},
		"queries/mssql/q.sql:3: Add: table BOOK of mssql has no column NAME: correct the name, or add the column to schema/mssql"},
	{"unknown set column", project{contract: addContract, analysis: addAnalysis, other: "-- name: Add :exec\nUPDATE BOOK SET TITLE = sqlc.arg(title),\nPRICE = ID WHERE ID = sqlc.arg(id);"},
		"queries/mssql/q.sql:3: Add: table BOOK of mssql has no column PRICE: correct the name, or add the column to schema/mssql"},
	{"unknown merged column", project{contract: addContract, analysis: addAnalysis, other: "-- name: Add :exec\nMERGE INTO BOOK WITH (HOLDLOCK) AS t USING (SELECT sqlc.arg(id) AS ID) AS s ON t.ID = s.ID\nWHEN NOT MATCHED THEN INSERT (ID, NAME) VALUES (s.ID, sqlc.arg(title));"},
		"queries/mssql/q.sql:3: Add: table BOOK of mssql has no column NAME: correct the name, or add the column to schema/mssql"},
	{"unknown alias", get("SELECT b.ID, b.TITLE FROM BOOK b WHERE\nx.ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:3: GetBook: x in x.ID is no table or alias of this query: correct it, or give a table this alias"},
	{"unknown table", get("SELECT b.ID, b.TITLE FROM\nBOOKS b WHERE b.ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:3: GetBook: the schema of mssql has no table BOOKS: correct the name, or add the table to schema/mssql"},
	{"unknown updated table", project{contract: addContract, analysis: addAnalysis, other: "-- name: Add :exec\nUPDATE BOKS SET TITLE = sqlc.arg(title) WHERE ID = sqlc.arg(id);"},
		"queries/mssql/q.sql:2: Add: the schema of mssql has no table BOKS: correct the name, or add the table to schema/mssql"},
	{"unknown set column of an alias", project{contract: addContract, analysis: addAnalysis, other: "-- name: Add :exec\nUPDATE b SET NAME = sqlc.arg(title) FROM BOOK b WHERE b.ID = sqlc.arg(id);"},
		"queries/mssql/q.sql:2: Add: table BOOK of mssql has no column NAME: correct the name, or add the column to schema/mssql"},
	{"type family", with(get("SELECT b.ID, b.TITLE FROM BOOK b\nWHERE b.ID = sqlc.arg(id);"), "schema/mssql/1.sql", "CREATE TABLE BOOK (ID VARCHAR(10) NOT NULL, TITLE VARCHAR(100));"),
		"queries/mssql/q.sql:2: GetBook: column BOOK.ID of mssql is VARCHAR(10) (string), the contract has INTEGER (integer): change the schema of mssql\n" +
			"queries/mssql/q.sql:2: GetBook: result column ID is VARCHAR(10) (string), the contract has int4 (integer): cast it, or select the column that the contract means"},
	{"declared width", with(get("SELECT b.ID, b.TITLE FROM BOOK b\nWHERE b.ID = sqlc.arg(id);"), "schema/mssql/1.sql", "CREATE TABLE BOOK (ID INT, TITLE VARCHAR(255));"),
		"queries/mssql/q.sql:2: GetBook: column BOOK.TITLE of mssql is VARCHAR(255), the contract has VARCHAR(100): change the schema of mssql"},
	{"narrow integer", with(get("SELECT ID, TITLE FROM BOOK\nWHERE ID = sqlc.arg(id);"), "schema/mssql/1.sql", "CREATE TABLE BOOK (ID SMALLINT, TITLE VARCHAR(100));"),
		"queries/mssql/q.sql:2: GetBook: column BOOK.ID of mssql is SMALLINT, too narrow for INTEGER of the contract: change the schema of mssql"},

	{"table as qualifier", get("SELECT ID, TITLE FROM BOOK WHERE\nBOOK.ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:3: GetBook: table BOOK qualifies a column: use an alias"},
	{"qualified table", get("SELECT ID, TITLE FROM\ndbo.BOOK WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:3: GetBook: table BOOK is qualified: write the name alone, Config.Schema completes it"},
	{"alias is a table", get("SELECT ID, TITLE FROM BOOK AS\nLOAN WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:3: GetBook: alias LOAN is the name of a table: use another alias"},
	{"WITH query is a table", get("WITH LOAN AS (SELECT 1 AS X) SELECT b.ID, b.TITLE FROM BOOK b WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:2: GetBook: LOAN is the name of a table: call the WITH query something else"},
	{"FOR UPDATE OF", inDialect("oracle", "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id) FOR UPDATE OF BOOK;"),
		"queries/oracle/q.sql:2: GetBook: table BOOK follows OF: use an alias"},
}

const (
	addContract   = "-- name: Add :exec\nINSERT INTO BOOK (ID, TITLE) VALUES (sqlc.arg(id), sqlc.arg(title));\n"
	addAnalysis   = "Add :exec (id int4, title varchar) ()"
	countContract = "-- name: Count :one\nSELECT COUNT(*) AS n FROM BOOK\nWHERE SOLD > 0;\n"
	countAnalysis = "Count :one () (n bigint!)"
)

// with adds a file to a project.
func with(p project, name, text string) project {
	files := map[string]string{name: text}
	for n, t := range p.files {
		files[n] = t
	}
	p.files = files
	return p
}

func TestRefusalsOfParts(t *testing.T) {
	for _, r := range partRefusals {
		t.Run(r.name, func(t *testing.T) { r.check(t) })
	}
}

func TestRefusalsOfColumns(t *testing.T) {
	for _, r := range columnRefusals {
		t.Run(r.name, func(t *testing.T) { r.check(t) })
	}
}

func TestOtherLineEndings(t *testing.T) {
	p := project{contract: getContract, analysis: getAnalysis, other: strings.ReplaceAll(getContract, "\n", "\r\n")}
	if _, err := p.run(t); err != nil {
		t.Error(err)
	}
}
