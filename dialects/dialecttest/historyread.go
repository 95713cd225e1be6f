package dialecttest

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// readLog reads all rows of a log, with nothing of ours in between.
func (p *arena) readLog(table string) (all []row, err error) {
	rows, err := p.db.QueryContext(context.Background(),
		"SELECT SESSION_ID, SESSION_TYPE, OPERATION, TIME_CREATED, EXPIRY_TIME FROM "+p.b.table(table))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r row
		var created int64
		var expires sql.NullInt64
		if err := rows.Scan(&r.id, &r.typ, &r.op, &created, &expires); err != nil {
			return nil, err
		}
		r.created, r.expires = time.Duration(created-epoch.UnixNano()), expiresOf(expires)
		all = append(all, r)
	}
	return all, rows.Err()
}

// kids are the child rows of one session.
type kids struct {
	users []string
	apps  []sessionstore.Application
	props map[string][]string
}

// names are those of the rows, as the model has them.
func (k *kids) names(id string) map[string]bool {
	names := map[string]bool{}
	if k == nil {
		return names
	}
	for _, u := range k.users {
		names["mapping:"+strings.TrimPrefix(u, user(id))] = true
	}
	if len(k.apps) > 0 {
		names["app:"] = true
	}
	for property := range k.props {
		names["meta:"+property] = true
	}
	return names
}

// lastAccess is the newest, zero without any.
func (k *kids) lastAccess() (last time.Time) {
	if k == nil {
		return last
	}
	for _, v := range k.props[sessionstore.PropertyLastAccess] {
		if ms, err := strconv.ParseInt(v, 10, 64); err == nil && time.UnixMilli(ms).After(last) {
			last = time.UnixMilli(ms)
		}
	}
	return last
}

// readChildren reads all child rows, by session.
func (p *arena) readChildren() (map[string]*kids, error) {
	found := map[string]*kids{}
	of := func(id string) *kids {
		if found[id] == nil {
			found[id] = &kids{props: map[string][]string{}}
		}
		return found[id]
	}
	var id, text, more string
	var number int
	users := p.scan("SESSION_ID, USER_ID", cleanup.TableMapping, func() { of(id).users = append(of(id).users, text) }, &id, &text)
	apps := p.scan("SESSION_ID, SUBJECT, INBOUND_AUTH_TYPE, APP_ID", cleanup.TableAppInfo, func() {
		of(id).apps = append(of(id).apps, sessionstore.Application{Subject: text, AppID: number, InboundAuthType: more})
	}, &id, &text, &more, &number)
	meta := p.scan("SESSION_ID, PROPERTY_TYPE, VALUE", cleanup.TableMetaData, func() {
		of(id).props[text] = append(of(id).props[text], more)
	}, &id, &text, &more)
	for _, k := range found {
		slices.Sort(k.users)
		for _, values := range k.props {
			slices.Sort(values)
		}
	}
	return found, errors.Join(users, apps, meta)
}

// scan reads columns of a table into variables, row by row.
func (p *arena) scan(columns, table string, each func(), into ...any) (err error) {
	rows, err := p.db.QueryContext(context.Background(), "SELECT "+columns+" FROM "+p.b.table(table))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		each()
	}
	return rows.Err()
}
