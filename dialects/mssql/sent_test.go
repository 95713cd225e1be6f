package mssql

import (
	"database/sql"
	"database/sql/driver"
	"regexp"
	"strings"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"github.com/sessiondb/sessiondb/internal/goosestore/recorddb"
	"github.com/sessiondb/sessiondb/internal/sent"
)

// like is go-mssqldb up to what its connection is handed. What it then writes
// to the wire is not public, and not recorded.
func like() sent.Driver {
	return sent.Driver{
		Check:   new(mssql.Conn).CheckNamedValue, // needs no server: it only converts
		Missing: mssql.Error{Number: 208, Message: "Invalid object name"},
		Replies: map[string]recorddb.Answer{
			lockStatement: {Columns: []string{"r"}, Rows: [][]driver.Value{{int64(0)}}},
			freeStatement: {Columns: []string{"r"}, Rows: [][]driver.Value{{int64(0)}}},
		},
	}
}

func TestSentQueries(t *testing.T) {
	text := sent.Queries(t, Dialect, like())
	sent.Golden(t, "queries.golden", text)
	// A Go string becomes NVARCHAR, against which no index of ours is of use.
	for _, line := range regexp.MustCompile(`(?m)^  \d+: string\(.*$`).FindAllString(text, -1) {
		t.Errorf("sent as NVARCHAR: %s", line)
	}
	if !strings.Contains(text, "mssql.VarChar(") {
		t.Error("no string was sent at all")
	}
}

func TestSentMigrations(t *testing.T) {
	sent.Golden(t, "migrations.golden", sent.Migrations(t, Dialect, like()))
}

// What nothing but the type decides: integers keep their size, NULLs are typed
// where the driver can tell, times lose no instant.
func TestSentTypes(t *testing.T) {
	check := new(mssql.Conn).CheckNamedValue
	for _, c := range []struct{ in, want any }{
		{int32(1), int32(1)},
		{int64(1), int64(1)},
		{[]byte(nil), []byte(nil)},
		{sql.NullInt64{}, sql.NullInt64{}},
		{sql.NullString{}, nil},
		{sql.NullString{String: "a", Valid: true}, mssql.VarChar("a")},
		{"a", mssql.VarChar("a")},
		{sent.When, sent.When.UTC()},
	} {
		nv := driver.NamedValue{Ordinal: 1, Value: bind(c.in)}
		if err := check(&nv); err != nil {
			t.Errorf("%T: %v", c.in, err)
		}
		if b, isBytes := c.want.([]byte); isBytes {
			if got, ok := nv.Value.([]byte); !ok || got == nil != (b == nil) {
				t.Errorf("%T: got %#v", c.in, nv.Value)
			}
			continue
		}
		if at, isTime := c.want.(time.Time); isTime {
			if got, ok := nv.Value.(time.Time); !ok || !got.Equal(at) || got.Location() != time.UTC {
				t.Errorf("got %v, want %v: a DATETIME column keeps the clock's face and drops the zone", nv.Value, at)
			}
			continue
		}
		if nv.Value != c.want {
			t.Errorf("%T: got %#v, want %#v", c.in, nv.Value, c.want)
		}
	}
}
