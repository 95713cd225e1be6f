-- name: DeleteTempRows :execrows
-- DeleteTempRows physically deletes the rows of a key up to a stamp; a row stored later stays.
DELETE FROM IDN_AUTH_TEMP_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id) AND CAST(CONVERT(SESSION_ID USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_id) USING utf8mb4) AS BINARY)
  AND SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY)
  AND TIME_CREATED <= sqlc.arg(time_created);

-- name: CountTempSessions :one
-- CountTempSessions counts the rows of the temporary log.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_TEMP_SESSION_STORE;
