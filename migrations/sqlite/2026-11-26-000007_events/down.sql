DROP TABLE dead_letters;
DROP TABLE events;
ALTER TABLE workspaces DROP COLUMN last_event;
