DROP INDEX wants_by_turn;
ALTER TABLE repositories DROP COLUMN archived;
ALTER TABLE installations DROP COLUMN permissions;
ALTER TABLE installations DROP COLUMN reconciled_at;
ALTER TABLE installations DROP COLUMN reconcile_at;
DROP TABLE missed_deliveries;
DROP TABLE duties;
DROP TABLE quotas;
