DROP TABLE idempotency_keys;
DROP INDEX definitions_changed;
DROP INDEX definitions_listed;
