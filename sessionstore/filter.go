package sessionstore

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Attribute is what a condition of a Filter looks at.
type Attribute string

// The attributes. A session has several applications, and may have several
// values of a property; a condition holds if one of them fulfils it. Conditions
// on the login id and the application must be fulfilled by one application.
const (
	// AttributeSessionID is the session's identifier, byte for byte.
	AttributeSessionID Attribute = "sessionId"
	// AttributeLoginID is the subject at an application, without regard to case.
	AttributeLoginID Attribute = "loginId"
	// AttributeAppID is the number of an application.
	AttributeAppID Attribute = "appId"
	// AttributeIPAddress is the address at login, byte for byte.
	AttributeIPAddress Attribute = "ipAddress"
	// AttributeUserAgent is the user agent at login, without regard to case.
	AttributeUserAgent Attribute = "userAgent"
	// AttributeLoginTime is the time of the login.
	AttributeLoginTime Attribute = "loginTime"
	// AttributeLastAccess is the time of the last access.
	AttributeLastAccess Attribute = "lastAccessTime"
	// AttributeSince is the earliest stamp of the session's newest row.
	AttributeSince Attribute = "since"
	// AttributeUntil is its latest stamp.
	AttributeUntil Attribute = "until"
)

// Operator is how a condition compares.
type Operator string

// The operators: equal, starts with, ends with, contains, and the four that
// order times.
const (
	OperatorEqual          Operator = "eq"
	OperatorStartsWith     Operator = "sw"
	OperatorEndsWith       Operator = "ew"
	OperatorContains       Operator = "co"
	OperatorLess           Operator = "lt"
	OperatorLessOrEqual    Operator = "le"
	OperatorGreater        Operator = "gt"
	OperatorGreaterOrEqual Operator = "ge"
)

// Condition compares one attribute with a value. Letters fold as ParseFilter
// says.
type Condition struct {
	Attribute Attribute
	Operator  Operator
	// Value is text, or a number in decimal digits: an application's id, a time in
	// milliseconds since 1970 (loginTime, lastAccessTime) or in nanoseconds (since,
	// until). Times may be written in RFC 3339 instead.
	Value string
}

// String writes the condition as ParseFilter reads it.
func (c Condition) String() string {
	return string(c.Attribute) + " " + string(c.Operator) + " " + quoteValue(c.Value)
}

// MaxConditions is the most conditions of a filter.
const MaxConditions = 100

// Filter says which sessions a search is for: those that fulfil all conditions, of
// which there are at most MaxConditions. The zero value is fulfilled by all.
type Filter struct {
	Conditions []Condition
}

// String writes the filter as ParseFilter reads it.
func (f Filter) String() string {
	parts := make([]string, len(f.Conditions))
	for i, c := range f.Conditions {
		parts[i] = c.String()
	}
	return strings.Join(parts, " and ")
}

// quoteValue puts a value that is no bare word into quotes.
func quoteValue(v string) string {
	if v != "" && !strings.ContainsFunc(v, special) && !strings.EqualFold(v, "and") {
		return v
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
}

func special(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '\\' }

// kind is how the values of an attribute compare.
type kind int

const (
	kindExact kind = iota
	kindFolded
	kindNumber
	kindMillis
	kindSince
	kindUntil
)

var (
	textOperators  = []Operator{OperatorEqual, OperatorStartsWith, OperatorEndsWith, OperatorContains}
	timeOperators  = []Operator{OperatorEqual, OperatorLess, OperatorLessOrEqual, OperatorGreater, OperatorGreaterOrEqual}
	sinceOperators = []Operator{OperatorGreaterOrEqual, OperatorGreater}
	untilOperators = []Operator{OperatorLessOrEqual, OperatorLess}
)

// attributeType is an attribute with what may be asked of it.
type attributeType struct {
	name      Attribute
	kind      kind
	operators []Operator
}

// attributeTypes are in the order in which messages name them.
var attributeTypes = []attributeType{
	{AttributeSessionID, kindExact, textOperators},
	{AttributeLoginID, kindFolded, textOperators},
	{AttributeAppID, kindNumber, []Operator{OperatorEqual}},
	{AttributeIPAddress, kindExact, textOperators},
	{AttributeUserAgent, kindFolded, textOperators},
	{AttributeLoginTime, kindMillis, timeOperators},
	{AttributeLastAccess, kindMillis, timeOperators},
	{AttributeSince, kindSince, sinceOperators},
	{AttributeUntil, kindUntil, untilOperators},
}

var operators = []Operator{OperatorEqual, OperatorStartsWith, OperatorEndsWith, OperatorContains,
	OperatorLess, OperatorLessOrEqual, OperatorGreater, OperatorGreaterOrEqual}

// attributeOf finds an attribute whatever its case.
func attributeOf(name Attribute) (attributeType, error) {
	if strings.EqualFold(string(name), "appName") {
		return attributeType{}, fmt.Errorf("attribute %q: the names of applications are in the identity database: give appId", string(name))
	}
	names := make([]Attribute, len(attributeTypes))
	for i, a := range attributeTypes {
		if strings.EqualFold(string(name), string(a.name)) {
			return a, nil
		}
		names[i] = a.name
	}
	return attributeType{}, fmt.Errorf("attribute %q is unknown: use one of %s", shown(name), list(names))
}

// operator finds an operator of the attribute whatever its case.
func (a attributeType) operator(name Operator) (Operator, error) {
	same := func(op Operator) bool { return strings.EqualFold(string(name), string(op)) }
	if i := slices.IndexFunc(a.operators, same); i >= 0 {
		return a.operators[i], nil
	}
	if slices.ContainsFunc(operators, same) {
		return "", fmt.Errorf("operator %q does not go with %s: use one of %s", shown(name), a.name, list(a.operators))
	}
	return "", fmt.Errorf("operator %q is unknown: %s takes %s", shown(name), a.name, list(a.operators))
}

func list[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, w := range all {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

// shown is the beginning of a text, for a message that must stay short.
func shown[T ~string](text T) string {
	const most = 60
	n := 0
	for i := range string(text) {
		if n == most {
			return string(text[:i]) + "…"
		}
		n++
	}
	return string(text)
}
