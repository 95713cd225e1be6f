package sessionstore

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sessiondb/sessiondb/gen"
)

// hints are what the statements know of a filter. They let through every session
// that matches, whatever a database thinks of case and order, and some others.
type hints struct {
	// sessionID is the one session that can match; subject and app are a login id in
	// ASCII that is compared in full, and its application.
	sessionID string
	subject   string
	app       sql.NullInt32

	idLike, subjectLike, ipLike, agentLike sql.NullString
	login, access                          textRange
}

// textRange bounds times in 13 digits, which compare as text; all others pass.
type textRange struct{ from, upto sql.NullString }

// newHints takes one term of each attribute: of two, each may be fulfilled by
// another value.
func newHints(terms []term) (h hints) {
	for _, t := range terms {
		switch t.Attribute {
		case AttributeSessionID:
			if t.Operator == OperatorEqual {
				h.sessionID = t.text
			}
			t.hint(&h.idLike)
		case AttributeLoginID:
			if t.Operator == OperatorEqual && isASCII(t.text) {
				h.subject = t.text
			}
			t.hint(&h.subjectLike)
		case AttributeAppID:
			h.app = sql.NullInt32{Int32: int32(t.n), Valid: true}
		case AttributeIPAddress:
			t.hint(&h.ipLike)
		case AttributeUserAgent:
			t.hint(&h.agentLike)
		case AttributeLoginTime:
			t.hintTime(&h.login)
		case AttributeLastAccess:
			t.hintTime(&h.access)
		}
	}
	return h
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

func (t term) hint(like *sql.NullString) {
	if !like.Valid {
		*like = nullText(t.pattern())
	}
}

// pattern is a LIKE pattern that lets through all that the term matches. What is
// special to LIKE on any database becomes "any character", so no escape is needed,
// on which databases differ; other alphabets become "anything", because databases
// fold and count them differently.
func (t term) pattern() string {
	var b strings.Builder
	if t.Operator == OperatorEndsWith || t.Operator == OperatorContains {
		b.WriteByte('%')
	}
	for _, r := range t.text {
		switch {
		case r >= utf8.RuneSelf:
			b.WriteByte('%')
		case strings.ContainsRune(`%_\[]^`, r):
			b.WriteByte('_')
		default:
			b.WriteRune(r)
		}
	}
	if t.Operator == OperatorStartsWith || t.Operator == OperatorContains {
		b.WriteByte('%')
	}
	return b.String()
}

// lastMillis is the largest time in 13 digits.
const lastMillis = 9_999_999_999_999

func (t term) hintTime(r *textRange) {
	if r.from.Valid {
		return
	}
	from, upto, n := int64(0), int64(lastMillis), min(t.n, lastMillis)
	switch t.Operator {
	case OperatorEqual:
		from, upto = n, n
	case OperatorLess, OperatorLessOrEqual:
		upto = n
	case OperatorGreater, OperatorGreaterOrEqual:
		from = n
	}
	*r = textRange{nullText(digits13(from)), nullText(digits13(upto))}
}

func digits13(n int64) string {
	s := strconv.FormatInt(n, 10)
	return strings.Repeat("0", 13-len(s)) + s
}

func (l *listing) byStamp(ctx context.Context, h hints, low, high int64) ([]place, error) {
	tieID, tieTime := l.tie()
	rows, err := l.main.SearchByStamp(ctx, gen.SearchByStampParams{
		LowTime: low, HighTime: high, AsOf: l.asOf, LiveAt: l.liveAt, TieTime: tieTime, TieID: tieID,
		SessionType: l.s.opts.SSOType, TenantID: l.tenant, UserID: l.user(),
		IDLike: h.idLike, AppID: h.app, SubjectLike: h.subjectLike, IpLike: h.ipLike, AgentLike: h.agentLike,
		LoginFrom: h.login.from, LoginUpto: h.login.upto, AccessFrom: h.access.from, AccessUpto: h.access.upto,
	})
	return places(rows, func(r gen.SearchByStampRow) place { return place{r.TimeCreated, r.SessionID} }), err
}

// one finds the session of an id. The page before a token has had it, and what no
// column holds is nowhere.
func (l *listing) one(ctx context.Context, h hints) ([]place, error) {
	storable := l.s.limits.text("session id", h.sessionID) == nil
	if l.after != nil || !storable {
		return nil, nil
	}
	return l.byID(ctx, h, idRange{only: nullText(h.sessionID)})
}

// idRange is one session, or the ids after one and other spellings of it (after),
// or without those (beyond).
type idRange struct{ only, after, beyond, upto sql.NullString }

func (l *listing) byID(ctx context.Context, h hints, r idRange) ([]place, error) {
	rows, err := l.main.SearchByID(ctx, gen.SearchByIDParams{
		AsOf: l.asOf, LiveAt: l.liveAt, SessionID: r.only, AfterID: r.after, BeyondID: r.beyond, UptoID: r.upto,
		SessionType: l.s.opts.SSOType, TenantID: l.tenant, UserID: l.user(),
		IDLike: h.idLike, AppID: h.app, SubjectLike: h.subjectLike, IpLike: h.ipLike, AgentLike: h.agentLike,
		LoginFrom: h.login.from, LoginUpto: h.login.upto, AccessFrom: h.access.from, AccessUpto: h.access.upto,
	})
	return places(rows, func(r gen.SearchByIDRow) place { return place{r.TimeCreated, r.SessionID} }), err
}

func (l *listing) byUser(ctx context.Context) ([]place, error) {
	tieID, tieTime := l.tie()
	rows, err := l.main.SearchByUser(ctx, gen.SearchByUserParams{
		UserID: l.opts.User, AsOf: l.asOf, LiveAt: l.liveAt, TieTime: tieTime, TieID: tieID, AfterID: l.afterID(),
		SessionType: l.s.opts.SSOType, TenantID: l.tenant,
	})
	return places(rows, func(r gen.SearchByUserRow) place { return place{r.TimeCreated, r.SessionID} }), err
}

func (l *listing) byApp(ctx context.Context, h hints) ([]place, error) {
	tieID, tieTime := l.tie()
	rows, err := l.main.SearchByApp(ctx, gen.SearchByAppParams{
		AppID: h.app.Int32, Subject: h.subject, AsOf: l.asOf, LiveAt: l.liveAt, TieTime: tieTime, TieID: tieID, AfterID: l.afterID(),
		SessionType: l.s.opts.SSOType, TenantID: l.tenant,
	})
	return places(rows, func(r gen.SearchByAppRow) place { return place{r.TimeCreated, r.SessionID} }), err
}

func (l *listing) user() sql.NullString {
	return sql.NullString{String: l.opts.User, Valid: l.opts.User != ""}
}

func places[R any](rows []R, of func(R) place) []place {
	all := make([]place, len(rows))
	for i, r := range rows {
		all[i] = of(r)
	}
	return all
}
