// Package goosestore is for the dialects that goose has no version store for:
// it keeps goose's record of applied migrations on Oracle, DB2, and, through
// migrate.NewVersionStore, on databases from outside.
package goosestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/pressly/goose/v3/database"
)

// ErrInvalidTable: the name of the version table is not NAME or SCHEMA.NAME.
var ErrInvalidTable = errors.New("invalid version table name")

var tableName = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_$]*\.)?[A-Za-z_][A-Za-z0-9_$]*$`)

// Statements are the six texts in which the databases differ. %s stands for the
// table; the parameters, in the order of the text, are written as the driver
// wants them.
type Statements struct {
	// Create makes the table, with columns id, which fills itself and grows,
	// version_id, is_applied and tstamp (TIMESTAMP without time zone).
	Create string
	// Insert takes version_id, is_applied as 0 or 1, and tstamp.
	Insert string
	// Delete takes version_id.
	Delete string
	// Get takes version_id; it returns tstamp and is_applied, of the newest row
	// first.
	Get string
	// Latest returns the highest version_id, NULL when there is none.
	Latest string
	// List returns version_id and is_applied, of the newest row first.
	List string
}

// store keeps the record. Times are written by the client, in UTC, because a
// server's CURRENT_TIMESTAMP is in a time zone that the row does not tell.
type store struct {
	table string
	sql   Statements
	now   func() time.Time
}

var _ database.Store = (*store)(nil)

// New returns a version store on a table. It returns ErrInvalidTable.
func New(table string, s Statements) (database.Store, error) {
	if !tableName.MatchString(table) {
		return nil, fmt.Errorf("%w %q: want NAME or SCHEMA.NAME of letters, digits, _ and $", ErrInvalidTable, table)
	}
	for _, text := range []*string{&s.Create, &s.Insert, &s.Delete, &s.Get, &s.Latest, &s.List} {
		*text = fmt.Sprintf(*text, table)
	}
	return &store{table: table, sql: s, now: time.Now}, nil
}

// Tablename is the version table as it was given.
func (s *store) Tablename() string { return s.table }

// CreateVersionTable creates the version table; goose adds the row of version 0.
func (s *store) CreateVersionTable(ctx context.Context, db database.DBTxConn) error {
	_, err := db.ExecContext(ctx, s.sql.Create)
	return wrap(err, "create version table %s", s.table)
}

// Insert records a version as applied now.
func (s *store) Insert(ctx context.Context, db database.DBTxConn, req database.InsertRequest) error {
	_, err := db.ExecContext(ctx, s.sql.Insert, req.Version, int64(1), s.now().UTC().Truncate(time.Microsecond))
	return wrap(err, "insert version %d", req.Version)
}

// Delete removes the record of a version.
func (s *store) Delete(ctx context.Context, db database.DBTxConn, version int64) error {
	_, err := db.ExecContext(ctx, s.sql.Delete, version)
	return wrap(err, "delete version %d", version)
}

// GetMigration returns the newest record of a version, or
// database.ErrVersionNotFound.
func (s *store) GetMigration(ctx context.Context, db database.DBTxConn, version int64) (*database.GetMigrationResult, error) {
	var at time.Time
	var applied int64
	err := db.QueryRowContext(ctx, s.sql.Get, version).Scan(&at, &applied)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%w: %d", database.ErrVersionNotFound, version)
	}
	if err != nil {
		return nil, wrap(err, "get version %d", version)
	}
	return &database.GetMigrationResult{Timestamp: asUTC(at), IsApplied: applied != 0}, nil
}

// GetLatestVersion returns the highest version, or database.ErrVersionNotFound
// when the table is empty.
func (s *store) GetLatestVersion(ctx context.Context, db database.DBTxConn) (int64, error) {
	var version sql.NullInt64
	if err := db.QueryRowContext(ctx, s.sql.Latest).Scan(&version); err != nil {
		return -1, wrap(err, "get latest version")
	}
	if !version.Valid {
		return -1, fmt.Errorf("latest %w", database.ErrVersionNotFound)
	}
	return version.Int64, nil
}

// ListMigrations returns all records, the last applied first.
func (s *store) ListMigrations(ctx context.Context, db database.DBTxConn) (_ []*database.ListMigrationsResult, err error) {
	rows, err := db.QueryContext(ctx, s.sql.List)
	if err != nil {
		return nil, wrap(err, "list versions")
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var list []*database.ListMigrationsResult
	for rows.Next() {
		var version, applied int64
		if err := rows.Scan(&version, &applied); err != nil {
			return nil, wrap(err, "list versions")
		}
		list = append(list, &database.ListMigrationsResult{Version: version, IsApplied: applied != 0})
	}
	return list, wrap(rows.Err(), "list versions")
}

// asUTC reads the clock fields as UTC, which is how Insert wrote them: drivers
// give a TIMESTAMP without a zone the client's or the server's.
func asUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}
