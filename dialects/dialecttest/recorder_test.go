package dialecttest

import (
	"fmt"
	"regexp"
	"runtime"

	"pgregory.net/rapid"
)

// recorder is a test whose failure is what is wanted.
type recorder struct {
	failed bool
	first  string
}

var _ rapid.TB = (*recorder)(nil)

var failureText = regexp.MustCompile(`(?s)failed after \d+ tests: (.*?)(\n\(what replays|$)`)

func (r *recorder) fail(message string) {
	r.failed = true
	if found := failureText.FindStringSubmatch(message); found != nil {
		message = found[1]
	}
	if r.first == "" {
		r.first = message
	}
}

func (*recorder) Helper()              {}
func (*recorder) Name() string         { return "mutant" }
func (*recorder) Logf(string, ...any)  {}
func (*recorder) Log(...any)           {}
func (*recorder) Skipf(string, ...any) { runtime.Goexit() }
func (*recorder) Skip(...any)          { runtime.Goexit() }
func (*recorder) SkipNow()             { runtime.Goexit() }

func (r *recorder) Errorf(format string, args ...any) { r.fail(fmt.Sprintf(format, args...)) }
func (r *recorder) Error(args ...any)                 { r.fail(fmt.Sprint(args...)) }
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); runtime.Goexit() }
func (r *recorder) Fatal(args ...any)                 { r.Error(args...); runtime.Goexit() }
func (r *recorder) FailNow()                          { r.failed = true; runtime.Goexit() }
func (r *recorder) Fail()                             { r.failed = true }
func (r *recorder) Failed() bool                      { return r.failed }
