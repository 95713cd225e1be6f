package db2

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sessiondb/sessiondb/gen"
	gendb2 "github.com/sessiondb/sessiondb/gen/db2"
)

// The driver has two habits with a BLOB. It allocates the declared length of a
// result column for every read, and so the generated queries cast the payload to
// payloadWindow bytes. And it takes a length whose last 16 bits are all set, as
// of 65,535 bytes, for NULL. What does not fit the window or looks like NULL is
// read again, by a statement of DB2's own that has neither problem.
const payloadWindow = 65534

var (
	//go:embed payload.sql
	payloadSQL string
	//go:embed zone.sql
	zoneSQL string
)

// queries are the generated ones, with whole payloads and a clock in UTC.
type queries struct {
	gen.Querier
	db      gen.DBTX
	payload string
}

var _ gen.Querier = queries{}

// Queries returns the accessors.
func (d dialect) Queries(db gen.DBTX, cfg *gen.Config) (gen.Querier, error) {
	cfg = d.Traits().Config(cfg)
	cfg.Bind = bindNil(cfg.Bind)
	generated, err := gendb2.New(db, cfg)
	if err != nil {
		return nil, err
	}
	const log = "IDN_AUTH_SESSION_STORE"
	own := *cfg
	own.Rename = nil // the builder refuses tables that it does not know
	for from, to := range cfg.Rename {
		if strings.EqualFold(from, log) {
			own.Rename = map[string]string{log: to}
		}
	}
	b, err := gen.NewBuilder(gen.Dialect{Name: d.Name(), Style: gen.Question, Tables: []string{log}}, &own)
	if err != nil {
		return nil, err
	}
	return queries{generated, db, b.Text(payloadSQL)}, nil
}

// bindNil makes NULL of a nil payload, of which the driver makes an empty one.
func bindNil(then func(any) any) func(any) any {
	return func(arg any) any {
		if then != nil {
			arg = then(arg)
		}
		if payload, ok := arg.([]byte); ok && payload == nil {
			return nil
		}
		return arg
	}
}

// WithDB returns the same queries, to be run on db.
func (q queries) WithDB(db gen.DBTX) gen.Querier {
	q.Querier, q.db = q.Querier.WithDB(db), db
	return q
}

// LatestSession returns the newest row of a key.
func (q queries) LatestSession(ctx context.Context, p gen.LatestSessionParams) (gen.LatestSessionRow, error) {
	for {
		row, err := q.Querier.LatestSession(ctx, p)
		// Nobody reads the payload of a DELETE row, and it is nearly always NULL.
		if err != nil || complete(row.SessionObject) || strings.EqualFold(row.Operation, "DELETE") {
			return row, err
		}
		row.SessionObject, err = q.whole(ctx, p.SessionID, p.SessionID, p.SessionType, p.SessionType, row.TimeCreated, row.Operation)
		if !errors.Is(err, sql.ErrNoRows) {
			return row, err
		}
		// A purge took the row between the two statements, so it is no longer the
		// newest, or the last one: look again.
	}
}

// SessionAt reads one row by its whole key.
func (q queries) SessionAt(ctx context.Context, p gen.SessionAtParams) (gen.SessionAtRow, error) {
	row, err := q.Querier.SessionAt(ctx, p)
	if err == nil && !complete(row.SessionObject) {
		row.SessionObject, err = q.whole(ctx, p.SessionID, p.SessionID, p.SessionType, p.SessionType, p.TimeCreated, p.Operation)
	}
	return row, err
}

// complete reports whether the window showed all of a payload.
func complete(payload []byte) bool { return payload != nil && len(payload) < payloadWindow }

// whole reads a payload of any length, and refuses one that the driver cut off.
func (q queries) whole(ctx context.Context, key ...any) ([]byte, error) {
	var size sql.NullInt64
	var payload []byte
	if err := q.db.QueryRowContext(ctx, q.payload, key...).Scan(&size, &payload); err != nil || !size.Valid {
		return nil, err
	}
	if int64(len(payload)) < size.Int64 {
		return nil, fmt.Errorf("db2: IBM's driver returned %d of the %d bytes in SESSION_OBJECT: "+
			"check that LOBMaxColumnSize in the URL, where it is set, is not below that", len(payload), size.Int64)
	}
	return payload[:size.Int64], nil
}

// DatabaseClock returns the clock of the server in milliseconds since the epoch.
// The generated query reads it in the server's own zone. Derby does not know the
// register with the zone; it has to run in UTC.
func (q queries) DatabaseClock(ctx context.Context) (int64, error) {
	local, err := q.Querier.DatabaseClock(ctx)
	if err != nil {
		return 0, err
	}
	var hhmmss int64
	switch err := q.db.QueryRowContext(ctx, zoneSQL).Scan(&hhmmss); {
	case unknownSQL(err):
		return local, nil
	case err != nil:
		return 0, err
	}
	return local - offset(hhmmss).Milliseconds(), nil
}

// offset is the distance of a zone from UTC, given as Db2 does: hours, minutes
// and seconds in the digits of one number.
func offset(hhmmss int64) time.Duration {
	return time.Duration(hhmmss/10000)*time.Hour + time.Duration(hhmmss/100%100)*time.Minute + time.Duration(hhmmss%100)*time.Second
}

// unknownSQL reports whether the server does not understand a statement.
func unknownSQL(err error) bool {
	for _, r := range records(err) {
		if strings.HasPrefix(r.state, "42") {
			return true
		}
	}
	return false
}
