package generate

import (
	"strings"
	"testing"
)

// refusals are projects that are wrong in one way, with the whole message. Lines of the message are joined by a newline.
type refusal struct {
	name string
	project
	want string
}

const (
	getContract = "-- name: GetBook :one\nSELECT ID, TITLE\nFROM BOOK\nWHERE ID = sqlc.arg(id);\n"
	getAnalysis = "GetBook :one (id int4) (id int4! book.id, title varchar! book.title)"
)

// get is a project whose second dialect has another GetBook.
func get(other string) project {
	return project{contract: getContract, analysis: getAnalysis, other: "-- name: GetBook :one\n" + other}
}

// inDialect is the same for another dialect.
func inDialect(dialect, other string) project {
	p := get(other)
	p.dialect = dialect
	return p
}

// alone is a project whose two dialects have the same one query.
func alone(text, analysis string) project { return project{contract: text, analysis: analysis} }

var refusals = []refusal{
	{"missing query", project{contract: getContract, analysis: getAnalysis, other: "-- nothing\n"},
		"queries/postgres/q.sql:1: GetBook: dialect mssql has no such query: add it to a file in queries/mssql"},
	{"surplus query", project{contract: getContract, analysis: getAnalysis, other: getContract + "\n-- name: More :exec\nDELETE FROM BOOK;\n"},
		"queries/mssql/q.sql:6: More: the contract has no such query: take it out, or add it to the contract"},
	{"duplicate name", project{contract: getContract, analysis: getAnalysis, other: getContract + getContract},
		"queries/mssql/q.sql:5: GetBook: the name is taken already in queries/mssql/q.sql:1: rename one"},
	{"different command", project{contract: getContract, analysis: getAnalysis, other: strings.Replace(getContract, ":one", ":many", 1)},
		"queries/mssql/q.sql:1: GetBook: command is :many, the contract has :one: write :one"},
	{"unknown parameter", get("SELECT ID, TITLE FROM BOOK\nWHERE ID = sqlc.arg(id)\nAND SOLD = sqlc.arg(sold);"),
		"queries/mssql/q.sql:4: GetBook: parameter sold is not in the contract: correct the name, or add it to the contract"},
	{"missing parameter", get("SELECT ID, TITLE FROM BOOK;"),
		"queries/mssql/q.sql:1: GetBook: parameter id of the contract is not used: use it, or take it out of the contract"},
	{"arg for narg", get("SELECT ID, TITLE FROM BOOK\nWHERE ID = sqlc.narg(id);"),
		"queries/mssql/q.sql:3: GetBook: parameter id is sqlc.narg, in the contract it is sqlc.arg: write sqlc.arg(id)"},
	{"slice for arg", get("SELECT ID, TITLE FROM BOOK\nWHERE ID IN (sqlc.slice(id));"),
		"queries/mssql/q.sql:3: GetBook: parameter id is a list, in the contract it is a single value: write sqlc.arg(id)"},
	{"arg and narg", get("SELECT ID, TITLE FROM BOOK\nWHERE ID = sqlc.arg(id)\nOR ID = sqlc.narg(id);"),
		"queries/mssql/q.sql:4: GetBook: parameter id is sqlc.narg here and sqlc.arg in line 3: write it in one way"},
	{"result names", get("SELECT ID, SOLD FROM BOOK WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:1: GetBook: result columns are (id, sold), the contract has (id, title): select the same, in the same order"},
	{"result order", get("SELECT b.TITLE, b.ID FROM BOOK b WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:1: GetBook: result columns are (title, id), the contract has (id, title): select the same, in the same order"},
	{"result without name", get("SELECT ID,\n UPPER(TITLE) FROM BOOK WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:3: GetBook: result column 2 has no name: write AS name behind it"},
	{"star", get("SELECT * FROM BOOK WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:2: GetBook: result column 1 is *: name the columns"},
	{"qualified star", get("SELECT ID, b.* FROM BOOK b WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:2: GetBook: result column 2 is *: name the columns"},
	{"result type", get("SELECT ID, CAST(ID AS BIGINT) AS TITLE FROM BOOK WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:2: GetBook: result column TITLE is BIGINT (integer), the contract has varchar (string): cast it, or select the column that the contract means"},
	{"result type of a column", get("SELECT ID, b.SOLD TITLE FROM BOOK b WHERE ID = sqlc.arg(id);"),
		"queries/mssql/q.sql:2: GetBook: result column TITLE is BIGINT (integer), the contract has varchar (string): cast it, or select the column that the contract means"},

	{"left-over macro", get("SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)\nAND sqlc.embed(BOOK) = 1;"),
		"queries/mssql/q.sql:3: GetBook: left-over macro sqlc.embed(BOOK): write sqlc.arg(name), sqlc.narg(name) or sqlc.slice(name)"},
	{"broken macro", get("SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)\nAND SOLD = sqlc.arg(a.b);"),
		"queries/mssql/q.sql:3: GetBook: left-over macro sqlc.arg(a.: write sqlc.arg(name), sqlc.narg(name) or sqlc.slice(name)"},
	{"macro in a hint", inDialect("oracle", "SELECT /*+ FULL(sqlc.arg(x)) */ ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id);"),
		"queries/oracle/q.sql:2: GetBook: left-over macro in /*+ FULL(sqlc.arg(x)) */: take the macro out of the comment"},
	{"@x in mssql", get("SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id)\nAND SOLD = @sold;"),
		"queries/mssql/q.sql:3: GetBook: @sold is not a parameter that the generator knows: write sqlc.arg(sold)"},
	{"@p1 in mssql", get("EXEC x @a = sqlc.arg(id),\n@b = @p1;"),
		"queries/mssql/q.sql:3: GetBook: @p1 is not a parameter that the generator knows: write sqlc.arg(p1)"},
	{"@x elsewhere", inDialect("mysql", "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id) AND SOLD = @sold;"),
		"queries/mysql/q.sql:2: GetBook: @sold is not a parameter that the generator knows: write sqlc.arg(sold)"},
	{"@@x elsewhere", inDialect("mysql", "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id) AND SOLD = @@port;"),
		"queries/mysql/q.sql:2: GetBook: @@port is not a parameter that the generator knows: leave the variable out, or put a blank behind the operator"},
	{"bare ? in MySQL", inDialect("mysql", "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id) LIMIT ?;"),
		"queries/mysql/q.sql:2: GetBook: placeholder ? has no name: write ?/* name */, or sqlc.arg(name) outside of LIMIT"},
	{"named ? elsewhere", inDialect("db2", "SELECT ID, TITLE FROM BOOK WHERE ID = ?/* id */;"),
		"queries/db2/q.sql:2: GetBook: placeholder ? has no name: write sqlc.arg(name)"},
	{"$1", inDialect("sqlite", "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id) AND SOLD = $1;"),
		"queries/sqlite/q.sql:2: GetBook: placeholder $1 has no name: write sqlc.arg(name)"},
	{":1", inDialect("oracle", "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id) AND SOLD = :1;"),
		"queries/oracle/q.sql:2: GetBook: placeholder :1 has no name: write sqlc.arg(name)"},
	{"unterminated string", get("SELECT ID, TITLE FROM BOOK\nWHERE TITLE = 'x;"),
		"queries/mssql/q.sql:3: GetBook: string is not closed: end it with '"},
	{"unterminated comment", get("SELECT ID, TITLE FROM BOOK\n/* x;"),
		"queries/mssql/q.sql:3: GetBook: comment is not closed: end it with */"},
	{"unterminated quote", get("SELECT ID, TITLE FROM [BOOK\n;"),
		"queries/mssql/q.sql:2: GetBook: quoted name is not closed: end it with ]"},
	{"two statements", inDialect("oracle", "SELECT ID, TITLE FROM BOOK WHERE ID = sqlc.arg(id); DELETE FROM BOOK;"),
		"queries/oracle/q.sql:2: GetBook: more than one statement: give each statement a name line of its own"},
	{"no text", get("-- nothing\n"),
		"queries/mssql/q.sql:1: GetBook: the query has no text: write the statement below its name line"},
	{"text before the first query", project{contract: getContract, analysis: getAnalysis, other: "\nSELECT 1;\n" + getContract},
		"queries/mssql/q.sql:2: text before the first query: begin every query with a line `-- name: Name :command`"},
	{"name line", project{contract: getContract, analysis: getAnalysis, other: getContract + "-- name: X\nSELECT 1;"},
		"queries/mssql/q.sql:5: name line is not understood: write `-- name: Name :command` on a line of its own"},

	{"list outside of IN", project{contract: listContract, analysis: listAnalysis, other: "-- name: Some :many\nSELECT ID FROM BOOK\nWHERE ID = sqlc.slice(ids);"},
		"queries/mssql/q.sql:3: Some: list ids stands outside of IN (…): write column IN (…) with nothing else between the brackets"},
	{"list in NOT IN", project{contract: listContract, analysis: listAnalysis, other: "-- name: Some :many\nSELECT ID FROM BOOK\nWHERE ID NOT IN (sqlc.slice(ids));"},
		"queries/mssql/q.sql:3: Some: list ids stands in NOT IN, which several statements cannot answer: write column IN (…) with nothing else between the brackets"},
	{"list beside something", project{contract: listContract, analysis: listAnalysis, other: "-- name: Some :many\nSELECT ID FROM BOOK\nWHERE ID IN (/* each ids */ sqlc.slice(ids) + 1 /* end */, 2);"},
		"queries/mssql/q.sql:3: Some: list ids stands in IN (…) beside something else: write column IN (…) with nothing else between the brackets"},
	{"array without slice", project{contract: listContract, analysis: listAnalysis, other: "-- name: Some :many\nSELECT ID FROM BOOK\nWHERE ID = sqlc.arg(ids);"},
		"queries/mssql/q.sql:3: Some: parameter ids is a single value, in the contract it is a list: write sqlc.slice(ids)"},
	{"array as list", project{contract: strings.Replace(listContract, "= ANY(sqlc.arg(ids)::integer[])", "IN (sqlc.slice(ids))", 1), analysis: listAnalysis, other: listOther},
		"queries/postgres/q.sql:2: Some: array parameter ids is used as a list of single values: write = ANY(sqlc.arg(ids)::type[]), or make it no array"},
	{"list of :one", project{contract: strings.Replace(listContract, ":many", ":one", 1), analysis: strings.Replace(listAnalysis, ":many", ":one", 1), other: strings.Replace(listOther, ":many", ":one", 1)},
		"queries/postgres/q.sql:1: Some: :one cannot have a list, which may be sent in several statements: use :many"},
	{"two lists", alone("-- name: Some :many\nSELECT ID FROM BOOK WHERE ID IN (sqlc.slice(ids)) OR SOLD IN (sqlc.slice(sold));", "Some :many (ids int4, sold int8) (id int4!)"),
		"queries/postgres/q.sql:1: Some: more than one list parameter: leave one, the others as queries of their own"},
}

const (
	listContract = "-- name: Some :many\nSELECT ID FROM BOOK WHERE ID = ANY(sqlc.arg(ids)::integer[]);"
	listOther    = "-- name: Some :many\nSELECT ID FROM BOOK WHERE ID IN (sqlc.slice(ids));"
	listAnalysis = "Some :many (ids int4[]) (id int4! book.id)"
)

func TestRefusals(t *testing.T) {
	for _, r := range refusals {
		t.Run(r.name, func(t *testing.T) { r.check(t) })
	}
}

func (r refusal) check(t *testing.T) {
	t.Helper()
	_, err := r.run(t)
	if err == nil {
		t.Fatal("not refused")
	}
	if err.Error() != r.want {
		t.Errorf("\n got %s\nwant %s", err, r.want)
	}
}
