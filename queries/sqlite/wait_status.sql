-- name: InsertWaitStatus :exec
-- InsertWaitStatus adds a long-wait key; the database gives the id.
INSERT INTO IDN_AUTH_WAIT_STATUS (TENANT_ID, LONG_WAIT_KEY, WAIT_STATUS, TIME_CREATED, EXPIRE_TIME)
VALUES (sqlc.arg(tenant_id), sqlc.arg(long_wait_key), sqlc.arg(wait_status), sqlc.arg(time_created), sqlc.arg(expire_time));

-- name: WaitStatusByKey :one
-- WaitStatusByKey reads the status of a key, expired or not.
SELECT WAIT_STATUS, TENANT_ID, TIME_CREATED, EXPIRE_TIME
FROM IDN_AUTH_WAIT_STATUS
WHERE LONG_WAIT_KEY = sqlc.arg(long_wait_key);

-- name: DeleteWaitStatus :execrows
-- DeleteWaitStatus removes a key.
DELETE FROM IDN_AUTH_WAIT_STATUS
WHERE LONG_WAIT_KEY = sqlc.arg(long_wait_key);

-- name: CountWaitStatus :one
-- CountWaitStatus counts the rows of the table.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_WAIT_STATUS;

-- name: WaitBoundary :one
-- WaitBoundary returns the id of the last row of the next chunk in the order of ids: the one that
-- stands skip rows after the first. No row: the chunk runs to the end.
SELECT CAST(w.ID AS INTEGER) AS WAIT_ID
FROM IDN_AUTH_WAIT_STATUS w
WHERE w.ID >= CAST(sqlc.arg(from_id) AS INTEGER)
ORDER BY w.ID
LIMIT 1 OFFSET sqlc.arg(skip);

-- name: DeleteExpiredWaits :execrows
-- DeleteExpiredWaits deletes the rows of a chunk that expired before an instant, whatever their
-- status; a row without expiry stays. Times are text with a zone, which only a function compares.
DELETE FROM IDN_AUTH_WAIT_STATUS AS w
WHERE w.ID >= CAST(sqlc.arg(from_id) AS INTEGER)
  /* when upto_id */ AND w.ID <= CAST(sqlc.narg(upto_id) AS INTEGER) /* end */
  AND julianday(w.EXPIRE_TIME) < julianday(sqlc.arg(before));
