-- name: PutLine :exec
-- PutLine adds a line to an order, or replaces it.
INSERT INTO order_line (order_id, line_no, sku, quantity, price)
VALUES (sqlc.arg(order_id), sqlc.arg(line_no), sqlc.arg(sku), sqlc.arg(quantity), sqlc.arg(price))
ON CONFLICT (order_id, line_no) DO UPDATE
SET sku = EXCLUDED.sku, quantity = EXCLUDED.quantity, price = EXCLUDED.price;

-- name: LinesOf :many
-- LinesOf lists the lines of orders.
SELECT l.order_id, l.line_no, l.sku, l.quantity, l.price
FROM order_line l
WHERE l.order_id = ANY(sqlc.arg(order_ids)::bigint[])
ORDER BY l.order_id, l.line_no;

-- name: OrderTotal :one
-- OrderTotal is what an order costs, 0 without lines.
SELECT COALESCE(SUM(l.quantity * l.price), 0)::numeric AS total
FROM order_line l
WHERE l.order_id = sqlc.arg(order_id);
