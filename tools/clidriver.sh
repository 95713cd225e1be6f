#!/usr/bin/env bash
# Makes IBM's CLI driver available, which DB2's Go driver is compiled and run
# against, and prints the environment that it needs:
#
#   eval "$(tools/clidriver.sh)" && go vet -tags db2 ./...
#
# The driver lies in a Python package; that is fetched once, into a cache folder
# outside of the checkout, and never redistributed with this project.
set -euo pipefail
version=3.3.0
cache=${SESSIONDB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sessiondb}
wheel=$cache/ibm_db-$version

if [ ! -f "$wheel/clidriver/include/sqlcli.h" ]; then
	partial=$(mktemp -d)
	trap 'rm -rf "$partial"' EXIT
	python3 -m pip download --quiet --no-deps --only-binary=:all: -d "$partial" "ibm_db==$version" >&2
	mkdir -p "$cache"
	rm -rf "$wheel" "$wheel.partial"
	# Unzipped beside its place and then moved: an interrupted run leaves nothing
	# that looks complete.
	python3 -m zipfile -e "$partial"/ibm_db-*.whl "$wheel.partial"
	mv "$wheel.partial" "$wheel"
fi

cat <<END
export IBM_DB_HOME='$wheel/clidriver'
export CGO_ENABLED=1
export CGO_CFLAGS='-I$wheel/clidriver/include'
export CGO_LDFLAGS='-L$wheel/clidriver/lib -Wl,-rpath-link,$wheel/ibm_db.libs'
export LD_LIBRARY_PATH='$wheel/clidriver/lib:$wheel/ibm_db.libs'\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
END
