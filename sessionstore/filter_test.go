package sessionstore

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseFilter(t *testing.T) {
	for text, want := range map[string]Filter{
		"":               {},
		"  ":             {},
		"sessionId eq a": {[]Condition{{AttributeSessionID, OperatorEqual, "a"}}},
		"LOGINID Sw x":   {[]Condition{{AttributeLoginID, OperatorStartsWith, "x"}}},
		"appid eq -7":    {[]Condition{{AttributeAppID, OperatorEqual, "-7"}}},
		`userAgent co "a\"b\\c and d" AND ipAddress ew .1`: {[]Condition{
			{AttributeUserAgent, OperatorContains, `a"b\c and d`}, {AttributeIPAddress, OperatorEndsWith, ".1"}}},
		"since ge 2026-01-31T23:59:59.123456789Z\n and\tuntil lt 1800000000000000000": {[]Condition{
			{AttributeSince, OperatorGreaterOrEqual, "2026-01-31T23:59:59.123456789Z"}, {AttributeUntil, OperatorLess, "1800000000000000000"}}},
		`loginId eq "and" and loginTime ge 0`: {[]Condition{
			{AttributeLoginID, OperatorEqual, "and"}, {AttributeLoginTime, OperatorGreaterOrEqual, "0"}}},
	} {
		got, err := ParseFilter(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
}

// Every refusal names its position and what to do.
func TestParseFilterRefuses(t *testing.T) {
	for text, says := range map[string][]string{
		"appName eq x":                           {"position 1:", "give appId"},
		"color eq red":                           {"position 1:", `attribute "color" is unknown`, "sessionId, loginId, appId"},
		"loginId":                                {"position 8:", "operator is missing", "eq, sw, ew, co"},
		"loginId is x":                           {"position 9:", `operator "is" is unknown`},
		"loginId gt x":                           {"position 9:", `"gt" does not go with loginId: use one of eq, sw, ew, co`},
		"appId co 7":                             {"position 7:", "does not go with appId: use one of eq"},
		"since le 5":                             {"position 7:", "use one of ge, gt"},
		"loginId eq":                             {"position 11:", "value is missing"},
		"loginId eq and appId eq 1":              {"position 12:", `written "and"`},
		`loginId eq ""`:                          {"position 12:", "blank"},
		`loginId eq "  "`:                        {"position 12:", "blank"},
		"appId eq x":                             {"position 10:", "32-bit integer"},
		"appId eq 3000000000":                    {"position 10:", "32-bit integer"},
		"loginTime eq yesterday":                 {"position 14:", "milliseconds since 1970"},
		"loginTime eq +5":                        {"position 14:", "decimal digits"},
		"loginTime ge 2026-01-01T00:00:00.0005Z": {"position 14:", "three decimals"},
		"until lt 1960-01-01T00:00:00Z":          {"position 10:", "nanoseconds", "1970 to 2262"},
		`loginId eq "x`:                          {"position 12:", "closing quote is missing"},
		`loginId eq "x"y`:                        {"position 12:", "follows the closing quote"},
		`loginId eq "\x"`:                        {"position 12:", "backslash"},
		`loginId eq x"y`:                         {"position 12:", "into quotes"},
		"loginId eq x or appId eq 1":             {"position 14:", `"or" where the word and is expected`},
		"loginId eq two words":                   {"position 16:", "blanks need quotes"},
		"loginId eq x and":                       {"position 17:", "missing after the last and"},
		"éé eq x":                                {"position 1:"},
		"ipAddress eq é and ipAddress gt x":      {"position 30:"},
		"loginId eq " + strings.Repeat("x", 256): {"position 12:", "256 characters", "255"},
		"appId eq " + strings.Repeat("0", 256):   {"position 10:", "256 characters"},
		"loginId eq a\x00b":                      {"position 12:", "NUL"},
		"loginId eq \xff":                        {"UTF-8"},
	} {
		_, err := ParseFilter(text)
		if !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: got %v, want ErrInvalid", text, err)
			continue
		}
		for _, word := range says {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%q: message %q does not say %q", text, err, word)
			}
		}
	}
}

// What comes from outside is bounded, and so are the messages about it.
func TestFilterLimits(t *testing.T) {
	long := Filter{slices.Repeat([]Condition{{AttributeUserAgent, OperatorContains, strings.Repeat("\U0001F600", maxFilterValue)}}, MaxConditions)}
	if got, err := ParseFilter(long.String()); err != nil || !reflect.DeepEqual(got, long) {
		t.Errorf("the longest filter: %v", err)
	}
	one := Condition{AttributeAppID, OperatorEqual, "1"}
	more := Filter{slices.Repeat([]Condition{one}, MaxConditions+1)}
	huge := strings.Repeat("x", 100_000)
	for what, refuse := range map[string]func() error{
		"conditions":         func() error { _, err := more.terms(); return err },
		"text of conditions": func() error { _, err := ParseFilter(more.String()); return err },
		"text":               func() error { _, err := ParseFilter("loginId eq " + strings.Repeat("x", 1<<20)); return err },
		"blanks":             func() error { _, err := ParseFilter(strings.Repeat(" ", 1<<20)); return err },
		"attribute":          func() error { _, err := ParseFilter(huge + " eq 1"); return err },
		"operator":           func() error { _, err := ParseFilter("appId " + huge + " 1"); return err },
		"number":             func() error { _, err := Condition{AttributeAppID, OperatorEqual, huge}.term(); return err },
		"time":               func() error { _, err := Condition{AttributeSince, OperatorGreater, huge}.term(); return err },
		"and":                func() error { _, err := ParseFilter("appId eq 1 " + huge); return err },
		"quote":              func() error { _, err := ParseFilter(`loginId eq "x"` + huge); return err },
		"backslash":          func() error { _, err := ParseFilter(`loginId eq \` + huge); return err },
	} {
		if err := refuse(); err == nil || len(err.Error()) > 400 {
			t.Errorf("%s: got an error of %d bytes", what, len(fmt.Sprint(err)))
		}
	}
}

// A typed filter is held to the same rules.
func TestFilterTermsRefuses(t *testing.T) {
	_, err := Filter{[]Condition{{AttributeAppID, OperatorEqual, "1"}, {AttributeAppID, "xx", "1"}}}.terms()
	if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "condition 2") {
		t.Errorf("got %v", err)
	}
	if _, err := (Filter{[]Condition{{"x", OperatorEqual, "1"}}}).terms(); !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func drawCondition(rt *rapid.T) Condition {
	kind := rapid.SampledFrom(attributeTypes).Draw(rt, "attribute")
	value := rapid.StringMatching(`[0-9]{1,9}`)
	if kind.kind == kindExact || kind.kind == kindFolded {
		value = rapid.StringN(1, 30, -1).Filter(func(s string) bool {
			return strings.TrimSpace(s) != "" && !strings.ContainsRune(s, 0)
		})
	}
	return Condition{kind.name, rapid.SampledFrom(kind.operators).Draw(rt, "operator"), value.Draw(rt, "value")}
}

func TestFilterStringRoundTrips(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := Filter{rapid.SliceOfN(rapid.Custom(drawCondition), 1, 4).Draw(rt, "conditions")}
		got, err := ParseFilter(want.String())
		if err != nil || !reflect.DeepEqual(got, want) {
			rt.Fatalf("%s: got %v, %v", want, got, err)
		}
	})
}

func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{"loginId eq x", `userAgent co "a \" \\ b" and appId eq 5`, "since ge 1 AND until le 2", "and and and"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := ParseFilter(text)
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("%q: %v is not ErrInvalid", text, err)
			}
			return
		}
		if _, err := first.terms(); err != nil {
			t.Fatalf("%q was read and is refused then: %v", text, err)
		}
		again, err := ParseFilter(first.String())
		if err != nil || !reflect.DeepEqual(again.String(), first.String()) {
			t.Fatalf("%q: %q, then %q, %v", text, first, again, err)
		}
	})
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Alice", "aLICE", true}, {"É", "é", true}, {"Σ", "σ", true}, {"ẞ", "ß", true}, {"Ä", "ä", true},
		{"Σ", "ς", false}, {"ß", "ss", false}, {"\u212a", "k", false}, {"İ", "i", false}, {"ı", "I", false}, {"ſ", "s", false},
		{"e\u0301", "é", false}, {"E\u0301", "e\u0301", true},
	} {
		if got := fold(c.a) == fold(c.b); got != c.same {
			t.Errorf("%q and %q fold alike: %v, want %v", c.a, c.b, got, c.same)
		}
	}
}

// The pattern of a term lets through all that the term matches, on a database
// that folds ASCII letters and takes patterns literally.
func TestPatternIsASuperset(t *testing.T) {
	word := rapid.StringOfN(rapid.SampledFrom([]rune(`aAbBiI%_\[]^ éÉİſ1.!`)), 1, 6, -1)
	rapid.Check(t, func(rt *rapid.T) {
		middle := word.Draw(rt, "middle")
		stored := map[Operator]string{
			OperatorEqual: middle, OperatorStartsWith: middle + word.Draw(rt, "end"),
			OperatorEndsWith: word.Draw(rt, "start") + middle, OperatorContains: "x" + middle + "y",
		}
		op := rapid.SampledFrom(textOperators).Draw(rt, "operator")
		value := rapid.SampledFrom([]string{middle, strings.ToUpper(middle), fold(middle)}).Draw(rt, "value")
		c := Condition{AttributeLoginID, op, value}
		term, err := c.term()
		if err != nil || !term.likes(stored[op]) {
			return // a blank value, or an upper case that does not fold back
		}
		if !like(asciiLower(stored[op]), term.pattern()) {
			rt.Fatalf("%q matches %s, and %q does not let it through", stored[op], c, term.pattern())
		}
	})
}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// like is LIKE without an escape.
func like(s, pattern string) bool {
	if pattern == "" {
		return s == ""
	}
	text, rest := []rune(s), pattern[1:]
	switch pattern[0] {
	case '%':
		return like(s, rest) || s != "" && like(string(text[1:]), pattern)
	case '_':
		return s != "" && like(string(text[1:]), rest)
	default:
		return s != "" && s[0] == pattern[0] && like(s[1:], rest)
	}
}
