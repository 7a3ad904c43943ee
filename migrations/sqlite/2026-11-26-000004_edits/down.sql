ALTER TABLE workspaces DROP COLUMN prefers;
-- What is served in place of git's text is no text of git: these files are read again.
UPDATE repositories SET head = NULL, whole_head = NULL WHERE id IN (
    SELECT d.repository_id FROM definitions d JOIN edits e ON e.definition_id = d.id
);
UPDATE wants SET wanted = wanted + 1, wanted_whole = wanted + 1 WHERE repository_id IN (
    SELECT d.repository_id FROM definitions d JOIN edits e ON e.definition_id = d.id
);
UPDATE definitions SET seen = NULL, good_blob = NULL WHERE id IN (SELECT definition_id FROM edits);
DROP TABLE edits;
