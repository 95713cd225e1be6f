package goldentest

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden/db2"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden/mssql"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden/mysql"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden/oracle"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden/postgres"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden/sqlite"
)

// texts is what every dialect's Queries has beside the queries.
type texts interface {
	Text(name string) string
	Variants(name string) []string
}

func TestEveryQueryHasItsText(t *testing.T) {
	cfg := &golden.Config{Schema: "S", Prefix: "P_"}
	all := map[string]func() (texts, error){
		"postgres": func() (texts, error) { return postgres.New(nil, cfg) },
		"mysql":    func() (texts, error) { return mysql.New(nil, cfg) },
		"sqlite":   func() (texts, error) { return sqlite.New(nil, cfg) },
		"mssql":    func() (texts, error) { return mssql.New(nil, cfg) },
		"oracle":   func() (texts, error) { return oracle.New(nil, cfg) },
		"db2":      func() (texts, error) { return db2.New(nil, cfg) },
	}
	for dialect, open := range all {
		q, err := open()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range golden.QueryNames() {
			checkText(t, dialect, name, q)
		}
		if q.Text("NoQuery") != "" {
			t.Errorf("%s: text of an unknown query", dialect)
		}
	}
}

func checkText(t *testing.T, dialect, name string, q texts) {
	t.Helper()
	text := q.Text(name)
	if text == "" || strings.Contains(text, "{{table") || strings.Contains(text, "/* when") || strings.Contains(text, "/* each") {
		t.Errorf("%s: text of %s is %q", dialect, name, text)
	}
	if !strings.Contains(text, "S.P_") {
		t.Errorf("%s: schema and prefix are missing in %q", dialect, text)
	}
	if variants := q.Variants(name); variants[0] != text {
		t.Errorf("%s: %s: first variant %q is not the text %q", dialect, name, variants[0], text)
	}
}

func TestVariants(t *testing.T) {
	q, err := mssql.New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"DELETE FROM BOOK WHERE ID IN (@p1) AND [LANG] = @p2",
		"DELETE FROM BOOK WHERE ID IN (@p1)",
		"DELETE FROM BOOK WHERE ID IN (@p1, @p2) AND [LANG] = @p3",
	}
	if got := q.Variants("DeleteBooks"); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestNewRefusesAWrongConfig(t *testing.T) {
	if q, err := sqlite.New(nil, &golden.Config{Schema: "a b"}); q != nil || err == nil || !strings.Contains(err.Error(), "Config.Schema") {
		t.Errorf("got %v, %v", q, err)
	}
}

func TestRowsAndNulls(t *testing.T) {
	_, q := library(t, nil)
	ctx := context.Background()
	want := golden.AddBookParams{
		ID: 9, Title: "whole", Cover: []byte{1, 0, 2}, Sold: sql.NullInt64{Int64: 1 << 40, Valid: true}, Added: now,
		Lang: "fr", Rating: sql.NullInt16{Int16: 5, Valid: true}, Price: sql.NullString{String: "12.5", Valid: true},
	}
	if err := q.AddBook(ctx, want); err != nil {
		t.Fatal(err)
	}
	got, err := q.GetBook(ctx, 9)
	if err != nil || got.Title != want.Title || string(got.Cover) != string(want.Cover) || got.Sold != want.Sold ||
		!got.Added.Time.Equal(now.Time) || got.Lang != "fr" || got.Rating != want.Rating || got.Price != want.Price {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err = q.GetBook(ctx, 0); err != nil || got.Cover != nil || got.Sold.Valid || got.Added.Valid || got.Price.Valid {
		t.Errorf("nulls: got %+v, %v", got, err)
	}
	if _, err = q.GetBook(ctx, 77); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("no row: %v", err)
	}
}

func TestUpsertAndJoin(t *testing.T) {
	_, q := library(t, nil)
	ctx := context.Background()
	for due := range int64(2) {
		if err := q.PutLoan(ctx, golden.PutLoanParams{BookID: 1, Reader: "r", Due: sql.NullInt64{Int64: due + 5, Valid: true}}); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := q.BooksOnLoan(ctx, 7)
	want := golden.BooksOnLoanRow{ID: 1, Title: "book 1", Reader: "r", Due: sql.NullInt64{Int64: 6, Valid: true}}
	if err != nil || len(rows) != 1 || rows[0] != want {
		t.Errorf("got %+v, %v", rows, err)
	}
	if n, err := q.SellBook(ctx, golden.SellBookParams{ID: 1, Sold: 10, Title: "t"}); n != 0 || err != nil {
		t.Errorf("argument that is used twice: %d, %v", n, err)
	}
}

func TestBindSeesEveryArgument(t *testing.T) {
	for _, maxParams := range []int{0, 2} {
		var seen []any
		_, q := library(t, &golden.Config{MaxParams: maxParams, Bind: func(v any) any {
			seen = append(seen, v)
			if s, ok := v.(string); ok {
				return strings.ToLower(s)
			}
			return v
		}})
		seen = nil
		ctx := context.Background()
		rows, err := q.BooksByTitle(ctx, golden.BooksByTitleParams{Titles: []string{"BOOK 0", "BOOK 1"}, Lang: "EN"})
		if err != nil || len(rows) != 2 || !slices.Contains(seen, any("BOOK 1")) || !slices.Contains(seen, any("EN")) {
			t.Errorf("got %v, %v; Bind saw %v", rows, err, seen)
		}
		seen = nil
		if _, err := q.GetBook(ctx, 1); err != nil || len(seen) != 1 || seen[0] != int32(1) {
			t.Errorf("%v; Bind saw %v", err, seen)
		}
	}
}

func TestWithDB(t *testing.T) {
	db, q := library(t, nil)
	ctx := context.Background()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.WithDB(tx).AddBook(ctx, golden.AddBookParams{ID: 100, Title: "x", Lang: "en"}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if n, err := q.CountBooks(ctx); n != 5 || err != nil {
		t.Errorf("%d books, %v", n, err)
	}
}

func TestErrorsComeBack(t *testing.T) {
	db, q := library(t, nil)
	ctx := context.Background()
	if _, err := db.Exec("DROP TABLE BOOK"); err != nil {
		t.Fatal(err)
	}
	_, one := q.GetBook(ctx, 1)
	_, many := q.SearchBooks(ctx, golden.SearchBooksParams{})
	_, split := q.BooksByTitle(ctx, golden.BooksByTitleParams{Titles: []string{"x"}})
	_, rows := q.DeleteBooks(ctx, golden.DeleteBooksParams{IDs: []int32{1}})
	exec := q.TouchBooks(ctx, golden.TouchBooksParams{IDs: []int32{1}})
	for _, err := range []error{one, many, split, rows, exec} {
		if err == nil || !strings.Contains(err.Error(), "no such table: BOOK") {
			t.Errorf("got %v", err)
		}
	}
}

// mine is a Querier from outside that has one query of its own.
type mine struct {
	golden.UnimplementedQuerier
}

func (m mine) WithDB(golden.DBTX) golden.Querier         { return m }
func (m mine) CountBooks(context.Context) (int64, error) { return 3, nil }

func TestUnimplementedQuerier(t *testing.T) {
	var q golden.Querier = mine{}
	ctx := context.Background()
	_, err := q.GetBook(ctx, 1)
	if !errors.Is(err, golden.ErrNoQuery) || err.Error() != "GetBook: query is not implemented by this dialect" {
		t.Errorf("got %v", err)
	}
	if n, err := q.CountBooks(ctx); n != 3 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
}
