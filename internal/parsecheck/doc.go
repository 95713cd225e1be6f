// Package parsecheck holds tests only: they have every statement for SQL
// Server, Oracle and DB2 read by SQL parsers, because no server of these can be
// had for CI. tools/parsers.sh fetches the parsers.
package parsecheck
