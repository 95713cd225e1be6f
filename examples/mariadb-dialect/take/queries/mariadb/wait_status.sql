-- name: TakeWaitStatus :one
-- TakeWaitStatus removes a long-wait key and returns what it held: of many callers one gets it, the
-- others sql.ErrNoRows.
DELETE FROM IDN_AUTH_WAIT_STATUS
WHERE LONG_WAIT_KEY = sqlc.arg(long_wait_key)
RETURNING WAIT_STATUS, TENANT_ID, EXPIRE_TIME;
