-- What references mean is settled at the end of a run, for definitions that came, changed, moved or went since the last time.
CREATE TABLE unsettled_links (
    definition_id TEXT PRIMARY KEY NOT NULL,
    workspace_id TEXT NOT NULL
);

CREATE INDEX unsettled_links_by_workspace ON unsettled_links (workspace_id);

INSERT INTO unsettled_links SELECT id, workspace_id FROM definitions;
