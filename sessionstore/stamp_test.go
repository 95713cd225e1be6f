package sessionstore

import (
	"math"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

func TestStampsFollowTheClock(t *testing.T) {
	now := time.Unix(100, 5)
	s := stamps{now: func() time.Time { return now }}
	a, b := Key{Type: "T", ID: "a"}, Key{Type: "T", ID: "b"}
	for _, c := range []struct {
		what  string
		clock int64
		key   Key
		floor int64
		want  int64
	}{
		{"the clock", 1000, a, 0, 1000},
		{"the clock stands", 1000, a, 0, 1001},
		{"the clock goes back", 500, a, 0, 1002},
		{"a row of another node is ahead", 1100, a, 5000, 5001},
		{"and stays the least of its key", 1200, a, 0, 5002},
		{"but of no other", 1200, b, 0, 1201},
		{"the clock has caught up", 6000, a, 5000, 6000},
		{"the row is stamped as the clock", 6000, a, 6000, 6001},
		{"the last stamp there is", 6100, a, math.MaxInt64 - 1, math.MaxInt64},
		{"has no next one", 6200, a, 0, 6200},
		{"and stops no other key", 6200, b, 0, 6201},
	} {
		now = time.Unix(0, c.clock)
		if got := s.next(c.key, c.floor); got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
	}
}

func TestStampsForgetKeysThatTheClockHasPassed(t *testing.T) {
	now := time.Unix(0, 1000)
	s := stamps{now: func() time.Time { return now }}
	for i := range maxAhead {
		s.next(Key{Type: "T", ID: strconv.Itoa(i)}, 1_000_000)
	}
	last, late := Key{Type: "T", ID: "last"}, Key{Type: "T", ID: "late"}
	now = time.Unix(0, 2_000_000)
	s.next(last, 3_000_000)
	if got := len(s.ahead); got != 1 {
		t.Errorf("%d keys are remembered, want the one that is ahead", got)
	}
	for i := range maxAhead {
		s.next(Key{Type: "T", ID: strconv.Itoa(i)}, 3_000_000)
	}
	if got := s.next(late, 3_000_000); got != 3_000_001 || len(s.ahead) > maxAhead {
		t.Errorf("got %d with %d keys, want 3_000_001 with at most %d", got, len(s.ahead), maxAhead)
	}
}

func TestStampsAreUniqueAmongGoroutines(t *testing.T) {
	s := stamps{now: func() time.Time { return time.Unix(1, 0) }}
	const goroutines, each = 8, 1000
	all := make([][]int64, goroutines)
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() {
			for range each {
				all[i] = append(all[i], s.next(Key{}, 0))
			}
		})
	}
	group.Wait()
	for _, own := range all {
		if !slices.IsSorted(own) {
			t.Error("stamps of one goroutine do not increase")
		}
	}
	together := slices.Concat(all...)
	slices.Sort(together)
	if n := len(slices.Compact(together)); n != goroutines*each {
		t.Errorf("%d different stamps, want %d", n, goroutines*each)
	}
}
