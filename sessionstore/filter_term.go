package sessionstore

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxFilterValue is the width of the widest column that a filter looks at.
const maxFilterValue = 255

// term is a condition that has been checked, in the form that is compared.
type term struct {
	Condition
	kind kind
	text string // folded where the attribute folds
	n    int64  // application, milliseconds or nanoseconds
}

func newTerm(c Condition, k kind) (term, error) {
	t := term{Condition: c, kind: k}
	var err error
	switch {
	case strings.TrimSpace(c.Value) == "":
		return t, fmt.Errorf("the value of %s is blank: give one", c.Attribute)
	case utf8.RuneCountInString(c.Value) > maxFilterValue:
		return t, fmt.Errorf("the value of %s has %d characters, no column holds more than %d: shorten it", c.Attribute, utf8.RuneCountInString(c.Value), maxFilterValue)
	}
	switch k {
	case kindExact, kindFolded:
		t.text, err = c.Value, c.checkText()
		if k == kindFolded {
			t.text = fold(c.Value)
		}
	case kindNumber:
		t.n, err = strconv.ParseInt(c.Value, 10, 32)
		if err != nil {
			err = fmt.Errorf("value %q of %s: give a 32-bit integer in decimal digits", shown(c.Value), c.Attribute)
		}
	default:
		t.n, err = c.time(k)
	}
	return t, err
}

func (c Condition) checkText() error {
	switch {
	case !utf8.ValidString(c.Value):
		return fmt.Errorf("the value of %s is not valid UTF-8: nothing stored matches it", c.Attribute)
	case strings.ContainsRune(c.Value, 0):
		return fmt.Errorf("the value of %s holds a NUL character, which no database stores in text", c.Attribute)
	}
	return nil
}

// time reads digits, or RFC 3339, in the unit of the attribute.
func (c Condition) time(k kind) (int64, error) {
	unit, name := time.Nanosecond, "nanoseconds"
	if k == kindMillis {
		unit, name = time.Millisecond, "milliseconds"
	}
	if n, ok := digits(c.Value); ok {
		return n, nil
	}
	at, err := time.Parse(time.RFC3339Nano, c.Value)
	if err != nil || at.Before(time.Unix(0, 0)) || at.After(time.Unix(0, math.MaxInt64)) {
		return 0, fmt.Errorf("value %q of %s: give %s since 1970 in decimal digits, or a time from 1970 to 2262 as 2026-01-31T23:59:59Z", shown(c.Value), c.Attribute, name)
	}
	if at.UnixNano()%int64(unit) != 0 {
		return 0, fmt.Errorf("value %q of %s: the database holds %s: give at most three decimals", c.Value, c.Attribute, name)
	}
	return at.UnixNano() / int64(unit), nil
}

// digits reads a number of digits alone: no sign, no blanks.
func digits(s string) (int64, bool) {
	if strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// fold is the case folding of filters, the same whatever the database thinks.
func fold(s string) string { return strings.Map(foldRune, s) }

func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	if l := unicode.ToLower(r); l >= utf8.RuneSelf {
		return l
	}
	return r
}

// terms checks all conditions of a filter.
func (f Filter) terms() ([]term, error) {
	if len(f.Conditions) > MaxConditions {
		return nil, fmt.Errorf("%w: filter: %w", ErrInvalid, errConditions)
	}
	all := make([]term, 0, len(f.Conditions))
	for i, c := range f.Conditions {
		t, err := c.term()
		if err != nil {
			return nil, fmt.Errorf("%w: filter, condition %d: %w", ErrInvalid, i+1, err)
		}
		all = append(all, t)
	}
	return all, nil
}

func (c Condition) term() (term, error) {
	kind, err := attributeOf(c.Attribute)
	if err != nil {
		return term{}, err
	}
	c.Attribute = kind.name
	if c.Operator, err = kind.operator(c.Operator); err != nil {
		return term{}, err
	}
	return newTerm(c, kind.kind)
}

// canonical is the filter in one spelling, for what has to recognize it.
func canonical(terms []term) string {
	var f Filter
	for _, t := range terms {
		f.Conditions = append(f.Conditions, t.Condition)
	}
	return f.String()
}

// matches decides by the details of a session, and the stamp of its place in the
// list, whether it fulfils all terms.
func matches(terms []term, s *UserSession, stamp int64) bool {
	apps := false
	for _, t := range terms {
		switch t.Attribute {
		case AttributeLoginID, AttributeAppID:
			apps = true
		default:
			if !t.matches(s, stamp) {
				return false
			}
		}
	}
	return !apps || slices.ContainsFunc(s.Applications, func(a Application) bool { return matchesApp(terms, a) })
}

func matchesApp(terms []term, a Application) bool {
	for _, t := range terms {
		if t.Attribute == AttributeLoginID && !t.likes(a.Subject) || t.Attribute == AttributeAppID && int64(a.AppID) != t.n {
			return false
		}
	}
	return true
}

// properties are the attributes that stand in the metadata.
var properties = map[Attribute]string{
	AttributeIPAddress: PropertyIP, AttributeUserAgent: PropertyUserAgent,
	AttributeLoginTime: PropertyLoginTime, AttributeLastAccess: PropertyLastAccess,
}

func (t term) matches(s *UserSession, stamp int64) bool {
	switch t.Attribute {
	case AttributeSessionID:
		return t.likes(s.ID)
	case AttributeSince, AttributeUntil:
		return t.orders(stamp)
	}
	return slices.ContainsFunc(s.Properties[properties[t.Attribute]], func(v string) bool {
		if t.kind != kindMillis {
			return t.likes(v)
		}
		n, ok := digits(v)
		return ok && t.orders(n)
	})
}

// likes compares text.
func (t term) likes(v string) bool {
	if t.kind == kindFolded {
		v = fold(v)
	}
	switch t.Operator {
	case OperatorEqual:
		return v == t.text
	case OperatorStartsWith:
		return strings.HasPrefix(v, t.text)
	case OperatorEndsWith:
		return strings.HasSuffix(v, t.text)
	default:
		return strings.Contains(v, t.text)
	}
}

// orders compares numbers.
func (t term) orders(n int64) bool {
	switch t.Operator {
	case OperatorEqual:
		return n == t.n
	case OperatorLess:
		return n < t.n
	case OperatorLessOrEqual:
		return n <= t.n
	case OperatorGreater:
		return n > t.n
	default:
		return n >= t.n
	}
}
