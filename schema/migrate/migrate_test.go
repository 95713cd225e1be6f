package migrate_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/schema/migrate"
)

func TestUpDownUp(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		for range 2 {
			steps, err := m.Up(t.Context())
			if err != nil || names(steps) != everything {
				t.Fatalf("up: %v, %v", names(steps), err)
			}
			wantTables(t, m, tables, true)
			if steps, err := m.Up(t.Context()); err != nil || len(steps) != 0 {
				t.Errorf("up again: %v, %v", names(steps), err)
			}
			steps, err = m.DownTo(t.Context(), 0, nil)
			if err != nil || names(steps) != backwards {
				t.Fatalf("down: %v, %v", names(steps), err)
			}
			wantTables(t, m, tables, false)
		}
		if steps, err := m.Down(t.Context(), nil); err != nil || len(steps) != 0 {
			t.Errorf("down with nothing left: %v, %v", names(steps), err)
		}
	})
}

func TestUpToDownTo(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		steps, err := m.UpTo(t.Context(), 3)
		if err != nil || len(steps) != 3 {
			t.Fatalf("up-to 3: %v, %v", names(steps), err)
		}
		wantTables(t, m, tables[:3], true)
		wantTables(t, m, tables[3:], false)
		up(t, m)
		if steps, err = m.DownTo(t.Context(), 5, nil); err != nil || names(steps) != "00007_wait_status 00006_auth_user" {
			t.Errorf("down-to 5: %v, %v", names(steps), err)
		}
		if steps, err = m.Down(t.Context(), nil); err != nil || names(steps) != "00005_session_meta_data" {
			t.Errorf("down: %v, %v", names(steps), err)
		}
		wantTables(t, m, tables[:4], true)
		wantTables(t, m, tables[4:], false)
	})
}

func TestUnknownVersion(t *testing.T) {
	m := newPlace(t, "sqlite").migrator(t, nil)
	for _, v := range []int64{-1, 0, 8} {
		if _, err := m.UpTo(t.Context(), v); !errors.Is(err, migrate.ErrUnknownVersion) {
			t.Errorf("up-to %d = %v", v, err)
		}
	}
	for _, v := range []int64{-1, 8} {
		if _, err := m.DownTo(t.Context(), v, nil); !errors.Is(err, migrate.ErrUnknownVersion) {
			t.Errorf("down-to %d = %v", v, err)
		}
	}
}

func TestUpRefusesExistingTables(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		p.exec(t, "CREATE TABLE IDN_AUTH_USER (A INTEGER)", "CREATE TABLE IDN_AUTH_WAIT_STATUS (A INTEGER)")
		steps, err := m.Up(t.Context())
		if !errors.Is(err, migrate.ErrTablesExist) || len(steps) != 0 {
			t.Fatalf("up = %v, %v", steps, err)
		}
		for _, want := range []string{"IDN_AUTH_USER,", "IDN_AUTH_WAIT_STATUS", "sessiondb migrate adopt"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not name %q", err, want)
			}
		}
		wantTables(t, m, append(tables[:5:5], "goose_db_version", "sessiondb_optional_version"), false)
		if _, err := m.UpTo(t.Context(), 5); err != nil {
			t.Errorf("up-to below the existing tables: %v", err)
		}
	})
}

func TestMissingTables(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		up(t, m)
		p.exec(t, "DROP TABLE IDN_AUTH_USER")
		if _, err := m.Up(t.Context()); !errors.Is(err, migrate.ErrTableMissing) || !strings.Contains(err.Error(), "IDN_AUTH_USER;") {
			t.Errorf("up = %v, want ErrTableMissing naming the table", err)
		}
		if _, err := m.DownTo(t.Context(), 0, nil); !errors.Is(err, migrate.ErrTableMissing) {
			t.Errorf("down = %v, want ErrTableMissing", err)
		}
		wantTables(t, m, tables[:5], true)
	})
}

func TestForeignHistory(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		up(t, p.migrator(t, &migrate.Options{VersionTable: "app_version", Prefix: "x_"}))
		m := p.migrator(t, nil)
		up(t, m)
		p.exec(t, "UPDATE goose_db_version SET version_id = 20240101 WHERE version_id = 7")
		_, statusErr := m.Status(t.Context())
		_, upErr := m.Up(t.Context())
		_, downErr := m.Down(t.Context(), &migrate.DownOptions{DropData: true})
		for what, err := range map[string]error{"status": statusErr, "up": upErr, "down": downErr} {
			if !errors.Is(err, migrate.ErrForeignHistory) || !strings.Contains(err.Error(), "20240101") {
				t.Errorf("%s = %v, want ErrForeignHistory", what, err)
			}
		}
	})
}

func TestDownKeepsRows(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		up(t, m)
		p.exec(t, insertUser(""))
		steps, err := m.DownTo(t.Context(), 0, nil)
		if !errors.Is(err, migrate.ErrTableHasRows) || len(steps) != 0 {
			t.Fatalf("down = %v, %v", steps, err)
		}
		for _, want := range []string{"IDN_AUTH_USER has 1", "--drop-data"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not say %q", err, want)
			}
		}
		wantTables(t, m, tables, true)
		if steps, err := m.Down(t.Context(), nil); err != nil || names(steps) != "00007_wait_status" {
			t.Errorf("down of an empty table = %v, %v", names(steps), err)
		}
		if _, err := m.DownTo(t.Context(), 0, &migrate.DownOptions{DropData: true}); err != nil {
			t.Error(err)
		}
		wantTables(t, m, tables, false)
	})
}

func TestAdoptedTablesStay(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		up(t, m)
		p.exec(t, "DELETE FROM goose_db_version WHERE version_id IN (1, 6)")
		for _, v := range []int64{1, 6} {
			if err := m.AdoptVersion(t.Context(), v); err != nil {
				t.Fatal(err)
			}
		}
		if steps, err := m.Up(t.Context()); err != nil || len(steps) != 0 {
			t.Errorf("up over adopted tables = %v, %v", names(steps), err)
		}
		for _, s := range status(t, m) {
			if adopted := s.Version == 1 || s.Version == 6; !s.Optional && (!s.Applied || s.Adopted != adopted || s.AppliedAt.IsZero()) {
				t.Errorf("status %+v", s)
			}
		}
		drop := &migrate.DownOptions{DropData: true}
		if _, err := m.DownTo(t.Context(), 0, drop); !errors.Is(err, migrate.ErrAdopted) {
			t.Errorf("down over adopted tables = %v", err)
		}
		if err := m.Remove(t.Context(), drop); !errors.Is(err, migrate.ErrAdopted) {
			t.Errorf("remove over adopted tables = %v", err)
		}
		wantTables(t, m, tables, true)
		if steps, err := m.DownTo(t.Context(), 6, drop); err != nil || names(steps) != "00007_wait_status" {
			t.Errorf("down above adopted tables = %v, %v", names(steps), err)
		}
		if steps, err := m.Up(t.Context()); err != nil || names(steps) != "00007_wait_status" {
			t.Errorf("up beside adopted tables = %v, %v", names(steps), err)
		}
	})
}

func TestTwoMigratorsAtOnce(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) { race(t, p, func(d dialects.Dialect) dialects.Dialect { return d }) })
}

// Without a lock it is correct where DDL is transactional.
func TestTwoMigratorsWithoutLock(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			race(t, newPlace(t, name), func(d dialects.Dialect) dialects.Dialect { return unlocked{d} })
		})
	}
}

func race(t *testing.T, p place, as func(dialects.Dialect) dialects.Dialect) {
	var wait sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for range 4 {
		mine := connect(t, p.url)
		m, err := migrate.New(mine.db, as(mine.dialect), nil)
		if err != nil {
			t.Fatal(err)
		}
		wait.Go(func() {
			steps, err := m.Up(t.Context())
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			total += len(steps)
		})
	}
	wait.Wait()
	if total != 7 {
		t.Errorf("%d steps in all, want 7", total)
	}
	m := p.migrator(t, nil)
	if steps, err := m.DownTo(t.Context(), 0, nil); err != nil || len(steps) != 7 {
		t.Errorf("down = %v, %v", names(steps), err)
	}
}

func TestLockTimeout(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, &migrate.Options{LockTimeout: 300 * time.Millisecond})
		holder := connect(t, p.url)
		conn, err := holder.db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		release, err := p.dialect.(dialects.Locker).TryLock(t.Context(), conn, m.LockName())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Up(t.Context()); !errors.Is(err, dialects.ErrLocked) || !strings.Contains(err.Error(), "another migrator") {
			t.Errorf("up beside a lock = %v, want ErrLocked", err)
		}
		impatient, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := m.Up(impatient); !errors.Is(err, context.Canceled) {
			t.Errorf("up with an ended context = %v", err)
		}
		if err := release(t.Context()); err != nil {
			t.Fatal(err)
		}
		up(t, m)
		up(t, m) // the first one gave its lock back
	})
}

func TestPoolOfOne(t *testing.T) {
	p := newPlace(t, "sqlite")
	p.db.SetMaxOpenConns(1)
	up(t, p.migrator(t, nil))
	p = newPlace(t, "postgres")
	p.db.SetMaxOpenConns(1)
	if _, err := p.migrator(t, nil).Up(t.Context()); !errors.Is(err, migrate.ErrPoolTooSmall) {
		t.Errorf("up = %v, want ErrPoolTooSmall", err)
	}
}

func TestPartialFailure(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		files := p.dialect.Migrations()
		files.Optional = nil
		files.Baseline = fstest.MapFS{
			"00001_one.sql": {Data: []byte("-- +goose Up\nCREATE TABLE ONE (A INTEGER);\n-- +goose Down\nDROP TABLE ONE;\n")},
			"00002_two.sql": {Data: []byte("-- +goose Up\nCREATE TABLE TWO (A INTEGER);\nCREATE INDEX I ON NOWHERE (A);\n-- +goose Down\nDROP TABLE TWO;\n")},
		}
		m, err := migrate.New(p.db, other{p.dialect, files}, nil)
		if err != nil {
			t.Fatal(err)
		}
		steps, err := m.Up(t.Context())
		var partial *goose.PartialError
		if !errors.As(err, &partial) || !errors.Is(err, dialects.ErrMissingTable) || names(steps) != "00001_one" {
			t.Fatalf("up = %v, %v", names(steps), err)
		}
		hint := map[bool]string{true: "left nothing behind", false: "undo it by hand"}[p.dialect.Traits().TransactionalDDL]
		for _, want := range []string{"00002_two.sql up failed", "applied before it: 00001_one.sql", hint} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not say %q", err, want)
			}
		}
		wantTables(t, m, []string{"TWO"}, !p.dialect.Traits().TransactionalDDL)
	})
}

func status(t *testing.T, m *migrate.Migrator) []migrate.Status {
	t.Helper()
	list, err := m.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestStatusWritesNothing(t *testing.T) {
	onEngines(t, func(t *testing.T, p place) {
		m := p.migrator(t, nil)
		for _, s := range status(t, m) {
			if s.Applied || !s.AppliedAt.IsZero() {
				t.Errorf("%+v in an empty database", s)
			}
		}
		wantTables(t, m, []string{"goose_db_version", "sessiondb_optional_version"}, false)
		if _, err := m.UpTo(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		for _, s := range status(t, m) {
			applied := s.Version <= 2 && !s.Optional
			if s.Applied != applied {
				t.Errorf("%+v after up-to 2", s)
			}
			if age := time.Since(s.AppliedAt); applied && (age < -time.Minute || age > time.Minute) {
				t.Errorf("%s was applied %s ago, by %s", s.Name, age, s.AppliedAt)
			}
		}
	})
}
