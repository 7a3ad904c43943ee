-- An older program settles in its own way whatever changes next.
DELETE FROM unsettled_links WHERE definition_id NOT IN (SELECT id FROM definitions);
