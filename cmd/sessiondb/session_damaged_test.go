package main

import (
	"testing"
	"time"
)

func TestInstantThatJSONCannotHold(t *testing.T) {
	if at := instant(time.UnixMilli(1<<63 - 1)); at != nil {
		t.Errorf("the last millisecond is shown as %s, and JSON refuses it", at)
	}
	if at := instant(time.UnixMilli(1)); at == nil {
		t.Error("an instant of 1970 is not shown")
	}
}
