package goldentest

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden"
)

func TestPrepared(t *testing.T) {
	for _, keep := range []int{0, 1} {
		db, plain := library(t, nil)
		statements := golden.Prepared(db, keep)
		q := plain.WithDB(statements)
		ctx := context.Background()
		for range 3 {
			if book, err := q.GetBook(ctx, 1); err != nil || book.ID != 1 {
				t.Fatalf("%+v, %v", book, err)
			}
			if rows, err := q.SearchBooks(ctx, golden.SearchBooksParams{Lang: "en", MaxRows: 9}); err != nil || len(rows) != 3 {
				t.Fatalf("%v, %v", rows, err)
			}
			if n, err := q.DeleteBooks(ctx, golden.DeleteBooksParams{IDs: []int32{99}}); err != nil || n != 0 {
				t.Fatalf("%d, %v", n, err)
			}
		}
		if err := statements.Close(); err != nil {
			t.Fatal(err)
		}
		if n, err := q.CountBooks(ctx); err != nil || n != 5 {
			t.Errorf("after Close: %d, %v", n, err)
		}
	}
}

func TestPreparedConcurrently(t *testing.T) {
	db, plain := library(t, nil)
	statements := golden.Prepared(db, 2)
	defer statements.Close()
	q := plain.WithDB(statements)
	ctx := context.Background()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range int32(20) {
				if book, err := q.GetBook(ctx, i%5); err != nil || book.ID != i%5 {
					t.Errorf("%+v, %v", book, err)
				}
				if n, err := q.CountBooks(ctx); n != 5 || err != nil {
					t.Errorf("%d, %v", n, err)
				}
				if _, err := q.NextBookID(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// With a pool of one connection a statement that were prepared outside of the transaction would wait for ever.
func TestPreparedInATransactionOfTheOnlyConnection(t *testing.T) {
	db, plain := library(t, nil)
	db.SetMaxOpenConns(1)
	statements := golden.Prepared(db, 0)
	defer statements.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := plain.WithDB(statements).GetBook(ctx, 1); err != nil { // GetBook is kept, the others are not
		t.Fatal(err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	q := plain.WithDB(statements.InTx(tx))
	for range 3 {
		if book, err := q.GetBook(ctx, 1); err != nil || book.ID != 1 {
			t.Fatalf("%+v, %v", book, err)
		}
		if rows, err := q.SearchBooks(ctx, golden.SearchBooksParams{Lang: "en", MaxRows: 9}); err != nil || len(rows) != 3 {
			t.Fatalf("%v, %v", rows, err)
		}
	}
	if err := q.AddBook(ctx, golden.AddBookParams{ID: 50, Title: "in tx", Lang: "en"}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, err := plain.GetBook(ctx, 50); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("after rollback: %v", err)
	}
}

func TestTransactionUsesKeptStatements(t *testing.T) {
	db, plain := library(t, nil)
	statements := golden.Prepared(db, 0)
	defer statements.Close()
	ctx := context.Background()
	pool := plain.WithDB(statements)
	if err := pool.AddBook(ctx, golden.AddBookParams{ID: 60, Title: "a", Lang: "en"}); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.SearchBooks(ctx, golden.SearchBooksParams{Lang: "en", MaxRows: 1}); err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	q := plain.WithDB(statements.InTx(tx))
	for i := range int32(2) {
		if err := q.AddBook(ctx, golden.AddBookParams{ID: 61 + i, Title: string('b' + i), Lang: "en"}); err != nil {
			t.Fatal(err)
		}
		if rows, err := q.SearchBooks(ctx, golden.SearchBooksParams{Lang: "en", MaxRows: 1}); err != nil || rows[0].ID != 61+i {
			t.Fatalf("%v, %v", rows, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if n, err := pool.CountBooks(ctx); n != 8 || err != nil {
		t.Errorf("%d books, %v", n, err)
	}
}

func TestFailedPrepareIsTold(t *testing.T) {
	db, plain := library(t, nil)
	statements := golden.Prepared(db, 0)
	defer statements.Close()
	q := plain.WithDB(statements)
	ctx := context.Background()
	if _, err := db.Exec("DROP TABLE BOOK"); err != nil {
		t.Fatal(err)
	}
	_, one := q.GetBook(ctx, 1)
	_, many := q.SearchBooks(ctx, golden.SearchBooksParams{})
	exec := q.AddBook(ctx, golden.AddBookParams{})
	for _, err := range []error{one, many, exec} {
		if err == nil || !strings.Contains(err.Error(), "no such table: BOOK") {
			t.Errorf("got %v", err)
		}
	}
}
