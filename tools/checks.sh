#!/usr/bin/env bash
# House rules that no linter of ours knows: file length, and who may import
# what, looked at through all dependencies (depguard sees direct ones only).
set -euo pipefail
cd "$(dirname "$0")/.."
module=$(go list -m)
status=0
complain() { echo "$*" >&2; status=1; }

# Generated files and test data may be as long as they are.
while read -r lines file; do
	[ "$lines" -le 400 ] || complain "$file: $lines lines; hand-written Go files end at 400: split it"
done < <(git ls-files --cached --others --exclude-standard '*.go' |
	grep -vE '(^|/)(gen|testdata)/' | while read -r f; do [ -f "$f" ] && echo "$f"; done |
	xargs grep -L '^// Code generated .* DO NOT EDIT\.$' | xargs wc -l | grep -v ' total$')

# dependencies of packages, all the way down, less the standard library.
dependencies() { go list -deps -f '{{if not .Standard}}{{.ImportPath}}{{end}}' "$@"; }

# only ALLOWED WHY PACKAGE...: no dependency but those that match ALLOWED.
only() {
	local allowed=$1 why=$2 all bad
	shift 2
	all=$(dependencies "$@")
	bad=$(grep -vE "$allowed" <<<"$all" || true)
	[ -z "$bad" ] || complain "$* must not depend on"$'\n'"$bad"$'\n'"because $why"
}

# never FORBIDDEN WHY PACKAGE...: no dependency that matches FORBIDDEN.
never() {
	local forbidden=$1 why=$2 all bad
	shift 2
	all=$(dependencies "$@")
	bad=$(grep -E "$forbidden" <<<"$all" || true)
	[ -z "$bad" ] || complain "$* must not depend on"$'\n'"$bad"$'\n'"because $why"
}

drivers='^github\.com/(jackc/pgx|go-sql-driver|microsoft/go-mssqldb|sijms/go-ora|ibmdb|mattn/go-sqlite3)/|^modernc\.org/'
never "$drivers|^$module/dialects/[a-z0-9]+\$" "users compile only the drivers that they import" ./dialects ./sessionstore ./cleanup
only "^$module/gen(/|\$)" "generated code knows nothing but database/sql" ./gen/...
only "^$module/examples/sqlc-elsewhere/gen(/|\$)" "what the plugin generates for others needs nothing of this project" ./examples/sqlc-elsewhere/gen/...
only "^$module/cmd/sqlc-gen-dialect(/|\$)" "the sqlc plugin is of use outside this project, and builds from the standard library alone" ./cmd/sqlc-gen-dialect

exit "$status"
