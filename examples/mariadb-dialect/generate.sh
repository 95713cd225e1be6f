#!/bin/sh
# Makes internal/gen from queries/ and schema/. Needs sqlc v1.31.1: in PATH, or
# named by SQLC.
set -eu
cd "$(dirname "$0")"
# The plugin and the contract are those of the version that go.mod names.
go build -o bin/sqlc-gen-dialect github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect
ln -sfn "$(go list -m -f '{{.Dir}}' github.com/sessiondb/sessiondb)" .sessiondb
# Files of removed queries must not stay behind.
rm -rf internal/gen take/mariadb take/postgres take/*.go
"${SQLC:-sqlc}" generate
