//! The roll: who stood where in which round.

use diesel::prelude::*;

use super::campaign::{self, CampaignFilter};
use super::schema::enrolments;
use super::{AnyConnection, PageOfIds, TextFilter, filter_text};

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
    pub(crate) campaign: Option<CampaignFilter>,
    pub(crate) branch_ids: Option<Vec<i64>>,
    pub(crate) member_ids: Option<Vec<i64>>,
    pub(crate) reason: Option<TextFilter>,
    pub(crate) probationary: Option<bool>,
}

type Boxed = enrolments::BoxedQuery<'static, <AnyConnection as Connection>::Backend>;

impl Enrolment {
    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        enrolments::table.filter(enrolments::id.eq_any(ids)).select(Self::as_select()).load(conn)
    }

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

    pub(crate) fn page(
        conn: &mut AnyConnection,
        filter: &EnrolmentFilter,
        page: PageOfIds,
    ) -> QueryResult<Vec<Self>> {
        let mut query = Self::matching(conn, filter)?;
        if let Some(id) = page.after {
            query = query.filter(enrolments::id.gt(id));
        }
        query.order(enrolments::id).limit(page.limit).select(Self::as_select()).load(conn)
    }

    pub(crate) fn count(conn: &mut AnyConnection, filter: &EnrolmentFilter) -> QueryResult<i64> {
        Self::matching(conn, filter)?.count().get_result(conn)
    }

    fn matching(conn: &mut AnyConnection, filter: &EnrolmentFilter) -> QueryResult<Boxed> {
        let mut query = enrolments::table.into_boxed();
        if let Some(ids) = campaign::ids(conn, filter.campaign.as_ref())? {
            query = query.filter(enrolments::campaign_id.eq_any(ids));
        }
        if let Some(ids) = &filter.branch_ids {
            query = query.filter(enrolments::branch_id.eq_any(ids.clone()));
        }
        if let Some(ids) = &filter.member_ids {
            query = query.filter(enrolments::member_id.eq_any(ids.clone()));
        }
        if let Some(probationary) = filter.probationary {
            query = query.filter(enrolments::probationary.eq(probationary));
        }
        filter_text!(query, enrolments::reason.assume_not_null(), &filter.reason);
        Ok(query)
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
