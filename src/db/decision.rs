//! Who is who, as people decided it; pairs that wait for a decision; branches that follow others.

use diesel::prelude::*;

use super::AnyConnection;
use super::schema::{branches, decisions, members, merge_candidates, successions};

/// A decision about two members or two branches: MERGE, SEPARATE or DISTINCT.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = decisions, treat_none_as_default_value = false)]
pub(crate) struct Decision {
    pub(crate) id: i64,
    pub(crate) kind: String,
    pub(crate) subject: String,
    pub(crate) keep_id: i64,
    pub(crate) other_id: i64,
    pub(crate) note: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) created_at: String,
    pub(crate) withdrawn_at: Option<String>,
}

/// Two members who may be one; `member_id` is the smaller id. A greater score is likelier.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = merge_candidates)]
pub(crate) struct MergeCandidate {
    pub(crate) id: i64,
    pub(crate) member_id: i64,
    pub(crate) other_id: i64,
    pub(crate) rule: String,
    pub(crate) evidence: String,
    pub(crate) score: i32,
}

/// From a round on, a branch stands for another one.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = successions, treat_none_as_default_value = false)]
pub(crate) struct Succession {
    pub(crate) id: i64,
    pub(crate) campaign_id: i64,
    pub(crate) predecessor_id: i64,
    pub(crate) successor_id: i64,
    pub(crate) note: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) created_at: String,
}

impl Decision {
    /// Those that stand, earlier ones first.
    pub(crate) fn standing(conn: &mut AnyConnection, subject: &str) -> QueryResult<Vec<Self>> {
        decisions::table
            .filter(decisions::withdrawn_at.is_null())
            .filter(decisions::subject.eq(subject.to_owned()))
            .order(decisions::id)
            .select(Self::as_select())
            .load(conn)
    }

    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        decisions::table.order(decisions::id).select(Self::as_select()).load(conn)
    }

    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        decisions::table.filter(decisions::id.eq_any(ids)).select(Self::as_select()).load(conn)
    }
}

impl MergeCandidate {
    /// The pairs of which one member is among those given.
    pub(crate) fn of_members(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found: Vec<Self> = Vec::new();
        for chunk in ids.chunks(10_000) {
            let first = merge_candidates::table.filter(merge_candidates::member_id.eq_any(chunk));
            found.extend(first.select(Self::as_select()).load::<Self>(conn)?);
            let second = merge_candidates::table.filter(merge_candidates::other_id.eq_any(chunk));
            found.extend(second.select(Self::as_select()).load::<Self>(conn)?);
        }
        found.sort_by_key(|row| row.id);
        found.dedup_by_key(|row| row.id);
        Ok(found)
    }

    /// The likeliest pairs first; `after` is the score and the id of the last one before.
    pub(crate) fn page(
        conn: &mut AnyConnection,
        after: Option<(i32, i64)>,
        limit: i64,
    ) -> QueryResult<Vec<Self>> {
        let mut query = merge_candidates::table.select(Self::as_select()).into_boxed();
        if let Some((score, id)) = after {
            let behind = merge_candidates::score
                .lt(score)
                .or(merge_candidates::score.eq(score).and(merge_candidates::id.gt(id)));
            query = query.filter(behind);
        }
        query
            .order((merge_candidates::score.desc(), merge_candidates::id.asc()))
            .limit(limit)
            .load(conn)
    }

    pub(crate) fn count(conn: &mut AnyConnection) -> QueryResult<i64> {
        merge_candidates::table.count().get_result(conn)
    }
}

impl Succession {
    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        successions::table
            .order((successions::campaign_id, successions::id))
            .select(Self::as_select())
            .load(conn)
    }
}

/// Of whom each merged member is a part: pairs of ids, followed one step.
pub(crate) fn merged_members(conn: &mut AnyConnection) -> QueryResult<Vec<(i64, i64)>> {
    members::table
        .filter(members::merged_into.is_not_null())
        .select((members::id, members::merged_into.assume_not_null()))
        .load(conn)
}

/// Of what each merged branch is a part: pairs of ids, followed one step.
pub(crate) fn merged_branches(conn: &mut AnyConnection) -> QueryResult<Vec<(i64, i64)>> {
    branches::table
        .filter(branches::merged_into.is_not_null())
        .select((branches::id, branches::merged_into.assume_not_null()))
        .load(conn)
}
