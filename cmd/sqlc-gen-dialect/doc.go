// Command sqlc-gen-dialect is a sqlc plugin for people who want one typed Go API on several databases, also on SQL Server,
// Oracle and DB2, which sqlc does not know. It needs nothing but sqlc and the standard library.
//
// # How it works
//
// Every database has its own SQL files; a query has the same name in all of them. The PostgreSQL files are the contract:
// sqlc analyses them, and names, parameters and result types come from there. The plugin reads the files of all databases
// itself, compares them with the contract and with each database's schema, and refuses what does not fit. It writes a
// package with the types and the interface Querier, and below it a package a database that implements Querier.
//
// sqlc shows a plugin one engine only, so it runs twice: `sqlc generate -f sqlc.analyze.yaml` has the MySQL and SQLite
// files analysed by sqlc's own engines (gen: json), then `sqlc generate` runs the plugin, which compares.
//
//	sqlc-gen-dialect stamp FOLDER...
//
// prints a hash over the *.sql files below folders, those called testdata left out. Written to a file before the first
// run, and named by option stamp, it has the plugin refuse analyses that were made of other files.
//
// # Options
//
//	plugins:
//	  - {name: dialect, process: {cmd: ./bin/sqlc-gen-dialect, format: json}}
//	sql:
//	  - engine: postgresql
//	    schema: schema/postgres
//	    queries: queries/postgres
//	    codegen:
//	      - plugin: dialect
//	        out: store
//	        options:
//	          package: store
//	          import: example.com/app/store
//	          stamp: .sqlc/stamp
//	          dialects:
//	            - {name: postgres, contract: true, queries: queries/postgres, schema: [schema/postgres]}
//	            - {name: mysql, analysis: .sqlc/mysql.json, queries: queries/mysql, schema: [schema/mysql]}
//	            - {name: oracle, queries: queries/oracle, schema: [schema/oracle]}
//
// Option existing names the folder of a shared package that is there already, at
// import: then only the dialects beside the contract are written, and fit it.
//
// A dialect's further options default to what its syntax says: syntax (postgres, mysql, sqlite, mssql, oracle, db2; default
// the name), placeholder (dollar, question, question_number, at, colon), max_params and max_list, the numbers of arguments
// and of list elements that a statement can have.
//
// # Query files
//
//	-- name: BooksOf :many
//	-- BooksOf lists the books of some authors.
//	SELECT ID, TITLE AS book_title FROM BOOK
//	WHERE AUTHOR IN (sqlc.slice(authors)) AND LANG = sqlc.arg(lang)
//	  /* when sold_from */ AND SOLD >= sqlc.narg(sold_from) /* end */;
//
// The rules:
//
//   - Commands are :one, :many, :exec and :execrows.
//   - sqlc.arg(x) is a parameter, sqlc.narg(x) one that can be NULL, sqlc.slice(x) a list, alone in IN (..). PostgreSQL has
//     x = ANY(sqlc.arg(xs)::text[]) instead. MySQL takes only ? in LIMIT: write ?/* x */. Other placeholders are refused.
//   - /* when x */ .. /* end */ is sent only when x is not NULL.
//   - /* each xs */ CAST(sqlc.slice(xs) AS VARCHAR(100)) /* end */ in IN (..) is sent once an element.
//   - Every result column has a name of its own: a column, or AS name.
//   - Tables stand without schema and do not qualify columns: the generated code puts schema and prefix before the name
//     at run time, and aliases are for columns.
//   - Comments are not sent, hints are. A semicolon at the end is not sent, except where MERGE and PL/SQL blocks need it.
//
// Lists are sent in powers of two, so that few texts serve all lengths, and in several statements when they are longer
// than the database can take.
package main
