package sessionstore

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/sessiondb/sessiondb/dialects"
)

// column is a text column: how much it holds, and what to do with what it does
// not hold.
type column struct {
	max             int
	shorten, encode string
}

// The widths are those of the product's schema, on every database. SESSION_ID
// has 255 in the table of mappings, but no session has an id of more than 100.
var (
	identifier = column{100, "shorten it, for example to its SHA-256 in hexadecimal", "encode the identifier, for example in hexadecimal"}
	userColumn = column{255, "use a shorter name, or its SHA-256 in hexadecimal", "encode it, for example in hexadecimal"}
	waitKey    = column{255, "shorten it, for example to its SHA-256 in hexadecimal", "encode the identifier, for example in hexadecimal"}
	subject    = column{100, "record the user's id in its place", "encode it, for example in hexadecimal"}
	protocol   = column{255, "use the protocol's short name", "use the protocol's short name"}
	property   = column{100, "use a shorter name", "use a name without it"}
	metaValue  = column{255, "cut it off before it is stored (user agents are often longer), or store its SHA-256", "leave the character out"}
)

// limits is what the columns of one database hold.
type limits struct {
	traits  dialects.Traits
	maxBlob int64
}

func (l *limits) key(k Key) error {
	if err := l.text("Key.Type", k.Type); err != nil {
		return err
	}
	return l.text("Key.ID", k.ID)
}

// text refuses what the column of a session's identifier would refuse, cut off
// or change.
func (l *limits) text(field, v string) error { return l.fits(identifier, field, v) }

// fits refuses what a column would refuse, cut off or change. An empty text is
// refused everywhere, because Oracle takes it for NULL.
func (l *limits) fits(c column, field, v string) error {
	switch {
	case v == "":
		return fmt.Errorf("%w: %s is empty: give 1 to %d %s", ErrInvalid, field, c.max, l.traits.Length)
	case !utf8.ValidString(v):
		return fmt.Errorf("%w: %s is not valid UTF-8: encode binary data, for example in hexadecimal", ErrInvalid, field)
	case strings.ContainsRune(v, 0):
		return fmt.Errorf("%w: %s holds a NUL character, which no database stores in text: remove or encode it", ErrInvalid, field)
	}
	if r, ok := foreign(l.traits.Charset, v); !ok {
		return fmt.Errorf("%w: %s holds %q, which the column's character set %s does not have: %s", ErrInvalid, field, r, l.traits.Charset, c.encode)
	}
	if n := length(l.traits.Length, v); n > c.max {
		return fmt.Errorf("%w: %s has %d %s, the column holds %d: %s", ErrInvalid, field, n, l.traits.Length, c.max, c.shorten)
	}
	return nil
}

func length(unit dialects.LengthUnit, v string) int {
	if unit == dialects.Bytes {
		return len(v)
	}
	return utf8.RuneCountInString(v)
}

// foreign returns the first character that the set does not hold.
func foreign(set dialects.Charset, v string) (rune, bool) {
	for _, r := range v {
		if !holds(set, r) {
			return r, false
		}
	}
	return 0, true
}

func holds(set dialects.Charset, r rune) bool {
	switch set {
	case dialects.ASCII:
		return r < utf8.RuneSelf
	case dialects.Latin1:
		_, ok := charmap.Windows1252.EncodeRune(r)
		return ok
	default:
		return true
	}
}

func (l *limits) payload(p []byte) error {
	if l.maxBlob > 0 && int64(len(p)) > l.maxBlob {
		return fmt.Errorf("%w: payload has %d bytes, SESSION_OBJECT holds %d: store less, or enlarge the column (on MySQL: sessiondb migrate up --optional session_object_mediumblob) and raise Options.MaxBlob",
			ErrInvalid, len(p), l.maxBlob)
	}
	return nil
}

// number refuses what a 32-bit column does not hold.
func number(field string, v int) (int32, error) {
	if v < math.MinInt32 || v > math.MaxInt32 {
		return 0, fmt.Errorf("%w: %s is %d, the column holds 32 bits: give a number between %d and %d", ErrInvalid, field, v, math.MinInt32, math.MaxInt32)
	}
	return int32(v), nil
}

func tenant(id int) (int32, error) {
	if id < math.MinInt32 || id > math.MaxInt32 {
		return 0, fmt.Errorf("%w: tenant %d does not fit TENANT_ID: give a 32-bit number, or %d for none", ErrInvalid, id, NoTenant)
	}
	return int32(id), nil
}

// validFor refuses a validity that is not positive or that leaves the calendar
// of a 64-bit nanosecond column.
func validFor(stamp int64, v time.Duration) error {
	if v <= 0 {
		return fmt.Errorf("%w: validity %s: it must be positive (use Delete to end a session)", ErrInvalid, v)
	}
	if stamp > math.MaxInt64-int64(v) {
		return fmt.Errorf("%w: validity %s ends after the year 2262, which EXPIRY_TIME cannot hold: use NeverExpires", ErrInvalid, v)
	}
	return nil
}

func (l *limits) waitKey(key string) error { return l.fits(waitKey, "wait key", key) }

// waitUntil refuses what EXPIRE_TIME of the waits cannot hold.
func (l *limits) waitUntil(valid time.Duration, until time.Time) error {
	if valid <= 0 {
		return fmt.Errorf("%w: Valid is %s: it must be positive; leave it 0 for %s", ErrInvalid, valid, DefaultWaitValidity)
	}
	if last := l.traits.LastTimestamp; !last.IsZero() && until.After(last) {
		return fmt.Errorf("%w: Valid is %s, which ends after %s, the last instant that EXPIRE_TIME holds: give less", ErrInvalid, valid, last.UTC().Format(time.RFC3339))
	}
	return nil
}
