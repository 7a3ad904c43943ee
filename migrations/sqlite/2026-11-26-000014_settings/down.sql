ALTER TABLE repositories DROP COLUMN settings_problems;
ALTER TABLE repositories DROP COLUMN settings_blob;
ALTER TABLE repositories DROP COLUMN own_settings;
ALTER TABLE repositories DROP COLUMN settings;
