-- name: DeleteTempRows :execrows
-- DeleteTempRows physically deletes the rows of a key up to a stamp; a row stored later stays.
DELETE FROM IDN_AUTH_TEMP_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id)
  AND SESSION_TYPE = sqlc.arg(session_type)
  AND TIME_CREATED <= sqlc.arg(time_created);

-- name: CountTempSessions :one
-- CountTempSessions counts the rows of the temporary log.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_TEMP_SESSION_STORE;

-- name: DeleteTempExpired :execrows
-- DeleteTempExpired is DeleteExpired on the temporary log, in the order of creation, which is the one
-- index that this table has.
DELETE FROM IDN_AUTH_TEMP_SESSION_STORE AS r
WHERE r.TIME_CREATED < sqlc.arg(before)
  /* when after_time */ AND r.TIME_CREATED > sqlc.narg(after_time)::bigint /* end */
  /* when upto_time */ AND r.TIME_CREATED <= sqlc.narg(upto_time)::bigint /* end */
  AND r.EXPIRY_TIME < sqlc.arg(before)
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_TEMP_SESSION_STORE o
    WHERE o.SESSION_ID = r.SESSION_ID AND o.SESSION_TYPE = r.SESSION_TYPE
    AND o.TIME_CREATED <= r.TIME_CREATED
    AND (o.TIME_CREATED < r.TIME_CREATED OR (UPPER(r.OPERATION) = 'DELETE' AND UPPER(o.OPERATION) <> 'DELETE'))
    OFFSET 0 -- one index look a row, whatever the statistics say
  );
