-- name: InsertSession :exec
-- InsertSession appends a STORE or DELETE row. Rows of the log are never updated.
INSERT INTO IDN_AUTH_SESSION_STORE (SESSION_ID, SESSION_TYPE, OPERATION, SESSION_OBJECT, TIME_CREATED, TENANT_ID, EXPIRY_TIME)
VALUES (sqlc.arg(session_id), sqlc.arg(session_type), sqlc.arg(operation), sqlc.arg(session_object), sqlc.arg(time_created), sqlc.arg(tenant_id), sqlc.narg(expiry_time));

-- name: LatestSession :one
-- LatestSession returns the newest row of a key, whatever its operation and expiry. DELETE wins a tie; of two
-- STORE rows, which only another spelling of the operation allows, the one that expires later.
SELECT OPERATION, SESSION_OBJECT, TIME_CREATED, TENANT_ID, EXPIRY_TIME
FROM IDN_AUTH_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id) AND CAST(CONVERT(SESSION_ID USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_id) USING utf8mb4) AS BINARY)
  AND SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY)
ORDER BY TIME_CREATED DESC, UPPER(OPERATION), COALESCE(EXPIRY_TIME, 9223372036854775807) DESC
LIMIT 1;

-- name: LatestOperation :one
-- LatestOperation is LatestSession without the payload.
SELECT OPERATION, TIME_CREATED, EXPIRY_TIME
FROM IDN_AUTH_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id) AND CAST(CONVERT(SESSION_ID USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_id) USING utf8mb4) AS BINARY)
  AND SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY)
ORDER BY TIME_CREATED DESC, UPPER(OPERATION), COALESCE(EXPIRY_TIME, 9223372036854775807) DESC
LIMIT 1;

-- name: KeySummary :one
-- KeySummary says what a delete has to hide: the newest stamp and the latest expiry of a key, 0
-- without rows, and how many rows never expire.
SELECT COUNT(*) AS TOTAL,
  CAST(COALESCE(MAX(TIME_CREATED), 0) AS SIGNED) AS NEWEST_TIME,
  CAST(COALESCE(MAX(EXPIRY_TIME), 0) AS SIGNED) AS LATEST_EXPIRY,
  CAST(COUNT(*) - COUNT(EXPIRY_TIME) AS SIGNED) AS UNBOUNDED_COUNT
FROM IDN_AUTH_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id) AND CAST(CONVERT(SESSION_ID USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_id) USING utf8mb4) AS BINARY)
  AND SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY);

-- name: SessionAt :one
-- SessionAt reads one row back by its whole key, to tell a retried insert from a collision.
SELECT SESSION_OBJECT, TENANT_ID, EXPIRY_TIME
FROM IDN_AUTH_SESSION_STORE
WHERE SESSION_ID = sqlc.arg(session_id) AND CAST(CONVERT(SESSION_ID USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_id) USING utf8mb4) AS BINARY)
  AND SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY)
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
  /* when after_time */ AND s.TIME_CREATED > sqlc.narg(after_time) /* end */
ORDER BY s.TIME_CREATED
LIMIT 1 OFFSET ?/* skip */;

-- name: DeleteSuperseded :execrows
-- DeleteSuperseded deletes the rows of a chunk that a newer committed row of their key supersedes. A
-- row stamped after the cutoff supersedes nothing.
DELETE r FROM IDN_AUTH_SESSION_STORE r
STRAIGHT_JOIN IDN_AUTH_SESSION_STORE n FORCE INDEX (PRIMARY)
  ON n.SESSION_ID = r.SESSION_ID AND CAST(n.SESSION_ID AS BINARY) = CAST(r.SESSION_ID AS BINARY) AND n.SESSION_TYPE = r.SESSION_TYPE AND CAST(n.SESSION_TYPE AS BINARY) = CAST(r.SESSION_TYPE AS BINARY)
    AND n.TIME_CREATED >= r.TIME_CREATED
    AND (n.TIME_CREATED > r.TIME_CREATED OR (UPPER(n.OPERATION) = 'DELETE' AND UPPER(r.OPERATION) <> 'DELETE'))
    AND n.TIME_CREATED <= sqlc.arg(cutoff)
    /* when newer_operation */ AND UPPER(n.OPERATION) = sqlc.narg(newer_operation) /* end */
WHERE r.TIME_CREATED < sqlc.arg(before)
  /* when after_time */ AND r.TIME_CREATED > sqlc.narg(after_time) /* end */
  /* when upto_time */ AND r.TIME_CREATED <= sqlc.narg(upto_time) /* end */;

-- name: StampedIDs :many
-- StampedIDs lists the session ids of the STORE rows of one type in a chunk in the order of creation; an
-- id may come more than once.
SELECT r.SESSION_ID
FROM IDN_AUTH_SESSION_STORE r
WHERE r.TIME_CREATED < sqlc.arg(before)
  /* when after_time */ AND r.TIME_CREATED > sqlc.narg(after_time) /* end */
  /* when upto_time */ AND r.TIME_CREATED <= sqlc.narg(upto_time) /* end */
  AND r.SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(r.SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY)
  AND UPPER(r.OPERATION) = 'STORE';

-- name: DeleteStampedExpired :execrows
-- DeleteStampedExpired is DeleteExpired in the order of creation. The sum keeps planners from the index
-- on expiry, which holds far more than the chunk.
DELETE r FROM IDN_AUTH_SESSION_STORE r
LEFT JOIN IDN_AUTH_SESSION_STORE o FORCE INDEX (PRIMARY)
  ON o.SESSION_ID = r.SESSION_ID AND CAST(o.SESSION_ID AS BINARY) = CAST(r.SESSION_ID AS BINARY) AND o.SESSION_TYPE = r.SESSION_TYPE AND CAST(o.SESSION_TYPE AS BINARY) = CAST(r.SESSION_TYPE AS BINARY)
    AND o.TIME_CREATED <= r.TIME_CREATED
    AND (o.TIME_CREATED < r.TIME_CREATED OR (UPPER(r.OPERATION) = 'DELETE' AND UPPER(o.OPERATION) <> 'DELETE'))
WHERE r.TIME_CREATED < sqlc.arg(before)
  /* when after_time */ AND r.TIME_CREATED > sqlc.narg(after_time) /* end */
  /* when upto_time */ AND r.TIME_CREATED <= sqlc.narg(upto_time) /* end */
  AND r.EXPIRY_TIME + 0 < sqlc.arg(before)
  AND o.SESSION_ID IS NULL;

-- name: StoredIDs :many
-- StoredIDs lists those of the given sessions that have a STORE row of the type; an id comes once a row.
SELECT s.SESSION_ID
FROM IDN_AUTH_SESSION_STORE s
WHERE s.SESSION_ID IN (sqlc.slice(session_ids)) AND CAST(CONVERT(s.SESSION_ID USING utf8mb4) AS BINARY) IN (/* each session_ids */ CAST(CONVERT(sqlc.slice(session_ids) USING utf8mb4) AS BINARY) /* end */)
  AND s.SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(s.SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY)
  AND UPPER(s.OPERATION) = 'STORE';

-- name: ExpiryBoundary :one
-- ExpiryBoundary returns the last row of the next chunk of expired rows, in the order of expiry and
-- session id: the one that stands skip rows after the first.
SELECT s.EXPIRY_TIME, s.SESSION_ID
FROM IDN_AUTH_SESSION_STORE s
WHERE s.EXPIRY_TIME < sqlc.arg(before)
  /* when after_id */ AND s.EXPIRY_TIME >= sqlc.narg(after_expiry) AND (s.EXPIRY_TIME > sqlc.narg(after_expiry) OR s.SESSION_ID > sqlc.narg(after_id)) /* end */
ORDER BY s.EXPIRY_TIME, s.SESSION_ID
LIMIT 1 OFFSET ?/* skip */;

-- name: ExpiredIDs :many
-- ExpiredIDs lists the session ids of the STORE rows of one type in a chunk of expired rows; an id may
-- come more than once.
SELECT r.SESSION_ID
FROM IDN_AUTH_SESSION_STORE r
WHERE r.EXPIRY_TIME < sqlc.arg(before)
  /* when after_id */ AND r.EXPIRY_TIME >= sqlc.narg(after_expiry) AND (r.EXPIRY_TIME > sqlc.narg(after_expiry) OR r.SESSION_ID > sqlc.narg(after_id)) /* end */
  /* when upto_id */ AND r.EXPIRY_TIME <= sqlc.narg(upto_expiry) AND (r.EXPIRY_TIME < sqlc.narg(upto_expiry) OR r.SESSION_ID <= sqlc.narg(upto_id)) /* end */
  AND r.TIME_CREATED < sqlc.arg(before)
  AND r.SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(r.SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY)
  AND UPPER(r.OPERATION) = 'STORE';

-- name: DeleteExpired :execrows
-- DeleteExpired deletes the expired rows of a chunk that have no older row of their key left to
-- reveal.
DELETE r FROM IDN_AUTH_SESSION_STORE r
LEFT JOIN IDN_AUTH_SESSION_STORE o FORCE INDEX (PRIMARY)
  ON o.SESSION_ID = r.SESSION_ID AND CAST(o.SESSION_ID AS BINARY) = CAST(r.SESSION_ID AS BINARY) AND o.SESSION_TYPE = r.SESSION_TYPE AND CAST(o.SESSION_TYPE AS BINARY) = CAST(r.SESSION_TYPE AS BINARY)
    AND o.TIME_CREATED <= r.TIME_CREATED
    AND (o.TIME_CREATED < r.TIME_CREATED OR (UPPER(r.OPERATION) = 'DELETE' AND UPPER(o.OPERATION) <> 'DELETE'))
WHERE r.EXPIRY_TIME < sqlc.arg(before)
  /* when after_id */ AND r.EXPIRY_TIME >= sqlc.narg(after_expiry) AND (r.EXPIRY_TIME > sqlc.narg(after_expiry) OR r.SESSION_ID > sqlc.narg(after_id)) /* end */
  /* when upto_id */ AND r.EXPIRY_TIME <= sqlc.narg(upto_expiry) AND (r.EXPIRY_TIME < sqlc.narg(upto_expiry) OR r.SESSION_ID <= sqlc.narg(upto_id)) /* end */
  AND r.TIME_CREATED < sqlc.arg(before)
  AND o.SESSION_ID IS NULL;

-- name: DeleteExpiredSuperseded :execrows
-- DeleteExpiredSuperseded deletes the expired rows of a chunk that a newer committed row of their key
-- supersedes.
DELETE r FROM IDN_AUTH_SESSION_STORE r
STRAIGHT_JOIN IDN_AUTH_SESSION_STORE n FORCE INDEX (PRIMARY)
  ON n.SESSION_ID = r.SESSION_ID AND CAST(n.SESSION_ID AS BINARY) = CAST(r.SESSION_ID AS BINARY) AND n.SESSION_TYPE = r.SESSION_TYPE AND CAST(n.SESSION_TYPE AS BINARY) = CAST(r.SESSION_TYPE AS BINARY)
    AND n.TIME_CREATED >= r.TIME_CREATED
    AND (n.TIME_CREATED > r.TIME_CREATED OR (UPPER(n.OPERATION) = 'DELETE' AND UPPER(r.OPERATION) <> 'DELETE'))
    AND n.TIME_CREATED <= sqlc.arg(cutoff)
WHERE r.EXPIRY_TIME < sqlc.arg(before)
  /* when after_id */ AND r.EXPIRY_TIME >= sqlc.narg(after_expiry) AND (r.EXPIRY_TIME > sqlc.narg(after_expiry) OR r.SESSION_ID > sqlc.narg(after_id)) /* end */
  /* when upto_id */ AND r.EXPIRY_TIME <= sqlc.narg(upto_expiry) AND (r.EXPIRY_TIME < sqlc.narg(upto_expiry) OR r.SESSION_ID <= sqlc.narg(upto_id)) /* end */
  AND r.TIME_CREATED < sqlc.arg(before);

-- name: LoggedIDs :many
-- LoggedIDs lists those of the given sessions that have a row of the type, whatever its operation; an
-- id comes once a row.
SELECT s.SESSION_ID
FROM IDN_AUTH_SESSION_STORE s
WHERE s.SESSION_ID IN (sqlc.slice(session_ids)) AND CAST(CONVERT(s.SESSION_ID USING utf8mb4) AS BINARY) IN (/* each session_ids */ CAST(CONVERT(sqlc.slice(session_ids) USING utf8mb4) AS BINARY) /* end */)
  AND s.SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(s.SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY);

-- name: LatestOfSessions :many
-- LatestOfSessions lists the newest rows of the given sessions of one type, whatever their operation and
-- expiry, without payloads. DELETE wins a tie.
SELECT s.SESSION_ID, s.OPERATION, s.TIME_CREATED, s.TENANT_ID, s.EXPIRY_TIME
FROM IDN_AUTH_SESSION_STORE s
LEFT JOIN IDN_AUTH_SESSION_STORE n FORCE INDEX (PRIMARY)
  ON n.SESSION_ID = s.SESSION_ID AND CAST(n.SESSION_ID AS BINARY) = CAST(s.SESSION_ID AS BINARY) AND n.SESSION_TYPE = s.SESSION_TYPE AND CAST(n.SESSION_TYPE AS BINARY) = CAST(s.SESSION_TYPE AS BINARY)
    AND n.TIME_CREATED >= s.TIME_CREATED
    AND (n.TIME_CREATED > s.TIME_CREATED OR (UPPER(n.OPERATION) = 'DELETE' AND UPPER(s.OPERATION) <> 'DELETE'))
WHERE s.SESSION_ID IN (sqlc.slice(session_ids)) AND CAST(CONVERT(s.SESSION_ID USING utf8mb4) AS BINARY) IN (/* each session_ids */ CAST(CONVERT(sqlc.slice(session_ids) USING utf8mb4) AS BINARY) /* end */)
  AND s.SESSION_TYPE = sqlc.arg(session_type) AND CAST(CONVERT(s.SESSION_TYPE USING utf8mb4) AS BINARY) = CAST(CONVERT(sqlc.arg(session_type) USING utf8mb4) AS BINARY)
  AND n.SESSION_ID IS NULL;
