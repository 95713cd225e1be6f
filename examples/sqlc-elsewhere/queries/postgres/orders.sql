-- name: NextOrderID :one
-- NextOrderID draws the id of a new order.
SELECT nextval('order_seq')::bigint AS order_id;

-- name: AddOrder :exec
-- AddOrder adds an order without lines.
INSERT INTO orders (order_id, customer, ordered_at, note)
VALUES (sqlc.arg(order_id), sqlc.arg(customer), sqlc.arg(ordered_at), sqlc.narg(note));

-- name: OrdersOf :many
-- OrdersOf lists the newest orders of a customer, of those from an instant on if since is given.
SELECT o.order_id, o.ordered_at, o.shipped_at, o.note
FROM orders o
WHERE o.customer = sqlc.arg(customer)
  /* when since */ AND o.ordered_at >= sqlc.narg(since)::timestamp /* end */
ORDER BY o.ordered_at DESC, o.order_id DESC
LIMIT sqlc.arg(max_rows);

-- name: ShipOrders :execrows
-- ShipOrders marks orders as shipped and counts those that were not.
UPDATE orders SET shipped_at = sqlc.arg(shipped_at)
WHERE order_id = ANY(sqlc.arg(order_ids)::bigint[]) AND shipped_at IS NULL;
