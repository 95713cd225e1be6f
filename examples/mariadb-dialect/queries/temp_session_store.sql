-- name: DeleteTempRows :execrows
-- DeleteTempRows physically deletes the rows of a key up to a stamp; a row stored later stays.
DELETE FROM IDN_AUTH_TEMP_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id)
  AND SESSION_TYPE = sqlc.arg(session_type)
  AND TIME_CREATED <= sqlc.arg(time_created);

-- name: CountTempSessions :one
-- CountTempSessions counts the rows of the temporary log.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_TEMP_SESSION_STORE;
