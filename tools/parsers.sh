#!/usr/bin/env bash
# Makes the SQL parsers available that read the statements of the databases of
# which no server can be had, and prints the environment that the tests need:
#
#   eval "$(tools/parsers.sh)" && go test ./internal/parsecheck/
#
# Both are fetched once, into a cache folder outside of the checkout.
set -euo pipefail
sqlfluff=4.5.0
jsqlparser=5.3
cache=${SESSIONDB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sessiondb}
venv=$cache/sqlfluff-$sqlfluff
jars=$cache/jsqlparser-$jsqlparser

if [ ! -f "$venv/complete" ]; then
	# Made in its place, because a virtual environment holds its own path; an
	# interrupted run lacks the file that is written last.
	mkdir -p "$cache"
	rm -rf "$venv"
	python3 -m venv "$venv" >&2
	"$venv/bin/python" -m pip install --quiet "sqlfluff==$sqlfluff" >&2
	touch "$venv/complete"
fi

if [ ! -f "$jars/jsqlparser.jar" ]; then
	partial=$(mktemp -d)
	trap 'rm -rf "$partial"' EXIT
	cat >"$partial/pom.xml" <<-END
		<project xmlns="http://maven.apache.org/POM/4.0.0">
		<modelVersion>4.0.0</modelVersion>
		<groupId>sessiondb</groupId><artifactId>parsers</artifactId><version>1</version><packaging>pom</packaging>
		<dependencies><dependency>
		<groupId>com.github.jsqlparser</groupId><artifactId>jsqlparser</artifactId><version>$jsqlparser</version>
		</dependency></dependencies>
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

echo "export SESSIONDB_TEST_SQLFLUFF='$venv/bin/python'"
echo "export SESSIONDB_TEST_JSQLPARSER='$jars/jsqlparser.jar'"
