package main

import (
	"reflect"
	"regexp"
	"testing"
	"time"
)

func TestDayIsTheSameForASeed(t *testing.T) {
	end := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	a, b, other := newDay(7, 200, end), newDay(7, 200, end), newDay(8, 200, end)
	if !reflect.DeepEqual(a.events, b.events) || !reflect.DeepEqual(a.live, b.live) {
		t.Error("two days of one seed differ")
	}
	if reflect.DeepEqual(a.live, other.live) {
		t.Error("two seeds give one day")
	}
}

func TestDayIsInOrderAndOver(t *testing.T) {
	end := time.Now()
	d := newDay(1, 500, end)
	last := time.Time{}
	ended := map[*visit]bool{}
	for _, e := range d.events {
		if e.at.Before(last) || e.at.After(end) || e.at.Before(end.Add(-dayLength-time.Minute)) {
			t.Fatalf("%v after %v", e.at, last)
		}
		if ended[e.visit] {
			t.Fatalf("%s after the logout", e.kind)
		}
		ended[e.visit] = e.kind == logout
		last = e.at
	}
	n := d.counts()
	if n["logins"] != 500 || n["re-logins"] == 0 || n["logouts"] == 0 || len(d.live) == 0 || len(d.remembered) == 0 {
		t.Errorf("%v, %d live, %d remembered", n, len(d.live), len(d.remembered))
	}
}

func TestDemoPrefix(t *testing.T) {
	a, b := newDemoPrefix(), newDemoPrefix()
	if a == b || !regexp.MustCompile(`^SDBDEMO_[A-Z0-9]{6}_$`).MatchString(a) {
		t.Errorf("%q, %q", a, b)
	}
}
