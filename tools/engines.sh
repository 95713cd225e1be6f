#!/usr/bin/env bash
# Runs the tests of the dialects on the servers that a machine does not come with,
# one after the other. Usage: tools/engines.sh [postgres12 postgres18 mysql9],
# default all. What cannot be had is named and skipped, or fails where
# SESSIONDB_TEST_REQUIRE has its engine.
set -euo pipefail
cd "$(dirname "$0")/.."

# on NAME ENGINE TOOL...: the dialect's package on the server that a tool gets.
on() {
	local name=$1 engine=$2 began=$SECONDS env
	shift 2
	if ! env=$("$@"); then
		echo "SKIP $name: $* could not get it, see above"
		[[ ",${SESSIONDB_TEST_REQUIRE:-}," != *",$engine,"* ]] || return 1
		return 0
	fi
	(
		eval "$env"
		unset "SESSIONDB_TEST_${engine^^}_DSN" # or the tests would use that one
		export SESSIONDB_TEST_REQUIRE=$engine SESSIONDB_TEST_HISTORIES=${SESSIONDB_TEST_HISTORIES:-100}
		go test -count=1 -v "./dialects/$engine/" -run 'Conformance|Histories|Server' >"$log" 2>&1 || { cat "$log"; exit 1; }
	)
	grep -hE '^ +[a-z_]+\.go:[0-9]+: |--- SKIP|^ok ' "$log" | grep -v 'rapid\]' || true
	echo "--- $name: $((SECONDS - began)) s"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ $# -gt 0 ] || set -- postgres12 postgres18 mysql9
for name in "$@"; do
	case $name in
	postgres*) on "$name" postgres tools/postgres.sh "${name#postgres}" ;;
	mysql9) on "$name" mysql tools/mysql.sh ;;
	*) echo "unknown engine $name" >&2 && exit 2 ;;
	esac
done
