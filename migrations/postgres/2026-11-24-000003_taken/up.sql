-- Whoever asks for a sync is not answered by a reading that had begun before.
ALTER TABLE wants ADD COLUMN taken BIGINT NOT NULL DEFAULT 0;
