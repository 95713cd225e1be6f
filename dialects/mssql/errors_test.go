package mssql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"

	"github.com/sessiondb/sessiondb/dialects"
)

func TestClassify(t *testing.T) {
	number := func(n int32) error { return mssql.Error{Number: n} }
	several := mssql.Error{Number: 3609, All: []mssql.Error{{Number: 2627}, {Number: 3609}}} // ended in a trigger
	for _, c := range []struct {
		err  error
		want error
	}{
		{nil, nil},
		{number(2627), dialects.ErrDuplicate},
		{number(2601), dialects.ErrDuplicate},
		{several, dialects.ErrDuplicate},
		{number(1205), dialects.ErrDeadlock},
		{number(3960), dialects.ErrSerialization},
		{number(1222), dialects.ErrLockTimeout},
		{number(8152), dialects.ErrTooLong},
		{number(2628), dialects.ErrTooLong},
		{number(3906), dialects.ErrReadOnly},
		{number(208), dialects.ErrMissingTable},
		{number(40613), dialects.ErrUnavailable},
		{number(596), dialects.ErrUnavailable},
		{number(102), nil},
		{number(18456), nil},
		{number(0), nil}, // aborted by XACT_ABORT
		{mssql.ServerError{}, dialects.ErrUnavailable},
		{mssql.StreamError{InnerError: io.EOF}, dialects.ErrUnavailable},
		{driver.ErrBadConn, dialects.ErrUnavailable},
		{io.EOF, dialects.ErrUnavailable},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, dialects.ErrUnavailable},
		{&net.OpError{Op: "dial", Err: context.DeadlineExceeded}, dialects.ErrUnavailable},
		{&net.OpError{Op: "dial", Err: context.Canceled}, nil},
		{context.Canceled, nil},
		{context.DeadlineExceeded, nil},
		{sql.ErrNoRows, nil},
		{errors.New("deadlock"), nil},
	} {
		for _, err := range []error{c.err, fmt.Errorf("wrapped: %w", c.err)} {
			if got := (dialect{}).Classify(err); got != c.want {
				t.Errorf("%v: got %v, want %v", err, got, c.want)
			}
		}
	}
}
