#!/usr/bin/env bash
# Makes MySQL available where the machine has MariaDB, which is all that Debian's
# stable suites offer, and prints the environment that the tests need:
#
#   eval "$(tools/mysql.sh)" && go test ./dialects/mysql/
#
# It comes from Debian's unstable suite, with the libraries that it wants, into a
# cache folder outside of the checkout; nothing is installed.
set -euo pipefail
cache=$("$(dirname "$0")/cache.sh")
root=$cache/mysql-sid

# The mirror that this machine uses for Debian.
mirror() {
	apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		awk '$1 == "Debian" && $2 == "main" && $3 !~ /security/ {print $3; exit}'
}

# private runs apt-get on a state of its own, in which nothing is installed yet.
private() {
	apt-get -qq -y -o Dir::Etc::SourceList="$partial/sources.list" -o Dir::Etc::SourceParts="$partial/none" \
		-o Dir::Etc::Preferences="$partial/none/none" -o Dir::Etc::PreferencesParts="$partial/none" \
		-o Dir::State="$partial/state" -o Dir::State::Status="$partial/status" -o Dir::Cache="$partial/cache" \
		-o APT::Sandbox::User=root -o APT::Default-Release= -o Acquire::Languages=none -o Debug::NoLocking=1 "$@" >&2
}

if [ ! -x "$root/mysqld" ]; then
	partial=$(mktemp -d)
	trap 'rm -rf "$partial"' EXIT
	uri=$(mirror)
	[ -n "$uri" ] || { echo "no mirror of Debian: MySQL is had from its unstable suite only; run apt-get update on a Debian" >&2; exit 1; }
	mkdir -p "$partial"/none "$partial"/state/lists/partial "$partial"/cache/archives/partial "$cache"
	: >"$partial/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri sid main" >"$partial/sources.list"
	private update
	private install --download-only --no-install-recommends mysql-server-core
	rm -rf "$root" "$root.partial"
	mkdir "$root.partial"
	for package in "$partial"/cache/archives/*.deb; do
		dpkg-deb --extract "$package" "$root.partial"
	done
	# Run by its own loader, because the machine's C library is older.
	cat >"$root.partial/mysqld" <<-END
		#!/bin/sh
		exec '$root/usr/lib64/ld-linux-x86-64.so.2' --library-path '$root/usr/lib/x86_64-linux-gnu' '$root/usr/sbin/mysqld' "\$@" \\
			--lc-messages-dir='$root/usr/share/mysql' --character-sets-dir='$root/usr/share/mysql/charsets' --plugin-dir='$root/usr/lib/mysql/plugin'
	END
	chmod -R a+rX "$root.partial"
	chmod a+x "$root.partial/mysqld"
	mv "$root.partial" "$root"
fi

echo "export SESSIONDB_TEST_MYSQL_BIN='$root/mysqld'"
