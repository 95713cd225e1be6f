// Package elsewhere_test proves the example: its queries run on PostgreSQL, and
// are what was written for the other databases.
package elsewhere_test

import (
	"database/sql"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/sessiondb/sessiondb/examples/sqlc-elsewhere/gen"
	"github.com/sessiondb/sessiondb/examples/sqlc-elsewhere/gen/postgres"
	"github.com/sessiondb/sessiondb/internal/enginetest"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func TestPostgreSQL(t *testing.T) {
	db := shop(t)
	q, err := postgres.New(db, nil)
	if err != nil {
		t.Fatal(err)
	}
	ids := []int64{order(t, q, noon), order(t, q, noon.Add(time.Hour))}

	found, err := q.OrdersOf(t.Context(), gen.OrdersOfParams{Customer: "Ada", MaxRows: 10})
	must(t, err)
	equal(t, "orders", len(found), 2)
	equal(t, "newest first", found[0].OrderID, ids[1])
	late := sql.NullTime{Time: noon.Add(time.Minute), Valid: true}
	found, err = q.OrdersOf(t.Context(), gen.OrdersOfParams{Customer: "Ada", Since: late, MaxRows: 10})
	must(t, err)
	equal(t, "late orders", len(found), 1)

	lines, err := q.LinesOf(t.Context(), ids)
	must(t, err)
	equal(t, "lines", len(lines), 4)
	equal(t, "a replaced line", lines[1].Quantity, 3)
	total, err := q.OrderTotal(t.Context(), ids[0])
	must(t, err)
	equal(t, "total", total, "8.50") // 2 x 1.25 + 3 x 2.00

	for _, want := range []int64{2, 0} {
		n, err := q.ShipOrders(t.Context(), gen.ShipOrdersParams{ShippedAt: noon, OrderIDs: ids})
		must(t, err)
		equal(t, "shipped", n, want)
	}
}

// A Querier on a transaction, and an empty list, which sends nothing.
func TestTransaction(t *testing.T) {
	db := shop(t)
	q, err := postgres.New(db, nil)
	must(t, err)
	tx, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	id := order(t, q.WithDB(tx), noon)
	must(t, tx.Rollback())
	lines, err := q.LinesOf(t.Context(), []int64{id})
	must(t, err)
	equal(t, "lines after the rollback", len(lines), 0)
	lines, err = q.LinesOf(t.Context(), nil)
	must(t, err)
	equal(t, "lines of no orders", len(lines), 0)
}

// order adds an order of two lines, one of them twice.
func order(t *testing.T, q gen.Querier, at time.Time) int64 {
	t.Helper()
	id, err := q.NextOrderID(t.Context())
	must(t, err)
	must(t, q.AddOrder(t.Context(), gen.AddOrderParams{OrderID: id, Customer: "Ada", OrderedAt: at}))
	for _, l := range []gen.PutLineParams{
		{OrderID: id, LineNo: 1, Sku: "nut", Quantity: 2, Price: "1.25"},
		{OrderID: id, LineNo: 2, Sku: "bolt", Quantity: 1, Price: "2.00"},
		{OrderID: id, LineNo: 2, Sku: "bolt", Quantity: 3, Price: "2.00"},
	} {
		must(t, q.PutLine(t.Context(), l))
	}
	return id
}

// shop is an empty database with the tables of schema/postgres.
func shop(t *testing.T) *sql.DB {
	t.Helper()
	url := enginetest.Postgres(t).NewDatabase(t)
	db, err := sql.Open("pgx", url)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	ddl, err := os.ReadFile("schema/postgres/shop.sql")
	must(t, err)
	for statement := range strings.SplitSeq(string(ddl), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		_, err := db.ExecContext(t.Context(), statement)
		must(t, err)
	}
	return db
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
