DROP INDEX definitions_imported;
CREATE TABLE sync_runs_without_jobs (
    id TEXT PRIMARY KEY NOT NULL,
    workspace_id TEXT NOT NULL,
    repository_id BIGINT NOT NULL,
    job_type TEXT NOT NULL,
    reason TEXT NOT NULL,
    priority INTEGER NOT NULL,
    number BIGINT,
    wanted BIGINT NOT NULL,
    commit_sha TEXT,
    branch TEXT,
    delivery_id TEXT,
    status TEXT NOT NULL,
    total_files INTEGER NOT NULL,
    parsed_files INTEGER NOT NULL,
    failed_files INTEGER NOT NULL,
    current_file TEXT,
    errors BLOB NOT NULL,
    superseded_by TEXT,
    created_at TIMESTAMP NOT NULL,
    started_at TIMESTAMP,
    finished_at TIMESTAMP
);
INSERT INTO sync_runs_without_jobs SELECT
    id, workspace_id, repository_id, job_type, reason, priority, number, wanted, commit_sha, branch, delivery_id,
    status, total_files, parsed_files, failed_files, current_file, errors, superseded_by, created_at, started_at,
    finished_at
FROM sync_runs WHERE repository_id IS NOT NULL;
DROP TABLE sync_runs;
ALTER TABLE sync_runs_without_jobs RENAME TO sync_runs;
CREATE INDEX sync_runs_by_workspace ON sync_runs (workspace_id, created_at);
CREATE INDEX sync_runs_open ON sync_runs (repository_id) WHERE status IN ('pending', 'processing');
ALTER TABLE wants DROP COLUMN taken;
