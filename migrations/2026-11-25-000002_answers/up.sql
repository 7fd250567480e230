-- How far an import is while it is applied, for the hubs that stream it.
CREATE TABLE import_progress (
    import_id BIGINT NOT NULL PRIMARY KEY,
    phase TEXT NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL
);

-- What stands above a branch in all rounds is asked more often than in one.
DROP INDEX ancestries_by_branch;
CREATE INDEX ancestries_by_branch ON ancestries (branch_id, campaign_id);
