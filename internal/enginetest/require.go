package enginetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// requireVariable names the engines whose absence is a failure; CI sets it.
const requireVariable = "SESSIONDB_TEST_REQUIRE"

// verdict decides what an engine's error means for a test: a skip when the
// engine is merely not there and nobody requires it, else a failure.
func verdict(require, name string, err error) (fatal bool, message string) {
	required, listErr := parseRequire(require)
	switch {
	case listErr != nil:
		return true, listErr.Error()
	case !errors.Is(err, ErrMissing):
		return true, err.Error()
	case slices.Contains(required, name):
		return true, fmt.Sprintf("%s=%s, but %v", requireVariable, require, err)
	}
	return false, err.Error()
}

// parseRequire refuses unknown names, so that a typing error does not silently
// require nothing.
func parseRequire(require string) ([]string, error) {
	var names []string
	for _, n := range strings.FieldsFunc(require, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !slices.Contains(Names(), n) {
			return nil, fmt.Errorf("%s: unknown engine %q; known are %s", requireVariable, n, strings.Join(Names(), ", "))
		}
		names = append(names, n)
	}
	return names, nil
}

// Required reports whether SESSIONDB_TEST_REQUIRE, given as its value, names an
// engine; it returns an error for a name that is none.
func Required(require, name string) (bool, error) {
	names, err := parseRequire(require)
	return slices.Contains(names, name), err
}
