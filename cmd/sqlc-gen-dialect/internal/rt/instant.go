package rt

import (
	"database/sql"
	"time"
)

// Instant is a parameter of a timestamp type, or a list of them.
type Instant interface {
	time.Time | sql.NullTime | []time.Time
}

// UTC moves instants to UTC before they are bound. A column without a time zone holds a wall clock, and drivers differ in
// whose: some write that of the value's own location, and what comes back is then another instant.
func UTC[T Instant](value T) T {
	switch v := any(&value).(type) {
	case *time.Time:
		*v = v.UTC()
	case *sql.NullTime:
		v.Time = v.Time.UTC()
	case *[]time.Time:
		list := make([]time.Time, len(*v))
		for i, t := range *v {
			list[i] = t.UTC()
		}
		*v = list
	}
	return value
}
