-- +goose Up
-- +goose StatementBegin
CREATE TABLE SESSIONDB_LEASE (
    NAME VARCHAR(100) NOT NULL,
    HOLDER VARCHAR(255) NOT NULL,
    ACQUIRED_AT NUMBER(19) NOT NULL,
    EXPIRES_AT NUMBER(19) NOT NULL,
    PRIMARY KEY (NAME)
)
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE SESSIONDB_LEASE
-- +goose StatementEnd
