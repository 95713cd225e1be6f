#!/usr/bin/env bash
# Runs the benchmarks COUNT times, one round after the other: what is compared
# runs side by side in each round, so that a machine that slows down meanwhile
# slows both. Usage: tools/bench.sh OUTPUT; BENCH, BENCHTIME, COUNT, SHORT and
# PACKAGES come from the environment.
set -euo pipefail
cd "$(dirname "$0")/.."
output=$1
mkdir -p "$(dirname "$output")"
: >"$output"
for round in $(seq "${COUNT:-6}"); do
	echo "--- round $round of ${COUNT:-6}"
	# shellcheck disable=SC2086 # several packages
	go test -run '^$' -bench "${BENCH:-.}" -benchtime "${BENCHTIME:-1s}" -count 1 ${SHORT:+-short} -benchmem -timeout 1h -p 1 ${PACKAGES:-./...} |
		tee -a "$output"
done
