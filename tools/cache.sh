#!/usr/bin/env bash
# Prints the folder that keeps what the scripts here download: SESSIONDB_CACHE,
# else the user's own cache. Root's is one that others may read, because root
# has other accounts run the servers.
set -euo pipefail
if [ -n "${SESSIONDB_CACHE:-}" ]; then
	echo "$SESSIONDB_CACHE"
elif [ "$(id -u)" = 0 ]; then
	echo /var/cache/sessiondb
else
	echo "${XDG_CACHE_HOME:-$HOME/.cache}/sessiondb"
fi
