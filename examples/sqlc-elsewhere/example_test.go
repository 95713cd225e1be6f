package elsewhere_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"

	"github.com/sessiondb/sessiondb/examples/sqlc-elsewhere/gen"
	"github.com/sessiondb/sessiondb/examples/sqlc-elsewhere/gen/mssql"
)

// Only the constructor knows the database: with oracle.New, db2.New or
// postgres.New the rest stays as it is.
func Example() {
	db, err := sql.Open("sqlserver", "sqlserver://user:password@host?database=shop") // import your driver
	if err != nil {
		log.Fatal(err)
	}
	var q gen.Querier
	if q, err = mssql.New(db, nil); err != nil {
		log.Fatal(err)
	}
	orders, err := q.OrdersOf(context.Background(), gen.OrdersOfParams{Customer: "Ada", MaxRows: 10})
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range orders {
		fmt.Println(o.OrderID, o.OrderedAt, o.Note.String)
	}
}
