#!/usr/bin/env bash
# Runs every fuzz test of the module for a short time each: Go takes one target
# at a time. Usage: tools/fuzz.sh [DURATION], default 5s.
set -euo pipefail
cd "$(dirname "$0")/.."
duration=${1:-5s}
found=0
while IFS=: read -r file target; do
	found=$((found + 1))
	echo "--- $target in $(dirname "$file"), $duration"
	go test -run '^$' -fuzz "^$target\$" -fuzztime "$duration" "./$(dirname "$file")"
done < <(grep -rnoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' -- * | sed -E 's/:[0-9]+:func /:/' | LC_ALL=C sort)
echo "$found fuzz tests ran $duration each"
[ "$found" -gt 0 ] # none at all would mean that the search is broken
