package dialecttest

import (
	"context"
	"database/sql"
	"time"

	"github.com/sessiondb/sessiondb/gen"
)

func nowMillis() int64 { return time.Now().UnixMilli() }

func num(n int64) sql.NullInt64 { return sql.NullInt64{Int64: n, Valid: true} }

func text(s string) sql.NullString { return sql.NullString{String: s, Valid: true} }

// everyQuery calls each query by its name, with every optional part. The table
// is complete or EveryQueryRuns fails.
func everyQuery() map[string]func(context.Context, gen.Querier) error {
	all := map[string]func(context.Context, gen.Querier) error{}
	for _, group := range []map[string]func(context.Context, gen.Querier) error{
		logQueries(), walkQueries(), childQueries(), userQueries(), searchQueries(), sweepQueries(),
	} {
		for name, call := range group {
			all[name] = call
		}
	}
	return all
}

// result drops the value of a call.
func result[T any](_ T, err error) error { return err }

func logQueries() map[string]func(context.Context, gen.Querier) error {
	return map[string]func(context.Context, gen.Querier) error{
		"InsertSession": func(ctx context.Context, q gen.Querier) error {
			return q.InsertSession(ctx, gen.InsertSessionParams{SessionID: "i", SessionType: "t", Operation: "STORE",
				SessionObject: []byte{1}, TimeCreated: 1, TenantID: -1, ExpiryTime: num(2)})
		},
		"LatestSession": func(ctx context.Context, q gen.Querier) error {
			return result(q.LatestSession(ctx, gen.LatestSessionParams{SessionID: "i", SessionType: "t"}))
		},
		"LatestOperation": func(ctx context.Context, q gen.Querier) error {
			return result(q.LatestOperation(ctx, gen.LatestOperationParams{SessionID: "i", SessionType: "t"}))
		},
		"KeySummary": func(ctx context.Context, q gen.Querier) error {
			return result(q.KeySummary(ctx, gen.KeySummaryParams{SessionID: "i", SessionType: "t"}))
		},
		"SessionAt": func(ctx context.Context, q gen.Querier) error {
			return result(q.SessionAt(ctx, gen.SessionAtParams{SessionID: "i", SessionType: "t", TimeCreated: 1, Operation: "STORE"}))
		},
		"DeleteTempRows": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteTempRows(ctx, gen.DeleteTempRowsParams{SessionID: "i", SessionType: "t", TimeCreated: 1}))
		},
		"CountSessions":     func(ctx context.Context, q gen.Querier) error { return result(q.CountSessions(ctx)) },
		"CountTempSessions": func(ctx context.Context, q gen.Querier) error { return result(q.CountTempSessions(ctx)) },
		"DatabaseClock":     func(ctx context.Context, q gen.Querier) error { return result(q.DatabaseClock(ctx)) },
	}
}

func walkQueries() map[string]func(context.Context, gen.Querier) error {
	return map[string]func(context.Context, gen.Querier) error{
		"StampBoundary": func(ctx context.Context, q gen.Querier) error {
			return result(q.StampBoundary(ctx, gen.StampBoundaryParams{Before: 9, AfterTime: num(1), Skip: 1}))
		},
		"DeleteSuperseded": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteSuperseded(ctx, gen.DeleteSupersededParams{Before: 9, AfterTime: num(1), UptoTime: num(2), Cutoff: 9, NewerOperation: text("STORE")}))
		},
		"StampedIDs": func(ctx context.Context, q gen.Querier) error {
			return result(q.StampedIDs(ctx, gen.StampedIDsParams{Before: 9, AfterTime: num(1), UptoTime: num(2), SessionType: "t"}))
		},
		"DeleteStampedExpired": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteStampedExpired(ctx, gen.DeleteStampedExpiredParams{Before: 9, AfterTime: num(1), UptoTime: num(2)}))
		},
		"LatestOfSessions": func(ctx context.Context, q gen.Querier) error {
			return result(q.LatestOfSessions(ctx, gen.LatestOfSessionsParams{SessionIDs: []string{"i", "j", "k"}, SessionType: "t"}))
		},
		"StoredIDs": func(ctx context.Context, q gen.Querier) error {
			return result(q.StoredIDs(ctx, gen.StoredIDsParams{SessionIDs: []string{"i", "j", "k"}, SessionType: "t"}))
		},
		"ExpiryBoundary": func(ctx context.Context, q gen.Querier) error {
			return result(q.ExpiryBoundary(ctx, gen.ExpiryBoundaryParams{Before: 9, AfterExpiry: num(1), AfterID: text("a"), Skip: 1}))
		},
		"ExpiredIDs": func(ctx context.Context, q gen.Querier) error {
			return result(q.ExpiredIDs(ctx, gen.ExpiredIDsParams{Before: 9, AfterExpiry: num(1), AfterID: text("a"), UptoExpiry: num(2), UptoID: text("z"), SessionType: "t"}))
		},
		"DeleteExpired": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteExpired(ctx, gen.DeleteExpiredParams{Before: 9, AfterExpiry: num(1), AfterID: text("a"), UptoExpiry: num(2), UptoID: text("z")}))
		},
		"DeleteExpiredSuperseded": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteExpiredSuperseded(ctx, gen.DeleteExpiredSupersededParams{Before: 9, AfterExpiry: num(1), AfterID: text("a"), UptoExpiry: num(2), UptoID: text("z"), Cutoff: 9}))
		},
	}
}

func childQueries() map[string]func(context.Context, gen.Querier) error {
	list := []string{"i", "j", "k"}
	app := gen.UpsertAppInfoParams{SessionID: "i", Subject: "s", AppID: 1, InboundAuthType: "a"}
	meta := gen.UpsertMetaDataParams{SessionID: "i", PropertyType: "p", Value: "v"}
	mapping := gen.UpsertMappingParams{UserID: "u", SessionID: "i"}
	return map[string]func(context.Context, gen.Querier) error{
		"UpsertMapping":  func(ctx context.Context, q gen.Querier) error { return result(q.UpsertMapping(ctx, mapping)) },
		"UpsertAppInfo":  func(ctx context.Context, q gen.Querier) error { return result(q.UpsertAppInfo(ctx, app)) },
		"UpsertMetaData": func(ctx context.Context, q gen.Querier) error { return result(q.UpsertMetaData(ctx, meta)) },
		"TouchMapping": func(ctx context.Context, q gen.Querier) error {
			return result(q.TouchMapping(ctx, gen.TouchMappingParams(mapping)))
		},
		"TouchAppInfo": func(ctx context.Context, q gen.Querier) error {
			return result(q.TouchAppInfo(ctx, gen.TouchAppInfoParams(app)))
		},
		"TouchMetaData": func(ctx context.Context, q gen.Querier) error {
			return result(q.TouchMetaData(ctx, gen.TouchMetaDataParams(meta)))
		},
		"UpdateMetaData": func(ctx context.Context, q gen.Querier) error {
			return result(q.UpdateMetaData(ctx, gen.UpdateMetaDataParams{Value: "w", SessionID: "i", PropertyType: "p"}))
		},
		"LockMappings": func(ctx context.Context, q gen.Querier) error { return result(q.LockMappings(ctx, list)) },
		"LockAppInfo":  func(ctx context.Context, q gen.Querier) error { return result(q.LockAppInfo(ctx, list)) },
		"LockMetaData": func(ctx context.Context, q gen.Querier) error { return result(q.LockMetaData(ctx, list)) },
		"DeleteEndedMappings": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteEndedMappings(ctx, gen.DeleteEndedMappingsParams{SessionIDs: list, SessionType: "t"}))
		},
		"DeleteEndedAppInfo": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteEndedAppInfo(ctx, gen.DeleteEndedAppInfoParams{SessionIDs: list, SessionType: "t"}))
		},
		"DeleteEndedMetaData": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteEndedMetaData(ctx, gen.DeleteEndedMetaDataParams{SessionIDs: list, SessionType: "t"}))
		},
		"DeleteMappings":    func(ctx context.Context, q gen.Querier) error { return result(q.DeleteMappings(ctx, list)) },
		"DeleteAppInfo":     func(ctx context.Context, q gen.Querier) error { return result(q.DeleteAppInfo(ctx, list)) },
		"DeleteMetaData":    func(ctx context.Context, q gen.Querier) error { return result(q.DeleteMetaData(ctx, list)) },
		"CountMappings":     func(ctx context.Context, q gen.Querier) error { return result(q.CountMappings(ctx)) },
		"CountAppInfo":      func(ctx context.Context, q gen.Querier) error { return result(q.CountAppInfo(ctx)) },
		"CountMetaData":     func(ctx context.Context, q gen.Querier) error { return result(q.CountMetaData(ctx)) },
		"SessionIDsOfUser":  func(ctx context.Context, q gen.Querier) error { return result(q.SessionIDsOfUser(ctx, "u")) },
		"UserIDsOfSession":  func(ctx context.Context, q gen.Querier) error { return result(q.UserIDsOfSession(ctx, "i")) },
		"AppInfoOfSession":  func(ctx context.Context, q gen.Querier) error { return result(q.AppInfoOfSession(ctx, "i")) },
		"MetaDataOfSession": func(ctx context.Context, q gen.Querier) error { return result(q.MetaDataOfSession(ctx, "i")) },
		"LockProperty": func(ctx context.Context, q gen.Querier) error {
			return result(q.LockProperty(ctx, gen.LockPropertyParams{SessionID: "i", PropertyType: "p"}))
		},
		"DeletePropertyValue": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeletePropertyValue(ctx, gen.DeletePropertyValueParams(meta)))
		},
		"MappingByKey": func(ctx context.Context, q gen.Querier) error {
			return result(q.MappingByKey(ctx, gen.MappingByKeyParams(mapping)))
		},
		"AppInfoByKey": func(ctx context.Context, q gen.Querier) error {
			return result(q.AppInfoByKey(ctx, gen.AppInfoByKeyParams(app)))
		},
		"MetaDataByKey": func(ctx context.Context, q gen.Querier) error {
			return result(q.MetaDataByKey(ctx, gen.MetaDataByKeyParams(meta)))
		},
		"MappingsOfSessions": func(ctx context.Context, q gen.Querier) error { return result(q.MappingsOfSessions(ctx, list)) },
		"AppInfoOfSessions":  func(ctx context.Context, q gen.Querier) error { return result(q.AppInfoOfSessions(ctx, list)) },
		"MetaDataOfSessions": func(ctx context.Context, q gen.Querier) error { return result(q.MetaDataOfSessions(ctx, list)) },
	}
}

func userQueries() map[string]func(context.Context, gen.Querier) error {
	return map[string]func(context.Context, gen.Querier) error{
		"InsertUser": func(ctx context.Context, q gen.Querier) error {
			return q.InsertUser(ctx, gen.InsertUserParams{UserID: "u", UserName: "n", TenantID: 1, DomainName: "d", IdpID: 2})
		},
		"UserByID": func(ctx context.Context, q gen.Querier) error { return result(q.UserByID(ctx, "u")) },
		"FindUserID": func(ctx context.Context, q gen.Querier) error {
			return result(q.FindUserID(ctx, gen.FindUserIDParams{UserName: "n", TenantID: 1, DomainName: "d", IdpID: 2}))
		},
		"UserIDsOfDomain": func(ctx context.Context, q gen.Querier) error {
			return result(q.UserIDsOfDomain(ctx, gen.UserIDsOfDomainParams{DomainName: "d", TenantID: 1}))
		},
		"InsertNewUser": func(ctx context.Context, q gen.Querier) error {
			return result(q.InsertNewUser(ctx, gen.InsertNewUserParams{UserID: "v", UserName: "n", TenantID: 2, DomainName: "d", IdpID: 2}))
		},
		"UserByKey": func(ctx context.Context, q gen.Querier) error { return result(q.UserByKey(ctx, "u")) },
		"UserByNameKey": func(ctx context.Context, q gen.Querier) error {
			return result(q.UserByNameKey(ctx, gen.UserByNameKeyParams{UserName: "n", TenantID: 1, DomainName: "d", IdpID: 2}))
		},
		"CountUsers": func(ctx context.Context, q gen.Querier) error { return result(q.CountUsers(ctx)) },
		"InsertWaitStatus": func(ctx context.Context, q gen.Querier) error {
			return q.InsertWaitStatus(ctx, gen.InsertWaitStatusParams{TenantID: 1, LongWaitKey: "k", WaitStatus: "1",
				TimeCreated: epoch, ExpireTime: epoch.Add(hour)})
		},
		"WaitStatusByKey":  func(ctx context.Context, q gen.Querier) error { return result(q.WaitStatusByKey(ctx, "k")) },
		"DeleteWaitStatus": func(ctx context.Context, q gen.Querier) error { return result(q.DeleteWaitStatus(ctx, "k")) },
		"CountWaitStatus":  func(ctx context.Context, q gen.Querier) error { return result(q.CountWaitStatus(ctx)) },
	}
}

func searchQueries() map[string]func(context.Context, gen.Querier) error {
	tenant := sql.NullInt32{Int32: 1, Valid: true}
	return map[string]func(context.Context, gen.Querier) error{
		"StampBoundaryBack": func(ctx context.Context, q gen.Querier) error {
			return result(q.StampBoundaryBack(ctx, gen.StampBoundaryBackParams{Before: 9, Skip: 1}))
		},
		"SessionIDBoundary": func(ctx context.Context, q gen.Querier) error {
			return result(q.SessionIDBoundary(ctx, gen.SessionIDBoundaryParams{AfterID: text("a"), Skip: 1}))
		},
		"SearchByStamp": func(ctx context.Context, q gen.Querier) error {
			return result(q.SearchByStamp(ctx, gen.SearchByStampParams{LowTime: 1, HighTime: 9, AsOf: 9, LiveAt: 5, TieTime: num(2), TieID: text("i"),
				SessionType: "t", TenantID: tenant, IDLike: text("i%"), UserID: text("u"), AppID: tenant, SubjectLike: text("s%"),
				IpLike: text("1%"), AgentLike: text("%a%"), LoginFrom: text("0"), LoginUpto: text("9"), AccessFrom: text("0"), AccessUpto: text("9")}))
		},
		"SearchByID": func(ctx context.Context, q gen.Querier) error {
			return result(q.SearchByID(ctx, gen.SearchByIDParams{SessionID: text("i"), AfterID: text("a"), BeyondID: text("a"), UptoID: text("z"), AsOf: 9, LiveAt: 5,
				SessionType: "t", TenantID: tenant, IDLike: text("i%"), UserID: text("u"), AppID: tenant, SubjectLike: text("s%"),
				IpLike: text("1%"), AgentLike: text("%a%"), LoginFrom: text("0"), LoginUpto: text("9"), AccessFrom: text("0"), AccessUpto: text("9")}))
		},
		"SearchByUser": func(ctx context.Context, q gen.Querier) error {
			return result(q.SearchByUser(ctx, gen.SearchByUserParams{UserID: "u", AsOf: 9, LiveAt: 5, TieTime: num(2), TieID: text("i"), AfterID: text("a"), SessionType: "t", TenantID: tenant}))
		},
		"SearchByApp": func(ctx context.Context, q gen.Querier) error {
			return result(q.SearchByApp(ctx, gen.SearchByAppParams{AppID: 1, Subject: "s", AsOf: 9, LiveAt: 5, TieTime: num(2), TieID: text("i"), AfterID: text("a"), SessionType: "t", TenantID: tenant}))
		},
		"MappingBeyond": func(ctx context.Context, q gen.Querier) error {
			return result(q.MappingBeyond(ctx, gen.MappingBeyondParams{UserID: "u", Skip: 1}))
		},
		"AppInfoBeyond": func(ctx context.Context, q gen.Querier) error {
			return result(q.AppInfoBeyond(ctx, gen.AppInfoBeyondParams{AppID: 1, Subject: "s", Skip: 1}))
		},
		"CountActiveSessions": func(ctx context.Context, q gen.Querier) error {
			return result(q.CountActiveSessions(ctx, gen.CountActiveSessionsParams{SessionType: "t", LiveAt: 5, TenantID: tenant}))
		},
	}
}
