#!/usr/bin/env bash
# Prints the environment in which the tests run MySQL's dialect on a cluster of
# three MariaDB servers, which is not started unless it is asked for:
#
#   eval "$(tools/galera.sh)" && go test ./dialects/mysql/ -run Galera
#
# Debian and Ubuntu have all of it: apt-get install mariadb-server galera-4 rsync iproute2
set -euo pipefail
PATH=$PATH:/usr/sbin
server=$(command -v mariadbd) || { echo "no mariadbd: apt-get install mariadb-server" >&2; exit 1; }
compgen -G '/usr/lib*/galera*/libgalera_smm.so' >/dev/null || { echo "no libgalera_smm.so: apt-get install galera-4" >&2; exit 1; }
for program in rsync ss; do
	command -v "$program" >/dev/null || { echo "no $program: apt-get install rsync iproute2" >&2; exit 1; }
done
echo "export SESSIONDB_TEST_GALERA_BIN='$server'"
