package cleanup

import (
	"fmt"
	"log/slog"
	"time"
)

// Defaults and limits of OrphanOptions.
const (
	// DefaultMaxCandidates takes some 150 MB of memory with ids of 64 characters.
	DefaultMaxCandidates = 1_000_000
	// maxSample is how many session ids a report shows.
	maxSample = 10
)

// OrphanOptions are those of an orphan sweep. The zero value and nil work.
type OrphanOptions struct {
	// ChunkSize is how many child rows one look takes in; default 8192, at most what
	// the dialect bears. A transaction deletes the rows of a quarter as many
	// sessions.
	ChunkSize int
	// Grace is the time between the two looks; default 2 hours. It must exceed the
	// time by which a login may commit its child rows before its session.
	Grace time.Duration
	// GraceSet makes a Grace of 0 mean none instead of the default.
	GraceSet bool
	// Quiesced says that nothing writes to the tables, which allows a grace under
	// a minute.
	Quiesced bool
	// DryRun looks once, counts, and deletes nothing. It leaves State alone.
	DryRun bool
	// State is a file that remembers what a look has found: the first run only
	// looks; a further one, a grace later or more, deletes and looks again. Without
	// it a run waits out the grace between its two looks.
	State string
	// Database names the database in the state file, so that the file of another one
	// is refused; without any secret. Default "".
	Database string
	// MaxCandidates bounds how many session ids a look remembers, in memory and in
	// the state file; default 1,000,000. A look that finds more ends there, and the
	// report says so: the next run finds the rest.
	MaxCandidates int
	// Now is the instant of this run, for tests; default the clocks of the database
	// and of the host.
	Now time.Time
	// Progress is called after every chunk, and every second of the wait, from the
	// goroutine of SweepOrphans.
	Progress func(OrphanProgress)
	// Unlocked skips the lock that keeps purges and other sweeps away while rows are
	// deleted; two at once are slower, never wrong.
	Unlocked bool
	// Logger gets what an operator should know; nil is silent.
	Logger *slog.Logger
}

// OrphanStep is what a sweep is doing.
type OrphanStep string

// The steps.
const (
	OrphanLook   OrphanStep = "look"
	OrphanWait   OrphanStep = "wait"
	OrphanDelete OrphanStep = "delete"
)

// OrphanProgress is what a sweep has done so far.
type OrphanProgress struct {
	Step OrphanStep
	// Table is what the look goes along.
	Table string
	// Candidates counts the sessions that a look has found without a row.
	Candidates int
	// Checked counts those of them that the delete has come to.
	Checked int
	// Deleted counts the rows that went.
	Deleted int64
	// Left is how long the wait still takes.
	Left time.Duration
	// Elapsed is the time since the start.
	Elapsed time.Duration
}

func (o *OrphanOptions) withDefaults(maxChunk int) (OrphanOptions, error) {
	var c OrphanOptions
	if o != nil {
		c = *o
	}
	// What both have in common has the same defaults, limits and words.
	common, err := (&Options{
		ChunkSize: c.ChunkSize, Grace: c.Grace, GraceSet: c.GraceSet, Quiesced: c.Quiesced, Now: c.Now, Logger: c.Logger,
	}).withDefaults(maxChunk)
	c.ChunkSize, c.Grace, c.Logger = common.ChunkSize, common.Grace, common.Logger
	if err != nil {
		return c, err
	}
	if c.MaxCandidates == 0 {
		c.MaxCandidates = DefaultMaxCandidates
	}
	if c.MaxCandidates < 1 {
		return c, fmt.Errorf("%w: MaxCandidates is %d: give 1 or more; leave it 0 for %d", ErrInvalid, c.MaxCandidates, DefaultMaxCandidates)
	}
	return c, nil
}

// OrphanReport says what a sweep did. It is valid on error too: what it counts as
// deleted is committed.
type OrphanReport struct {
	// Candidates counts the sessions that this run's look found to have child rows
	// and no row in the log.
	Candidates int `json:"candidates"`
	// Found counts their child rows by table.
	Found map[string]int64 `json:"found"`
	// Sample are a few of their session ids.
	Sample []string `json:"sample"`
	// Truncated is true when the look ended at MaxCandidates: there may be more.
	Truncated bool `json:"truncated"`
	// Kept counts the sessions of the first look that have a row in the log now.
	Kept int `json:"kept"`
	// Deleted counts the rows of all tables.
	Deleted int64 `json:"deleted"`
	// Tables counts them by table; every child table is there.
	Tables map[string]int64 `json:"tables"`
	// Chunks counts the transactions that were committed.
	Chunks int `json:"chunks"`
	// Seconds is how long the run took.
	Seconds float64 `json:"seconds"`
	// GraceSeconds is the grace in force.
	GraceSeconds float64 `json:"grace_seconds"`
	// ChunkSize is the chunk size in force.
	ChunkSize int  `json:"chunk_size"`
	DryRun    bool `json:"dry_run"`
	// NotBefore is when what the state file remembers may be deleted. It is there
	// when a state file is.
	NotBefore time.Time `json:"not_before,omitzero"`
	// TooEarly is true when the run did nothing because it came before NotBefore.
	TooEarly bool `json:"too_early"`
	// Complete is false when the run ended early.
	Complete bool `json:"complete"`
}

func newOrphanReport(o *OrphanOptions) *OrphanReport {
	none := func() map[string]int64 { return map[string]int64{TableMapping: 0, TableAppInfo: 0, TableMetaData: 0} }
	return &OrphanReport{
		Found: none(), Tables: none(), Sample: []string{},
		GraceSeconds: o.Grace.Seconds(), ChunkSize: o.ChunkSize, DryRun: o.DryRun,
	}
}

func (r *OrphanReport) add(c counts) {
	for table, n := range c {
		r.Tables[table] += n
		r.Deleted += n
	}
	r.Chunks++
}
