package mariadb_test

import (
	"database/sql"
	"errors"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
	"github.com/sessiondb/sessiondb/schema/migrate"

	mariadb "example.com/mariadb-dialect"
	"example.com/mariadb-dialect/take"
	takemariadb "example.com/mariadb-dialect/take/mariadb"
)

// DELETE … RETURNING gives a long-wait key to one of many takers.
func TestTakeWaitStatus(t *testing.T) {
	db := migrated(t)
	add(t, db, "key")
	q, err := takemariadb.New(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	var got []take.TakeWaitStatusRow
	for range 4 {
		group.Go(func() {
			row, err := q.TakeWaitStatus(t.Context(), "key")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				got = append(got, row)
			} else if !errors.Is(err, sql.ErrNoRows) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if len(got) != 1 || got[0].WaitStatus != "W" || got[0].TenantID != 7 {
		t.Errorf("taken: %+v", got)
	}
}

// The ids of rows come from a sequence, which the schema says, not from AUTO_INCREMENT.
func TestSequence(t *testing.T) {
	db := migrated(t)
	add(t, db, "one")
	add(t, db, "two")
	var first, last, next int64
	row := db.QueryRowContext(t.Context(), "SELECT MIN(ID), MAX(ID), NEXT VALUE FOR IDN_AUTH_WAIT_STATUS_SEQ FROM IDN_AUTH_WAIT_STATUS")
	if err := row.Scan(&first, &last, &next); err != nil {
		t.Fatal(err)
	}
	if first != 1 || last != 2 || next != 3 {
		t.Errorf("ids %d to %d, then %d", first, last, next)
	}
}

// migrated is a new database with our tables.
func migrated(t *testing.T) *sql.DB {
	t.Helper()
	u, err := url.Parse(newDatabase(t, serverURL(t)))
	if err != nil {
		t.Fatal(err)
	}
	db := open(t, u)
	m, err := migrate.New(db, mariadb.Dialect, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func add(t *testing.T, db *sql.DB, key string) {
	t.Helper()
	d, err := dialects.ByName("mariadb-native")
	if err != nil {
		t.Fatal(err)
	}
	q, err := d.Queries(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Truncate(time.Second)
	err = q.InsertWaitStatus(t.Context(), gen.InsertWaitStatusParams{
		TenantID: 7, LongWaitKey: key, WaitStatus: "W", TimeCreated: now, ExpireTime: now.Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
}
