#!/usr/bin/env bash
# Makes Apache Derby available, the one server in any package registry that
# speaks DB2's wire protocol, and prints the environment that the tests need:
#
#   eval "$(tools/derby.sh)" && go test -tags db2 ./dialects/db2/
#
# Newer versions turn IBM's client away. Maven fetches the four archives once,
# into a cache folder outside of the checkout.
set -euo pipefail
version=10.7.1.1
cache=$("$(dirname "$0")/cache.sh")
jars=$cache/derby-$version

if [ ! -f "$jars/derbytools.jar" ]; then
	partial=$(mktemp -d)
	trap 'rm -rf "$partial"' EXIT
	dependencies=""
	for name in derby derbynet derbyclient derbytools; do
		dependencies+="<dependency><groupId>org.apache.derby</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
	done
	cat >"$partial/pom.xml" <<-END
		<project xmlns="http://maven.apache.org/POM/4.0.0">
		<modelVersion>4.0.0</modelVersion>
		<groupId>sessiondb</groupId><artifactId>derby</artifactId><version>1</version><packaging>pom</packaging>
		<dependencies>$dependencies</dependencies>
		</project>
	END
	mvn --batch-mode --quiet -f "$partial/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
		-DoutputDirectory="$partial/jars" -Dmdep.stripVersion=true >&2
	mkdir -p "$cache"
	rm -rf "$jars" "$jars.partial"
	# Copied beside its place and then moved: an interrupted run leaves nothing
	# that looks complete.
	cp -r "$partial/jars" "$jars.partial"
	chmod -R a+rX "$jars.partial"
	mv "$jars.partial" "$jars"
fi

echo "export SESSIONDB_TEST_DERBY_JARS='$jars'"
