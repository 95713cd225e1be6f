-- +goose Up
-- +goose StatementBegin
CREATE INDEX IDX_IDN_AUTH_TMP_SSTR_ET ON IDN_AUTH_TEMP_SESSION_STORE (EXPIRY_TIME)
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP INDEX IDX_IDN_AUTH_TMP_SSTR_ET
-- +goose StatementEnd
