#!/usr/bin/env bash
# make generate-examples, from the repository's root: what the examples commit of
# generated code, as their READMEs say it is made.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/bin

# Files of removed queries must not stay behind.
rm -rf examples/sqlc-elsewhere/gen
(cd examples/sqlc-elsewhere && PATH=$bin:$PATH sqlc generate)
SQLC=$bin/sqlc examples/mariadb-dialect/generate.sh
echo "generate-examples: wrote examples/sqlc-elsewhere/gen, examples/mariadb-dialect/internal/gen and take"
