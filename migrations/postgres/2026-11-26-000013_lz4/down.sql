DO $$
DECLARE
    place text[];
BEGIN
    FOREACH place SLICE 1 IN ARRAY ARRAY[
        ['definitions', 'content'], ['definition_versions', 'content'], ['edits', 'git_content'], ['blobs', 'bytes']
    ] LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET COMPRESSION default', place[1], place[2]);
    END LOOP;
EXCEPTION
    WHEN syntax_error OR feature_not_supported OR invalid_parameter_value THEN
        RAISE NOTICE 'this server does not compress by LZ4';
END
$$;
