package dialecttest

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// textColumn is a VARCHAR or CHAR column of the product's tables, seen through
// the generated accessors.
type textColumn struct {
	name  string // TABLE.COLUMN
	limit int    // as it is declared
	temp  bool   // the accessors of the temp table
	fixed bool   // ours or the product's words only: not compared byte for byte
	// write adds a row with this value.
	write func(ctx context.Context, q gen.Querier, v string) error
	// find reports whether a row with exactly this value is found.
	find func(ctx context.Context, q gen.Querier, v string) (bool, error)
}

// queries are the accessors for the column's table.
func (c textColumn) queries(s *sessionstore.Store) gen.Querier {
	if c.temp {
		return s.TempQueries()
	}
	return s.Queries()
}

// textColumns are all of them, in the order of the migrations.
func textColumns() []textColumn {
	return slices.Concat(logColumns("IDN_AUTH_SESSION_STORE", false), logColumns("IDN_AUTH_TEMP_SESSION_STORE", true),
		mappingColumns(), appInfoColumns(), metaDataColumns(), userColumns(), waitColumns())
}

// one reports whether a statement met a row.
func one(n int64, err error) (bool, error) { return n > 0, err }

// some reports whether a query returned a row that is right.
func some[T any](row T, err error, right func(T) bool) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil && right(row), err
}

func anyRow[T any](T) bool { return true }

func logColumns(table string, temp bool) []textColumn {
	column := func(name string, limit int, key func(v string) gen.SessionAtParams) textColumn {
		return textColumn{table + "." + name, limit, temp, name == "OPERATION",
			func(ctx context.Context, q gen.Querier, v string) error {
				k := key(v)
				return q.InsertSession(ctx, gen.InsertSessionParams{SessionID: k.SessionID, SessionType: k.SessionType,
					TimeCreated: k.TimeCreated, Operation: k.Operation, TenantID: -1, ExpiryTime: num(2)})
			},
			func(ctx context.Context, q gen.Querier, v string) (bool, error) {
				row, err := q.SessionAt(ctx, key(v))
				return some(row, err, anyRow)
			}}
	}
	return []textColumn{
		column("SESSION_ID", 100, func(v string) gen.SessionAtParams {
			return gen.SessionAtParams{SessionID: v, SessionType: "t", TimeCreated: 1, Operation: "STORE"}
		}),
		column("SESSION_TYPE", 100, func(v string) gen.SessionAtParams {
			return gen.SessionAtParams{SessionID: "s", SessionType: v, TimeCreated: 1, Operation: "STORE"}
		}),
		column("OPERATION", 10, func(v string) gen.SessionAtParams {
			return gen.SessionAtParams{SessionID: "s", SessionType: "t", TimeCreated: 1, Operation: v}
		}),
	}
}

func mappingColumns() []textColumn {
	column := func(name string, row func(v string) gen.UpsertMappingParams) textColumn {
		return textColumn{"IDN_AUTH_USER_SESSION_MAPPING." + name, 255, false, false,
			func(ctx context.Context, q gen.Querier, v string) error { return result(q.UpsertMapping(ctx, row(v))) },
			func(ctx context.Context, q gen.Querier, v string) (bool, error) {
				return one(q.TouchMapping(ctx, gen.TouchMappingParams(row(v))))
			}}
	}
	return []textColumn{
		column("USER_ID", func(v string) gen.UpsertMappingParams { return gen.UpsertMappingParams{UserID: v, SessionID: "s"} }),
		column("SESSION_ID", func(v string) gen.UpsertMappingParams { return gen.UpsertMappingParams{UserID: "u", SessionID: v} }),
	}
}

func appInfoColumns() []textColumn {
	column := func(name string, limit int, row func(v string) gen.UpsertAppInfoParams) textColumn {
		return textColumn{"IDN_AUTH_SESSION_APP_INFO." + name, limit, false, false,
			func(ctx context.Context, q gen.Querier, v string) error { return result(q.UpsertAppInfo(ctx, row(v))) },
			func(ctx context.Context, q gen.Querier, v string) (bool, error) {
				return one(q.TouchAppInfo(ctx, gen.TouchAppInfoParams(row(v))))
			}}
	}
	return []textColumn{
		column("SESSION_ID", 100, func(v string) gen.UpsertAppInfoParams {
			return gen.UpsertAppInfoParams{SessionID: v, Subject: "s", AppID: 1, InboundAuthType: "i"}
		}),
		column("SUBJECT", 100, func(v string) gen.UpsertAppInfoParams {
			return gen.UpsertAppInfoParams{SessionID: "s", Subject: v, AppID: 1, InboundAuthType: "i"}
		}),
		column("INBOUND_AUTH_TYPE", 255, func(v string) gen.UpsertAppInfoParams {
			return gen.UpsertAppInfoParams{SessionID: "s", Subject: "s", AppID: 1, InboundAuthType: v}
		}),
	}
}

func metaDataColumns() []textColumn {
	column := func(name string, limit int, row func(v string) gen.UpsertMetaDataParams) textColumn {
		return textColumn{"IDN_AUTH_SESSION_META_DATA." + name, limit, false, false,
			func(ctx context.Context, q gen.Querier, v string) error { return result(q.UpsertMetaData(ctx, row(v))) },
			func(ctx context.Context, q gen.Querier, v string) (bool, error) {
				return one(q.TouchMetaData(ctx, gen.TouchMetaDataParams(row(v))))
			}}
	}
	return []textColumn{
		column("SESSION_ID", 100, func(v string) gen.UpsertMetaDataParams {
			return gen.UpsertMetaDataParams{SessionID: v, PropertyType: "p", Value: "v"}
		}),
		column("PROPERTY_TYPE", 100, func(v string) gen.UpsertMetaDataParams {
			return gen.UpsertMetaDataParams{SessionID: "s", PropertyType: v, Value: "v"}
		}),
		column("VALUE", 255, func(v string) gen.UpsertMetaDataParams {
			return gen.UpsertMetaDataParams{SessionID: "s", PropertyType: "p", Value: v}
		}),
	}
}

func userColumns() []textColumn {
	find := func(row func(v string) gen.InsertUserParams) func(context.Context, gen.Querier, string) (bool, error) {
		return func(ctx context.Context, q gen.Querier, v string) (bool, error) {
			u := row(v)
			id, err := q.FindUserID(ctx, gen.FindUserIDParams{UserName: u.UserName, TenantID: u.TenantID, DomainName: u.DomainName, IdpID: u.IdpID})
			return some(id, err, func(id string) bool { return id == u.UserID })
		}
	}
	column := func(name string, row func(v string) gen.InsertUserParams) textColumn {
		return textColumn{"IDN_AUTH_USER." + name, 255, false, false,
			func(ctx context.Context, q gen.Querier, v string) error { return q.InsertUser(ctx, row(v)) }, find(row)}
	}
	return []textColumn{
		column("USER_ID", func(v string) gen.InsertUserParams {
			return gen.InsertUserParams{UserID: v, UserName: "n", TenantID: 1, DomainName: "d", IdpID: 2}
		}),
		column("USER_NAME", func(v string) gen.InsertUserParams {
			return gen.InsertUserParams{UserID: "u", UserName: v, TenantID: 1, DomainName: "d", IdpID: 2}
		}),
		column("DOMAIN_NAME", func(v string) gen.InsertUserParams {
			return gen.InsertUserParams{UserID: "u", UserName: "n", TenantID: 1, DomainName: v, IdpID: 2}
		}),
	}
}

func waitColumns() []textColumn {
	insert := func(key, status string) gen.InsertWaitStatusParams {
		return gen.InsertWaitStatusParams{TenantID: 1, LongWaitKey: key, WaitStatus: status, TimeCreated: skipped, ExpireTime: skipped}
	}
	return []textColumn{
		{"IDN_AUTH_WAIT_STATUS.LONG_WAIT_KEY", 255, false, false,
			func(ctx context.Context, q gen.Querier, v string) error {
				return q.InsertWaitStatus(ctx, insert(v, "1"))
			},
			func(ctx context.Context, q gen.Querier, v string) (bool, error) {
				row, err := q.WaitStatusByKey(ctx, v)
				return some(row, err, anyRow)
			}},
		{"IDN_AUTH_WAIT_STATUS.WAIT_STATUS", 1, false, true,
			func(ctx context.Context, q gen.Querier, v string) error {
				return q.InsertWaitStatus(ctx, insert("k", v))
			},
			func(ctx context.Context, q gen.Querier, v string) (bool, error) {
				row, err := q.WaitStatusByKey(ctx, "k")
				return some(row, err, func(r gen.WaitStatusByKeyRow) bool { return r.WaitStatus.String == v })
			}},
	}
}
