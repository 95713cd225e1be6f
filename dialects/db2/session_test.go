//go:build db2

package db2

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A call whose context ends returns then, although the driver goes on, and its
// connection is not used again.
func TestDeadlines(t *testing.T) {
	p := newPlace(t)
	if _, err := p.begin(t).ExecContext(t.Context(), "UPDATE "+p.table+" SET b = 2 WHERE a = 'a'"); err != nil {
		t.Fatal(err)
	}
	db := p.open(t, "LockTimeout=5")
	db.SetMaxOpenConns(1)
	query := "SELECT b FROM " + p.table + " WHERE a = 'a'"
	for name, call := range map[string]func(context.Context) error{
		"statement": func(ctx context.Context) error {
			_, err := db.ExecContext(ctx, "UPDATE "+p.table+" SET b = 3 WHERE a = ?", "a")
			return err
		},
		"row": func(ctx context.Context) error {
			var b int
			return db.QueryRowContext(ctx, query+" FOR UPDATE WITH RS").Scan(&b)
		},
		"row with an argument": func(ctx context.Context) error {
			var b int
			return db.QueryRowContext(ctx, "SELECT b FROM "+p.table+" WHERE a = ? FOR UPDATE WITH RS", "a").Scan(&b)
		},
		"transaction": func(ctx context.Context) error {
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, "INSERT INTO "+p.table+" VALUES ('c', 1)")
			if err == nil {
				_, err = tx.ExecContext(ctx, "DELETE FROM "+p.table+" WHERE a = 'a'")
			}
			return errors.Join(err, tx.Rollback())
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			began := time.Now()
			err := call(ctx)
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > time.Second {
				t.Errorf("after %s: %v", time.Since(began), err)
			}
			var n int
			if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+p.table+" WHERE a = 'b'").Scan(&n); err != nil || n != 1 {
				t.Errorf("the next statement of the pool: %d rows, %v", n, err)
			}
		})
	}
	p.insertedNothing(t)
}

// insertedNothing waits for the calls that were left to end.
func (p place) insertedNothing(t *testing.T) {
	t.Helper()
	time.Sleep(4 * time.Second)
	var n int
	if err := p.db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+p.table+" WHERE a = 'c'").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d rows of a transaction that was given up, %v", n, err)
	}
}
