package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

func TestExitCode(t *testing.T) {
	broken := errors.New("connection refused")
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, exitDone},
		{broken, exitFailed},
		{dialects.ErrUnavailable, exitFailed},
		{sessionstore.ErrConflict, exitFailed},
		{sessionstore.ErrMissingTable, exitFailed},
		{cleanup.ErrClockSkew, exitFailed},
		{migrate.ErrTablesExist, exitFailed},
		{migrate.ErrTableHasRows, exitFailed},
		{context.DeadlineExceeded, exitFailed},
		{usage("--chunk 0"), exitUsage},
		{sessionstore.ErrInvalid, exitUsage},
		{cleanup.ErrInvalid, exitUsage},
		{dialects.ErrInvalidURL, exitUsage},
		{dialects.ErrUnknownDialect, exitUsage},
		{dialects.ErrPoolTooSmall, exitUsage},
		{migrate.ErrUnknownVersion, exitUsage},
		{migrate.ErrUnknownOptional, exitUsage},
		{migrate.ErrInvalidName, exitUsage},
		{migrate.ErrSchemaRefused, exitUsage},
		{sessionstore.ErrNotFound, exitNotFound},
		{dialects.ErrLocked, exitLocked},
		{cleanup.ErrLocked, exitLocked},
		{cleanup.ErrStopped, exitStopped},
		{context.Canceled, exitStopped},
		// Stopped is what counts, although closing failed as well.
		{errors.Join(cleanup.ErrStopped, broken), exitStopped},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.want)
		}
		if c.err == nil {
			continue
		}
		if got := exitCode(fmt.Errorf("while working: %w", c.err)); got != c.want {
			t.Errorf("%v, wrapped: exit code %d, want %d", c.err, got, c.want)
		}
	}
}

func TestUsageShowsOnlyItsText(t *testing.T) {
	err := usage("--now %q", "x")
	if err.Error() != `--now "x"` {
		t.Errorf("got %q", err)
	}
}

func TestExitCodesAreInTheHelp(t *testing.T) {
	for code := exitDone; code <= exitStopped; code++ {
		if !strings.Contains(exitHelp, fmt.Sprintf("\n  %d  ", code)) {
			t.Errorf("exit code %d is not in the help", code)
		}
	}
}
