package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/schema/migrate"
	"github.com/sessiondb/sessiondb/sessionstore"
)

// removeTime bounds the removal of the demo's tables after a signal.
const removeTime = time.Minute

// place is where the demo's tables are.
type place struct {
	url      string // with the password
	shown    string // without it
	folder   string // of the SQLite file; empty with --url
	db       *sql.DB
	dialect  dialects.Dialect
	schema   string
	prefix   string
	migrator *migrate.Migrator
	begun    bool // there are tables of the demo
	logger   *slog.Logger
}

// newDemoPrefix is random, so that two demos do not meet, and short enough for
// every database (migrate.Options.Prefix).
func newDemoPrefix() string { return "SDBDEMO_" + rand.Text()[:6] + "_" }

func openPlace(ctx context.Context, a *app, rawURL, prefix string) (*place, error) {
	db, dialect, target, err := dialects.Open(ctx, rawURL)
	if err != nil {
		return nil, err
	}
	p := &place{
		url: rawURL, shown: dialects.Redact(rawURL), db: db, dialect: dialect,
		schema: target.Schema, prefix: prefix, logger: a.logger(),
	}
	o := &migrate.Options{Schema: p.schema, Prefix: p.prefix}
	if a.verbose { // else it would warn of the rows that go with the demo's tables
		o.Logger = p.logger
	}
	p.migrator, err = migrate.New(db, dialect, o)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return p, nil
}

// storeAt is a store whose clock is now.
func (p *place) storeAt(now func() time.Time) (*sessionstore.Store, error) {
	return sessionstore.New(p.db, p.dialect, &sessionstore.Options{Schema: p.schema, Prefix: p.prefix, Now: now, Logger: p.logger})
}

func (p *place) close() error { return p.db.Close() }

// remove takes back what the demo made: the folder, or the tables with the
// prefix. It does so although the context has ended.
func (p *place) remove(ctx context.Context) error {
	if p.folder != "" {
		return errors.Join(p.db.Close(), os.RemoveAll(p.folder))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeTime)
	defer cancel()
	err := p.migrator.Remove(ctx, &migrate.DownOptions{DropData: true})
	if err != nil && !p.begun {
		err = nil // what kept the tables from being made has been said
	}
	if err != nil {
		err = fmt.Errorf("tables of the demo may still be there, drop those whose names begin with %s: %w", p.prefix, err)
	}
	return errors.Join(err, p.db.Close())
}

// Names of the tables that no purge touches.
const (
	tableUser       = "IDN_AUTH_USER"
	tableWaitStatus = "IDN_AUTH_WAIT_STATUS"
)

// demoTables are the seven tables in the order of the schema.
var demoTables = append(append([]string{}, purgedTables...), tableUser, tableWaitStatus)

func countRows(ctx context.Context, store *sessionstore.Store) (map[string]int64, error) {
	q := store.Queries()
	counts := map[string]int64{}
	for table, count := range map[string]func(context.Context) (int64, error){
		cleanup.TableSessions: q.CountSessions, cleanup.TableTemp: q.CountTempSessions,
		cleanup.TableMapping: q.CountMappings, cleanup.TableAppInfo: q.CountAppInfo, cleanup.TableMetaData: q.CountMetaData,
		tableUser: q.CountUsers, tableWaitStatus: q.CountWaitStatus,
	} {
		n, err := count(ctx)
		if err != nil {
			return nil, fmt.Errorf("count the rows of %s: %w", table, dialects.Classified(store.Dialect(), err))
		}
		counts[table] = n
	}
	return counts, nil
}
