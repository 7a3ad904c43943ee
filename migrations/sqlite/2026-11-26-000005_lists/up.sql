-- Lists of a kind in the order of names, which is the usual one, and of what changed.
CREATE INDEX definitions_listed ON definitions (workspace_id, kind, name, id) WHERE deleted_at IS NULL;
CREATE INDEX definitions_changed ON definitions (workspace_id, kind, updated_at, id) WHERE deleted_at IS NULL;

-- Requests that carry a key, and what they were answered. While one is being answered, its lease is renewed.
CREATE TABLE idempotency_keys (
    bearer TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    attempt TEXT NOT NULL,
    leased_until TIMESTAMP,
    status INTEGER,
    headers BLOB,
    body BLOB,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (bearer, key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);
