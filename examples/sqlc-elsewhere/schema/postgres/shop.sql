CREATE SEQUENCE order_seq;

CREATE TABLE orders (
    order_id BIGINT NOT NULL,
    customer VARCHAR(100) NOT NULL,
    ordered_at TIMESTAMP NOT NULL,
    shipped_at TIMESTAMP,
    note VARCHAR(200),
    PRIMARY KEY (order_id)
);

CREATE TABLE order_line (
    order_id BIGINT NOT NULL REFERENCES orders,
    line_no INTEGER NOT NULL,
    sku VARCHAR(40) NOT NULL,
    quantity INTEGER NOT NULL,
    price NUMERIC(12, 2) NOT NULL,
    PRIMARY KEY (order_id, line_no)
);
