-- The value of wanted that the last push made: somebody waits for what follows from it, also if the whole tree is compared.
ALTER TABLE wants ADD COLUMN wanted_push BIGINT NOT NULL DEFAULT 0;

-- Definitions that a file may continue which comes or comes back.
CREATE INDEX definitions_left ON definitions (repository_id, name) WHERE gone OR deleted_at IS NOT NULL;
