-- name: DatabaseClock :one
-- DatabaseClock returns the clock of the server in milliseconds since the epoch.
SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS NOW_MILLIS;
