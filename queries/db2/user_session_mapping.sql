-- name: UpsertMapping :execrows
-- UpsertMapping inserts a row unless it is there, and locks it where the database can do both at once;
-- where it returns 0, the row was there and TouchMapping locks it.
-- A cast to the column's length would cut off what is too long.
INSERT INTO IDN_AUTH_USER_SESSION_MAPPING (USER_ID, SESSION_ID)
SELECT CAST(sqlc.arg(user_id) AS VARCHAR(4000)), CAST(sqlc.arg(session_id) AS VARCHAR(4000)) FROM SYSIBM.SYSDUMMY1
WHERE NOT EXISTS (
  SELECT 1 FROM IDN_AUTH_USER_SESSION_MAPPING x WHERE x.USER_ID = sqlc.arg(user_id) AND x.SESSION_ID = sqlc.arg(session_id)
);

-- name: TouchMapping :execrows
-- TouchMapping changes nothing in a row and locks it until the transaction ends.
UPDATE IDN_AUTH_USER_SESSION_MAPPING SET USER_ID = USER_ID
WHERE USER_ID = sqlc.arg(user_id) AND USER_ID || '.' = CAST(sqlc.arg(user_id) AS VARCHAR(255)) || '.'
  AND SESSION_ID = sqlc.arg(session_id) AND SESSION_ID || '.' = CAST(sqlc.arg(session_id) AS VARCHAR(255)) || '.';

-- name: LockMappings :many
-- LockMappings lists and locks the rows of the given sessions until the transaction ends; an id comes
-- once a row.
SELECT c.SESSION_ID
FROM IDN_AUTH_USER_SESSION_MAPPING c
WHERE c.SESSION_ID IN (sqlc.slice(session_ids)) AND c.SESSION_ID || '.' IN (/* each session_ids */ CAST(sqlc.slice(session_ids) AS VARCHAR(255)) || '.' /* end */)
FOR UPDATE WITH RS;

-- name: DeleteEndedMappings :execrows
-- DeleteEndedMappings deletes the rows of those of the given sessions that have no STORE row of the
-- type left in the log.
DELETE FROM IDN_AUTH_USER_SESSION_MAPPING c
WHERE c.SESSION_ID IN (sqlc.slice(session_ids)) AND c.SESSION_ID || '.' IN (/* each session_ids */ CAST(sqlc.slice(session_ids) AS VARCHAR(255)) || '.' /* end */)
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE s
    WHERE s.SESSION_ID = c.SESSION_ID AND s.SESSION_ID || '.' = c.SESSION_ID || '.'
      AND s.SESSION_TYPE = sqlc.arg(session_type) AND s.SESSION_TYPE || '.' = CAST(sqlc.arg(session_type) AS VARCHAR(100)) || '.'
      AND UPPER(s.OPERATION) = 'STORE'
  );

-- name: DeleteMappings :execrows
-- DeleteMappings deletes the rows of the given sessions.
DELETE FROM IDN_AUTH_USER_SESSION_MAPPING
WHERE SESSION_ID IN (sqlc.slice(session_ids)) AND SESSION_ID || '.' IN (/* each session_ids */ CAST(sqlc.slice(session_ids) AS VARCHAR(255)) || '.' /* end */);

-- name: CountMappings :one
-- CountMappings counts the rows of the table.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_USER_SESSION_MAPPING;

-- name: SessionIDsOfUser :many
-- SessionIDsOfUser lists all sessions mapped to a user, live or not.
SELECT SESSION_ID
FROM IDN_AUTH_USER_SESSION_MAPPING
WHERE USER_ID = sqlc.arg(user_id) AND USER_ID || '.' = CAST(sqlc.arg(user_id) AS VARCHAR(255)) || '.'
ORDER BY SESSION_ID;

-- name: UserIDsOfSession :many
-- UserIDsOfSession lists the users mapped to a session.
SELECT USER_ID
FROM IDN_AUTH_USER_SESSION_MAPPING
WHERE SESSION_ID = sqlc.arg(session_id) AND SESSION_ID || '.' = CAST(sqlc.arg(session_id) AS VARCHAR(255)) || '.'
ORDER BY USER_ID;

-- name: MappingBoundary :one
-- MappingBoundary returns the session id of the last row of the next chunk, in the database's order of
-- session ids: the one that stands skip rows after the first. No row: the chunk runs to the end.
SELECT c.SESSION_ID
FROM IDN_AUTH_USER_SESSION_MAPPING c
/* when after_id */ WHERE c.SESSION_ID > sqlc.narg(after_id) /* end */
ORDER BY c.SESSION_ID
OFFSET sqlc.arg(skip) ROWS FETCH NEXT 1 ROWS ONLY;

-- name: OrphanedMappings :many
-- OrphanedMappings lists the session ids of the rows of a chunk whose session has no row of the type
-- in the log, whatever its operation; an id comes once a row.
SELECT c.SESSION_ID
FROM IDN_AUTH_USER_SESSION_MAPPING c
WHERE NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE s
    WHERE s.SESSION_ID = c.SESSION_ID AND s.SESSION_ID || '.' = c.SESSION_ID || '.'
      AND s.SESSION_TYPE = sqlc.arg(session_type) AND s.SESSION_TYPE || '.' = CAST(sqlc.arg(session_type) AS VARCHAR(100)) || '.'
  )
  /* when after_id */ AND c.SESSION_ID > sqlc.narg(after_id) /* end */
  /* when upto_id */ AND c.SESSION_ID <= sqlc.narg(upto_id) /* end */;

-- name: DeleteOrphanedMappings :execrows
-- DeleteOrphanedMappings deletes the rows of those of the given sessions that have no row of the type
-- in the log.
DELETE FROM IDN_AUTH_USER_SESSION_MAPPING c
WHERE c.SESSION_ID IN (sqlc.slice(session_ids)) AND c.SESSION_ID || '.' IN (/* each session_ids */ CAST(sqlc.slice(session_ids) AS VARCHAR(255)) || '.' /* end */)
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE s
    WHERE s.SESSION_ID = c.SESSION_ID AND s.SESSION_ID || '.' = c.SESSION_ID || '.'
      AND s.SESSION_TYPE = sqlc.arg(session_type) AND s.SESSION_TYPE || '.' = CAST(sqlc.arg(session_type) AS VARCHAR(100)) || '.'
  );

-- name: MappingsOfSessions :many
-- MappingsOfSessions lists the users mapped to the given sessions.
SELECT SESSION_ID, USER_ID
FROM IDN_AUTH_USER_SESSION_MAPPING
WHERE SESSION_ID IN (sqlc.slice(session_ids)) AND SESSION_ID || '.' IN (/* each session_ids */ CAST(sqlc.slice(session_ids) AS VARCHAR(255)) || '.' /* end */);

-- name: MappingByKey :one
-- MappingByKey reads the row that the unique key takes for this one: where the collation is loose, it may
-- be of another spelling.
SELECT USER_ID, SESSION_ID
FROM IDN_AUTH_USER_SESSION_MAPPING
WHERE USER_ID = sqlc.arg(user_id)
  AND SESSION_ID = sqlc.arg(session_id);
