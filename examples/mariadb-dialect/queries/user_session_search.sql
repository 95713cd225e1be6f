-- name: StampBoundaryBack :one
-- StampBoundaryBack is StampBoundary against the order of creation: the stamp of the row that stands
-- skip rows before the last one that is older than before.
SELECT s.TIME_CREATED
FROM IDN_AUTH_SESSION_STORE s
WHERE s.TIME_CREATED < sqlc.arg(before)
ORDER BY s.TIME_CREATED DESC
OFFSET sqlc.arg(skip) ROWS FETCH NEXT 1 ROWS ONLY;

-- name: SessionIDBoundary :one
-- SessionIDBoundary returns the session id of the last row of the next chunk in the order of ids: the
-- one that stands skip rows after the first. No row: the chunk runs to the end.
SELECT s.SESSION_ID
FROM IDN_AUTH_SESSION_STORE s
/* when after_id */ WHERE s.SESSION_ID > sqlc.narg(after_id) /* end */
ORDER BY s.SESSION_ID
OFFSET sqlc.arg(skip) ROWS FETCH NEXT 1 ROWS ONLY;

-- name: SearchByStamp :many
-- SearchByStamp lists the sessions of one type that were active at an instant, as_of, by the rows that
-- had been stamped then, and whose newest row lies in a range of stamps; in the order of ids. live_at
-- is the instant of the expiry. The optional parts about other columns let through all that a filter
-- matches, and more. A session may come more than once.
SELECT s.SESSION_ID, s.TIME_CREATED
FROM IDN_AUTH_SESSION_STORE s
/* when user_id */ STRAIGHT_JOIN IDN_AUTH_USER_SESSION_MAPPING m ON m.SESSION_ID = s.SESSION_ID AND m.USER_ID = sqlc.narg(user_id) /* end */
/* when app_id */ STRAIGHT_JOIN IDN_AUTH_SESSION_APP_INFO a ON a.SESSION_ID = s.SESSION_ID AND a.APP_ID = sqlc.narg(app_id) /* end */
/* when subject_like */ STRAIGHT_JOIN IDN_AUTH_SESSION_APP_INFO b ON b.SESSION_ID = s.SESSION_ID AND LOWER(b.SUBJECT) LIKE sqlc.narg(subject_like) /* end */
/* when ip_like */ STRAIGHT_JOIN IDN_AUTH_SESSION_META_DATA i ON i.SESSION_ID = s.SESSION_ID AND i.PROPERTY_TYPE = 'IP' AND i.VALUE LIKE sqlc.narg(ip_like) /* end */
/* when agent_like */ STRAIGHT_JOIN IDN_AUTH_SESSION_META_DATA g ON g.SESSION_ID = s.SESSION_ID AND g.PROPERTY_TYPE = 'User Agent' AND LOWER(g.VALUE) LIKE sqlc.narg(agent_like) /* end */
/* when login_from */ STRAIGHT_JOIN IDN_AUTH_SESSION_META_DATA l ON l.SESSION_ID = s.SESSION_ID AND l.PROPERTY_TYPE = 'Login Time' AND (CHAR_LENGTH(l.VALUE) <> 13 OR l.VALUE >= sqlc.narg(login_from) AND l.VALUE <= sqlc.narg(login_upto)) /* end */
/* when access_from */ STRAIGHT_JOIN IDN_AUTH_SESSION_META_DATA c ON c.SESSION_ID = s.SESSION_ID AND c.PROPERTY_TYPE = 'Last Access Time' AND (CHAR_LENGTH(c.VALUE) <> 13 OR c.VALUE >= sqlc.narg(access_from) AND c.VALUE <= sqlc.narg(access_upto)) /* end */
LEFT JOIN IDN_AUTH_SESSION_STORE n FORCE INDEX (PRIMARY)
  ON n.SESSION_ID = s.SESSION_ID AND n.SESSION_TYPE = s.SESSION_TYPE
    AND n.TIME_CREATED >= s.TIME_CREATED
    AND (n.TIME_CREATED > s.TIME_CREATED OR UPPER(n.OPERATION) = 'DELETE' OR n.OPERATION > s.OPERATION AND (n.EXPIRY_TIME > sqlc.arg(live_at) OR n.EXPIRY_TIME IS NULL))
    AND n.TIME_CREATED <= sqlc.arg(as_of)
WHERE s.TIME_CREATED >= sqlc.arg(low_time) AND s.TIME_CREATED <= sqlc.arg(high_time)
  /* when tie_id */ AND (s.TIME_CREATED <> sqlc.narg(tie_time) OR s.SESSION_ID > sqlc.narg(tie_id)) /* end */
  AND s.SESSION_TYPE = sqlc.arg(session_type)
  AND UPPER(s.OPERATION) = 'STORE'
  AND (s.EXPIRY_TIME + 0 > sqlc.arg(live_at) OR s.EXPIRY_TIME IS NULL)
  /* when tenant_id */ AND (s.TENANT_ID = sqlc.narg(tenant_id) OR s.TENANT_ID = -1 OR s.TENANT_ID IS NULL) /* end */
  /* when id_like */ AND s.SESSION_ID LIKE sqlc.narg(id_like) /* end */
  AND n.SESSION_ID IS NULL
ORDER BY s.SESSION_ID;

-- name: SearchByID :many
-- SearchByID is SearchByStamp on one session, or on a range of ids: from after_id on, other spellings
-- of it included, or from beyond_id on, without those. A session may come more than once.
SELECT s.SESSION_ID, s.TIME_CREATED
FROM IDN_AUTH_SESSION_STORE s FORCE INDEX (PRIMARY)
/* when user_id */ STRAIGHT_JOIN IDN_AUTH_USER_SESSION_MAPPING m ON m.SESSION_ID = s.SESSION_ID AND m.USER_ID = sqlc.narg(user_id) /* end */
/* when app_id */ STRAIGHT_JOIN IDN_AUTH_SESSION_APP_INFO a ON a.SESSION_ID = s.SESSION_ID AND a.APP_ID = sqlc.narg(app_id) /* end */
/* when subject_like */ STRAIGHT_JOIN IDN_AUTH_SESSION_APP_INFO b ON b.SESSION_ID = s.SESSION_ID AND LOWER(b.SUBJECT) LIKE sqlc.narg(subject_like) /* end */
/* when ip_like */ STRAIGHT_JOIN IDN_AUTH_SESSION_META_DATA i ON i.SESSION_ID = s.SESSION_ID AND i.PROPERTY_TYPE = 'IP' AND i.VALUE LIKE sqlc.narg(ip_like) /* end */
/* when agent_like */ STRAIGHT_JOIN IDN_AUTH_SESSION_META_DATA g ON g.SESSION_ID = s.SESSION_ID AND g.PROPERTY_TYPE = 'User Agent' AND LOWER(g.VALUE) LIKE sqlc.narg(agent_like) /* end */
/* when login_from */ STRAIGHT_JOIN IDN_AUTH_SESSION_META_DATA l ON l.SESSION_ID = s.SESSION_ID AND l.PROPERTY_TYPE = 'Login Time' AND (CHAR_LENGTH(l.VALUE) <> 13 OR l.VALUE >= sqlc.narg(login_from) AND l.VALUE <= sqlc.narg(login_upto)) /* end */
/* when access_from */ STRAIGHT_JOIN IDN_AUTH_SESSION_META_DATA c ON c.SESSION_ID = s.SESSION_ID AND c.PROPERTY_TYPE = 'Last Access Time' AND (CHAR_LENGTH(c.VALUE) <> 13 OR c.VALUE >= sqlc.narg(access_from) AND c.VALUE <= sqlc.narg(access_upto)) /* end */
LEFT JOIN IDN_AUTH_SESSION_STORE n FORCE INDEX (PRIMARY)
  ON n.SESSION_ID = s.SESSION_ID AND n.SESSION_TYPE = s.SESSION_TYPE
    AND n.TIME_CREATED >= s.TIME_CREATED
    AND (n.TIME_CREATED > s.TIME_CREATED OR UPPER(n.OPERATION) = 'DELETE' OR n.OPERATION > s.OPERATION AND (n.EXPIRY_TIME > sqlc.arg(live_at) OR n.EXPIRY_TIME IS NULL))
    AND n.TIME_CREATED <= sqlc.arg(as_of)
WHERE s.TIME_CREATED <= sqlc.arg(as_of)
  /* when session_id */ AND s.SESSION_ID = sqlc.narg(session_id) /* end */
  /* when after_id */ AND s.SESSION_ID > sqlc.narg(after_id) /* end */
  /* when beyond_id */ AND s.SESSION_ID > sqlc.narg(beyond_id) /* end */
  /* when upto_id */ AND s.SESSION_ID <= sqlc.narg(upto_id) /* end */
  AND s.SESSION_TYPE = sqlc.arg(session_type)
  AND UPPER(s.OPERATION) = 'STORE'
  AND (s.EXPIRY_TIME + 0 > sqlc.arg(live_at) OR s.EXPIRY_TIME IS NULL)
  /* when tenant_id */ AND (s.TENANT_ID = sqlc.narg(tenant_id) OR s.TENANT_ID = -1 OR s.TENANT_ID IS NULL) /* end */
  /* when id_like */ AND s.SESSION_ID LIKE sqlc.narg(id_like) /* end */
  AND n.SESSION_ID IS NULL
ORDER BY s.SESSION_ID;

-- name: SearchByUser :many
-- SearchByUser is SearchByStamp on the sessions that are mapped to a user.
SELECT s.SESSION_ID, s.TIME_CREATED
FROM IDN_AUTH_USER_SESSION_MAPPING m
STRAIGHT_JOIN IDN_AUTH_SESSION_STORE s FORCE INDEX (PRIMARY) ON s.SESSION_ID = m.SESSION_ID
LEFT JOIN IDN_AUTH_SESSION_STORE n FORCE INDEX (PRIMARY)
  ON n.SESSION_ID = s.SESSION_ID AND n.SESSION_TYPE = s.SESSION_TYPE
    AND n.TIME_CREATED >= s.TIME_CREATED
    AND (n.TIME_CREATED > s.TIME_CREATED OR UPPER(n.OPERATION) = 'DELETE' OR n.OPERATION > s.OPERATION AND (n.EXPIRY_TIME > sqlc.arg(live_at) OR n.EXPIRY_TIME IS NULL))
    AND n.TIME_CREATED <= sqlc.arg(as_of)
WHERE m.USER_ID = sqlc.arg(user_id)
  AND s.TIME_CREATED <= sqlc.arg(as_of)
  /* when tie_id */ AND (s.TIME_CREATED <> sqlc.narg(tie_time) OR s.SESSION_ID > sqlc.narg(tie_id)) /* end */
  /* when after_id */ AND s.SESSION_ID > sqlc.narg(after_id) /* end */
  AND s.SESSION_TYPE = sqlc.arg(session_type)
  AND UPPER(s.OPERATION) = 'STORE'
  AND (s.EXPIRY_TIME + 0 > sqlc.arg(live_at) OR s.EXPIRY_TIME IS NULL)
  /* when tenant_id */ AND (s.TENANT_ID = sqlc.narg(tenant_id) OR s.TENANT_ID = -1 OR s.TENANT_ID IS NULL) /* end */
  AND n.SESSION_ID IS NULL
ORDER BY s.SESSION_ID;

-- name: SearchByApp :many
-- SearchByApp is SearchByStamp on the sessions of a subject at an application; subject is in lower
-- case and ASCII. A session may come more than once.
SELECT s.SESSION_ID, s.TIME_CREATED
FROM IDN_AUTH_SESSION_APP_INFO a
STRAIGHT_JOIN IDN_AUTH_SESSION_STORE s FORCE INDEX (PRIMARY) ON s.SESSION_ID = a.SESSION_ID
LEFT JOIN IDN_AUTH_SESSION_STORE n FORCE INDEX (PRIMARY)
  ON n.SESSION_ID = s.SESSION_ID AND n.SESSION_TYPE = s.SESSION_TYPE
    AND n.TIME_CREATED >= s.TIME_CREATED
    AND (n.TIME_CREATED > s.TIME_CREATED OR UPPER(n.OPERATION) = 'DELETE' OR n.OPERATION > s.OPERATION AND (n.EXPIRY_TIME > sqlc.arg(live_at) OR n.EXPIRY_TIME IS NULL))
    AND n.TIME_CREATED <= sqlc.arg(as_of)
WHERE a.APP_ID = sqlc.arg(app_id) AND LOWER(a.SUBJECT) = sqlc.arg(subject)
  AND s.TIME_CREATED <= sqlc.arg(as_of)
  /* when tie_id */ AND (s.TIME_CREATED <> sqlc.narg(tie_time) OR s.SESSION_ID > sqlc.narg(tie_id)) /* end */
  /* when after_id */ AND s.SESSION_ID > sqlc.narg(after_id) /* end */
  AND s.SESSION_TYPE = sqlc.arg(session_type)
  AND UPPER(s.OPERATION) = 'STORE'
  AND (s.EXPIRY_TIME + 0 > sqlc.arg(live_at) OR s.EXPIRY_TIME IS NULL)
  /* when tenant_id */ AND (s.TENANT_ID = sqlc.narg(tenant_id) OR s.TENANT_ID = -1 OR s.TENANT_ID IS NULL) /* end */
  AND n.SESSION_ID IS NULL
ORDER BY s.SESSION_ID;

-- name: MappingBeyond :one
-- MappingBeyond finds a row if more than skip sessions are mapped to a user.
SELECT m.SESSION_ID
FROM IDN_AUTH_USER_SESSION_MAPPING m
WHERE m.USER_ID = sqlc.arg(user_id)
ORDER BY m.SESSION_ID
OFFSET sqlc.arg(skip) ROWS FETCH NEXT 1 ROWS ONLY;

-- name: AppInfoBeyond :one
-- AppInfoBeyond finds a row if a subject, in lower case and ASCII, has more than skip rows at an
-- application.
SELECT a.SESSION_ID
FROM IDN_AUTH_SESSION_APP_INFO a
WHERE a.APP_ID = sqlc.arg(app_id) AND LOWER(a.SUBJECT) = sqlc.arg(subject)
ORDER BY a.SESSION_ID
OFFSET sqlc.arg(skip) ROWS FETCH NEXT 1 ROWS ONLY;

-- name: CountActiveSessions :one
-- CountActiveSessions counts the sessions of one type that are active at an instant.
SELECT COUNT(*) AS TOTAL
FROM IDN_AUTH_SESSION_STORE s
LEFT JOIN IDN_AUTH_SESSION_STORE n FORCE INDEX (PRIMARY)
  ON n.SESSION_ID = s.SESSION_ID AND n.SESSION_TYPE = s.SESSION_TYPE
    AND n.TIME_CREATED >= s.TIME_CREATED
    AND (n.TIME_CREATED > s.TIME_CREATED OR UPPER(n.OPERATION) = 'DELETE' OR n.OPERATION > s.OPERATION AND (n.EXPIRY_TIME > sqlc.arg(live_at) OR n.EXPIRY_TIME IS NULL))
WHERE s.SESSION_TYPE = sqlc.arg(session_type)
  AND UPPER(s.OPERATION) = 'STORE'
  AND (s.EXPIRY_TIME > sqlc.arg(live_at) OR s.EXPIRY_TIME IS NULL)
  /* when tenant_id */ AND (s.TENANT_ID = sqlc.narg(tenant_id) OR s.TENANT_ID = -1 OR s.TENANT_ID IS NULL) /* end */
  AND n.SESSION_ID IS NULL;
