-- name: DeleteTempRows :execrows
-- DeleteTempRows physically deletes the rows of a key up to a stamp; a row stored later stays.
DELETE FROM IDN_AUTH_TEMP_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id) AND CAST(CONVERT(SESSION_ID USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_id) USING utf8mb4) AS BINARY)
  AND SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY)
  AND TIME_CREATED <= sqlc.arg(time_created);

-- name: CountTempSessions :one
-- CountTempSessions counts the rows of the temporary log.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_TEMP_SESSION_STORE;

-- name: DeleteTempExpired :execrows
-- DeleteTempExpired is DeleteExpired on the temporary log, in the order of creation, which is the one
-- index that this table has.
DELETE r FROM IDN_AUTH_TEMP_SESSION_STORE r
LEFT JOIN IDN_AUTH_TEMP_SESSION_STORE o FORCE INDEX (PRIMARY)
  ON o.SESSION_ID = r.SESSION_ID AND CAST(CONVERT(o.SESSION_ID USING utf8mb4) AS BINARY) = CAST(CONVERT(r.SESSION_ID USING utf8mb4) AS BINARY) AND o.SESSION_TYPE = r.SESSION_TYPE AND CAST(CONVERT(o.SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(r.SESSION_TYPE USING utf8mb4) AS BINARY)
    AND o.TIME_CREATED <= r.TIME_CREATED
    AND (o.TIME_CREATED < r.TIME_CREATED OR (UPPER(r.OPERATION) = 'DELETE' AND UPPER(o.OPERATION) <> 'DELETE'))
WHERE r.TIME_CREATED < sqlc.arg(before)
  /* when after_time */ AND r.TIME_CREATED > sqlc.narg(after_time) /* end */
  /* when upto_time */ AND r.TIME_CREATED <= sqlc.narg(upto_time) /* end */
  AND r.EXPIRY_TIME < sqlc.arg(before)
  AND o.SESSION_ID IS NULL;
