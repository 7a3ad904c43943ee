-- References lead to a broken file by the name of its file from now on: what each means is settled again.
INSERT INTO unsettled_links SELECT id, workspace_id FROM definitions WHERE deleted_at IS NULL ON CONFLICT DO NOTHING;
