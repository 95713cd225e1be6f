package cleanup

import (
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"
)

// Defaults and limits of Options.
const (
	DefaultChunkSize = 8192
	DefaultGrace     = 2 * time.Hour
	// MinWaitGrace is the grace of waits, and the shortest. Their timestamps carry
	// no zone, and the clocks of the world are up to 26 hours apart.
	MinWaitGrace = 26 * time.Hour
	// MinGrace is the shortest grace without Quiesced.
	MinGrace = time.Minute
	// MaxChunkSize is the largest chunk size; dialects may set a lower one.
	MaxChunkSize = 1_000_000
)

// Policy is a kind of rows that a purge removes.
type Policy string

// The policies.
const (
	// Expired removes rows of the main table whose expiry and stamp are both
	// before the cutoff less the grace, once no older row of their key is left.
	Expired Policy = "expired"
	// Superseded removes rows of the main table that a newer STORE row of their
	// key has replaced, expired or not, once they are older than the grace.
	Superseded Policy = "superseded"
	// LoggedOut removes rows of the main table that a newer DELETE row hides,
	// expired or not, once they are older than the grace. The DELETE row itself
	// stays until it has expired.
	LoggedOut Policy = "logged-out"
	// Temp removes superseded and expired rows of the temp table.
	Temp Policy = "temp"
	// Wait removes long waits that expired longer ago than WaitGrace, whatever
	// their status. Off unless asked for: the reference never removes them.
	Wait Policy = "wait"
)

// Policies are those of a run by default, in the order in which they run: all but
// Wait.
func Policies() []Policy { return []Policy{Superseded, LoggedOut, Expired, Temp} }

// knownPolicies are also those that are off by default.
func knownPolicies() []Policy { return append(Policies(), Wait) }

// ParsePolicies reads a comma-separated list; "all" in it are those that Policies
// lists, so that "all,wait" are all there are. It returns ErrInvalid for other
// names and for an empty one: what a script forgot to fill in must not purge
// everything.
func ParsePolicies(list string) ([]Policy, error) {
	var out []Policy
	for _, name := range strings.Split(list, ",") {
		p := Policy(strings.TrimSpace(name))
		switch {
		case p == "all":
			out = append(out, Policies()...)
		case slices.Contains(knownPolicies(), p):
			out = append(out, p)
		default:
			return nil, fmt.Errorf("%w: policy %q: use all, or a list of %s", ErrInvalid, name, policyNames())
		}
	}
	return out, nil
}

func policyNames() string {
	var names []string
	for _, p := range knownPolicies() {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}

// Options of a run. The zero value and nil work.
type Options struct {
	// Policies are what to remove; default those that Policies lists.
	Policies []Policy
	// ChunkSize is how many rows one transaction looks at; default 8192, at most
	// what the dialect bears without locking the table (Traits.MaxChunk).
	ChunkSize int
	// Grace is how long a row stays after its expiry; default 2 hours. It must
	// exceed the longest delay of a write between its stamp and its commit.
	Grace time.Duration
	// WaitGrace is the grace of the policy Wait; default, and at least, 26 hours,
	// whatever Quiesced says.
	WaitGrace time.Duration
	// GraceSet makes a Grace of 0 mean none instead of the default.
	GraceSet bool
	// Quiesced says that nothing writes to the tables, which allows a grace under
	// a minute.
	Quiesced bool
	// Now fixes the cutoff, for tests; default the earlier of the database's and
	// the host's clock. A later instant removes sessions that are still live.
	Now time.Time
	// Progress is called after every chunk, from the goroutine of Run.
	Progress func(Progress)
	// Unlocked skips the lock that keeps a second purge away; two at once are
	// slower, never wrong.
	Unlocked bool
	// Logger gets what an operator should know; nil is silent.
	Logger *slog.Logger
}

// Progress is what a run has done so far.
type Progress struct {
	// Policy is what the last chunk belonged to; of those that share a walk, the
	// first.
	Policy Policy
	// Deleted counts all rows so far, child rows included.
	Deleted int64
	// Chunks counts all chunks so far.
	Chunks int
	// Elapsed is the time since the start.
	Elapsed time.Duration
}

func (o *Options) withDefaults(maxChunk int) (Options, error) {
	var c Options
	if o != nil {
		c = *o
	}
	if c.Policies == nil {
		c.Policies = Policies()
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Grace == 0 && !c.GraceSet {
		c.Grace = DefaultGrace
	}
	if c.WaitGrace == 0 {
		c.WaitGrace = MinWaitGrace
	}
	if c.ChunkSize == 0 {
		c.ChunkSize = DefaultChunkSize
	}
	if err := c.check(); err != nil {
		return c, err
	}
	if maxChunk > 0 && c.ChunkSize > maxChunk {
		c.Logger.Warn("chunk size lowered to what this database deletes without locking the whole table", "asked", c.ChunkSize, "chunk", maxChunk)
		c.ChunkSize = maxChunk
	}
	return c, nil
}

func (o *Options) check() error {
	if o.ChunkSize < 1 || o.ChunkSize > MaxChunkSize {
		return fmt.Errorf("%w: chunk size %d: give 1 to %d rows; the default is %d", ErrInvalid, o.ChunkSize, MaxChunkSize, DefaultChunkSize)
	}
	if o.Grace < 0 {
		return fmt.Errorf("%w: grace %s is negative: give %s or more", ErrInvalid, o.Grace, MinGrace)
	}
	if o.Grace < MinGrace && !o.Quiesced {
		return fmt.Errorf("%w: grace %s is under %s, so a write that is on its way could lose its session: give more, or stop all writers and say so (--quiesced, Options.Quiesced)", ErrInvalid, o.Grace, MinGrace)
	}
	if o.WaitGrace < MinWaitGrace {
		return fmt.Errorf("%w: grace of waits %s is under %s: their timestamps carry no time zone, and those of two nodes can be as far apart; give more", ErrInvalid, o.WaitGrace, MinWaitGrace)
	}
	if last := time.Unix(0, math.MaxInt64); !o.Now.IsZero() && (o.Now.Before(time.Unix(0, 0)) || o.Now.After(last)) {
		// Its nanoseconds would wrap around, to an instant in the future.
		return fmt.Errorf("%w: now is %s: give an instant from 1970 to %s", ErrInvalid, o.Now.UTC().Format(time.RFC3339), last.UTC().Format(time.RFC3339))
	}
	if len(o.Policies) == 0 {
		return fmt.Errorf("%w: the list of policies is empty: leave it nil for the default, or give some of %s", ErrInvalid, policyNames())
	}
	for _, p := range o.Policies {
		if !slices.Contains(knownPolicies(), p) {
			return fmt.Errorf("%w: policy %q: use some of %s", ErrInvalid, p, policyNames())
		}
	}
	return nil
}

func (o *Options) has(p Policy) bool { return slices.Contains(o.Policies, p) }
