-- What GitHub last told of the calls that an installation has left, for all processes: an hour's allowance of REST and of GraphQL,
-- the time before which nothing is asked at all, and what was asked in the minute at hand.
CREATE TABLE quotas (
    installation_id BIGINT PRIMARY KEY NOT NULL,
    core_hourly BIGINT,
    core_remaining BIGINT,
    core_resets_at TIMESTAMP,
    graphql_hourly BIGINT,
    graphql_remaining BIGINT,
    graphql_resets_at TIMESTAMP,
    blocked_until TIMESTAMP,
    minute TIMESTAMP NOT NULL,
    core_points BIGINT NOT NULL,
    graphql_points BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

-- What one process does at a time: who is at it, when it is due again, and how far it came.
CREATE TABLE duties (
    name TEXT PRIMARY KEY NOT NULL,
    due_at TIMESTAMP NOT NULL,
    leased_until TIMESTAMP,
    attempts INTEGER NOT NULL,
    seen_until TIMESTAMP
);

-- Webhooks that GitHub lists and that never came, and what was done about each.
CREATE TABLE missed_deliveries (
    id TEXT PRIMARY KEY NOT NULL,
    attempt_id BIGINT NOT NULL,
    event TEXT NOT NULL,
    action TEXT,
    installation_id BIGINT,
    repository_id BIGINT,
    status TEXT NOT NULL,
    delivered_at TIMESTAMP NOT NULL,
    outcome TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    not_before TIMESTAMP NOT NULL,
    found_at TIMESTAMP NOT NULL
);
CREATE INDEX missed_deliveries_open ON missed_deliveries (not_before) WHERE outcome = 'asked';
CREATE INDEX missed_deliveries_by_time ON missed_deliveries (found_at);

-- When an installation is next held against what GitHub lists (null: now), and what it grants the App.
ALTER TABLE installations ADD COLUMN reconcile_at TIMESTAMP;
ALTER TABLE installations ADD COLUMN reconciled_at TIMESTAMP;
ALTER TABLE installations ADD COLUMN permissions TEXT;

ALTER TABLE repositories ADD COLUMN archived BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX wants_by_turn ON wants (look_at);
