-- name: DatabaseClock :one
-- DatabaseClock returns the clock of the server in milliseconds since the epoch.
SELECT CAST((CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE) - DATE '1970-01-01') * 86400000 AS NUMBER(19)) AS NOW_MILLIS FROM DUAL;
