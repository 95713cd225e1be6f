package db2

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
)

func TestRecords(t *testing.T) {
	const gone = `SQL0911N  The current transaction has been rolled back because of a deadlock or timeout.  Reason code "%s".  SQLSTATE=40001`
	for _, c := range []struct {
		record
		want error
	}{
		{record{"23505", -803, ""}, dialects.ErrDuplicate},
		{record{"23505", -1, ""}, dialects.ErrDuplicate}, // Derby
		{record{"40001", -911, fmt.Sprintf(gone, "2")}, dialects.ErrDeadlock},
		{record{"40001", -911, fmt.Sprintf(gone, "68")}, dialects.ErrLockTimeout},
		{record{"57033", -913, `Reason code "68"`}, dialects.ErrLockTimeout},
		{record{"57033", -913, `Reason code "2"`}, dialects.ErrDeadlock},
		{record{"40001", -1, ""}, dialects.ErrDeadlock},    // Derby
		{record{"40XL1", -1, ""}, dialects.ErrLockTimeout}, // Derby
		{record{"22001", -433, ""}, dialects.ErrTooLong},
		{record{"42704", -204, ""}, dialects.ErrMissingTable},
		{record{"42S02", -204, ""}, dialects.ErrMissingTable},
		{record{"42X05", -1, ""}, dialects.ErrMissingTable}, // Derby
		{record{"42Y07", -1, ""}, dialects.ErrMissingTable}, // Derby
		{record{"25502", -1, ""}, dialects.ErrReadOnly},     // Derby
		{record{"HY000", -1773, ""}, dialects.ErrReadOnly},
		{record{"08001", -30081, ""}, dialects.ErrUnavailable},
		{record{"08S01", 0, ""}, dialects.ErrUnavailable},
		{record{"55032", -1224, ""}, dialects.ErrUnavailable},
		{record{"08001", -30082, ""}, nil}, // wrong password
		{record{"08004", -30061, ""}, nil}, // no such database
		{record{"42601", -104, ""}, nil},
		{record{"57014", -952, ""}, nil}, // cancelled
		{record{}, nil},
	} {
		if _, got := classify(c.record); got != c.want {
			t.Errorf("%+v: got %v, want %v", c.record, got, c.want)
		}
	}
}

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		err  error
		want error
	}{
		{nil, nil},
		{driver.ErrBadConn, dialects.ErrUnavailable},
		{io.EOF, dialects.ErrUnavailable},
		{&net.OpError{Op: "dial", Err: context.DeadlineExceeded}, dialects.ErrUnavailable},
		{context.Canceled, nil},
		{context.DeadlineExceeded, nil},
		{sql.ErrNoRows, nil},
	} {
		for _, err := range []error{c.err, fmt.Errorf("wrapped: %w", c.err)} {
			if got := (dialect{}).Classify(err); got != c.want {
				t.Errorf("%v: got %v, want %v", err, got, c.want)
			}
		}
	}
}
