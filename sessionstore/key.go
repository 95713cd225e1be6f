package sessionstore

import (
	"strings"
	"time"
)

// SSOType is the type of the sessions that users know: the single sign-on
// session of the reference, whose rows own the rows of the child tables.
const SSOType = "AppAuthFrameworkSessionContextCache"

// NoTenant is the TENANT_ID of a row that belongs to no tenant.
const NoTenant = -1

// Key names a session: the identifier together with its type. Both are compared
// byte for byte on every database.
type Key struct {
	// Type is the name of the cache that the object belongs to; at most 100.
	Type string
	// ID is the session's identifier; at most 100.
	ID string
}

// String shows the key in error messages and logs.
func (k Key) String() string { return k.Type + "/" + k.ID }

// Operation is what a row of the log records.
type Operation string

// The two operations. They are compared without regard to case, as the
// reference does.
const (
	OperationStore  Operation = "STORE"
	OperationDelete Operation = "DELETE"
)

// Is compares two operations without regard to case.
func (o Operation) Is(other Operation) bool { return strings.EqualFold(string(o), string(other)) }

// Session is what a read returns: one STORE row.
type Session struct {
	Key
	// Payload is opaque to the store; nil when it was stored so. An empty one may
	// come back as nil: Oracle, and the driver of SQLite, do not tell them apart.
	Payload []byte
	// TenantID is NoTenant for rows of no tenant.
	TenantID int
	// CreatedAt is the stamp of the row, with all its nanoseconds.
	CreatedAt time.Time
	// ExpiresAt is zero when the session never expires.
	ExpiresAt time.Time
}

// Live reports whether the session has not expired at the given instant.
func (s *Session) Live(at time.Time) bool { return s.ExpiresAt.IsZero() || s.ExpiresAt.After(at) }
