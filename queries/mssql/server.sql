-- name: DatabaseClock :one
-- DatabaseClock returns the clock of the server in milliseconds since the epoch.
SELECT DATEDIFF_BIG(MILLISECOND, '1970-01-01T00:00:00', SYSUTCDATETIME()) AS NOW_MILLIS;
