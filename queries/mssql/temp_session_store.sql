-- name: DeleteTempRows :execrows
-- DeleteTempRows physically deletes the rows of a key up to a stamp; a row stored later stays.
DELETE FROM IDN_AUTH_TEMP_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id) AND CAST(SESSION_ID AS VARBINARY(100)) = CAST(sqlc.arg(session_id) AS VARBINARY(100))
  AND SESSION_TYPE = sqlc.arg(session_type) AND CAST(SESSION_TYPE AS VARBINARY(100)) = CAST(sqlc.arg(session_type) AS VARBINARY(100))
  AND TIME_CREATED <= sqlc.arg(time_created);

-- name: CountTempSessions :one
-- CountTempSessions counts the rows of the temporary log.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_TEMP_SESSION_STORE;

-- name: DeleteTempExpired :execrows
-- DeleteTempExpired is DeleteExpired on the temporary log, in the order of creation, which is the one
-- index that this table has.
DELETE r FROM IDN_AUTH_TEMP_SESSION_STORE r
WHERE r.TIME_CREATED < sqlc.arg(before)
  /* when after_time */ AND r.TIME_CREATED > sqlc.narg(after_time) /* end */
  /* when upto_time */ AND r.TIME_CREATED <= sqlc.narg(upto_time) /* end */
  AND r.EXPIRY_TIME < sqlc.arg(before)
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_TEMP_SESSION_STORE o
    WHERE o.SESSION_ID = r.SESSION_ID AND CAST(o.SESSION_ID AS VARBINARY(100)) = CAST(r.SESSION_ID AS VARBINARY(100)) AND o.SESSION_TYPE = r.SESSION_TYPE AND CAST(o.SESSION_TYPE AS VARBINARY(100)) = CAST(r.SESSION_TYPE AS VARBINARY(100))
    AND o.TIME_CREATED <= r.TIME_CREATED
    AND (o.TIME_CREATED < r.TIME_CREATED OR (UPPER(r.OPERATION) = 'DELETE' AND UPPER(o.OPERATION) <> 'DELETE'))
  );
