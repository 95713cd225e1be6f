-- name: DatabaseClock :one
-- DatabaseClock returns the clock of the server in milliseconds since the epoch. In the server's own
-- time zone: neither DAYS() nor CURRENT TIMEZONE is there on every server of this protocol; the
-- dialect corrects the zone where the server tells it.
SELECT (CAST(((367 * YEAR(CURRENT_TIMESTAMP) - (7 * (YEAR(CURRENT_TIMESTAMP) + (MONTH(CURRENT_TIMESTAMP) + 9) / 12)) / 4 - (3 * ((YEAR(CURRENT_TIMESTAMP) + (MONTH(CURRENT_TIMESTAMP) - 9) / 7) / 100 + 1)) / 4 + (275 * MONTH(CURRENT_TIMESTAMP)) / 9 + DAY(CURRENT_TIMESTAMP) + 1721029) - 2440588) AS BIGINT) * 86400 + HOUR(CURRENT_TIMESTAMP) * 3600 + MINUTE(CURRENT_TIMESTAMP) * 60 + CAST(SECOND(CURRENT_TIMESTAMP) AS INTEGER)) * 1000 AS NOW_MILLIS FROM SYSIBM.SYSDUMMY1;
