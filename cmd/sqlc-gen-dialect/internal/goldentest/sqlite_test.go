// Package goldentest runs the generated code of the sample project on SQLite.
package goldentest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden"
	"github.com/sessiondb/sessiondb/cmd/sqlc-gen-dialect/internal/golden/sqlite"
)

// library opens a database with five books; names get the prefix.
func library(t *testing.T, cfg *golden.Config) (*sql.DB, *sqlite.Queries) {
	t.Helper()
	db, err := sql.Open("sqlite", t.TempDir()+"/library.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	ddl, err := os.ReadFile("../../testdata/library/schema/sqlite/00001_books.sql")
	if err != nil {
		t.Fatal(err)
	}
	up, _, _ := strings.Cut(string(ddl), "-- +goose Down")
	if cfg != nil {
		up = strings.ReplaceAll(up, "CREATE TABLE ", "CREATE TABLE "+cfg.Prefix)
	}
	if _, err := db.Exec(up); err != nil {
		t.Fatal(err)
	}
	q, err := sqlite.New(db, cfg)
	if err != nil {
		t.Fatal(err)
	}
	for i := range int32(5) {
		lang := "en"
		if i > 2 {
			lang = "de"
		}
		book := golden.AddBookParams{ID: i, Title: fmt.Sprintf("book %d", i), Lang: lang}
		if i > 0 {
			book.Sold = sql.NullInt64{Int64: int64(i) * 10, Valid: true}
		}
		if err := q.AddBook(context.Background(), book); err != nil {
			t.Fatal(err)
		}
	}
	return db, q
}

func TestSearchSendsOnlyWhatIsGiven(t *testing.T) {
	_, q := library(t, &golden.Config{Prefix: "P_"})
	ctx := context.Background()
	tests := []struct {
		arg  golden.SearchBooksParams
		want []int32
	}{
		{golden.SearchBooksParams{Lang: "en", MaxRows: 9}, []int32{2, 1, 0}},
		{golden.SearchBooksParams{Lang: "en", MaxRows: 2}, []int32{2, 1}},
		{golden.SearchBooksParams{Lang: "en", MaxRows: 9, SoldFrom: sql.NullInt64{Int64: 11, Valid: true}}, []int32{2}},
		{golden.SearchBooksParams{Lang: "en", MaxRows: 9, Title: sql.NullString{String: "%1", Valid: true}}, []int32{1}},
	}
	for _, test := range tests {
		rows, err := q.SearchBooks(ctx, test.arg)
		if err != nil {
			t.Fatal(err)
		}
		var got []int32
		for _, r := range rows {
			got = append(got, r.ID)
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%+v: got %v, want %v", test.arg, got, test.want)
		}
	}
}

func TestListsAreSplit(t *testing.T) {
	for _, maxParams := range []int{0, 2, 3, 4} {
		_, q := library(t, &golden.Config{MaxParams: maxParams})
		ctx := context.Background()
		titles := []string{"book 0", "book 1", "no book", "book 2", "book 3", "book 0"}
		rows, err := q.BooksByTitle(ctx, golden.BooksByTitleParams{Titles: titles, Lang: "en"})
		if err != nil || len(rows) != 3 {
			t.Errorf("MaxParams %d: got %v, %v", maxParams, rows, err)
		}
		similar, err := q.TitlesSimilar(ctx, golden.TitlesSimilarParams{Titles: titles, Lang: sql.NullString{String: "de", Valid: true}})
		if err != nil || !reflect.DeepEqual(similar, []string{"book 3"}) {
			t.Errorf("MaxParams %d: got %v, %v", maxParams, similar, err)
		}
		n, err := q.DeleteBooks(ctx, []int32{0, 1, 2, 3, 7})
		if err != nil || n != 4 {
			t.Errorf("MaxParams %d: deleted %d, %v", maxParams, n, err)
		}
		if n, err := q.DeleteBooks(ctx, nil); n != 0 || err != nil {
			t.Errorf("empty list: %d, %v", n, err)
		}
	}
}
