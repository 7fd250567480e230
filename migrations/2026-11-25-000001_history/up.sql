-- Versions of workbooks, decisions about who is who, corrections by hand, and what contradicts itself.

ALTER TABLE imports ADD COLUMN signature TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN replaces_id BIGINT;
ALTER TABLE imports ADD COLUMN applied_order BIGINT NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN plan TEXT NOT NULL DEFAULT '[]';
UPDATE imports SET applied_order = id;

-- What a planned import will enter, until it is applied.
CREATE TABLE planned_readings (
    import_id BIGINT NOT NULL PRIMARY KEY REFERENCES imports (id),
    reading TEXT NOT NULL
);

CREATE TABLE workbook_contents (
    content_hash TEXT NOT NULL PRIMARY KEY,
    content BYTEA NOT NULL
);

-- The same row of a table gets the same fingerprint whenever it is imported: what was decided
-- about it once holds again.
ALTER TABLE records ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';
CREATE INDEX records_by_fingerprint ON records (fingerprint);

-- Whom the rules found; `member_id`, `branch_id` and `parent_id` follow the merges made since.
ALTER TABLE links ADD COLUMN ruled_member_id BIGINT;
ALTER TABLE links ADD COLUMN ruled_branch_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN ruled_parent_id BIGINT;
UPDATE links SET ruled_member_id = member_id, ruled_branch_id = branch_id, ruled_parent_id = parent_id;
CREATE INDEX links_by_ruled_member ON links (ruled_member_id);
CREATE INDEX links_by_ruled_branch ON links (ruled_branch_id);
CREATE INDEX links_by_ruled_parent ON links (ruled_parent_id);

-- Rows that no live record names stay, so that their ids come back with them.
ALTER TABLE members ADD COLUMN live BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE members ADD COLUMN merged_into BIGINT;
CREATE INDEX members_by_search_key ON members (search_key);
CREATE INDEX members_by_birth_date ON members (birth_date);
CREATE INDEX members_merged ON members (merged_into);
ALTER TABLE branches ADD COLUMN live BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE branches ADD COLUMN merged_into BIGINT;
ALTER TABLE branches ADD COLUMN alias_key TEXT;
CREATE INDEX branches_by_alias ON branches (alias_key);
CREATE INDEX branches_merged ON branches (merged_into);

-- A statement by a person; it ranks above those of workbooks. 0 and -1 stand for "none".
CREATE TABLE corrections (
    id BIGINT NOT NULL PRIMARY KEY,
    target TEXT NOT NULL,
    campaign_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    branch_id BIGINT NOT NULL,
    stage INTEGER NOT NULL,
    figure TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT,
    former TEXT,
    note TEXT,
    author TEXT,
    created_at TEXT NOT NULL,
    withdrawn_at TEXT
);
CREATE INDEX corrections_by_member ON corrections (member_id);
CREATE INDEX corrections_by_branch ON corrections (branch_id);

-- MERGE: `other` is `keep`; SEPARATE: `other` was made of what was `keep`; DISTINCT: they are two.
CREATE TABLE decisions (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    keep_id BIGINT NOT NULL,
    other_id BIGINT NOT NULL,
    note TEXT,
    author TEXT,
    created_at TEXT NOT NULL,
    withdrawn_at TEXT
);

CREATE TABLE merge_candidates (
    id BIGINT NOT NULL PRIMARY KEY,
    member_id BIGINT NOT NULL REFERENCES members (id),
    other_id BIGINT NOT NULL REFERENCES members (id),
    rule TEXT NOT NULL,
    evidence TEXT NOT NULL,
    score INTEGER NOT NULL,
    UNIQUE (member_id, other_id)
);
CREATE INDEX merge_candidates_by_other ON merge_candidates (other_id);

-- Live records that contradict one another with equal right.
CREATE TABLE conflicts (
    id BIGINT NOT NULL PRIMARY KEY,
    campaign_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    branch_id BIGINT NOT NULL,
    stage INTEGER NOT NULL,
    field TEXT NOT NULL,
    record_id BIGINT NOT NULL REFERENCES records (id),
    other_record_id BIGINT NOT NULL REFERENCES records (id),
    value TEXT NOT NULL,
    other_value TEXT NOT NULL
);
CREATE INDEX conflicts_by_member ON conflicts (member_id);
CREATE INDEX conflicts_by_branch ON conflicts (branch_id);

-- From a round on, one branch stands for another: renamed, merged or split.
CREATE TABLE successions (
    id BIGINT NOT NULL PRIMARY KEY,
    campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
    predecessor_id BIGINT NOT NULL REFERENCES branches (id),
    successor_id BIGINT NOT NULL REFERENCES branches (id),
    note TEXT,
    author TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (campaign_id, predecessor_id, successor_id)
);
CREATE INDEX successions_by_successor ON successions (successor_id);
