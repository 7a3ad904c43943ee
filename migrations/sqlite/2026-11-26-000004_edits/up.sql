-- What was done over the API to a definition that comes from GitHub, beside what git says of it: another text, based on the
-- blob that git had (null: none), with git's own text kept; or it is hidden.
CREATE TABLE edits (
    definition_id TEXT PRIMARY KEY NOT NULL,
    hidden BOOLEAN NOT NULL,
    base_blob TEXT,
    git_content TEXT
);

-- Which side settles conflicts of edits by itself: ask (none), github or local.
ALTER TABLE workspaces ADD COLUMN prefers TEXT NOT NULL DEFAULT 'ask';
