-- name: PutLine :exec
-- PutLine adds a line to an order, or replaces it.
MERGE INTO order_line l
USING (SELECT sqlc.arg(order_id) AS order_id, sqlc.arg(line_no) AS line_no, sqlc.arg(sku) AS sku, sqlc.arg(quantity) AS quantity, sqlc.arg(price) AS price FROM DUAL) n
ON (l.order_id = n.order_id AND l.line_no = n.line_no)
WHEN MATCHED THEN UPDATE SET sku = n.sku, quantity = n.quantity, price = n.price
WHEN NOT MATCHED THEN INSERT (order_id, line_no, sku, quantity, price)
  VALUES (n.order_id, n.line_no, n.sku, n.quantity, n.price);

-- name: LinesOf :many
-- LinesOf lists the lines of orders.
SELECT l.order_id, l.line_no, l.sku, l.quantity, l.price
FROM order_line l
WHERE l.order_id IN (sqlc.slice(order_ids))
ORDER BY l.order_id, l.line_no;

-- name: OrderTotal :one
-- OrderTotal is what an order costs, 0 without lines.
SELECT CAST(COALESCE(SUM(l.quantity * l.price), 0) AS NUMBER(18, 2)) AS total
FROM order_line l
WHERE l.order_id = sqlc.arg(order_id);
