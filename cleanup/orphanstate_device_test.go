package cleanup

import (
	"errors"
	"strings"
	"testing"
)

// A directory is no regular file, as a device without an end is none: neither may
// be read as a state.
func TestStateIsARegularFile(t *testing.T) {
	if _, err := loadState(t.TempDir(), origin{}); !errors.Is(err, ErrState) || !errorSays(err, "is no regular file") {
		t.Errorf("a directory: %v", err)
	}
}

func errorSays(err error, text string) bool { return err != nil && strings.Contains(err.Error(), text) }
