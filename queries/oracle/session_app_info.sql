-- name: UpsertAppInfo :execrows
-- UpsertAppInfo inserts a row unless it is there, and locks it where the database can do both at once;
-- where it returns 0, the row was there and TouchAppInfo locks it.
-- A cast to the column's length would cut off what is too long.
INSERT INTO IDN_AUTH_SESSION_APP_INFO (SESSION_ID, SUBJECT, APP_ID, INBOUND_AUTH_TYPE)
SELECT CAST(sqlc.arg(session_id) AS VARCHAR(4000)), CAST(sqlc.arg(subject) AS VARCHAR(4000)), CAST(sqlc.arg(app_id) AS INTEGER), CAST(sqlc.arg(inbound_auth_type) AS VARCHAR(4000)) FROM DUAL
WHERE NOT EXISTS (
  SELECT 1 FROM IDN_AUTH_SESSION_APP_INFO x WHERE x.SESSION_ID = sqlc.arg(session_id) AND x.SUBJECT = sqlc.arg(subject) AND x.APP_ID = sqlc.arg(app_id) AND x.INBOUND_AUTH_TYPE = sqlc.arg(inbound_auth_type)
);

-- name: TouchAppInfo :execrows
-- TouchAppInfo changes nothing in a row and locks it until the transaction ends.
UPDATE IDN_AUTH_SESSION_APP_INFO SET SUBJECT = SUBJECT
WHERE SESSION_ID = sqlc.arg(session_id)
  AND SUBJECT = sqlc.arg(subject)
  AND APP_ID = sqlc.arg(app_id)
  AND INBOUND_AUTH_TYPE = sqlc.arg(inbound_auth_type);

-- name: LockAppInfo :many
-- LockAppInfo lists and locks the rows of the given sessions until the transaction ends; an id comes
-- once a row.
SELECT c.SESSION_ID
FROM IDN_AUTH_SESSION_APP_INFO c
WHERE c.SESSION_ID IN (sqlc.slice(session_ids))
FOR UPDATE;

-- name: DeleteEndedAppInfo :execrows
-- DeleteEndedAppInfo deletes the rows of those of the given sessions that have no STORE row of the
-- type left in the log.
DELETE FROM IDN_AUTH_SESSION_APP_INFO c
WHERE c.SESSION_ID IN (sqlc.slice(session_ids))
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE s
    WHERE s.SESSION_ID = c.SESSION_ID
      AND s.SESSION_TYPE = sqlc.arg(session_type)
      AND UPPER(s.OPERATION) = 'STORE'
  );

-- name: DeleteAppInfo :execrows
-- DeleteAppInfo deletes the rows of the given sessions.
DELETE FROM IDN_AUTH_SESSION_APP_INFO
WHERE SESSION_ID IN (sqlc.slice(session_ids));

-- name: CountAppInfo :one
-- CountAppInfo counts the rows of the table.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_SESSION_APP_INFO;

-- name: AppInfoOfSession :many
-- AppInfoOfSession lists the applications of a session.
SELECT SUBJECT, APP_ID, INBOUND_AUTH_TYPE
FROM IDN_AUTH_SESSION_APP_INFO
WHERE SESSION_ID = sqlc.arg(session_id)
ORDER BY APP_ID, SUBJECT, INBOUND_AUTH_TYPE;

-- name: AppInfoBoundary :one
-- AppInfoBoundary returns the session id of the last row of the next chunk, in the database's order of
-- session ids: the one that stands skip rows after the first. No row: the chunk runs to the end.
SELECT c.SESSION_ID
FROM IDN_AUTH_SESSION_APP_INFO c
/* when after_id */ WHERE c.SESSION_ID > sqlc.narg(after_id) /* end */
ORDER BY c.SESSION_ID
OFFSET sqlc.arg(skip) ROWS FETCH NEXT 1 ROWS ONLY;

-- name: OrphanedAppInfo :many
-- OrphanedAppInfo lists the session ids of the rows of a chunk whose session has no row of the type in
-- the log, whatever its operation; an id comes once a row.
SELECT c.SESSION_ID
FROM IDN_AUTH_SESSION_APP_INFO c
WHERE NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE s
    WHERE s.SESSION_ID = c.SESSION_ID
      AND s.SESSION_TYPE = sqlc.arg(session_type)
  )
  /* when after_id */ AND c.SESSION_ID > sqlc.narg(after_id) /* end */
  /* when upto_id */ AND c.SESSION_ID <= sqlc.narg(upto_id) /* end */;

-- name: DeleteOrphanedAppInfo :execrows
-- DeleteOrphanedAppInfo deletes the rows of those of the given sessions that have no row of the type
-- in the log.
DELETE FROM IDN_AUTH_SESSION_APP_INFO c
WHERE c.SESSION_ID IN (sqlc.slice(session_ids))
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE s
    WHERE s.SESSION_ID = c.SESSION_ID
      AND s.SESSION_TYPE = sqlc.arg(session_type)
  );

-- name: AppInfoOfSessions :many
-- AppInfoOfSessions lists the applications of the given sessions.
SELECT SESSION_ID, SUBJECT, APP_ID, INBOUND_AUTH_TYPE
FROM IDN_AUTH_SESSION_APP_INFO
WHERE SESSION_ID IN (sqlc.slice(session_ids));

-- name: AppInfoByKey :one
-- AppInfoByKey reads the row that the primary key takes for this one: where the collation is loose, it
-- may be of another spelling.
SELECT SESSION_ID, SUBJECT, APP_ID, INBOUND_AUTH_TYPE
FROM IDN_AUTH_SESSION_APP_INFO
WHERE SESSION_ID = sqlc.arg(session_id)
  AND SUBJECT = sqlc.arg(subject)
  AND APP_ID = sqlc.arg(app_id)
  AND INBOUND_AUTH_TYPE = sqlc.arg(inbound_auth_type);
