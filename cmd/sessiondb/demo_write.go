package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// write stores what the product would store for an event.
func (e event) write(ctx context.Context, tx *sessionstore.Tx) error {
	v := e.visit
	switch e.kind {
	case beginLogin:
		return tx.Put(ctx, v.loginKey(), []byte(`{"step":1}`))
	case logout:
		return tx.Delete(ctx, v.key())
	}
	if err := tx.Put(ctx, v.key(), v.payload(e.at), sessionstore.ValidFor(v.validity)); err != nil {
		return err
	}
	if e.kind == relogin {
		return nil
	}
	if v.app%2 == 0 { // half of the logins tidy up after themselves
		if err := tx.Delete(ctx, v.loginKey()); err != nil {
			return err
		}
	}
	return e.writeChildren(ctx, tx.Queries())
}

// writeChildren adds the rows that belong to an SSO session, after it and in the
// same transaction, so that a purge that runs meanwhile waits for them.
func (e event) writeChildren(ctx context.Context, q gen.Querier) error {
	v := e.visit
	mapping := gen.UpsertMappingParams{UserID: userID(v.user), SessionID: v.id}
	err := upsert(ctx, mapping, q.UpsertMapping, func(ctx context.Context) (int64, error) {
		return q.TouchMapping(ctx, gen.TouchMappingParams(mapping))
	})
	if err != nil {
		return err
	}
	app := gen.UpsertAppInfoParams{SessionID: v.id, Subject: userName(v.user), AppID: v.app, InboundAuthType: "oauth2"}
	err = upsert(ctx, app, q.UpsertAppInfo, func(ctx context.Context) (int64, error) {
		return q.TouchAppInfo(ctx, gen.TouchAppInfoParams(app))
	})
	if err != nil {
		return err
	}
	return e.writeMetaData(ctx, q)
}

func (e event) writeMetaData(ctx context.Context, q gen.Querier) error {
	millis := strconv.FormatInt(e.at.UnixMilli(), 10)
	for _, property := range [][2]string{
		{"User Agent", "Mozilla/5.0 (X11; Linux x86_64)"}, {"IP", fmt.Sprintf("10.0.%d.%d", e.visit.user/250, e.visit.user%250)},
		{"Login Time", millis}, {"Last Access Time", millis},
	} {
		p := gen.UpsertMetaDataParams{SessionID: e.visit.id, PropertyType: property[0], Value: property[1]}
		err := upsert(ctx, p, q.UpsertMetaData, func(ctx context.Context) (int64, error) {
			return q.TouchMetaData(ctx, gen.TouchMetaDataParams(p))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// upsert adds a child row, or locks the one that is there: a purge that looks at
// it then waits. Databases without one statement for both need the touch.
func upsert[P any](ctx context.Context, p P, insert func(context.Context, P) (int64, error), touch func(context.Context) (int64, error)) error {
	n, err := insert(ctx, p)
	if err == nil && n == 0 {
		_, err = touch(ctx)
	}
	return err
}

func userID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// addUsers adds the federated users, who alone have a row of their own.
func (d *day) addUsers(ctx context.Context, store *sessionstore.Store) error {
	return store.InTx(ctx, func(ctx context.Context, tx *sessionstore.Tx) error {
		for n := range d.users {
			err := tx.Queries().InsertUser(ctx, gen.InsertUserParams{
				UserID: userID(n), UserName: userName(n), TenantID: -1234, DomainName: "FEDERATED", IdpID: 1,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
