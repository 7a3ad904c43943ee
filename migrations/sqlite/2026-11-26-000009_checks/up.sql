-- What GitHub is owed in check runs, and what it was given: one row for each commit that is reported on.
CREATE TABLE checks (
    id TEXT PRIMARY KEY NOT NULL,
    repository_id BIGINT NOT NULL,
    head_sha TEXT NOT NULL,
    pull_number BIGINT,
    base_sha TEXT,
    base_ref TEXT,
    status TEXT NOT NULL,
    reason TEXT,
    not_before TIMESTAMP,
    attempts INTEGER NOT NULL,
    after_wanted BIGINT NOT NULL,
    asked_again BOOLEAN NOT NULL,
    revision INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    run_id BIGINT,
    unsure BOOLEAN NOT NULL,
    annotated TEXT,
    report BLOB,
    superseded_by TEXT,
    owed_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX checks_by_commit ON checks (repository_id, head_sha);
CREATE INDEX checks_owed ON checks (owed_at) WHERE status = 'owed';

-- Who writes check runs for an installation right now, how much of GitHub's allowance is spent, and what is in the way.
CREATE TABLE check_accounts (
    installation_id BIGINT PRIMARY KEY NOT NULL,
    leased_until TIMESTAMP,
    spent_until TIMESTAMP,
    blocked_until TIMESTAMP,
    reason TEXT
);

-- What the last check run said of each definition. What is not yet said stands under the check that is to say it.
CREATE TABLE told_definitions (
    definition_id TEXT NOT NULL,
    told_by TEXT NOT NULL,
    repository_id BIGINT NOT NULL,
    path TEXT,
    blob TEXT,
    seen TEXT,
    reader INTEGER NOT NULL,
    PRIMARY KEY (definition_id, told_by)
);
CREATE INDEX told_definitions_by_check ON told_definitions (repository_id, told_by);

-- What is there by now is no news.
INSERT INTO told_definitions (definition_id, told_by, repository_id, path, blob, seen, reader)
SELECT definitions.id, '', repositories.id, definitions.path, definitions.blob, definitions.seen, repositories.reader
FROM definitions JOIN repositories ON repositories.id = definitions.repository_id
WHERE definitions.source = 'github' AND definitions.deleted_at IS NULL;
