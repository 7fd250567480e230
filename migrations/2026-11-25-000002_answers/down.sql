DROP INDEX ancestries_by_branch;
CREATE INDEX ancestries_by_branch ON ancestries (campaign_id, branch_id);
DROP TABLE import_progress;
