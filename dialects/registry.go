package dialects

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// The registry is the only package-level state of the project.
var registry = struct {
	sync.RWMutex
	byScheme map[string]Dialect
	names    []string
}{byScheme: map[string]Dialect{}}

// Register makes a dialect known by its name and, if it is an Opener, by its URL
// schemes. It is called from init and panics when a name is taken: two packages
// that claim one name are a mistake in the program.
func Register(d Dialect) {
	registry.Lock()
	defer registry.Unlock()
	for _, s := range schemes(d) {
		if other, taken := registry.byScheme[s]; taken {
			panic(fmt.Sprintf("dialects: %q is registered already, by dialect %s", s, other.Name()))
		}
	}
	for _, s := range schemes(d) {
		registry.byScheme[s] = d
	}
	registry.names = append(registry.names, d.Name())
	slices.Sort(registry.names)
}

func schemes(d Dialect) []string {
	all := []string{strings.ToLower(d.Name())}
	if o, ok := d.(Opener); ok {
		for _, s := range o.Schemes() {
			all = append(all, strings.ToLower(s))
		}
	}
	return all
}

// ByName finds a dialect by its name or one of its URL schemes. It returns
// ErrUnknownDialect, with the names that are registered.
func ByName(name string) (Dialect, error) {
	registry.RLock()
	defer registry.RUnlock()
	if d, ok := registry.byScheme[strings.ToLower(name)]; ok {
		return d, nil
	}
	return nil, fmt.Errorf("%w %q: registered are %s; import the dialect's package, for example _ %q",
		ErrUnknownDialect, name, strings.Join(registry.names, ", "), "github.com/sessiondb/sessiondb/dialects/sqlite")
}

// Names lists the registered dialects in alphabetical order.
func Names() []string {
	registry.RLock()
	defer registry.RUnlock()
	return slices.Clone(registry.names)
}
