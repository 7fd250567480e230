//! Ratings of members and of branches, by stage.

use std::collections::HashMap;

use diesel::prelude::*;

use super::AnyConnection;
use super::branch::{BranchScope, in_scope};
use super::campaign::{CampaignFilter, in_rounds};
use super::condition::{Condition, Filter, Test, Tests, Where, boxed, joined, tested};
use super::list::list;
use super::member::{MemberFilter, of_members};
use super::rating::{RatingFilter, of_ratings};
use super::schema::{ancestries, branch_evaluations, campaigns, member_evaluations};

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
    pub(crate) campaign: Option<Where<CampaignFilter>>,
    pub(crate) branch: Option<BranchScope>,
    pub(crate) member: Option<Where<MemberFilter>>,
    pub(crate) rating: Option<Where<RatingFilter>>,
    pub(crate) stage: Tests<i32>,
    pub(crate) score: Tests<f64>,
    pub(crate) deciding: Option<bool>,
}

/// Which evaluations of branches.
#[derive(Debug, Clone, Default)]
pub(crate) struct BranchEvaluationFilter {
    pub(crate) campaign: Option<Where<CampaignFilter>>,
    pub(crate) branch: Option<BranchScope>,
    pub(crate) rating: Option<Where<RatingFilter>>,
    pub(crate) stage: Tests<i32>,
    pub(crate) score: Tests<f64>,
    pub(crate) deciding: Option<bool>,
    pub(crate) exemplary: Option<bool>,
}

impl Filter for MemberEvaluationFilter {
    type Table = member_evaluations::table;

    fn conditions(&self) -> Vec<Condition<member_evaluations::table>> {
        let deciding = self.deciding.iter();
        let deciding = deciding.map(|it| boxed(member_evaluations::deciding.eq(*it)));
        deciding
            .chain(in_rounds!(member_evaluations, self.campaign))
            .chain(in_scope!(member_evaluations, self.branch))
            .chain(of_members!(member_evaluations, self.member))
            .chain(of_ratings!(member_evaluations, self.rating))
            .chain(tested!(value member_evaluations::stage, self.stage))
            .chain(tested!(nullable value member_evaluations::score, self.score))
            .collect()
    }
}

impl Filter for BranchEvaluationFilter {
    type Table = branch_evaluations::table;

    fn conditions(&self) -> Vec<Condition<branch_evaluations::table>> {
        let deciding = self.deciding.iter();
        let deciding = deciding.map(|it| boxed(branch_evaluations::deciding.eq(*it)));
        let exemplary = self.exemplary.iter();
        let exemplary = exemplary.map(|it| boxed(branch_evaluations::exemplary.eq(*it)));
        deciding
            .chain(exemplary)
            .chain(in_rounds!(branch_evaluations, self.campaign))
            .chain(in_scope!(branch_evaluations, self.branch))
            .chain(of_ratings!(branch_evaluations, self.rating))
            .chain(tested!(value branch_evaluations::stage, self.stage))
            .chain(tested!(nullable value branch_evaluations::score, self.score))
            .collect()
    }
}

list! {
    MemberEvaluation of member_evaluations where MemberEvaluationFilter by
    /// The columns that evaluations of members can be ordered by.
    MemberEvaluationColumn {
        IdAsc IdDesc = always id: i64,
        ScoreAsc ScoreDesc = maybe score: f64,
        StageAsc StageDesc = always stage: i32,
    }
}

list! {
    BranchEvaluation of branch_evaluations where BranchEvaluationFilter by
    /// The columns that evaluations of branches can be ordered by.
    BranchEvaluationColumn {
        IdAsc IdDesc = always id: i64,
        ScoreAsc ScoreDesc = maybe score: f64,
        StageAsc StageDesc = always stage: i32,
    }
}

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
            // Of a person on two rolls the same one counts every time.
            .order(member_evaluations::id)
            .into_boxed();
        if let Some(ids) = branches {
            query = query.filter(member_evaluations::branch_id.eq_any(ids.to_vec()));
        }
        let rows: Vec<(i64, i64)> = query.load(conn)?;
        Ok(rows.into_iter().collect())
    }

    pub(crate) fn of_members(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        Self::of_members_where(conn, ids, &Where::default())
    }

    /// The evaluations of some members that fit, oldest round first, then by stage.
    pub(crate) fn of_members_where(
        conn: &mut AnyConnection,
        ids: &[i64],
        filter: &Where<MemberEvaluationFilter>,
    ) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = member_evaluations::table
                .inner_join(campaigns::table)
                .filter(member_evaluations::member_id.eq_any(chunk))
                .filter(joined(filter.rows()))
                .order((campaigns::year, campaigns::code, member_evaluations::stage));
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

    /// The evaluations of some rounds that rate a branch.
    pub(crate) fn rated(conn: &mut AnyConnection, campaigns: &[i64]) -> QueryResult<Vec<Self>> {
        branch_evaluations::table
            .filter(branch_evaluations::campaign_id.eq_any(campaigns))
            .filter(branch_evaluations::rating_id.is_not_null())
            .select(Self::as_select())
            .load(conn)
    }

    /// The evaluations of some rounds that rate a branch, for each branch above it: for some, or for
    /// all where none are named.
    pub(crate) fn rated_below(
        conn: &mut AnyConnection,
        campaigns: &[i64],
        branches: Option<&[i64]>,
    ) -> QueryResult<Vec<(i64, Self)>> {
        let same = ancestries::campaign_id
            .eq(branch_evaluations::campaign_id)
            .and(ancestries::branch_id.eq(branch_evaluations::branch_id));
        let mut query = branch_evaluations::table
            .inner_join(ancestries::table.on(same))
            .filter(branch_evaluations::campaign_id.eq_any(campaigns))
            .filter(branch_evaluations::rating_id.is_not_null())
            .filter(ancestries::depth.gt(0))
            .select((ancestries::ancestor_id, Self::as_select()))
            .into_boxed();
        if let Some(ids) = branches {
            query = query.filter(ancestries::ancestor_id.eq_any(ids));
        }
        query.load(conn)
    }

    pub(crate) fn of_branches(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        Self::of_branches_where(conn, ids, &Where::default())
    }

    /// The evaluations of some branches that fit, oldest round first, then by stage.
    pub(crate) fn of_branches_where(
        conn: &mut AnyConnection,
        ids: &[i64],
        filter: &Where<BranchEvaluationFilter>,
    ) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = branch_evaluations::table
                .inner_join(campaigns::table)
                .filter(branch_evaluations::branch_id.eq_any(chunk))
                .filter(joined(filter.rows()))
                .order((campaigns::year, campaigns::code, branch_evaluations::stage));
            found.extend(query.select(Self::as_select()).load::<Self>(conn)?);
        }
        Ok(found)
    }
}

impl BranchEvaluation {
    /// The branches that have a rating in a round.
    pub(crate) fn branches_of(
        conn: &mut AnyConnection,
        campaign_id: i64,
    ) -> QueryResult<std::collections::HashSet<i64>> {
        let ids: Vec<i64> = branch_evaluations::table
            .filter(branch_evaluations::campaign_id.eq(campaign_id))
            .select(branch_evaluations::branch_id)
            .distinct()
            .load(conn)?;
        Ok(ids.into_iter().collect())
    }
}
