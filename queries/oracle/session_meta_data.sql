-- name: UpsertMetaData :execrows
-- UpsertMetaData inserts a row unless it is there, and locks it where the database can do both at
-- once; where it returns 0, the row was there and TouchMetaData locks it.
-- A cast to the column's length would cut off what is too long.
INSERT INTO IDN_AUTH_SESSION_META_DATA (SESSION_ID, PROPERTY_TYPE, VALUE)
SELECT CAST(sqlc.arg(session_id) AS VARCHAR(4000)), CAST(sqlc.arg(property_type) AS VARCHAR(4000)), CAST(sqlc.arg(value) AS VARCHAR(4000)) FROM DUAL
WHERE NOT EXISTS (
  SELECT 1 FROM IDN_AUTH_SESSION_META_DATA x WHERE x.SESSION_ID = sqlc.arg(session_id) AND x.PROPERTY_TYPE = sqlc.arg(property_type) AND x.VALUE = sqlc.arg(value)
);

-- name: TouchMetaData :execrows
-- TouchMetaData changes nothing in a row and locks it until the transaction ends.
UPDATE IDN_AUTH_SESSION_META_DATA SET PROPERTY_TYPE = PROPERTY_TYPE
WHERE SESSION_ID = sqlc.arg(session_id)
  AND PROPERTY_TYPE = sqlc.arg(property_type)
  AND VALUE = sqlc.arg(value);

-- name: LockMetaData :many
-- LockMetaData lists and locks the rows of the given sessions until the transaction ends; an id comes
-- once a row.
SELECT c.SESSION_ID
FROM IDN_AUTH_SESSION_META_DATA c
WHERE c.SESSION_ID IN (sqlc.slice(session_ids))
FOR UPDATE;

-- name: DeleteEndedMetaData :execrows
-- DeleteEndedMetaData deletes the rows of those of the given sessions that have no STORE row of the
-- type left in the log.
DELETE FROM IDN_AUTH_SESSION_META_DATA c
WHERE c.SESSION_ID IN (sqlc.slice(session_ids))
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE s
    WHERE s.SESSION_ID = c.SESSION_ID
      AND s.SESSION_TYPE = sqlc.arg(session_type)
      AND UPPER(s.OPERATION) = 'STORE'
  );

-- name: DeleteMetaData :execrows
-- DeleteMetaData deletes the rows of the given sessions.
DELETE FROM IDN_AUTH_SESSION_META_DATA
WHERE SESSION_ID IN (sqlc.slice(session_ids));

-- name: CountMetaData :one
-- CountMetaData counts the rows of the table.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_SESSION_META_DATA;

-- name: MetaDataOfSession :many
-- MetaDataOfSession lists the properties of a session; VALUE belongs to the key, so a property can
-- come more than once.
SELECT PROPERTY_TYPE, VALUE
FROM IDN_AUTH_SESSION_META_DATA
WHERE SESSION_ID = sqlc.arg(session_id)
ORDER BY PROPERTY_TYPE, VALUE;

-- name: UpdateMetaData :execrows
-- UpdateMetaData sets a property of a session; 0 rows: it was not there.
UPDATE IDN_AUTH_SESSION_META_DATA SET VALUE = sqlc.arg(value)
WHERE SESSION_ID = sqlc.arg(session_id)
  AND PROPERTY_TYPE = sqlc.arg(property_type);

-- name: MetaDataBoundary :one
-- MetaDataBoundary returns the session id of the last row of the next chunk, in the database's order
-- of session ids: the one that stands skip rows after the first. No row: the chunk runs to the end.
SELECT c.SESSION_ID
FROM IDN_AUTH_SESSION_META_DATA c
/* when after_id */ WHERE c.SESSION_ID > sqlc.narg(after_id) /* end */
ORDER BY c.SESSION_ID
OFFSET sqlc.arg(skip) ROWS FETCH NEXT 1 ROWS ONLY;

-- name: OrphanedMetaData :many
-- OrphanedMetaData lists the session ids of the rows of a chunk whose session has no row of the type
-- in the log, whatever its operation; an id comes once a row.
SELECT c.SESSION_ID
FROM IDN_AUTH_SESSION_META_DATA c
WHERE NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE s
    WHERE s.SESSION_ID = c.SESSION_ID
      AND s.SESSION_TYPE = sqlc.arg(session_type)
  )
  /* when after_id */ AND c.SESSION_ID > sqlc.narg(after_id) /* end */
  /* when upto_id */ AND c.SESSION_ID <= sqlc.narg(upto_id) /* end */;

-- name: DeleteOrphanedMetaData :execrows
-- DeleteOrphanedMetaData deletes the rows of those of the given sessions that have no row of the type
-- in the log.
DELETE FROM IDN_AUTH_SESSION_META_DATA c
WHERE c.SESSION_ID IN (sqlc.slice(session_ids))
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_SESSION_STORE s
    WHERE s.SESSION_ID = c.SESSION_ID
      AND s.SESSION_TYPE = sqlc.arg(session_type)
  );

-- name: MetaDataOfSessions :many
-- MetaDataOfSessions lists the properties of the given sessions; VALUE belongs to the key, so a property
-- can come more than once.
SELECT SESSION_ID, PROPERTY_TYPE, VALUE
FROM IDN_AUTH_SESSION_META_DATA
WHERE SESSION_ID IN (sqlc.slice(session_ids));

-- name: MetaDataByKey :one
-- MetaDataByKey reads the row that the primary key takes for this one: where the collation is loose, it
-- may be of another spelling.
SELECT SESSION_ID, PROPERTY_TYPE, VALUE
FROM IDN_AUTH_SESSION_META_DATA
WHERE SESSION_ID = sqlc.arg(session_id)
  AND PROPERTY_TYPE = sqlc.arg(property_type)
  AND VALUE = sqlc.arg(value);

-- name: LockProperty :many
-- LockProperty lists the values of a property of a session in the order of the key, and locks their rows
-- until the transaction ends.
SELECT VALUE
FROM IDN_AUTH_SESSION_META_DATA
WHERE SESSION_ID = sqlc.arg(session_id)
  AND PROPERTY_TYPE = sqlc.arg(property_type)
ORDER BY VALUE
FOR UPDATE;

-- name: DeletePropertyValue :execrows
-- DeletePropertyValue deletes one value of a property of a session.
DELETE FROM IDN_AUTH_SESSION_META_DATA
WHERE SESSION_ID = sqlc.arg(session_id)
  AND PROPERTY_TYPE = sqlc.arg(property_type)
  AND VALUE = sqlc.arg(value);
