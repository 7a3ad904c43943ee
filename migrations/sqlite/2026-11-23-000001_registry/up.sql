-- The registry: what is owed, what is on its way, and what stands.
-- Times are UTC.

CREATE TABLE workspaces (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE installations (
    id BIGINT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE repositories (
    id BIGINT PRIMARY KEY NOT NULL,
    installation_id BIGINT NOT NULL,
    workspace_id TEXT NOT NULL,
    full_name TEXT NOT NULL,
    private BOOLEAN NOT NULL,
    tracked_branch TEXT,
    default_branch TEXT,
    state TEXT NOT NULL,
    removed_at TIMESTAMP,
    branch TEXT,
    head TEXT,
    whole_head TEXT,
    synced_head TEXT,
    compared BIGINT NOT NULL,
    compared_whole BIGINT NOT NULL,
    run_number BIGINT NOT NULL,
    reader INTEGER NOT NULL,
    ignored BLOB NOT NULL,
    synced_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE wants (
    repository_id BIGINT PRIMARY KEY NOT NULL,
    wanted BIGINT NOT NULL,
    wanted_whole BIGINT NOT NULL,
    not_before TIMESTAMP,
    reason TEXT,
    attempts INTEGER NOT NULL,
    leased_until TIMESTAMP,
    repair_at TIMESTAMP,
    repair_attempts INTEGER NOT NULL,
    urgent BOOLEAN NOT NULL,
    look_at TIMESTAMP NOT NULL,
    announced_head TEXT
);

CREATE TABLE wanted_folders (
    repository_id BIGINT NOT NULL,
    folder TEXT NOT NULL,
    wanted BIGINT NOT NULL,
    PRIMARY KEY (repository_id, folder)
) WITHOUT ROWID;

CREATE TABLE deliveries (
    id TEXT PRIMARY KEY NOT NULL,
    event TEXT NOT NULL,
    action TEXT,
    installation_id BIGINT,
    repository_id BIGINT,
    git_ref TEXT,
    before TEXT,
    after TEXT,
    outcome TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    times INTEGER NOT NULL,
    last_received_at TIMESTAMP NOT NULL
);

CREATE TABLE sync_runs (
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

CREATE TABLE sync_queue (
    id TEXT PRIMARY KEY NOT NULL,
    repository_id BIGINT NOT NULL,
    path TEXT NOT NULL,
    run_id TEXT NOT NULL,
    run_number BIGINT NOT NULL,
    source_type TEXT NOT NULL,
    blob TEXT NOT NULL,
    size BIGINT NOT NULL,
    support BLOB NOT NULL,
    seen TEXT NOT NULL,
    commit_sha TEXT NOT NULL,
    branch TEXT NOT NULL,
    delivery_id TEXT,
    priority INTEGER NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    not_before TIMESTAMP,
    published_at TIMESTAMP,
    error TEXT,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE definitions (
    id TEXT PRIMARY KEY NOT NULL,
    workspace_id TEXT NOT NULL,
    repository_id BIGINT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    title TEXT,
    description TEXT,
    source TEXT NOT NULL,
    path TEXT,
    depth INTEGER NOT NULL,
    branch TEXT,
    commit_sha TEXT,
    good_blob TEXT,
    blob TEXT,
    seen TEXT,
    content TEXT NOT NULL,
    frontmatter BLOB NOT NULL,
    attributes BLOB NOT NULL,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    error TEXT,
    conflict BLOB,
    pending BOOLEAN NOT NULL,
    diagnostics BLOB NOT NULL,
    file_size BIGINT NOT NULL,
    line_count INTEGER NOT NULL,
    gone BOOLEAN NOT NULL,
    synced_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP
);

CREATE TABLE definition_versions (
    definition_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    frontmatter BLOB NOT NULL,
    path TEXT,
    commit_sha TEXT,
    blob TEXT,
    changed_at TIMESTAMP NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (definition_id, version)
);

CREATE TABLE definition_references (
    definition_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    reference_kind TEXT NOT NULL,
    target_kind TEXT,
    target TEXT NOT NULL,
    line INTEGER NOT NULL,
    resolved_id TEXT,
    PRIMARY KEY (definition_id, position)
) WITHOUT ROWID;

CREATE TABLE blobs (
    repository_id BIGINT NOT NULL,
    sha TEXT NOT NULL,
    bytes BLOB NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    PRIMARY KEY (repository_id, sha)
);

CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    workspace_id TEXT,
    role TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP
);

CREATE INDEX repositories_by_workspace ON repositories (workspace_id);
CREATE INDEX repositories_by_name ON repositories (full_name);
CREATE INDEX repositories_by_installation ON repositories (installation_id);

CREATE INDEX deliveries_by_repository ON deliveries (repository_id, received_at);
CREATE INDEX deliveries_by_time ON deliveries (received_at);

CREATE INDEX sync_runs_by_workspace ON sync_runs (workspace_id, created_at);
CREATE INDEX sync_runs_open ON sync_runs (repository_id) WHERE status IN ('pending', 'processing');

CREATE UNIQUE INDEX sync_queue_file ON sync_queue (repository_id, path);
CREATE INDEX sync_queue_due ON sync_queue (priority, created_at) WHERE status = 'pending';

CREATE UNIQUE INDEX definitions_live_file ON definitions (repository_id, path) WHERE deleted_at IS NULL;
CREATE INDEX definitions_file ON definitions (repository_id, path);
CREATE INDEX definitions_by_name ON definitions (workspace_id, kind, name);
CREATE INDEX definitions_by_source ON definitions (workspace_id, source);
CREATE INDEX definitions_in_trouble ON definitions (workspace_id, status) WHERE status <> 'synced' AND deleted_at IS NULL;
CREATE INDEX definitions_gone ON definitions (repository_id) WHERE gone;

CREATE INDEX definition_references_by_target ON definition_references (workspace_id, target);
CREATE INDEX definition_references_resolved ON definition_references (resolved_id);

CREATE UNIQUE INDEX api_tokens_by_hash ON api_tokens (hash);

CREATE VIEW agent_definitions AS
SELECT d.id, d.workspace_id, d.repository_id, r.full_name AS source_repository, d.path, d.scope, d.name, d.title, d.description,
    d.source, d.branch, d.commit_sha, d.blob, d.content, d.frontmatter, d.version, d.status, d.error, d.diagnostics,
    d.file_size, d.line_count, d.synced_at, d.created_at, d.updated_at,
    d.attributes ->> 'model' AS model,
    d.attributes ->> 'readonly' AS readonly,
    d.attributes ->> 'isBackground' AS is_background
FROM definitions d
LEFT JOIN repositories r ON r.id = d.repository_id
WHERE d.kind = 'agent' AND d.deleted_at IS NULL;

CREATE VIEW command_definitions AS
SELECT d.id, d.workspace_id, d.repository_id, r.full_name AS source_repository, d.path, d.scope, d.name, d.title, d.description,
    d.source, d.branch, d.commit_sha, d.blob, d.content, d.frontmatter, d.version, d.status, d.error, d.diagnostics,
    d.file_size, d.line_count, d.synced_at, d.created_at, d.updated_at,
    d.attributes -> 'triggerPhrases' AS trigger_phrases,
    d.attributes -> 'agentsInvoked' AS agents_invoked,
    d.attributes -> 'skillsInvoked' AS skills_invoked
FROM definitions d
LEFT JOIN repositories r ON r.id = d.repository_id
WHERE d.kind = 'command' AND d.deleted_at IS NULL;

CREATE VIEW rule_definitions AS
SELECT d.id, d.workspace_id, d.repository_id, r.full_name AS source_repository, d.path, d.scope, d.name, d.title, d.description,
    d.source, d.branch, d.commit_sha, d.blob, d.content, d.frontmatter, d.version, d.status, d.error, d.diagnostics,
    d.file_size, d.line_count, d.synced_at, d.created_at, d.updated_at,
    d.attributes -> 'globPatterns' AS glob_patterns,
    d.attributes ->> 'alwaysApply' AS always_apply,
    d.attributes ->> 'ruleType' AS rule_type
FROM definitions d
LEFT JOIN repositories r ON r.id = d.repository_id
WHERE d.kind = 'rule' AND d.deleted_at IS NULL;

CREATE VIEW skill_definitions AS
SELECT d.id, d.workspace_id, d.repository_id, r.full_name AS source_repository, d.path, d.scope, d.name, d.title, d.description,
    d.source, d.branch, d.commit_sha, d.blob, d.content, d.frontmatter, d.version, d.status, d.error, d.diagnostics,
    d.file_size, d.line_count, d.synced_at, d.created_at, d.updated_at,
    d.attributes -> 'supportFiles' AS support_files,
    d.attributes -> 'paths' AS paths,
    (SELECT json_group_array(DISTINCT t.name) FROM definition_references x JOIN definitions t ON t.id = x.resolved_id WHERE x.definition_id = d.id) AS depends_on,
    (SELECT json_group_array(DISTINCT s.name) FROM definition_references x JOIN definitions s ON s.id = x.definition_id WHERE x.resolved_id = d.id AND s.deleted_at IS NULL) AS referenced_by
FROM definitions d
LEFT JOIN repositories r ON r.id = d.repository_id
WHERE d.kind = 'skill' AND d.deleted_at IS NULL;
