package db2

// There is no dialects.Locker here: Db2 has no named locks. A table or row lock
// ends with its transaction, so that it could not be held across the very
// transactions that it would protect, and locking goose's version table would
// stop the migration. Two migrators are kept apart by that table's rows: the
// second one's CREATE TABLE fails and is rolled back. The purge has its lease
// where the operator installed it, and is correct without.
