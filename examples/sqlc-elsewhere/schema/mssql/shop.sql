CREATE SEQUENCE order_seq AS BIGINT START WITH 1;

CREATE TABLE orders (
    order_id BIGINT NOT NULL PRIMARY KEY,
    customer NVARCHAR(100) NOT NULL,
    ordered_at DATETIME2 NOT NULL,
    shipped_at DATETIME2,
    note NVARCHAR(200)
);

CREATE TABLE order_line (
    order_id BIGINT NOT NULL REFERENCES orders,
    line_no INT NOT NULL,
    sku VARCHAR(40) NOT NULL,
    quantity INT NOT NULL,
    price DECIMAL(12, 2) NOT NULL,
    PRIMARY KEY (order_id, line_no)
);
