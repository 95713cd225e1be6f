package dialects

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"

	"github.com/sessiondb/sessiondb/gen"
)

// ConnectionLost reports whether err says, in any driver's words, that a server
// was not reached or that a connection broke. A cancelled or expired context is
// neither, except while dialling: there an expired deadline is the way a server
// that does not answer shows itself.
func ConnectionLost(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return true
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var dns *net.DNSError
	if op != nil || errors.As(err, &dns) {
		return true
	}
	for _, lost := range []error{
		driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE,
	} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return false
}

// Config returns a copy of cfg, which may be nil, with the limits of t where the
// caller set none. A dialect passes it to its generated constructor.
func (t Traits) Config(cfg *gen.Config) *gen.Config {
	var filled gen.Config
	if cfg != nil {
		filled = *cfg
	}
	if filled.MaxParams == 0 {
		filled.MaxParams = t.MaxParams
	}
	if filled.MaxList == 0 {
		filled.MaxList = t.MaxList
	}
	return &filled
}

// Invalid is ErrInvalidURL for what a dialect or its driver refuses in the
// target's URL. The driver's error is kept as text only, without the password:
// some drivers quote it, or hold it in a field of their error.
func (t *Target) Invalid(format string, args ...any) error {
	return fmt.Errorf("%w %q: %s", ErrInvalidURL, Redact(t.URL.String()), t.hide(fmt.Sprintf(format, args...)))
}
