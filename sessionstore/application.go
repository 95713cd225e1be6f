package sessionstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/sessiondb/sessiondb/gen"
)

// Application is a log-in to one application within a session.
type Application struct {
	// Subject is the user as the application knows it; at most 100.
	Subject string
	AppID   int
	// InboundAuthType is the protocol, such as "oauth2" or "samlsso"; at most 255.
	InboundAuthType string
}

// RecordApplication records that a session was used for an application. It
// succeeds when that is there already. A log-in calls the method of Tx, after Put
// and in its transaction. It returns ErrInvalid, ErrOtherSpelling, or the
// database's error classified.
func (s *Store) RecordApplication(ctx context.Context, sessionID string, app Application) error {
	return s.idempotent(ctx, func(ctx context.Context, tx *Tx) error { return tx.RecordApplication(ctx, sessionID, app) })
}

// RecordApplication is Store.RecordApplication inside the transaction: the row
// stays locked until it ends.
func (t *Tx) RecordApplication(ctx context.Context, sessionID string, app Application) error {
	a := t.acc
	id, err := a.s.limits.application(sessionID, app)
	if err != nil {
		return err
	}
	p := gen.UpsertAppInfoParams{SessionID: sessionID, Subject: app.Subject, AppID: id, InboundAuthType: app.InboundAuthType}
	return a.keep(ctx, childRow{
		what:   fmt.Sprintf("application %d of session %q", app.AppID, sessionID),
		upsert: func(ctx context.Context) (int64, error) { return a.main.UpsertAppInfo(ctx, p) },
		touch: func(ctx context.Context) (int64, error) {
			return a.main.TouchAppInfo(ctx, gen.TouchAppInfoParams(p))
		},
		other: func(ctx context.Context) (string, error) {
			got, err := a.main.AppInfoByKey(ctx, gen.AppInfoByKeyParams(p))
			return unlessSame(got == gen.AppInfoByKeyRow(p), err, got.SessionID, got.Subject, got.AppID, got.InboundAuthType)
		},
	})
}

func (l *limits) application(sessionID string, app Application) (int32, error) {
	id, err := number("Application.AppID", app.AppID)
	return id, errors.Join(err, l.text("session id", sessionID),
		l.fits(subject, "Application.Subject", app.Subject),
		l.fits(protocol, "Application.InboundAuthType", app.InboundAuthType))
}
