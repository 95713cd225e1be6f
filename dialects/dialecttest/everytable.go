package dialecttest

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// keeper writes a row with a value in every column into one of the seven tables,
// and reads it back.
type keeper struct {
	write func(ctx context.Context, s *sessionstore.Store) error
	read  func(ctx context.Context, s *sessionstore.Store) (string, error)
	want  string
}

// keepers are one for each table, in the order of tables.
func keepers(b *bundle) []keeper {
	return []keeper{
		b.logKeeper((*sessionstore.Store).Queries),
		b.logKeeper((*sessionstore.Store).TempQueries),
		{
			func(ctx context.Context, s *sessionstore.Store) error {
				return upsertMapping(ctx, s.Queries(), "kept user", "kept")
			},
			func(ctx context.Context, s *sessionstore.Store) (string, error) {
				return printed(s.Queries().UserIDsOfSession(ctx, "kept"))
			},
			"[kept user]",
		},
		{
			func(ctx context.Context, s *sessionstore.Store) error {
				return result(s.Queries().UpsertAppInfo(ctx, gen.UpsertAppInfoParams{SessionID: "kept", Subject: "s", AppID: 7, InboundAuthType: "oauth2"}))
			},
			func(ctx context.Context, s *sessionstore.Store) (string, error) {
				return printed(s.Queries().AppInfoOfSession(ctx, "kept"))
			},
			"[{s 7 oauth2}]",
		},
		{
			func(ctx context.Context, s *sessionstore.Store) error {
				return result(s.Queries().UpsertMetaData(ctx, gen.UpsertMetaDataParams{SessionID: "kept", PropertyType: "IP", Value: "::1"}))
			},
			func(ctx context.Context, s *sessionstore.Store) (string, error) {
				return printed(s.Queries().MetaDataOfSession(ctx, "kept"))
			},
			"[{IP ::1}]",
		},
		{
			func(ctx context.Context, s *sessionstore.Store) error {
				return s.Queries().InsertUser(ctx, gen.InsertUserParams{UserID: "kept", UserName: "kept", TenantID: 1, DomainName: "D", IdpID: 2})
			},
			func(ctx context.Context, s *sessionstore.Store) (string, error) {
				return printed(s.Queries().UserByID(ctx, "kept"))
			},
			"{kept 1 D 2}",
		},
		waitKeeper(),
	}
}

func printed[T any](v T, err error) (string, error) { return fmt.Sprint(v), err }

func (b *bundle) logKeeper(queries func(*sessionstore.Store) gen.Querier) keeper {
	r := stored("kept", -hour, hour)
	r.payload = payload(200)
	return keeper{
		func(ctx context.Context, s *sessionstore.Store) error {
			return queries(s).InsertSession(ctx, b.params(r))
		},
		func(ctx context.Context, s *sessionstore.Store) (string, error) {
			got, err := queries(s).SessionAt(ctx, gen.SessionAtParams{SessionID: r.id, SessionType: r.typ, TimeCreated: r.stamp(), Operation: r.op})
			return fmt.Sprint(bytes.Equal(got.SessionObject, r.payload), got.TenantID.Int32, got.ExpiryTime.Int64), err
		},
		fmt.Sprint(true, sessionstore.NoTenant, epoch.Add(hour).UnixNano()),
	}
}

func waitKeeper() keeper {
	expires := skipped.Add(hour)
	return keeper{
		func(ctx context.Context, s *sessionstore.Store) error {
			return s.Queries().InsertWaitStatus(ctx, gen.InsertWaitStatusParams{TenantID: 3, LongWaitKey: "kept", WaitStatus: "1", TimeCreated: skipped, ExpireTime: expires})
		},
		func(ctx context.Context, s *sessionstore.Store) (string, error) {
			got, err := s.Queries().WaitStatusByKey(ctx, "kept")
			return fmt.Sprint(got.WaitStatus.String, got.TenantID, got.TimeCreated.Time.UTC(), got.ExpireTime.Time.UTC()), err
		},
		fmt.Sprint("1", 3, skipped, expires),
	}
}

// writeTo puts a row into each of the tables from one to another.
func writeTo(t *testing.T, b *bundle, s *sessionstore.Store, from, to int) {
	t.Helper()
	for i, k := range keepers(b)[from:to] {
		if err := k.write(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", tables[from+i], err)
		}
	}
}

// holdRows wants the rows of the first n tables as they were written.
func holdRows(t *testing.T, b *bundle, s *sessionstore.Store, n int) {
	t.Helper()
	for i, k := range keepers(b)[:n] {
		got, err := k.read(t.Context(), s)
		if err != nil {
			t.Fatalf("%s: %v", tables[i], err)
		}
		equal(t, tables[i], got, k.want)
	}
}
