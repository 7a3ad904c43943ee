-- Whoever asks for a sync is not answered by a reading that had begun before.
ALTER TABLE wants ADD COLUMN taken BIGINT NOT NULL DEFAULT 0;

-- A run may also be a job over what is stored: of a whole workspace, of one kind, or of one definition. Whoever works on one
-- renews the lease; a job whose lease is over is taken up again.
ALTER TABLE sync_runs ALTER COLUMN repository_id DROP NOT NULL;
ALTER TABLE sync_runs ADD COLUMN kind TEXT;
ALTER TABLE sync_runs ADD COLUMN definition_id TEXT;
ALTER TABLE sync_runs ADD COLUMN leased_until TIMESTAMP;
CREATE INDEX sync_runs_jobs ON sync_runs (created_at) WHERE repository_id IS NULL AND status IN ('pending', 'processing');
CREATE INDEX definitions_imported ON definitions (workspace_id, path) WHERE repository_id IS NULL;
