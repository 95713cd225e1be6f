package sessionstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// DefaultWaitValidity is how long a wait is meant to last, as in the reference.
const DefaultWaitValidity = 5 * time.Second

// WaitStatus is the state of a long wait: something outside answers later.
type WaitStatus int

// The states. A wait is completed by removing its key, as the reference does.
const (
	// WaitUnknown: the key is not there: never added, or completed and removed.
	WaitUnknown WaitStatus = iota
	// WaitWaiting: the answer is still to come.
	WaitWaiting
	// WaitCompleted: the key was added as completed.
	WaitCompleted
)

// String names the state as the command prints it.
func (s WaitStatus) String() string {
	switch s {
	case WaitUnknown:
		return "unknown"
	case WaitWaiting:
		return "waiting"
	case WaitCompleted:
		return "completed"
	}
	return fmt.Sprintf("WaitStatus(%d)", int(s))
}

// What WAIT_STATUS holds. Anything else than the first is completed.
const (
	storedWaiting   = "1"
	storedCompleted = "0"
)

// Wait is what is known of a long-wait key.
type Wait struct {
	Key    string
	Status WaitStatus
	// Tenant is NoTenant for a key that is not there.
	Tenant int
	// CreatedAt and ExpiresAt are as exact as the database's columns, seconds on
	// MySQL; zero where there is nothing.
	CreatedAt time.Time
	// ExpiresAt is told, not examined: a wait that has expired still has its
	// status, as in the reference.
	ExpiresAt time.Time
}

// WaitOptions are the choices of AddWait. The zero value and nil work.
type WaitOptions struct {
	// Tenant is the tenant that waits; default NoTenant.
	Tenant int
	// Status is WaitWaiting, the default, or WaitCompleted.
	Status WaitStatus
	// Valid is how long the wait is meant to last; default DefaultWaitValidity.
	Valid time.Duration
}

// AddWait adds a long-wait key. It returns ErrDuplicate when the key is there
// already, together with ErrOtherSpelling when only the collation of the database
// takes the two for one; ErrOutcomeUnknown when the key is there after an insert
// whose answer was lost, so that it may be this call's or another's; ErrInvalid, or
// the database's error classified.
func (s *Store) AddWait(ctx context.Context, key string, o *WaitOptions) error {
	arg, err := s.newWait(key, o)
	if err != nil {
		return err
	}
	unanswered := false
	return s.retry(ctx, func(ctx context.Context) error {
		err := s.insertWait(ctx, arg)
		if errors.Is(err, ErrDuplicate) && unanswered {
			return fmt.Errorf("%w: an insert went without an answer, and the key %q is there now", ErrOutcomeUnknown, key)
		}
		unanswered = unanswered || errors.Is(err, dialects.ErrUnavailable)
		return err
	})
}

func (s *Store) newWait(key string, o *WaitOptions) (arg gen.InsertWaitStatusParams, err error) {
	var c WaitOptions
	if o != nil {
		c = *o
	}
	setDefault(&c.Tenant, NoTenant)
	setDefault(&c.Status, WaitWaiting)
	setDefault(&c.Valid, DefaultWaitValidity)
	if err := s.limits.waitKey(key); err != nil {
		return arg, err
	}
	if arg.TenantID, err = tenant(c.Tenant); err != nil {
		return arg, err
	}
	switch c.Status {
	case WaitWaiting:
		arg.WaitStatus = storedWaiting
	case WaitCompleted:
		arg.WaitStatus = storedCompleted
	default:
		return arg, fmt.Errorf("%w: Status %s: add a wait as WaitWaiting or WaitCompleted", ErrInvalid, c.Status)
	}
	arg.LongWaitKey = key
	arg.TimeCreated = s.opts.Now().UTC()
	arg.ExpireTime = arg.TimeCreated.Add(c.Valid)
	return arg, s.limits.waitUntil(c.Valid, arg.ExpireTime)
}

// insertWait inserts once, and finds out who has the key when it is taken. A
// second try tells another spelling from a key that was removed meanwhile.
func (s *Store) insertWait(ctx context.Context, arg gen.InsertWaitStatusParams) error {
	doing := fmt.Sprintf("add the wait %q", arg.LongWaitKey)
	var err error
	for range 2 {
		err = s.wrap(doing, s.root.main.InsertWaitStatus(ctx, arg))
		if !errors.Is(err, ErrDuplicate) {
			return err
		}
		_, readErr := s.root.main.WaitStatusByKey(ctx, arg.LongWaitKey)
		if readErr == nil {
			return err
		}
		if !errors.Is(readErr, sql.ErrNoRows) {
			return s.wrap(doing+": read who has it", readErr)
		}
	}
	return fmt.Errorf("%w: %w", ErrOtherSpelling, err)
}

// GetWait reads a long-wait key. A key that is not there has the status
// WaitUnknown, which is no error. It returns ErrInvalid or the database's error
// classified.
func (s *Store) GetWait(ctx context.Context, key string) (*Wait, error) {
	if err := s.limits.waitKey(key); err != nil {
		return nil, err
	}
	w := &Wait{Key: key, Tenant: NoTenant}
	err := s.retry(ctx, func(ctx context.Context) error {
		row, err := s.root.main.WaitStatusByKey(ctx, key)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			w.take(row)
		}
		return s.wrap(fmt.Sprintf("read the wait %q", key), err)
	})
	if err != nil {
		return nil, err
	}
	return w, nil
}

func (w *Wait) take(row gen.WaitStatusByKeyRow) {
	w.Status = WaitCompleted
	// A CHAR of more than one character comes with trailing blanks.
	if strings.TrimRight(row.WaitStatus.String, " ") == storedWaiting {
		w.Status = WaitWaiting
	}
	w.Tenant = int(row.TenantID)
	w.CreatedAt, w.ExpiresAt = instant(row.TimeCreated), instant(row.ExpireTime)
}

func instant(t sql.NullTime) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return t.Time.UTC()
}

// RemoveWait removes a long-wait key, which is how a wait is completed: who waits
// for it then reads WaitUnknown. It reports whether the key was there; that it was
// not is success. When an answer was lost, it says of its second try that the key
// was not there. It returns ErrInvalid or the database's error classified.
func (s *Store) RemoveWait(ctx context.Context, key string) (removed bool, err error) {
	if err := s.limits.waitKey(key); err != nil {
		return false, err
	}
	err = s.retry(ctx, func(ctx context.Context) error {
		n, err := s.root.main.DeleteWaitStatus(ctx, key)
		removed = n > 0
		return s.wrap(fmt.Sprintf("remove the wait %q", key), err)
	})
	return removed, err
}
