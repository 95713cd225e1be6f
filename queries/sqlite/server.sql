-- name: DatabaseClock :one
-- DatabaseClock returns the clock of the server in milliseconds since the epoch.
SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) AS NOW_MILLIS;
