package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// The exit codes, as "sessiondb --help" lists them.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitNotFound = 3
	exitLocked   = 4
	exitStopped  = 5
)

// exitHelp is the part of --help about them.
const exitHelp = `Exit codes:
  0  done
  1  failed
  2  usage: an unknown command or flag, or a value that was refused
  3  not found
  4  another process holds the lock
  5  stopped by a signal or a budget; the report is still printed`

// errUsage marks errors of the command line. Its text is never shown.
var errUsage = errors.New("usage")

// exitCodes says what an error exits with; the first that fits counts, and
// everything else exits with exitFailed.
var exitCodes = []struct {
	err  error
	code int
}{
	{cleanup.ErrStopped, exitStopped},
	{context.Canceled, exitStopped}, // nothing but a signal cancels
	{errStillWaiting, exitStopped},
	{dialects.ErrLocked, exitLocked},
	{sessionstore.ErrNotFound, exitNotFound},
	{errUsage, exitUsage},
	{sessionstore.ErrInvalid, exitUsage},
	{cleanup.ErrInvalid, exitUsage},
	{dialects.ErrInvalidURL, exitUsage},
	{dialects.ErrUnknownDialect, exitUsage},
	{dialects.ErrPoolTooSmall, exitUsage}, // sessiondb.max_open_conns=1 in the URL
	{migrate.ErrUnknownVersion, exitUsage},
	{migrate.ErrUnknownOptional, exitUsage},
	{migrate.ErrInvalidName, exitUsage},
	{migrate.ErrSchemaRefused, exitUsage},
}

func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	for _, known := range exitCodes {
		if errors.Is(err, known.err) {
			return known.code
		}
	}
	return exitFailed
}

// usageError is an error of the command line, in its own words.
type usageError struct{ error }

// Is makes errors.Is find errUsage.
func (usageError) Is(target error) bool { return target == errUsage }

// Unwrap finds what is inside.
func (e usageError) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }
