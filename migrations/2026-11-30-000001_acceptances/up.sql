-- A discrepancy that is as it is: by what it is about and its values, so that another value is another
-- discrepancy. 0 stands for "no round", "no branch", "no member".
CREATE TABLE acceptances (
    id BIGINT NOT NULL PRIMARY KEY,
    discrepancy_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    campaign_id BIGINT NOT NULL,
    branch_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    found TEXT NOT NULL,
    expected TEXT NOT NULL,
    note TEXT NOT NULL,
    author TEXT,
    created_at TEXT NOT NULL,
    withdrawn_at TEXT
);
