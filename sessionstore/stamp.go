package sessionstore

import (
	"sync/atomic"
	"time"
)

// stamps gives out TIME_CREATED values: epoch nanoseconds that strictly increase
// within a store, whatever the wall clock does.
type stamps struct {
	now  func() time.Time
	last atomic.Int64
}

// next returns the stamp of an operation that happens now and must win over a
// row stamped floor. Two operations never get the same stamp.
func (s *stamps) next(floor int64) int64 {
	for {
		last := s.last.Load()
		stamp := max(s.now().UnixNano(), last+1, floor+1)
		if s.last.CompareAndSwap(last, stamp) {
			return stamp
		}
	}
}
