package oracle

import (
	"database/sql"
	"fmt"
	"regexp"
	"testing"

	go_ora "github.com/sijms/go-ora/v2"
	"github.com/sijms/go-ora/v2/network"

	"github.com/sessiondb/sessiondb/internal/sent"
)

// like is go-ora up to what its connection is handed, and of numbers the form in
// which they go to the server. How it sends the rest is agreed with a server,
// and not recorded.
func like() sent.Driver {
	return sent.Driver{
		Check:   new(go_ora.Connection).CheckNamedValue, // takes everything as it is
		Encode:  encode,
		Missing: &network.OracleError{ErrCode: 942, ErrMsg: "ORA-00942"},
	}
}

func encode(arg any) string {
	switch arg.(type) {
	case int, int32, int64, sql.NullInt64:
	default:
		return "" // depends on limits and character sets that a server tells
	}
	stmt := go_ora.NewStmt("SELECT 1 FROM DUAL", &go_ora.Connection{State: go_ora.Opened})
	p, err := stmt.NewParam("", arg, 0, go_ora.Input)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%v % x", p.DataType, p.BValue)
}

func TestSentQueries(t *testing.T) {
	text := sent.Queries(t, Dialect, like())
	sent.Golden(t, "queries.golden", text)
	for _, line := range regexp.MustCompile(`time\.Time\([^)]*[^Z)]\)`).FindAllString(text, -1) {
		t.Errorf("not in UTC: %s", line)
	}
}

func TestSentMigrations(t *testing.T) {
	sent.Golden(t, "migrations.golden", sent.Migrations(t, Dialect, like()))
}
