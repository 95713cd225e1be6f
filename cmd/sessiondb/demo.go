package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/sessiondb/sessiondb/cleanup"
	"github.com/sessiondb/sessiondb/sessionstore"
)

const (
	maxDemoSessions = 1_000_000
	// demoChunk is smaller than the default, so that there is some progress to see.
	demoChunk = 1000
)

// demo plays a day of an identity server and purges what it leaves.
type demo struct {
	app      *app
	sessions int
	seed     uint64
	keep     bool

	place *place
	day   *day
	tale  *tale
	sums  demoReport
}

const demoHelp = `Play a day of an identity server: logins, re-logins, logouts and temporary rows,
then show a session stored, read and logged out, purge what nobody needs any
more, and compare the rows of every table before and after.

It needs nothing: the database is a SQLite file in a temporary folder, which is
removed at the end. With --url it plays on another database, in tables with a
random prefix of their own, which it removes again, also when it fails or is
stopped. It touches no other tables, and does not look at $` + urlVariable + `.`

func newDemo(a *app) *cobra.Command {
	d := &demo{app: a}
	c := &cobra.Command{
		Use: "demo", Short: "See sessions stored, read, logged out and purged; needs nothing", Args: noArgs,
		Long: demoHelp,
		Example: `  sessiondb demo
  sessiondb demo --sessions 50000 --keep
  sessiondb demo --url postgres://user:password@host/database`,
		RunE: func(cmd *cobra.Command, _ []string) error { return d.run(cmd.Context()) },
	}
	f := c.Flags()
	f.IntVar(&d.sessions, "sessions", 5000, fmt.Sprintf("how many users log in, 1 to %d", maxDemoSessions))
	f.Uint64Var(&d.seed, "seed", 1, "what the day looks like; the same seed gives the same day")
	f.BoolVar(&d.keep, "keep", false, "keep the file or the tables")
	return c
}

// demoReport is what the demo answers with --json.
type demoReport struct {
	URL      string           `json:"url"`
	Prefix   string           `json:"prefix,omitempty"`
	Kept     bool             `json:"kept"`
	Seed     uint64           `json:"seed"`
	Sessions int              `json:"sessions"`
	Events   map[string]int   `json:"events"`
	Live     int              `json:"live"`
	Before   map[string]int64 `json:"before"`
	After    map[string]int64 `json:"after"`
	Purge    *cleanup.Report  `json:"purge"`
}

func (d *demo) run(ctx context.Context) (err error) {
	if d.sessions < 1 || d.sessions > maxDemoSessions {
		return usage("--sessions %d: give 1 to %d", d.sessions, maxDemoSessions)
	}
	d.tale = newTale(d.app)
	d.place, err = d.findPlace(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.leave(ctx)) }()
	d.sums = demoReport{URL: d.place.shown, Prefix: d.place.prefix, Kept: d.keep, Seed: d.seed, Sessions: d.sessions}
	for _, part := range []func(context.Context) error{d.createTables, d.playDay, d.showSession, d.purge, d.compare} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := part(ctx); err != nil {
			return err
		}
		if d.tale.err != nil { // the reader has gone
			return d.tale.err
		}
	}
	if d.app.json {
		return writeJSON(d.app.stdout, d.sums)
	}
	d.tale.next(d)
	return d.tale.err
}

// findPlace opens the database: the URL's, or a new SQLite file.
func (d *demo) findPlace(ctx context.Context) (*place, error) {
	if d.app.url != "" {
		return openPlace(ctx, d.app, d.app.url, newDemoPrefix())
	}
	folder, err := os.MkdirTemp("", "sessiondb-demo-")
	if err != nil {
		return nil, err
	}
	file := url.URL{Scheme: "sqlite", OmitHost: true, Path: filepath.ToSlash(filepath.Join(folder, "demo.db"))}
	p, err := openPlace(ctx, d.app, file.String(), "")
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	p.folder = folder
	return p, nil
}

// leave removes what the demo made, whatever has happened.
func (d *demo) leave(ctx context.Context) error {
	if d.keep {
		return d.place.close()
	}
	return d.place.remove(ctx)
}

func (d *demo) createTables(ctx context.Context) error {
	d.tale.opening(d)
	d.tale.head("Create the tables")
	start := time.Now()
	// A signal in the middle of a CREATE TABLE could leave a table that nobody
	// has recorded.
	steps, err := d.place.migrator.Up(context.WithoutCancel(ctx))
	d.place.begun = len(steps) > 0
	if err != nil {
		return err
	}
	d.tale.say("%s applied in %s", plural(int64(len(steps)), "migration"), short(time.Since(start)))
	return nil
}

func (d *demo) playDay(ctx context.Context) error {
	end := time.Now().Truncate(time.Second)
	d.day = newDay(d.seed, d.sessions, end)
	d.sums.Events, d.sums.Live = d.day.counts(), len(d.day.live)
	d.tale.head("Play a day, from %s to now", end.Add(-dayLength).Format("15:04 yesterday"))
	d.tale.events(d.sums.Events)
	start := time.Now()
	line := d.app.newLine()
	err := d.day.play(ctx, d.place, func(done, all int) {
		line.show(fmt.Sprintf("   %s of %s", comma(int64(done)), plural(int64(all), "event")))
	})
	line.clear()
	if err != nil {
		return err
	}
	d.tale.say("written in %s", short(time.Since(start)))
	return nil
}

// showSession follows one session by the library's own calls.
func (d *demo) showSession(ctx context.Context) error {
	d.tale.head("Follow one session")
	store, err := d.place.storeAt(func() time.Time { return d.day.end })
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // the pool is the place's; nothing is lost
	key := sessionstore.Key{Type: sessionstore.SSOType, ID: "alice"}
	if err := store.Put(ctx, key, []byte(`{"user":"alice","roles":["admin"]}`), sessionstore.ValidFor(ssoValidity)); err != nil {
		return err
	}
	d.tale.fact("put", "alice logs in; her session is valid for 15 minutes")
	s, err := store.Get(ctx, key)
	if err != nil {
		return err
	}
	d.tale.fact("get", "%s", s.Payload)
	if err := store.Delete(ctx, key); err != nil {
		return err
	}
	d.tale.fact("delete", "alice logs out")
	if _, err := store.Get(ctx, key); !errors.Is(err, sessionstore.ErrNotFound) {
		return fmt.Errorf("the session is still there after its logout (error: %w)", err)
	}
	d.tale.fact("get", "session %v", sessionstore.ErrNotFound)
	return nil
}

func (d *demo) purge(ctx context.Context) error {
	store, err := d.place.storeAt(time.Now)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if d.sums.Before, err = countRows(ctx, store); err != nil {
		return err
	}
	d.tale.head("Purge in chunks of %s, grace 2 hours", plural(demoChunk, "row"))
	line := d.app.newLine()
	walks := &walkTale{tale: d.tale, line: line}
	report, err := cleanup.Run(ctx, store, &cleanup.Options{
		ChunkSize: demoChunk,
		// The end of the day, not a few seconds later: the same seed purges the
		// same rows.
		Now: d.day.end.Add(time.Second), Progress: walks.progress, Logger: d.app.logger(),
	})
	line.clear()
	if err != nil {
		return err
	}
	walks.finish()
	d.sums.Purge = report
	d.tale.say("%-22s  %9s rows in %s, child rows included", "all", comma(report.Deleted), short(seconds(report.Seconds)))
	return nil
}

// compare shows the tables before and after, and proves that nothing live went.
func (d *demo) compare(ctx context.Context) error {
	store, err := d.place.storeAt(func() time.Time { return d.day.end })
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if d.sums.After, err = countRows(ctx, store); err != nil {
		return err
	}
	d.tale.head("Rows of every table")
	d.tale.rows(d.sums.Before, d.sums.After)
	for _, id := range d.day.live {
		if _, err := store.Get(ctx, sessionstore.Key{Type: sessionstore.SSOType, ID: id}); err != nil {
			return fmt.Errorf("a live session is gone after the purge: %w", err)
		}
	}
	d.tale.say("all %s still answer", plural(int64(len(d.day.live)), "live session"))
	return nil
}
