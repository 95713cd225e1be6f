//go:build !db2

package db2

import (
	"errors"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/dialects"
)

func TestOpenWithoutTag(t *testing.T) {
	_, _, _, err := dialects.Open(t.Context(), "db2://u:s3cret@h/SESS")
	if err == nil || !strings.Contains(err.Error(), "CGO_ENABLED=1 go build -tags db2") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
	if errors.Is(err, dialects.ErrInvalidURL) || dialects.Retryable(err) {
		t.Errorf("wrong class: %v", err)
	}
}
