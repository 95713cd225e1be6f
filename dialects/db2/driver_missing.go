//go:build !db2

package db2

import (
	"database/sql"
	"errors"
)

var errTag = errors.New(`db2: this program was built without IBM's driver, which needs cgo and the CLI driver library: ` +
	`install the library, point CGO_CFLAGS and CGO_LDFLAGS to it, and build with CGO_ENABLED=1 go build -tags db2 (docs/databases/db2.md has the commands)`)

func (connector) open() (*sql.DB, error) { return nil, errTag }

func records(error) []record { return nil }
