package sessionstore

import (
	"maps"
	"math"
	"sync"
	"time"
)

// maxAhead bounds how many keys a store remembers as being ahead of its clock.
const maxAhead = 10_000

// stamps gives out TIME_CREATED values: epoch nanoseconds that strictly increase
// within a store, whatever the wall clock does.
type stamps struct {
	now  func() time.Time
	mu   sync.Mutex
	last int64
	// ahead are the keys with a row that this store has stamped after its clock,
	// because it had to win over a row of a node whose clock is ahead. No other key
	// follows them: that would spread the wrong clock, and sessions would outlive
	// their validity by as much.
	ahead map[Key]int64
}

// next returns the stamp of an operation on a key that happens now and must win
// over a row stamped floor. Two operations on a key never get the same stamp.
func (s *stamps) next(key Key, floor int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.now().UnixNano(), s.last+1)
	floor = max(floor, s.ahead[key])
	if floor < s.last || floor == math.MaxInt64 { // nothing comes after the last stamp
		return s.last
	}
	s.remember(key, floor+1)
	return floor + 1
}

func (s *stamps) remember(key Key, stamp int64) {
	if len(s.ahead) >= maxAhead {
		maps.DeleteFunc(s.ahead, func(_ Key, stamp int64) bool { return stamp < s.last })
	}
	if s.ahead == nil || len(s.ahead) >= maxAhead { // forgotten ones sort by the clock again
		s.ahead = map[Key]int64{}
	}
	s.ahead[key] = stamp
}
