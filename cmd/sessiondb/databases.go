package main

import (
	// A database is known by its import.
	_ "github.com/sessiondb/sessiondb/dialects/db2"
	_ "github.com/sessiondb/sessiondb/dialects/mssql"
	_ "github.com/sessiondb/sessiondb/dialects/mysql"
	_ "github.com/sessiondb/sessiondb/dialects/oracle"
	_ "github.com/sessiondb/sessiondb/dialects/postgres"
	_ "github.com/sessiondb/sessiondb/dialects/sqlite"
)

// notes are what "sessiondb dialects" adds to what a dialect says of itself.
var notes = map[string]string{
	"mysql": "MariaDB too",
	"db2":   "needs build tag db2",
}
