package dialecttest

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
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

// readChildren reads the names of all child rows, by session.
func (p *arena) readChildren() (map[string]map[string]bool, error) {
	found := map[string]map[string]bool{}
	for prefix, query := range map[string]string{
		// LTRIM, because Derby cannot send a CHAR to IBM's driver.
		"mapping:": "SELECT SESSION_ID, LTRIM('') FROM " + p.b.table(cleanup.TableMapping),
		"app:":     "SELECT SESSION_ID, LTRIM('') FROM " + p.b.table(cleanup.TableAppInfo),
		"meta:":    "SELECT SESSION_ID, PROPERTY_TYPE FROM " + p.b.table(cleanup.TableMetaData),
	} {
		if err := p.readChildTable(query, func(id, name string) {
			if found[id] == nil {
				found[id] = map[string]bool{}
			}
			found[id][prefix+name] = true
		}); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (p *arena) readChildTable(query string, add func(id, name string)) (err error) {
	rows, err := p.db.QueryContext(context.Background(), query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id string
		var name sql.NullString // Oracle's empty string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		add(id, name.String)
	}
	return rows.Err()
}
