package sessionstore

import (
	"slices"
	"sync"
	"testing"
	"time"
)

func TestStampsFollowTheClock(t *testing.T) {
	now := time.Unix(100, 5)
	s := stamps{now: func() time.Time { return now }}
	for _, c := range []struct {
		what  string
		clock int64
		floor int64
		want  int64
	}{
		{"the clock", 1000, 0, 1000},
		{"the clock stands", 1000, 0, 1001},
		{"the clock goes back", 500, 0, 1002},
		{"a row of another node is ahead", 1100, 5000, 5001},
		{"and stays the least", 1200, 0, 5002},
		{"the clock has caught up", 6000, 5000, 6000},
		{"the row is stamped as the clock", 6000, 6000, 6001},
	} {
		now = time.Unix(0, c.clock)
		if got := s.next(c.floor); got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
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
				all[i] = append(all[i], s.next(0))
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
