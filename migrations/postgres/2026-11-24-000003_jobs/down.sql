DROP INDEX definitions_imported;
DROP INDEX sync_runs_jobs;
DELETE FROM sync_runs WHERE repository_id IS NULL;
ALTER TABLE sync_runs DROP COLUMN leased_until;
ALTER TABLE sync_runs DROP COLUMN definition_id;
ALTER TABLE sync_runs DROP COLUMN kind;
ALTER TABLE sync_runs ALTER COLUMN repository_id SET NOT NULL;
ALTER TABLE wants DROP COLUMN taken;
