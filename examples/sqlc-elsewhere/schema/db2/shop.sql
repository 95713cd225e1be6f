CREATE SEQUENCE order_seq AS BIGINT;

CREATE TABLE orders (
    order_id BIGINT NOT NULL PRIMARY KEY,
    customer VARCHAR(100) NOT NULL,
    ordered_at TIMESTAMP NOT NULL,
    shipped_at TIMESTAMP,
    note VARCHAR(200)
);

CREATE TABLE order_line (
    order_id BIGINT NOT NULL REFERENCES orders,
    line_no INTEGER NOT NULL,
    sku VARCHAR(40) NOT NULL,
    quantity INTEGER NOT NULL,
    price DECIMAL(12, 2) NOT NULL,
    PRIMARY KEY (order_id, line_no)
);
