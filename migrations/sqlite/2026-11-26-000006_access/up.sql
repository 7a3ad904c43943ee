-- What was done, when and by whom: written by the transaction that does it.
CREATE TABLE audit (
    id TEXT PRIMARY KEY NOT NULL,
    at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    workspace_id TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    details BLOB NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_workspace ON audit (workspace_id, at);

-- Who signed in with GitHub. The user's own token is sealed with a key that only the cookie holds.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    hash TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    login TEXT NOT NULL,
    sealed_token BLOB NOT NULL,
    reach BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX sessions_by_hash ON sessions (hash);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- What repositories were called before: whoever asks by the old name is led to the same repository.
CREATE TABLE former_names (
    full_name TEXT PRIMARY KEY NOT NULL,
    repository_id BIGINT NOT NULL
);
CREATE INDEX former_names_by_repository ON former_names (repository_id);
CREATE INDEX repositories_by_any_case ON repositories (lower(full_name));
