#!/usr/bin/env bash
# Runs the tests of the dialects on the servers that a machine does not come with,
# one after the other. Usage: tools/engines.sh [postgres12 postgres18 mysql57 mysql9 galera],
# default all; more versions of PostgreSQL are known to tools/postgres.sh. What
# cannot be had is named and skipped, or fails where SESSIONDB_TEST_REQUIRE has its
# engine. ENGINES_SKIP is a pattern of tests to leave out, as of "go test -skip".
set -euo pipefail
cd "$(dirname "$0")/.."
export SESSIONDB_TEST_HISTORIES=${SESSIONDB_TEST_HISTORIES:-100}

# on NAME ENGINE DIALECT TESTS TOOL...: tests of a dialect on the server that a tool gets.
on() {
	local name=$1 engine=$2 dialect=$3 tests=$4 began=$SECONDS env
	shift 4
	if ! env=$("$@"); then
		echo "SKIP $name: $* could not get it, see above"
		[[ ",${SESSIONDB_TEST_REQUIRE:-}," != *",$engine,"* ]] || return 1
		return 0
	fi
	(
		eval "$env"
		unset "SESSIONDB_TEST_${engine^^}_DSN" # or the tests would use that one
		export SESSIONDB_TEST_REQUIRE=$engine
		tools/told.sh go test -count=1 -timeout 25m -v "./dialects/$dialect/" -run "$tests" -skip "${ENGINES_SKIP:-^$}"
	)
	echo "--- $name: $((SECONDS - began)) s"
}

[ $# -gt 0 ] || set -- postgres12 postgres18 mysql57 mysql9 galera
for name in "$@"; do
	case $name in
	postgres*) on "$name" postgres postgres '^Test(Conformance|Histories|Classify)' tools/postgres.sh "${name#postgres}" ;;
	mysql57) on "$name" mysql mysql '^Test(Conformance|Histories|Classify)' tools/mysql57.sh ;;
	mysql9) on "$name" mysql mysql '^Test(Conformance|Histories|Classify)' tools/mysql.sh ;;
	galera) on "$name" galera mysql '^TestGalera' tools/galera.sh ;;
	*) echo "unknown engine $name" >&2 && exit 2 ;;
	esac
done
