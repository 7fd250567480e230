//! Ratings of members and of branches, by stage.

use std::collections::HashMap;

use diesel::prelude::*;

use super::campaign::{self, CampaignFilter};
use super::schema::{branch_evaluations, member_evaluations, ratings};
use super::{AnyConnection, PageOfIds, TextFilter, filter_text};

/// What one stage made of a member.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = member_evaluations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct MemberEvaluation {
    pub(crate) id: i64,
    pub(crate) campaign_id: i64,
    pub(crate) member_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) stage: i32,
    pub(crate) rating_id: Option<i64>,
    pub(crate) score: Option<f64>,
    pub(crate) deciding: bool,
}

/// What one stage made of a branch.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = branch_evaluations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct BranchEvaluation {
    pub(crate) id: i64,
    pub(crate) campaign_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) stage: i32,
    pub(crate) rating_id: Option<i64>,
    pub(crate) score: Option<f64>,
    pub(crate) exemplary: bool,
    pub(crate) deciding: bool,
}

/// Which evaluations of members.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemberEvaluationFilter {
    pub(crate) campaign: Option<CampaignFilter>,
    pub(crate) branch_ids: Option<Vec<i64>>,
    pub(crate) member_ids: Option<Vec<i64>>,
    pub(crate) rating: Option<TextFilter>,
    pub(crate) stages: Option<Vec<i32>>,
    pub(crate) deciding: Option<bool>,
}

/// Which evaluations of branches.
#[derive(Debug, Clone, Default)]
pub(crate) struct BranchEvaluationFilter {
    pub(crate) campaign: Option<CampaignFilter>,
    pub(crate) branch_ids: Option<Vec<i64>>,
    pub(crate) rating: Option<TextFilter>,
    pub(crate) stages: Option<Vec<i32>>,
    pub(crate) deciding: Option<bool>,
    pub(crate) exemplary: Option<bool>,
}

/// The ids of the levels whose code fits, whatever their scheme.
fn rating_ids(
    conn: &mut AnyConnection,
    filter: Option<&TextFilter>,
) -> QueryResult<Option<Vec<i64>>> {
    if filter.is_none() {
        return Ok(None);
    }
    let mut query = ratings::table.select(ratings::id).into_boxed();
    filter_text!(query, ratings::code, filter);
    query.load(conn).map(Some)
}

type MembersBoxed = member_evaluations::BoxedQuery<'static, <AnyConnection as Connection>::Backend>;
type BranchesBoxed =
    branch_evaluations::BoxedQuery<'static, <AnyConnection as Connection>::Backend>;

impl MemberEvaluation {
    /// The deciding ratings of a round by member, of some branches or of all.
    pub(crate) fn decided(
        conn: &mut AnyConnection,
        campaign_id: i64,
        branches: Option<&[i64]>,
    ) -> QueryResult<HashMap<i64, i64>> {
        let mut query = member_evaluations::table
            .filter(member_evaluations::campaign_id.eq(campaign_id))
            .filter(member_evaluations::deciding.eq(true))
            .filter(member_evaluations::rating_id.is_not_null())
            .select((
                member_evaluations::member_id,
                member_evaluations::rating_id.assume_not_null(),
            ))
            .into_boxed();
        if let Some(ids) = branches {
            query = query.filter(member_evaluations::branch_id.eq_any(ids.to_vec()));
        }
        let rows: Vec<(i64, i64)> = query.load(conn)?;
        Ok(rows.into_iter().collect())
    }

    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let query = member_evaluations::table.filter(member_evaluations::id.eq_any(ids));
        query.select(Self::as_select()).load(conn)
    }

    pub(crate) fn page(
        conn: &mut AnyConnection,
        filter: &MemberEvaluationFilter,
        page: PageOfIds,
    ) -> QueryResult<Vec<Self>> {
        let mut query = Self::matching(conn, filter)?;
        if let Some(id) = page.after {
            query = query.filter(member_evaluations::id.gt(id));
        }
        query.order(member_evaluations::id).limit(page.limit).select(Self::as_select()).load(conn)
    }

    pub(crate) fn count(
        conn: &mut AnyConnection,
        filter: &MemberEvaluationFilter,
    ) -> QueryResult<i64> {
        Self::matching(conn, filter)?.count().get_result(conn)
    }

    fn matching(
        conn: &mut AnyConnection,
        filter: &MemberEvaluationFilter,
    ) -> QueryResult<MembersBoxed> {
        let mut query = member_evaluations::table.into_boxed();
        if let Some(ids) = campaign::ids(conn, filter.campaign.as_ref())? {
            query = query.filter(member_evaluations::campaign_id.eq_any(ids));
        }
        if let Some(ids) = &filter.branch_ids {
            query = query.filter(member_evaluations::branch_id.eq_any(ids.clone()));
        }
        if let Some(ids) = &filter.member_ids {
            query = query.filter(member_evaluations::member_id.eq_any(ids.clone()));
        }
        if let Some(ids) = rating_ids(conn, filter.rating.as_ref())? {
            query = query.filter(member_evaluations::rating_id.assume_not_null().eq_any(ids));
        }
        if let Some(stages) = &filter.stages {
            query = query.filter(member_evaluations::stage.eq_any(stages.clone()));
        }
        if let Some(deciding) = filter.deciding {
            query = query.filter(member_evaluations::deciding.eq(deciding));
        }
        Ok(query)
    }

    pub(crate) fn of_members(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query =
                member_evaluations::table.filter(member_evaluations::member_id.eq_any(chunk));
            let query = query.order((member_evaluations::campaign_id, member_evaluations::stage));
            found.extend(query.select(Self::as_select()).load::<Self>(conn)?);
        }
        Ok(found)
    }
}

impl BranchEvaluation {
    /// The deciding ratings of a round by branch, of some branches or of all.
    pub(crate) fn decided(
        conn: &mut AnyConnection,
        campaign_id: i64,
        branches: Option<&[i64]>,
    ) -> QueryResult<HashMap<i64, i64>> {
        let mut query = branch_evaluations::table
            .filter(branch_evaluations::campaign_id.eq(campaign_id))
            .filter(branch_evaluations::deciding.eq(true))
            .filter(branch_evaluations::rating_id.is_not_null())
            .select((
                branch_evaluations::branch_id,
                branch_evaluations::rating_id.assume_not_null(),
            ))
            .into_boxed();
        if let Some(ids) = branches {
            query = query.filter(branch_evaluations::branch_id.eq_any(ids.to_vec()));
        }
        let rows: Vec<(i64, i64)> = query.load(conn)?;
        Ok(rows.into_iter().collect())
    }

    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let query = branch_evaluations::table.filter(branch_evaluations::id.eq_any(ids));
        query.select(Self::as_select()).load(conn)
    }

    pub(crate) fn page(
        conn: &mut AnyConnection,
        filter: &BranchEvaluationFilter,
        page: PageOfIds,
    ) -> QueryResult<Vec<Self>> {
        let mut query = Self::matching(conn, filter)?;
        if let Some(id) = page.after {
            query = query.filter(branch_evaluations::id.gt(id));
        }
        query.order(branch_evaluations::id).limit(page.limit).select(Self::as_select()).load(conn)
    }

    pub(crate) fn count(
        conn: &mut AnyConnection,
        filter: &BranchEvaluationFilter,
    ) -> QueryResult<i64> {
        Self::matching(conn, filter)?.count().get_result(conn)
    }

    fn matching(
        conn: &mut AnyConnection,
        filter: &BranchEvaluationFilter,
    ) -> QueryResult<BranchesBoxed> {
        let mut query = branch_evaluations::table.into_boxed();
        if let Some(ids) = campaign::ids(conn, filter.campaign.as_ref())? {
            query = query.filter(branch_evaluations::campaign_id.eq_any(ids));
        }
        if let Some(ids) = &filter.branch_ids {
            query = query.filter(branch_evaluations::branch_id.eq_any(ids.clone()));
        }
        if let Some(ids) = rating_ids(conn, filter.rating.as_ref())? {
            query = query.filter(branch_evaluations::rating_id.assume_not_null().eq_any(ids));
        }
        if let Some(stages) = &filter.stages {
            query = query.filter(branch_evaluations::stage.eq_any(stages.clone()));
        }
        if let Some(deciding) = filter.deciding {
            query = query.filter(branch_evaluations::deciding.eq(deciding));
        }
        if let Some(exemplary) = filter.exemplary {
            query = query.filter(branch_evaluations::exemplary.eq(exemplary));
        }
        Ok(query)
    }

    pub(crate) fn of_branches(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query =
                branch_evaluations::table.filter(branch_evaluations::branch_id.eq_any(chunk));
            let query = query.order((branch_evaluations::campaign_id, branch_evaluations::stage));
            found.extend(query.select(Self::as_select()).load::<Self>(conn)?);
        }
        Ok(found)
    }
}
