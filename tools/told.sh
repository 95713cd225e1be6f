#!/usr/bin/env bash
# Runs "go test -v ..." and prints what tests say of themselves: versions, figures,
# what was skipped and why. All but what passed when it fails. Usage: tools/told.sh COMMAND...
set -euo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
"$@" >"$log" 2>&1 || code=$?
if [ "$code" != 0 ]; then
	grep -vE '^ *--- PASS|^=== ' "$log" || true
	exit "$code"
fi
grep -E '^ +[a-z_]+\.go:[0-9]+: |^ *--- SKIP|^ok |^enginectl' "$log" | grep -vF '[rapid] OK' || true
