package cleanup

import (
	"time"
)

// The tables a purge removes rows from.
const (
	TableSessions = "IDN_AUTH_SESSION_STORE"
	TableTemp     = "IDN_AUTH_TEMP_SESSION_STORE"
	TableMapping  = "IDN_AUTH_USER_SESSION_MAPPING"
	TableAppInfo  = "IDN_AUTH_SESSION_APP_INFO"
	TableMetaData = "IDN_AUTH_SESSION_META_DATA"
	TableWaits    = "IDN_AUTH_WAIT_STATUS"
)

// Report says what a run did. It is valid on error too: what it counts is
// committed.
type Report struct {
	// Deleted counts the rows of all tables.
	Deleted int64 `json:"deleted"`
	// Tables counts the rows by table; every table of a purge is there, that of
	// the waits only when they were asked for.
	Tables map[string]int64 `json:"tables"`
	// Chunks counts the transactions that were committed.
	Chunks int `json:"chunks"`
	// Seconds is how long the run took.
	Seconds float64 `json:"seconds"`
	// Cutoff is the instant that "expired" was measured against, less Grace.
	Cutoff time.Time `json:"cutoff"`
	// GraceSeconds is the grace in force.
	GraceSeconds float64 `json:"grace_seconds"`
	// ChunkSize is the chunk size in force.
	ChunkSize int `json:"chunk_size"`
	// Policies are what the run removed.
	Policies []Policy `json:"policies"`
	// Complete is false when the run ended early.
	Complete bool `json:"complete"`
}

func newReport(o *Options) *Report {
	r := &Report{
		Tables:       map[string]int64{TableSessions: 0, TableTemp: 0, TableMapping: 0, TableAppInfo: 0, TableMetaData: 0},
		GraceSeconds: o.Grace.Seconds(), ChunkSize: o.ChunkSize, Policies: o.Policies,
	}
	if o.has(Wait) {
		r.Tables[TableWaits] = 0
	}
	return r
}

// counts are the rows that one chunk deleted, by table.
type counts map[string]int64

func (r *Report) add(c counts) {
	for table, n := range c {
		r.Tables[table] += n
		r.Deleted += n
	}
	r.Chunks++
}
