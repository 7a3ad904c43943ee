-- What streams tell, kept for a day so that who comes back is told what was missed. Numbers are counted in the workspace's row,
-- whose lock is held until the commit: no event becomes visible before one with a lower number.
ALTER TABLE workspaces ADD COLUMN last_event BIGINT NOT NULL DEFAULT 0;

CREATE TABLE events (
    workspace_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    data BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, number)
);

CREATE INDEX events_by_time ON events (created_at);

-- Messages that no worker could read, or that came back too often.
CREATE TABLE dead_letters (
    id TEXT PRIMARY KEY NOT NULL,
    lane TEXT,
    cause TEXT NOT NULL,
    body BLOB NOT NULL,
    size BIGINT NOT NULL,
    died_at TIMESTAMP NOT NULL,
    retried_at TIMESTAMP
);

CREATE INDEX dead_letters_by_time ON dead_letters (died_at);
