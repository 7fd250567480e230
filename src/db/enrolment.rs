//! The roll: who stood where in which round.

use diesel::prelude::*;

use super::AnyConnection;
use super::branch::{BranchScope, in_scope};
use super::campaign::{CampaignFilter, in_rounds};
use super::condition::{Condition, Filter, Test, Tests, Where, boxed, tested};
use super::list::list;
use super::member::{MemberFilter, of_members};
use super::schema::enrolments;

/// A member on the roll of a branch in a round.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = enrolments, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Enrolment {
    pub(crate) id: i64,
    pub(crate) campaign_id: i64,
    pub(crate) member_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) position: Option<String>,
    pub(crate) probationary: bool,
    pub(crate) reason: Option<String>,
    pub(crate) reason_text: Option<String>,
}

/// Which enrolments.
#[derive(Debug, Clone, Default)]
pub(crate) struct EnrolmentFilter {
    pub(crate) campaign: Option<Where<CampaignFilter>>,
    pub(crate) branch: Option<BranchScope>,
    pub(crate) member: Option<Where<MemberFilter>>,
    pub(crate) position: Tests<String>,
    pub(crate) reason: Tests<String>,
    pub(crate) probationary: Option<bool>,
}

impl Filter for EnrolmentFilter {
    type Table = enrolments::table;

    fn conditions(&self) -> Vec<Condition<enrolments::table>> {
        let probationary = self.probationary.iter();
        let probationary = probationary.map(|it| boxed(enrolments::probationary.eq(*it)));
        probationary
            .chain(in_rounds!(enrolments, self.campaign))
            .chain(in_scope!(enrolments, self.branch))
            .chain(of_members!(enrolments, self.member))
            .chain(tested!(nullable text enrolments::position, self.position))
            .chain(tested!(nullable text enrolments::reason, self.reason))
            .collect()
    }
}

list! {
    Enrolment of enrolments where EnrolmentFilter by
    /// The columns that enrolments can be ordered by.
    EnrolmentColumn {
        IdAsc IdDesc = always id: i64,
        PositionAsc PositionDesc = maybe position: String,
    }
}

impl Enrolment {
    /// The enrolments of a round of members who are on more than one roll.
    pub(crate) fn on_several_rolls(
        conn: &mut AnyConnection,
        campaign_id: i64,
    ) -> QueryResult<Vec<Self>> {
        let twice: Vec<i64> = enrolments::table
            .filter(enrolments::campaign_id.eq(campaign_id))
            .group_by(enrolments::member_id)
            .having(diesel::dsl::count_star().gt(1))
            .select(enrolments::member_id)
            .load(conn)?;
        let mut found = Self::of_members(conn, &twice)?;
        found.retain(|row| row.campaign_id == campaign_id);
        found.sort_by_key(|row| (row.member_id, row.branch_id));
        Ok(found)
    }

    /// The enrolments of some branches.
    pub(crate) fn of_branches(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = enrolments::table.filter(enrolments::branch_id.eq_any(chunk));
            found.extend(query.select(Self::as_select()).load::<Self>(conn)?);
        }
        Ok(found)
    }

    pub(crate) fn of_members(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = enrolments::table.filter(enrolments::member_id.eq_any(chunk));
            found.extend(query.select(Self::as_select()).order(enrolments::id).load::<Self>(conn)?);
        }
        Ok(found)
    }
}
