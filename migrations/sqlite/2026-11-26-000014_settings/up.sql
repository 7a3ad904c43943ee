-- What owners say of their repositories: what is in force (nothing said: null), what the file itself said when it was good last,
-- the blob of the file as it was seen last, and what is to be said of it.
ALTER TABLE repositories ADD COLUMN settings BLOB;
ALTER TABLE repositories ADD COLUMN own_settings BLOB;
ALTER TABLE repositories ADD COLUMN settings_blob TEXT;
ALTER TABLE repositories ADD COLUMN settings_problems BLOB;
