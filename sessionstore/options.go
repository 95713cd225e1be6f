package sessionstore

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"
)

// Defaults of Options.
const (
	DefaultValidity     = 14 * 24 * time.Hour
	DefaultTempValidity = 40 * time.Minute
	DefaultAttempts     = 5
)

// TempPlace says where sessions of temporary types live.
type TempPlace int

// The places. Changing the place makes rows in the other one invisible until
// they are purged.
const (
	// TempInTempTable keeps them in IDN_AUTH_TEMP_SESSION_STORE; a delete removes
	// their rows at once.
	TempInTempTable TempPlace = iota
	// TempInMainTable treats them as all other types.
	TempInMainTable
	// TempNotStored accepts and forgets them.
	TempNotStored
)

// DefaultTempTypes are the types that the reference treats as temporary.
func DefaultTempTypes() []string {
	return []string{"AuthenticationContextCache", "AuthenticationRequestCache", "AuthenticationResultCache", "AuthenticationErrorCache"}
}

// Options configure a Store. The zero value and nil work.
type Options struct {
	// Schema stands before every table name, for tables in another schema than
	// the connection's own; default none. Open takes it from the URL if unset.
	Schema string
	// Prefix stands before every table name; default none. Open takes it from the
	// URL if unset.
	Prefix string
	// TempTypes are the temporary session types; default DefaultTempTypes. An
	// empty non-nil list means that there are none.
	TempTypes []string
	// TempPlace is where temporary types live; default TempInTempTable.
	TempPlace TempPlace
	// Validity is how long a session lives that says nothing else; default 14
	// days.
	Validity time.Duration
	// TempValidity is the same for temporary types; default 40 minutes.
	TempValidity time.Duration
	// TypeValidity is the validity of single types; it goes before both others.
	TypeValidity map[string]time.Duration
	// SSOType is the type whose sessions own child rows; default SSOType.
	SSOType string
	// MaxBlob is the most bytes of a payload; default what SESSION_OBJECT holds in
	// the dialect's baseline schema. Raise it where the column was made larger.
	MaxBlob int64
	// Attempts bounds how often a transaction or write is tried when it conflicts
	// with others; default 5.
	Attempts int
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Logger gets warnings; nil is silent.
	Logger *slog.Logger
}

// withDefaults returns a copy with every unset field filled in.
func (o *Options) withDefaults() (Options, error) {
	var c Options
	if o != nil {
		c = *o
	}
	if c.TempTypes == nil {
		c.TempTypes = DefaultTempTypes()
	}
	c.TempTypes = slices.Clone(c.TempTypes)
	c.TypeValidity = maps.Clone(c.TypeValidity)
	setDefault(&c.Validity, DefaultValidity)
	setDefault(&c.TempValidity, DefaultTempValidity)
	setDefault(&c.SSOType, SSOType)
	setDefault(&c.Attempts, DefaultAttempts)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c, c.check()
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (o *Options) check() error {
	if o.Validity < 0 || o.TempValidity < 0 {
		return fmt.Errorf("%w: Validity %s, TempValidity %s: a validity must be positive; leave it 0 for the default", ErrInvalid, o.Validity, o.TempValidity)
	}
	for typ, v := range o.TypeValidity {
		if v <= 0 {
			return fmt.Errorf("%w: TypeValidity[%q] is %s: a validity must be positive; remove the entry for the default", ErrInvalid, typ, v)
		}
	}
	if slices.Contains(o.TempTypes, o.SSOType) {
		return fmt.Errorf("%w: SSOType %q is also in TempTypes: a session that owns child rows is not temporary; take it out of the list", ErrInvalid, o.SSOType)
	}
	if o.Attempts < 0 {
		return fmt.Errorf("%w: Attempts is %d: it must be at least 1; leave it 0 for the default of %d", ErrInvalid, o.Attempts, DefaultAttempts)
	}
	if o.TempPlace < TempInTempTable || o.TempPlace > TempNotStored {
		return fmt.Errorf("%w: TempPlace is %d: use TempInTempTable, TempInMainTable or TempNotStored", ErrInvalid, o.TempPlace)
	}
	if o.MaxBlob < 0 {
		return fmt.Errorf("%w: MaxBlob is %d: it must be positive; leave it 0 for the column's own limit", ErrInvalid, o.MaxBlob)
	}
	return nil
}

// validity is how long a session of the type lives when a call says nothing.
func (o *Options) validity(typ string) time.Duration {
	if v, ok := o.TypeValidity[typ]; ok {
		return v
	}
	if slices.Contains(o.TempTypes, typ) {
		return o.TempValidity
	}
	return o.Validity
}

// PutOption is a choice of one Put.
type PutOption func(*putOptions)

type putOptions struct {
	validity time.Duration
	given    bool
	never    bool
	tenant   int
}

// ValidFor sets how long the session lives, instead of the type's validity.
func ValidFor(d time.Duration) PutOption {
	return func(p *putOptions) { p.validity, p.given = d, true }
}

// NeverExpires stores the session without an expiry: only a delete ends it.
func NeverExpires() PutOption { return func(p *putOptions) { p.never = true } }

// Tenant sets the tenant that the session belongs to; default NoTenant.
func Tenant(id int) PutOption { return func(p *putOptions) { p.tenant = id } }
