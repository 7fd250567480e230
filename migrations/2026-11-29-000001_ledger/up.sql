-- One portable folder for SQLite and PostgreSQL: keys are given by the application, no triggers,
-- no sequences, no enums. Stages are numbers in the order in which a round passes them
-- (0 self … 5 branch, 6 unstated, 7 committee; -1 in tallies is the deciding one).

CREATE TABLE state (
    id BIGINT NOT NULL PRIMARY KEY,
    generation BIGINT NOT NULL,
    next_id BIGINT NOT NULL,
    -- What the sort keys of names were made by.
    sort_keys TEXT NOT NULL
);
INSERT INTO state (id, generation, next_id, sort_keys) VALUES (1, 0, 1, '');

CREATE TABLE workbooks (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    byte_count BIGINT NOT NULL,
    format TEXT NOT NULL
);
CREATE INDEX workbooks_by_hash ON workbooks (content_hash);

CREATE TABLE imports (
    id BIGINT NOT NULL PRIMARY KEY,
    workbook_id BIGINT NOT NULL REFERENCES workbooks (id),
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    record_count BIGINT NOT NULL,
    changes TEXT NOT NULL,
    signature TEXT NOT NULL,
    replaces_id BIGINT REFERENCES imports (id),
    applied_order BIGINT NOT NULL,
    plan TEXT NOT NULL,
    -- What was said when the workbook was read, as JSON, and what all its records come to: the same
    -- bytes that are read alike change nothing.
    said TEXT NOT NULL,
    reading_hash TEXT NOT NULL
);
CREATE INDEX imports_by_workbook ON imports (workbook_id);

CREATE TABLE import_sheets (
    id BIGINT NOT NULL PRIMARY KEY,
    import_id BIGINT NOT NULL REFERENCES imports (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    hidden BOOLEAN NOT NULL,
    tables TEXT NOT NULL
);
CREATE INDEX import_sheets_by_import ON import_sheets (import_id, position);

CREATE TABLE diagnostics (
    id BIGINT NOT NULL PRIMARY KEY,
    import_id BIGINT NOT NULL REFERENCES imports (id),
    severity TEXT NOT NULL,
    code TEXT NOT NULL,
    sheet TEXT,
    cell TEXT,
    found TEXT,
    expected TEXT,
    message TEXT NOT NULL,
    hint TEXT,
    -- JSON: the cells that a question holds back, the layout and the heading it is known by, and what the
    -- column could hold.
    question TEXT
);
CREATE INDEX diagnostics_by_import ON diagnostics (import_id, id);

CREATE TABLE campaigns (
    id BIGINT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    year INTEGER NOT NULL,
    quarter INTEGER
);

CREATE TABLE rating_schemes (
    id BIGINT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    first_year INTEGER,
    last_year INTEGER
);

CREATE TABLE scheme_documents (
    id BIGINT NOT NULL PRIMARY KEY,
    scheme_id BIGINT NOT NULL REFERENCES rating_schemes (id),
    name TEXT NOT NULL,
    first_year INTEGER NOT NULL,
    last_year INTEGER
);

CREATE TABLE ratings (
    id BIGINT NOT NULL PRIMARY KEY,
    scheme_id BIGINT NOT NULL REFERENCES rating_schemes (id),
    rank INTEGER NOT NULL,
    code TEXT NOT NULL,
    label TEXT NOT NULL,
    label_en TEXT NOT NULL,
    UNIQUE (scheme_id, rank)
);

CREATE TABLE rating_aliases (
    id BIGINT NOT NULL PRIMARY KEY,
    rating_id BIGINT NOT NULL REFERENCES ratings (id),
    alias TEXT NOT NULL
);

CREATE TABLE branches (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT,
    comparison_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    sort_key BYTEA NOT NULL,
    -- Rows that no live record names stay, so that their ids come back with them.
    live BOOLEAN NOT NULL,
    merged_into BIGINT,
    alias_key TEXT
);
CREATE INDEX branches_by_key ON branches (comparison_key);
CREATE INDEX branches_by_name ON branches (sort_key, id);
CREATE INDEX branches_by_alias ON branches (alias_key);
CREATE INDEX branches_merged ON branches (merged_into);

CREATE TABLE members (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    comparison_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    sort_key BYTEA NOT NULL,
    birth_date TEXT,
    sex TEXT,
    admitted_on TEXT,
    official_on TEXT,
    -- Rows that no live record names stay, so that their ids come back with them.
    live BOOLEAN NOT NULL,
    merged_into BIGINT
);
CREATE INDEX members_by_key ON members (comparison_key);
CREATE INDEX members_by_name ON members (sort_key, id);
CREATE INDEX members_by_search_key ON members (search_key);
CREATE INDEX members_by_birth_date ON members (birth_date);
CREATE INDEX members_merged ON members (merged_into);

CREATE TABLE identifiers (
    id BIGINT NOT NULL PRIMARY KEY,
    member_id BIGINT NOT NULL REFERENCES members (id),
    value TEXT NOT NULL,
    UNIQUE (member_id, value)
);
CREATE INDEX identifiers_by_value ON identifiers (value);

CREATE TABLE records (
    id BIGINT NOT NULL PRIMARY KEY,
    import_id BIGINT NOT NULL REFERENCES imports (id),
    campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
    sheet TEXT NOT NULL,
    row_number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    live BOOLEAN NOT NULL,
    place TEXT NOT NULL,
    statement TEXT NOT NULL,
    -- The same row of a table gets the same fingerprint whenever it is imported: what was decided
    -- about it once holds again.
    fingerprint TEXT NOT NULL
);
CREATE INDEX records_by_import ON records (import_id, id);
CREATE INDEX records_by_fingerprint ON records (fingerprint);

CREATE TABLE links (
    record_id BIGINT NOT NULL PRIMARY KEY REFERENCES records (id),
    member_id BIGINT,
    branch_id BIGINT NOT NULL,
    parent_id BIGINT,
    rule TEXT NOT NULL,
    -- Whom the rules found; the ids above follow the merges made since.
    ruled_member_id BIGINT,
    ruled_branch_id BIGINT NOT NULL,
    ruled_parent_id BIGINT
);
CREATE INDEX links_by_member ON links (member_id);
CREATE INDEX links_by_branch ON links (branch_id);
CREATE INDEX links_by_ruled_member ON links (ruled_member_id);
CREATE INDEX links_by_ruled_branch ON links (ruled_branch_id);
CREATE INDEX links_by_ruled_parent ON links (ruled_parent_id);

CREATE TABLE placements (
    id BIGINT NOT NULL PRIMARY KEY,
    campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
    branch_id BIGINT NOT NULL REFERENCES branches (id),
    parent_id BIGINT REFERENCES branches (id),
    UNIQUE (campaign_id, branch_id)
);
CREATE INDEX placements_by_parent ON placements (campaign_id, parent_id);
CREATE INDEX placements_by_branch ON placements (branch_id);

CREATE TABLE ancestries (
    campaign_id BIGINT NOT NULL,
    ancestor_id BIGINT NOT NULL,
    branch_id BIGINT NOT NULL,
    depth INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, ancestor_id, branch_id)
);
-- What stands above a branch in all rounds is asked more often than in one.
CREATE INDEX ancestries_by_branch ON ancestries (branch_id, campaign_id);

CREATE TABLE enrolments (
    id BIGINT NOT NULL PRIMARY KEY,
    campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
    member_id BIGINT NOT NULL REFERENCES members (id),
    branch_id BIGINT NOT NULL REFERENCES branches (id),
    position TEXT,
    probationary BOOLEAN NOT NULL,
    reason TEXT,
    reason_text TEXT,
    UNIQUE (campaign_id, member_id, branch_id)
);
CREATE INDEX enrolments_by_branch ON enrolments (campaign_id, branch_id, id);
CREATE INDEX enrolments_by_member ON enrolments (member_id);

CREATE TABLE member_evaluations (
    id BIGINT NOT NULL PRIMARY KEY,
    campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
    member_id BIGINT NOT NULL REFERENCES members (id),
    branch_id BIGINT NOT NULL REFERENCES branches (id),
    stage INTEGER NOT NULL,
    rating_id BIGINT REFERENCES ratings (id),
    score DOUBLE PRECISION,
    deciding BOOLEAN NOT NULL,
    UNIQUE (campaign_id, member_id, branch_id, stage)
);
CREATE INDEX member_evaluations_by_branch ON member_evaluations (campaign_id, branch_id, id);
CREATE INDEX member_evaluations_by_member ON member_evaluations (member_id);

CREATE TABLE branch_evaluations (
    id BIGINT NOT NULL PRIMARY KEY,
    campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
    branch_id BIGINT NOT NULL REFERENCES branches (id),
    stage INTEGER NOT NULL,
    rating_id BIGINT REFERENCES ratings (id),
    score DOUBLE PRECISION,
    exemplary BOOLEAN NOT NULL,
    deciding BOOLEAN NOT NULL,
    UNIQUE (campaign_id, branch_id, stage)
);
CREATE INDEX branch_evaluations_by_branch ON branch_evaluations (branch_id);

CREATE TABLE reported_results (
    id BIGINT NOT NULL PRIMARY KEY,
    record_id BIGINT NOT NULL REFERENCES records (id),
    campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
    branch_id BIGINT NOT NULL REFERENCES branches (id),
    group_name TEXT,
    subject TEXT NOT NULL,
    measure TEXT NOT NULL,
    rating_id BIGINT REFERENCES ratings (id),
    stage INTEGER NOT NULL,
    relation TEXT NOT NULL,
    count BIGINT,
    percent DOUBLE PRECISION,
    cell TEXT NOT NULL,
    raw TEXT
);
CREATE INDEX reported_results_by_branch ON reported_results (campaign_id, branch_id);
CREATE INDEX reported_results_by_record ON reported_results (record_id);

CREATE TABLE commendations (
    id BIGINT NOT NULL PRIMARY KEY,
    campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
    member_id BIGINT REFERENCES members (id),
    branch_id BIGINT NOT NULL REFERENCES branches (id),
    award TEXT NOT NULL
);
CREATE INDEX commendations_by_campaign ON commendations (campaign_id, id);
CREATE INDEX commendations_by_member ON commendations (member_id);
CREATE INDEX commendations_by_branch ON commendations (branch_id);

CREATE TABLE indicators (
    id BIGINT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE
);

CREATE TABLE indicator_results (
    id BIGINT NOT NULL PRIMARY KEY,
    campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
    branch_id BIGINT NOT NULL REFERENCES branches (id),
    indicator_id BIGINT NOT NULL REFERENCES indicators (id),
    target DOUBLE PRECISION,
    actual DOUBLE PRECISION,
    percent DOUBLE PRECISION,
    UNIQUE (campaign_id, branch_id, indicator_id)
);
CREATE INDEX indicator_results_by_branch ON indicator_results (branch_id);

-- Counts by round, branch (0: all), subject, stage, measure and rating (0: none): from lists for the
-- branch itself and for its subtree, as printed for the branch, and the best of the sources.
CREATE TABLE tallies (
    campaign_id BIGINT NOT NULL,
    branch_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    stage INTEGER NOT NULL,
    measure TEXT NOT NULL,
    rating_id BIGINT NOT NULL,
    own BIGINT NOT NULL,
    counted BIGINT NOT NULL,
    reported BIGINT,
    best BIGINT,
    source TEXT NOT NULL,
    derived BOOLEAN NOT NULL,
    coverage DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (campaign_id, branch_id, subject, stage, measure, rating_id)
);

-- The scores of those in lists, for a branch with all below it (0: everything), by stage and rating
-- (0: all who were rated), with the stages that gave them as bits.
CREATE TABLE score_tallies (
    campaign_id BIGINT NOT NULL,
    branch_id BIGINT NOT NULL,
    stage INTEGER NOT NULL,
    rating_id BIGINT NOT NULL,
    scores BIGINT NOT NULL,
    sum DOUBLE PRECISION NOT NULL,
    minimum DOUBLE PRECISION NOT NULL,
    maximum DOUBLE PRECISION NOT NULL,
    stages INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, branch_id, stage, rating_id)
);

-- What a planned import will enter, until it is applied.
CREATE TABLE planned_readings (
    import_id BIGINT NOT NULL PRIMARY KEY REFERENCES imports (id),
    reading TEXT NOT NULL
);

-- What people said that columns hold which were in doubt, by the headings of their table.
CREATE TABLE answers (
    id BIGINT NOT NULL PRIMARY KEY,
    layout TEXT NOT NULL,
    heading TEXT NOT NULL,
    field TEXT NOT NULL,
    author TEXT,
    note TEXT,
    created_at TEXT NOT NULL
);

-- The branches of the office as a list gave them beforehand; a new list takes the place of all.
CREATE TABLE registered_branches (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    code TEXT,
    kind TEXT,
    parent_id BIGINT
);

CREATE TABLE workbook_contents (
    content_hash TEXT NOT NULL PRIMARY KEY,
    content BYTEA NOT NULL
);

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

-- How far an import is while it is applied, for the hubs that stream it.
CREATE TABLE import_progress (
    import_id BIGINT NOT NULL PRIMARY KEY,
    phase TEXT NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL
);
