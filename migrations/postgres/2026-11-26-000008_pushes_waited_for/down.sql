DROP INDEX definitions_left;
ALTER TABLE wants DROP COLUMN wanted_push;
