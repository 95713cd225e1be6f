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

// note is what "sessiondb dialects" adds to what a dialect says of itself.
func note(dialect string) string {
	switch {
	case dialect == "mysql":
		return "MariaDB too"
	case dialect == "db2" && readVersion().Drivers[driverDB2] == "":
		return "not in this build: needs build tag db2"
	}
	return ""
}
