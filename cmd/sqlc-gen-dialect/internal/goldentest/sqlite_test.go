package goldentest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

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
	createTables(t, db, cfg)
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

// createTables runs the sample project's DDL, names with the prefix.
func createTables(t *testing.T, db *sql.DB, cfg *golden.Config) {
	t.Helper()
	for _, file := range []string{"00001_books.sql", "optional/00001_note.sql"} {
		ddl, err := os.ReadFile("../../testdata/library/schema/sqlite/" + file)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(string(ddl), "-- +goose Down")
		if cfg != nil {
			up = regexp.MustCompile(`(TABLE|INDEX|ON) (LOAN|BOOK)`).ReplaceAllString(up, "$1 "+cfg.Prefix+"$2")
		}
		if _, err := db.Exec(up); err != nil {
			t.Fatal(err)
		}
	}
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

var now = sql.NullTime{Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Valid: true}

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
		if err := q.TouchBooks(ctx, golden.TouchBooksParams{Added: now, IDs: []int32{0, 1, 2, 3}}); err != nil {
			t.Error(err)
		}
		if book, err := q.GetBook(ctx, 3); err != nil || !book.Added.Time.Equal(now.Time) {
			t.Errorf("MaxParams %d: %+v, %v", maxParams, book, err)
		}
		n, err := q.DeleteBooks(ctx, golden.DeleteBooksParams{IDs: []int32{0, 1, 2, 3, 7}})
		if err != nil || n != 4 {
			t.Errorf("MaxParams %d: deleted %d, %v", maxParams, n, err)
		}
		if n, err := q.DeleteBooks(ctx, golden.DeleteBooksParams{}); n != 0 || err != nil {
			t.Errorf("empty list: %d, %v", n, err)
		}
		if n, err := q.CountBooks(ctx); n != 1 || err != nil {
			t.Errorf("left: %d, %v", n, err)
		}
	}
}
