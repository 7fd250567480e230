//! Rounds.

use diesel::prelude::*;

use super::schema::{campaigns, placements};
use super::{AnyConnection, TextFilter, filter_text};

/// A round of evaluations.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = campaigns, treat_none_as_default_value = false)]
pub(crate) struct Campaign {
    pub(crate) id: i64,
    pub(crate) code: String,
    pub(crate) year: i32,
    pub(crate) quarter: Option<i32>,
}

/// Which rounds.
#[derive(Debug, Clone, Default)]
pub(crate) struct CampaignFilter {
    pub(crate) code: Option<TextFilter>,
    pub(crate) year: Option<i32>,
    pub(crate) years_from: Option<i32>,
    pub(crate) years_to: Option<i32>,
}

impl Campaign {
    /// All rounds, with those that no live record is about.
    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        campaigns::table.select(Self::as_select()).load(conn)
    }

    /// The rounds that fit and in which something stands, oldest first. There are few: at most a
    /// handful a year.
    pub(crate) fn matching(
        conn: &mut AnyConnection,
        filter: &CampaignFilter,
    ) -> QueryResult<Vec<Self>> {
        let placed = placements::table.filter(placements::campaign_id.eq(campaigns::id));
        let mut query = campaigns::table
            .filter(diesel::dsl::exists(placed))
            .select(Self::as_select())
            .into_boxed();
        filter_text!(query, campaigns::code, &filter.code);
        if let Some(year) = filter.year {
            query = query.filter(campaigns::year.eq(year));
        }
        if let Some(year) = filter.years_from {
            query = query.filter(campaigns::year.ge(year));
        }
        if let Some(year) = filter.years_to {
            query = query.filter(campaigns::year.le(year));
        }
        query.order((campaigns::year.asc(), campaigns::code.asc())).load(conn)
    }

    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        campaigns::table.filter(campaigns::id.eq_any(ids)).select(Self::as_select()).load(conn)
    }
}

/// The ids of the rounds that fit; none when there is no condition.
pub(super) fn ids(
    conn: &mut AnyConnection,
    filter: Option<&CampaignFilter>,
) -> QueryResult<Option<Vec<i64>>> {
    filter
        .map(|filter| {
            Ok(Campaign::matching(conn, filter)?.into_iter().map(|campaign| campaign.id).collect())
        })
        .transpose()
}
