package elsewhere_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/sessiondb/sessiondb/examples/sqlc-elsewhere/gen"
	"github.com/sessiondb/sessiondb/examples/sqlc-elsewhere/gen/db2"
	"github.com/sessiondb/sessiondb/examples/sqlc-elsewhere/gen/mssql"
	"github.com/sessiondb/sessiondb/examples/sqlc-elsewhere/gen/oracle"
)

// recorder is a database that keeps what it is told instead of doing it.
type recorder struct {
	text string
	args []any
}

func (r *recorder) ExecContext(_ context.Context, text string, args ...any) (sql.Result, error) {
	r.text, r.args = text, args
	return counted{}, nil
}

func (r *recorder) QueryContext(context.Context, string, ...any) (*sql.Rows, error) {
	return nil, fmt.Errorf("this database only keeps statements")
}
func (r *recorder) QueryRowContext(context.Context, string, ...any) *sql.Row { return nil }
func (r *recorder) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, fmt.Errorf("this database only keeps statements")
}

type counted struct{ sql.Result }

func (counted) RowsAffected() (int64, error) { return 1, nil }

// querier is what every generated package has beside the queries.
type querier interface {
	gen.Querier
	Text(name string) string
	Variants(name string) []string
}

func opened(t *testing.T, db gen.DBTX, cfg *gen.Config) map[string]querier {
	t.Helper()
	m, err := mssql.New(db, cfg)
	must(t, err)
	o, err := oracle.New(db, cfg)
	must(t, err)
	d, err := db2.New(db, cfg)
	must(t, err)
	return map[string]querier{"mssql": m, "oracle": o, "db2": d}
}

// Optional parts come and go; placeholders are the driver's own.
func TestTextOfOrdersOf(t *testing.T) {
	const (
		begin = "SELECT o.order_id, o.ordered_at, o.shipped_at, o.note\nFROM orders o\nWHERE o.customer = "
		order = "\nORDER BY o.ordered_at DESC, o.order_id DESC\n"
	)
	want := map[string][]string{
		"mssql": {
			begin + "@p1\n  AND o.ordered_at >= @p2" + order + "OFFSET 0 ROWS FETCH NEXT @p3 ROWS ONLY",
			begin + "@p1" + order + "OFFSET 0 ROWS FETCH NEXT @p2 ROWS ONLY",
		},
		"oracle": {
			begin + ":1\n  AND o.ordered_at >= :2" + order + "FETCH FIRST :3 ROWS ONLY",
			begin + ":1" + order + "FETCH FIRST :2 ROWS ONLY",
		},
		"db2": {
			begin + "?\n  AND o.ordered_at >= ?" + order + "FETCH FIRST ? ROWS ONLY",
			begin + "?" + order + "FETCH FIRST ? ROWS ONLY",
		},
	}
	for name, q := range opened(t, nil, nil) {
		texts := q.Variants("OrdersOf")
		for i, w := range want[name] {
			if i >= len(texts) || texts[i] != w {
				t.Errorf("%s: got %q\nwant text %d %q", name, texts, i, w)
			}
		}
	}
}

// Lists are sent in powers of two: three ids are four placeholders.
func TestTextOfAList(t *testing.T) {
	const text = "UPDATE orders SET shipped_at = %s\nWHERE order_id IN (%s) AND shipped_at IS NULL"
	want := map[string]string{
		"mssql":  fmt.Sprintf(text, "@p1", "@p2, @p3, @p4, @p5"),
		"oracle": fmt.Sprintf(text, ":1", ":2, :3, :4, :5"),
		"db2":    fmt.Sprintf(text, "?", "?, ?, ?, ?"),
	}
	var r recorder
	for name, q := range opened(t, &r, nil) {
		_, err := q.ShipOrders(t.Context(), gen.ShipOrdersParams{ShippedAt: noon, OrderIDs: []int64{7, 8, 9}})
		must(t, err)
		equal(t, name, r.text, want[name])
		equal(t, name, fmt.Sprint(r.args[1:]), "[7 8 9 9]")
	}
}

// MERGE is written as each database wants it, and gets its arguments in the order
// in which its own text has them.
func TestTextOfAnUpsert(t *testing.T) {
	want := map[string]string{
		"mssql":  "MERGE INTO order_line WITH (HOLDLOCK) AS l\nUSING (VALUES (@p1, @p2, @p3, @p4, @p5)) AS n (order_id, line_no, sku, quantity, price)\n",
		"oracle": "MERGE INTO order_line l\nUSING (SELECT :1 AS order_id, :2 AS line_no, :3 AS sku, :4 AS quantity, :5 AS price FROM DUAL) n\n",
		"db2": "MERGE INTO order_line AS l\nUSING (VALUES (CAST(? AS BIGINT), CAST(? AS INTEGER), CAST(? AS VARCHAR(40)),\n" +
			"    CAST(? AS INTEGER), CAST(? AS DECIMAL(12, 2)))) AS n (order_id, line_no, sku, quantity, price)\n",
	}
	const rest = "ON (l.order_id = n.order_id AND l.line_no = n.line_no)\n" +
		"WHEN MATCHED THEN UPDATE SET sku = n.sku, quantity = n.quantity, price = n.price\n" +
		"WHEN NOT MATCHED THEN INSERT (order_id, line_no, sku, quantity, price)\n" +
		"  VALUES (n.order_id, n.line_no, n.sku, n.quantity, n.price)"
	var r recorder
	for name, q := range opened(t, &r, nil) {
		must(t, q.PutLine(t.Context(), gen.PutLineParams{OrderID: 1, LineNo: 2, Sku: "nut", Quantity: 3, Price: "4.50"}))
		equal(t, name, strings.TrimSuffix(r.text, ";"), want[name]+rest)
		equal(t, name+" ends with a semicolon", strings.HasSuffix(r.text, ";"), name == "mssql")
		equal(t, name, fmt.Sprint(r.args), "[1 2 nut 3 4.50]")
	}
}

// Schema and prefix stand before tables and sequences alike.
func TestTextWithSchemaAndPrefix(t *testing.T) {
	want := map[string]string{
		"mssql":  "SELECT NEXT VALUE FOR shop.test_order_seq AS order_id",
		"oracle": "SELECT shop.test_order_seq.NEXTVAL AS order_id FROM DUAL",
		"db2":    "SELECT NEXT VALUE FOR shop.test_order_seq AS order_id FROM SYSIBM.SYSDUMMY1",
	}
	for name, q := range opened(t, nil, &gen.Config{Schema: "shop", Prefix: "test_"}) {
		equal(t, name, q.Text("NextOrderID"), want[name])
	}
}

// Every query of the interface has a text in every package.
func TestEveryQueryHasAText(t *testing.T) {
	for name, q := range opened(t, nil, nil) {
		for _, query := range gen.QueryNames() {
			if q.Text(query) == "" {
				t.Errorf("%s has no text for %s", name, query)
			}
		}
	}
}
