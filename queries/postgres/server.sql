-- name: DatabaseClock :one
-- DatabaseClock returns the clock of the server in milliseconds since the epoch.
SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS NOW_MILLIS;
