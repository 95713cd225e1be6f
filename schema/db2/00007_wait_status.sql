-- +goose Up
-- +goose StatementBegin
CREATE TABLE IDN_AUTH_WAIT_STATUS (
    ID              INTEGER                NOT NULL,
    TENANT_ID       INTEGER                NOT NULL,
    LONG_WAIT_KEY   VARCHAR(255)           NOT NULL,
    WAIT_STATUS     CHAR(1) NOT NULL DEFAULT '1',
    TIME_CREATED    TIMESTAMP,
    EXPIRE_TIME     TIMESTAMP,
    PRIMARY KEY (ID),
    CONSTRAINT IDN_AUTH_WAIT_STATUS_KEY UNIQUE (LONG_WAIT_KEY)
)
-- +goose StatementEnd

-- +goose StatementBegin
CREATE SEQUENCE IDN_AUTH_WAIT_STATUS_SEQ START WITH 1 INCREMENT BY 1 NOCACHE
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER IDN_AUTH_WAIT_STATUS_TRIG NO CASCADE
    BEFORE INSERT
        ON IDN_AUTH_WAIT_STATUS
    REFERENCING NEW AS NEW
    FOR EACH ROW MODE DB2SQL
    BEGIN ATOMIC
        SET (NEW.ID) = (NEXTVAL FOR IDN_AUTH_WAIT_STATUS_SEQ);
    END
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE IDN_AUTH_WAIT_STATUS
-- +goose StatementEnd

-- +goose StatementBegin
DROP SEQUENCE IDN_AUTH_WAIT_STATUS_SEQ
-- +goose StatementEnd
