CREATE SEQUENCE order_seq;

CREATE TABLE orders (
    order_id NUMBER(19) NOT NULL PRIMARY KEY,
    customer VARCHAR2(100 CHAR) NOT NULL,
    ordered_at TIMESTAMP NOT NULL,
    shipped_at TIMESTAMP,
    note VARCHAR2(200 CHAR)
);

CREATE TABLE order_line (
    order_id NUMBER(19) NOT NULL REFERENCES orders,
    line_no NUMBER(10) NOT NULL,
    sku VARCHAR2(40) NOT NULL,
    quantity NUMBER(10) NOT NULL,
    price NUMBER(12, 2) NOT NULL,
    PRIMARY KEY (order_id, line_no)
);
