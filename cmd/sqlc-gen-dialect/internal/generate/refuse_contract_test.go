package generate

import "testing"

var contractRefusals = []refusal{
	{"boolean result", alone("-- name: Has :one\nSELECT ID > 1 AS has FROM BOOK;", "Has :one () (has bool!)"),
		"queries/postgres/q.sql:1: Has: result column has is of type bool: three engines have no boolean: use a number or a string"},
	{"boolean parameter", alone("-- name: Has :one\nSELECT ID FROM BOOK\nWHERE sqlc.arg(all);", "Has :one (all bool) (id int4!)"),
		"queries/postgres/q.sql:3: Has: parameter all is of type bool: three engines have no boolean: use a number or a string"},
	{"type of one engine", alone("-- name: Has :one\nSELECT ID FROM BOOK\nWHERE X = sqlc.arg(a);", "Has :one (a jsonb) (id int4!)"),
		"queries/postgres/q.sql:3: Has: parameter a is of type jsonb: use a type that all engines have: bigint, integer, smallint, varchar, text, bytea, timestamp, date, numeric"},
	{"unknown type", alone("-- name: Has :one\nSELECT ID FROM BOOK\nWHERE sqlc.narg(a) IS NULL;", "Has :one (a any) (id int4!)"),
		"queries/postgres/q.sql:3: Has: parameter a is of type any: name the type with a cast, sqlc.narg(a)::bigint for example"},
	{"unknown result type", alone("-- name: Has :one\nSELECT MAX(ID) AS a FROM BOOK;", "Has :one () (a any)"),
		"queries/postgres/q.sql:1: Has: result column a is of type any: name the type with a cast, the expression::bigint for example"},
	{"generated id", alone("-- name: Add :one\nINSERT INTO BOOK (TITLE) VALUES (sqlc.arg(title)) RETURNING ID;", "Add :one (title varchar) (id int4!)"),
		"queries/postgres/q.sql:1: Add: an INSERT that returns columns: not all databases have it: take the id from a sequence first, or read the row back by its key"},
	{"unsupported command", alone("-- name: Add :execlastid\nINSERT INTO BOOK (ID) VALUES (1);", "Add :execlastid () ()"),
		"queries/mssql/q.sql:1: Add: command :execlastid is not supported: use :one, :many, :exec or :execrows\n" +
			"queries/postgres/q.sql:1: Add: command :execlastid is not supported: use :one, :many, :exec or :execrows"},
	{"batch", alone("-- name: Add :batchexec\nINSERT INTO BOOK (ID) VALUES (1);", "Add :batchexec () ()"),
		"queries/mssql/q.sql:1: Add: command :batchexec is not supported: use :one, :many, :exec or :execrows\n" +
			"queries/postgres/q.sql:1: Add: command :batchexec is not supported: use :one, :many, :exec or :execrows"},
	{"copyfrom", alone("-- name: Add :copyfrom\nINSERT INTO BOOK (ID) VALUES (1);", "Add :copyfrom () ()"),
		"queries/mssql/q.sql:1: Add: command :copyfrom is not supported: use :one, :many, :exec or :execrows\n" +
			"queries/postgres/q.sql:1: Add: command :copyfrom is not supported: use :one, :many, :exec or :execrows"},
	{"rows without columns", alone("-- name: Del :many\nDELETE FROM BOOK;", "Del :many () ()"),
		"queries/postgres/q.sql:1: Del: :many has no result columns: use :exec or :execrows"},
	{"columns without rows", alone("-- name: Get :exec\nSELECT ID FROM BOOK;", "Get :exec () (id int4!)"),
		"queries/postgres/q.sql:1: Get: :exec has result columns: use :one or :many"},
	{"lower case name", alone("-- name: get :one\nSELECT ID FROM BOOK;", "get :one () (id int4!)"),
		"queries/mssql/q.sql:1: get: the name makes no exported Go method: begin the name with a capital letter\n" +
			"queries/postgres/q.sql:1: get: the name makes no exported Go method: begin the name with a capital letter"},
	{"reserved name", alone("-- name: Text :one\nSELECT ID FROM BOOK;", "Text :one () (id int4!)"),
		"queries/postgres/q.sql:1: Text: the generated code has a method Text of its own: rename the query"},
	{"two columns of one name", alone("-- name: Get :one\nSELECT ID, ID FROM BOOK;", "Get :one () (id int4!, id int4!)"),
		"queries/postgres/q.sql:1: Get: result columns id and id are both ID in Go: give one an alias"},
	{"two parameters of one name", alone("-- name: Get :one\nSELECT ID FROM BOOK WHERE ID IN (sqlc.arg(a_b), sqlc.arg(aB));", "Get :one (a_b int4, aB int4) (id int4!)"),
		"queries/postgres/q.sql:1: Get: parameters a_b and aB are both AB in Go: rename one"},
	{"query that sqlc did not see", alone(getContract+"-- name: More :exec\nDELETE FROM BOOK;", getAnalysis),
		"queries/postgres/q.sql:5: More: sqlc did not analyse this query: run `make generate`; the options name another folder than sqlc's queries, perhaps"},
	{"parameter that sqlc did not see", alone(getContract, "GetBook :one () (id int4! book.id, title varchar! book.title)"),
		"queries/postgres/q.sql:4: GetBook: sqlc did not find parameter id: take out what hides it from sqlc"},
}

// second is GetBook with an analysis by the second dialect's engine.
func second(analysis string) project {
	return project{dialect: "sqlite", contract: getContract, analysis: getAnalysis, second: analysis}
}

var analysisRefusals = []refusal{
	{"analysis is missing", second("-"),
		"second.json: analysis is missing: run `make generate`, which has sqlc write it first"},
	{"analysis without the query", second("Other :one () (id INTEGER)"),
		"queries/sqlite/q.sql:1: GetBook: second.json does not have this query: run `make generate`, and see that sqlc reads queries/sqlite"},
	{"analysis lacks a parameter", second("GetBook :one () (id INTEGER, title VARCHAR)"),
		"queries/sqlite/q.sql:1: GetBook: sqlc's sqlite engine found parameters (), the file has (id): run `make generate`, or write the parameters so that sqlc sees them"},
	{"parameter's type", second("GetBook :one (id TEXT) (id INTEGER, title VARCHAR)"),
		"queries/sqlite/q.sql:4: GetBook: parameter id is text for sqlc's sqlite engine, int4 in the contract: cast it, or correct the statement"},
	{"result's type", second("GetBook :one (id INTEGER) (id INTEGER, title BLOB)"),
		"queries/sqlite/q.sql:1: GetBook: result column title is blob for sqlc's sqlite engine, varchar in the contract: cast it, or correct the statement"},
	{"result's name", second("GetBook :one (id INTEGER) (id INTEGER, name TEXT)"),
		"queries/sqlite/q.sql:1: GetBook: sqlc's sqlite engine calls result column 2 name, the contract title: select the same, in the same order"},
	{"number of results", second("GetBook :one (id INTEGER) (id INTEGER)"),
		"queries/sqlite/q.sql:1: GetBook: sqlc's sqlite engine found 1 result columns, the contract has 2: select the same, in the same order"},
	{"broken analysis", with(second("-"), "second.json", "x"),
		"second.json: not an analysis by sqlc (invalid character 'x' looking for beginning of value): run `make generate`"},
	{"stamp is missing", withOptions(func(o *Options) { o.Stamp = "stamp" }),
		"stamp: stamp of the analyses is missing: run `make generate`"},
	{"analyses are stale", with(withOptions(func(o *Options) { o.Stamp = "stamp" }), "stamp", "0123\n"),
		"stamp: the analyses are stale, queries or schema changed since: run `make generate`"},
}

// withOptions is a right project with other options.
func withOptions(change func(*Options)) project {
	return project{contract: getContract, analysis: getAnalysis, options: change}
}

var optionRefusals = []refusal{
	{"no contract", withOptions(func(o *Options) { o.Dialects[0].Contract = false }),
		"sqlc.yaml: 0 dialects have `contract: true`: exactly one must"},
	{"no package", withOptions(func(o *Options) { o.Package = "" }),
		`sqlc.yaml: option package "": must be a Go package name`},
	{"no import", withOptions(func(o *Options) { o.Import = "" }),
		"sqlc.yaml: option import is missing: name the import path of the package store"},
	{"unknown syntax", withOptions(func(o *Options) { o.Dialects[1].Syntax = "derby" }),
		"sqlc.yaml: dialect mssql: no syntax derby: set `syntax` to one of postgres, mysql, sqlite, mssql, oracle, db2"},
	{"unknown placeholder", withOptions(func(o *Options) { o.Dialects[1].Placeholder = "percent" }),
		"sqlc.yaml: dialect mssql: no placeholder percent: use one of at, colon, dollar, question, question_number"},
	{"dialect twice", withOptions(func(o *Options) { o.Dialects[1].Name = "postgres" }),
		"sqlc.yaml: dialect postgres is there twice: rename one"},
	{"no folders", withOptions(func(o *Options) { o.Dialects[1].Queries = "" }),
		"sqlc.yaml: dialect mssql: options queries and schema are needed: name the folders"},
	{"bad dialect name", withOptions(func(o *Options) { o.Dialects[1].Name = "SQL Server" }),
		`sqlc.yaml: dialect name "SQL Server": must be a Go package name`},
	{"missing folder", withOptions(func(o *Options) { o.Dialects[1].Schema = []string{"nowhere"} }),
		"schema of mssql: lstat nowhere: no such file or directory"},
	{"schema without tables", with(withOptions(nil), "schema/mssql/1.sql", "-- nothing"),
		"sqlc.yaml: dialect mssql: no CREATE TABLE in schema/mssql: correct option schema"},
	{"unterminated schema", with(withOptions(nil), "schema/mssql/1.sql", bookTable+"'"),
		"schema/mssql/1.sql:3: string is not closed: end it with '"},
	{"changed type", with(withOptions(nil), "schema/mssql/2.sql", "\nALTER TABLE BOOK ALTER COLUMN TITLE BIGINT;"),
		"schema/mssql/2.sql:2: column BOOK.TITLE changes from VARCHAR(100) to BIGINT: keep the type's family"},
	{"changed column that is not there", with(withOptions(nil), "schema/mssql/2.sql", "ALTER TABLE BOOK ALTER COLUMN PRICE BIGINT;"),
		"schema/mssql/2.sql:1: table BOOK has no column PRICE: correct the name, or add the column first"},
}

func TestRefusalsOfTheContract(t *testing.T) {
	for _, r := range contractRefusals {
		t.Run(r.name, func(t *testing.T) { r.check(t) })
	}
}

func TestRefusalsOfAnalyses(t *testing.T) {
	for _, r := range analysisRefusals {
		t.Run(r.name, func(t *testing.T) { r.check(t) })
	}
}

func TestRefusalsOfOptions(t *testing.T) {
	for _, r := range optionRefusals {
		t.Run(r.name, func(t *testing.T) { r.check(t) })
	}
}

func TestRequestThatIsNoJSON(t *testing.T) {
	_, err := Run([]byte("\n\x01"))
	want := "request is not understood (invalid character '\\x01' looking for beginning of value): set `format: json` for the plugin in sqlc.yaml"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestUnknownOption(t *testing.T) {
	_, err := Run([]byte(`{"plugin_options": "eyJvdXRwdXQiOiAieCJ9"}`)) // {"output": "x"}
	want := `sqlc.yaml: options of the plugin: json: unknown field "output"`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
