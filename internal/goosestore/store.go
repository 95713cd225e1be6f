// Package goosestore is for the dialects that goose has no version store for:
// it keeps goose's record of applied migrations on Oracle and DB2.
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

// statements are the six texts in which the databases differ.
type statements struct {
	create, insert, remove, get, latest, list string
}

// store keeps the record. Times are written by the client, in UTC, because a
// server's CURRENT_TIMESTAMP is in a time zone that the row does not tell.
type store struct {
	table string
	sql   statements
	now   func() time.Time
}

var _ database.Store = (*store)(nil)

func newStore(table string, s statements) (database.Store, error) {
	if !tableName.MatchString(table) {
		return nil, fmt.Errorf("%w %q: want NAME or SCHEMA.NAME of letters, digits, _ and $", ErrInvalidTable, table)
	}
	for _, text := range []*string{&s.create, &s.insert, &s.remove, &s.get, &s.latest, &s.list} {
		*text = fmt.Sprintf(*text, table)
	}
	return &store{table: table, sql: s, now: time.Now}, nil
}

// Tablename is the version table as it was given.
func (s *store) Tablename() string { return s.table }

// CreateVersionTable creates the version table; goose adds the row of version 0.
func (s *store) CreateVersionTable(ctx context.Context, db database.DBTxConn) error {
	_, err := db.ExecContext(ctx, s.sql.create)
	return wrap(err, "create version table %s", s.table)
}

// Insert records a version as applied now.
func (s *store) Insert(ctx context.Context, db database.DBTxConn, req database.InsertRequest) error {
	_, err := db.ExecContext(ctx, s.sql.insert, req.Version, int64(1), s.now().UTC().Truncate(time.Microsecond))
	return wrap(err, "insert version %d", req.Version)
}

// Delete removes the record of a version.
func (s *store) Delete(ctx context.Context, db database.DBTxConn, version int64) error {
	_, err := db.ExecContext(ctx, s.sql.remove, version)
	return wrap(err, "delete version %d", version)
}

// GetMigration returns the newest record of a version, or
// database.ErrVersionNotFound.
func (s *store) GetMigration(ctx context.Context, db database.DBTxConn, version int64) (*database.GetMigrationResult, error) {
	var at time.Time
	var applied int64
	err := db.QueryRowContext(ctx, s.sql.get, version).Scan(&at, &applied)
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
	if err := db.QueryRowContext(ctx, s.sql.latest).Scan(&version); err != nil {
		return -1, wrap(err, "get latest version")
	}
	if !version.Valid {
		return -1, fmt.Errorf("latest %w", database.ErrVersionNotFound)
	}
	return version.Int64, nil
}

// ListMigrations returns all records, the last applied first.
func (s *store) ListMigrations(ctx context.Context, db database.DBTxConn) (_ []*database.ListMigrationsResult, err error) {
	rows, err := db.QueryContext(ctx, s.sql.list)
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
