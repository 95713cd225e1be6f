package oracle

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

	"github.com/sijms/go-ora/v2/network"

	"github.com/sessiondb/sessiondb/dialects"
)

func TestClassify(t *testing.T) {
	number := func(n int) error { return &network.OracleError{ErrCode: n} }
	for _, c := range []struct {
		err  error
		want error
	}{
		{nil, nil},
		{number(1), dialects.ErrDuplicate},
		{number(60), dialects.ErrDeadlock},
		{number(8177), dialects.ErrSerialization},
		{number(54), dialects.ErrLockTimeout},
		{number(30006), dialects.ErrLockTimeout},
		{number(12899), dialects.ErrTooLong},
		{number(16000), dialects.ErrReadOnly},
		{number(1456), dialects.ErrReadOnly},
		{number(942), dialects.ErrMissingTable},
		{number(2289), dialects.ErrMissingTable},
		{number(3113), dialects.ErrUnavailable},
		{number(12514), dialects.ErrUnavailable},
		{number(1033), dialects.ErrUnavailable},
		{number(1013), nil}, // cancelled
		{number(1017), nil}, // wrong password
		{number(900), nil},
		{network.ErrConnReset, nil},
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
