-- name: InsertSession :exec
-- InsertSession appends a STORE or DELETE row. Rows of the log are never updated.
INSERT INTO IDN_AUTH_SESSION_STORE (SESSION_ID, SESSION_TYPE, OPERATION, SESSION_OBJECT, TIME_CREATED, TENANT_ID, EXPIRY_TIME)
VALUES (sqlc.arg(session_id), sqlc.arg(session_type), sqlc.arg(operation), sqlc.arg(session_object), sqlc.arg(time_created), sqlc.arg(tenant_id), sqlc.narg(expiry_time));

-- name: LatestSession :one
-- LatestSession returns the newest row of a key, whatever its operation and expiry. DELETE wins a tie; of two
-- STORE rows, which only another spelling of the operation allows, the one that expires later.
SELECT OPERATION, SESSION_OBJECT, TIME_CREATED, TENANT_ID, EXPIRY_TIME
FROM IDN_AUTH_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id)
  AND SESSION_TYPE = sqlc.arg(session_type)
ORDER BY TIME_CREATED DESC, UPPER(OPERATION), COALESCE(EXPIRY_TIME, 9223372036854775807) DESC
LIMIT 1;

-- name: LatestOperation :one
-- LatestOperation is LatestSession without the payload.
SELECT OPERATION, TIME_CREATED, EXPIRY_TIME
FROM IDN_AUTH_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id)
  AND SESSION_TYPE = sqlc.arg(session_type)
ORDER BY TIME_CREATED DESC, UPPER(OPERATION), COALESCE(EXPIRY_TIME, 9223372036854775807) DESC
LIMIT 1;

-- name: KeySummary :one
-- KeySummary says what a delete has to hide: the newest stamp and the latest expiry of a key, 0
-- without rows, and how many rows never expire.
SELECT COUNT(*) AS TOTAL,
  CAST(COALESCE(MAX(TIME_CREATED), 0) AS BIGINT) AS NEWEST_TIME,
  CAST(COALESCE(MAX(EXPIRY_TIME), 0) AS BIGINT) AS LATEST_EXPIRY,
  CAST(COUNT(*) - COUNT(EXPIRY_TIME) AS BIGINT) AS UNBOUNDED_COUNT
FROM IDN_AUTH_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id)
  AND SESSION_TYPE = sqlc.arg(session_type);

-- name: SessionAt :one
-- SessionAt reads one row back by its whole key, to tell a retried insert from a collision.
SELECT SESSION_OBJECT, TENANT_ID, EXPIRY_TIME
FROM IDN_AUTH_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id)
  AND SESSION_TYPE = sqlc.arg(session_type)
  AND TIME_CREATED = sqlc.arg(time_created)
  AND OPERATION = sqlc.arg(operation);

-- name: CountSessions :one
-- CountSessions counts the rows of the log.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_SESSION_STORE;

-- name: StampBoundary :one
-- StampBoundary returns the stamp of the last row of the next chunk in the order of creation: the one
-- that stands skip rows after the first. No row: the chunk runs to the end.
SELECT s.TIME_CREATED
FROM IDN_AUTH_SESSION_STORE s
WHERE s.TIME_CREATED < sqlc.arg(before)
  /* when after_time */ AND s.TIME_CREATED > sqlc.narg(after_time)::bigint /* end */
ORDER BY s.TIME_CREATED
LIMIT 1 OFFSET sqlc.arg(skip);

-- name: DeleteSuperseded :execrows
-- DeleteSuperseded deletes the rows of a chunk that a newer committed row of their key supersedes. A
-- row stamped after the cutoff supersedes nothing.
DELETE FROM IDN_AUTH_SESSION_STORE AS r
WHERE r.TIME_CREATED < sqlc.arg(before)
  /* when after_time */ AND r.TIME_CREATED > sqlc.narg(after_time)::bigint /* end */
  /* when upto_time */ AND r.TIME_CREATED <= sqlc.narg(upto_time)::bigint /* end */
  AND EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE n
    WHERE n.SESSION_ID = r.SESSION_ID AND n.SESSION_TYPE = r.SESSION_TYPE
    AND n.TIME_CREATED >= r.TIME_CREATED
    AND (n.TIME_CREATED > r.TIME_CREATED OR (UPPER(n.OPERATION) = 'DELETE' AND UPPER(r.OPERATION) <> 'DELETE'))
    AND n.TIME_CREATED <= sqlc.arg(cutoff)
    /* when newer_operation */ AND UPPER(n.OPERATION) = sqlc.narg(newer_operation)::text /* end */
    OFFSET 0 -- one index look a row, whatever the statistics say
  );

-- name: StampedIDs :many
-- StampedIDs lists the session ids of the STORE rows of one type in a chunk in the order of creation; an
-- id may come more than once.
SELECT r.SESSION_ID
FROM IDN_AUTH_SESSION_STORE r
WHERE r.TIME_CREATED < sqlc.arg(before)
  /* when after_time */ AND r.TIME_CREATED > sqlc.narg(after_time)::bigint /* end */
  /* when upto_time */ AND r.TIME_CREATED <= sqlc.narg(upto_time)::bigint /* end */
  AND r.SESSION_TYPE = sqlc.arg(session_type)
  AND UPPER(r.OPERATION) = 'STORE';

-- name: DeleteStampedExpired :execrows
-- DeleteStampedExpired is DeleteExpired in the order of creation. The sum keeps planners from the index
-- on expiry, which holds far more than the chunk.
DELETE FROM IDN_AUTH_SESSION_STORE AS r
WHERE r.TIME_CREATED < sqlc.arg(before)
  /* when after_time */ AND r.TIME_CREATED > sqlc.narg(after_time)::bigint /* end */
  /* when upto_time */ AND r.TIME_CREATED <= sqlc.narg(upto_time)::bigint /* end */
  AND r.EXPIRY_TIME + 0 < sqlc.arg(before)
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE o
    WHERE o.SESSION_ID = r.SESSION_ID AND o.SESSION_TYPE = r.SESSION_TYPE
    AND o.TIME_CREATED <= r.TIME_CREATED
    AND (o.TIME_CREATED < r.TIME_CREATED OR (UPPER(r.OPERATION) = 'DELETE' AND UPPER(o.OPERATION) <> 'DELETE'))
    OFFSET 0 -- one index look a row, whatever the statistics say
  );

-- name: StoredIDs :many
-- StoredIDs lists those of the given sessions that have a STORE row of the type; an id comes once a row.
SELECT s.SESSION_ID
FROM IDN_AUTH_SESSION_STORE s
WHERE s.SESSION_ID = ANY(sqlc.arg(session_ids)::text[])
  AND s.SESSION_TYPE = sqlc.arg(session_type)
  AND UPPER(s.OPERATION) = 'STORE';

-- name: ExpiryBoundary :one
-- ExpiryBoundary returns the last row of the next chunk of expired rows, in the order of expiry and
-- session id: the one that stands skip rows after the first.
SELECT s.EXPIRY_TIME, s.SESSION_ID
FROM IDN_AUTH_SESSION_STORE s
WHERE s.EXPIRY_TIME < sqlc.arg(before)
  /* when after_id */ AND s.EXPIRY_TIME >= sqlc.narg(after_expiry)::bigint AND (s.EXPIRY_TIME > sqlc.narg(after_expiry)::bigint OR s.SESSION_ID > sqlc.narg(after_id)::text) /* end */
ORDER BY s.EXPIRY_TIME, s.SESSION_ID
LIMIT 1 OFFSET sqlc.arg(skip);

-- name: ExpiredIDs :many
-- ExpiredIDs lists the session ids of the STORE rows of one type in a chunk of expired rows; an id may
-- come more than once.
SELECT r.SESSION_ID
FROM IDN_AUTH_SESSION_STORE r
WHERE r.EXPIRY_TIME < sqlc.arg(before)
  /* when after_id */ AND r.EXPIRY_TIME >= sqlc.narg(after_expiry)::bigint AND (r.EXPIRY_TIME > sqlc.narg(after_expiry)::bigint OR r.SESSION_ID > sqlc.narg(after_id)::text) /* end */
  /* when upto_id */ AND r.EXPIRY_TIME <= sqlc.narg(upto_expiry)::bigint AND (r.EXPIRY_TIME < sqlc.narg(upto_expiry)::bigint OR r.SESSION_ID <= sqlc.narg(upto_id)::text) /* end */
  AND r.TIME_CREATED < sqlc.arg(before)
  AND r.SESSION_TYPE = sqlc.arg(session_type)
  AND UPPER(r.OPERATION) = 'STORE';

-- name: DeleteExpired :execrows
-- DeleteExpired deletes the expired rows of a chunk that have no older row of their key left to
-- reveal.
DELETE FROM IDN_AUTH_SESSION_STORE AS r
WHERE r.EXPIRY_TIME < sqlc.arg(before)
  /* when after_id */ AND r.EXPIRY_TIME >= sqlc.narg(after_expiry)::bigint AND (r.EXPIRY_TIME > sqlc.narg(after_expiry)::bigint OR r.SESSION_ID > sqlc.narg(after_id)::text) /* end */
  /* when upto_id */ AND r.EXPIRY_TIME <= sqlc.narg(upto_expiry)::bigint AND (r.EXPIRY_TIME < sqlc.narg(upto_expiry)::bigint OR r.SESSION_ID <= sqlc.narg(upto_id)::text) /* end */
  AND r.TIME_CREATED < sqlc.arg(before)
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE o
    WHERE o.SESSION_ID = r.SESSION_ID AND o.SESSION_TYPE = r.SESSION_TYPE
    AND o.TIME_CREATED <= r.TIME_CREATED
    AND (o.TIME_CREATED < r.TIME_CREATED OR (UPPER(r.OPERATION) = 'DELETE' AND UPPER(o.OPERATION) <> 'DELETE'))
    OFFSET 0 -- one index look a row, whatever the statistics say
  );

-- name: DeleteExpiredSuperseded :execrows
-- DeleteExpiredSuperseded deletes the expired rows of a chunk that a newer committed row of their key
-- supersedes.
DELETE FROM IDN_AUTH_SESSION_STORE AS r
WHERE r.EXPIRY_TIME < sqlc.arg(before)
  /* when after_id */ AND r.EXPIRY_TIME >= sqlc.narg(after_expiry)::bigint AND (r.EXPIRY_TIME > sqlc.narg(after_expiry)::bigint OR r.SESSION_ID > sqlc.narg(after_id)::text) /* end */
  /* when upto_id */ AND r.EXPIRY_TIME <= sqlc.narg(upto_expiry)::bigint AND (r.EXPIRY_TIME < sqlc.narg(upto_expiry)::bigint OR r.SESSION_ID <= sqlc.narg(upto_id)::text) /* end */
  AND r.TIME_CREATED < sqlc.arg(before)
  AND EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE n
    WHERE n.SESSION_ID = r.SESSION_ID AND n.SESSION_TYPE = r.SESSION_TYPE
    AND n.TIME_CREATED >= r.TIME_CREATED
    AND (n.TIME_CREATED > r.TIME_CREATED OR (UPPER(n.OPERATION) = 'DELETE' AND UPPER(r.OPERATION) <> 'DELETE'))
    AND n.TIME_CREATED <= sqlc.arg(cutoff)
    OFFSET 0 -- one index look a row, whatever the statistics say
  );

-- name: LoggedIDs :many
-- LoggedIDs lists those of the given sessions that have a row of the type, whatever its operation; an
-- id comes once a row.
SELECT s.SESSION_ID
FROM IDN_AUTH_SESSION_STORE s
WHERE s.SESSION_ID = ANY(sqlc.arg(session_ids)::text[])
  AND s.SESSION_TYPE = sqlc.arg(session_type);

-- name: LatestOfSessions :many
-- LatestOfSessions lists the newest rows of the given sessions of one type, whatever their operation and
-- expiry, without payloads. DELETE wins a tie.
SELECT s.SESSION_ID, s.OPERATION, s.TIME_CREATED, s.TENANT_ID, s.EXPIRY_TIME
FROM IDN_AUTH_SESSION_STORE s
WHERE s.SESSION_ID = ANY(sqlc.arg(session_ids)::text[])
  AND s.SESSION_TYPE = sqlc.arg(session_type)
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE n
    WHERE n.SESSION_ID = s.SESSION_ID AND n.SESSION_TYPE = s.SESSION_TYPE
    AND n.TIME_CREATED >= s.TIME_CREATED
    AND (n.TIME_CREATED > s.TIME_CREATED OR (UPPER(n.OPERATION) = 'DELETE' AND UPPER(s.OPERATION) <> 'DELETE'))
    OFFSET 0 -- one index look a row, whatever the statistics say
  );
