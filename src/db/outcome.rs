//! Figures as printed, commendations, indicators and their results.

use diesel::prelude::*;

use super::campaign::{self, CampaignFilter};
use super::schema::{commendations, indicator_results, indicators, records, reported_results};
use super::{AnyConnection, PageOfIds, TextFilter, filter_text};

/// A figure as printed.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = reported_results, treat_none_as_default_value = false)]
pub(crate) struct ReportedResult {
    pub(crate) id: i64,
    pub(crate) record_id: i64,
    pub(crate) campaign_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) group_name: Option<String>,
    pub(crate) subject: String,
    pub(crate) measure: String,
    pub(crate) rating_id: Option<i64>,
    pub(crate) stage: i32,
    pub(crate) relation: String,
    pub(crate) count: Option<i64>,
    pub(crate) percent: Option<f64>,
    pub(crate) cell: String,
    pub(crate) raw: Option<String>,
}

/// An award to a member or, where none is named, to a branch.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = commendations, treat_none_as_default_value = false)]
pub(crate) struct Commendation {
    pub(crate) id: i64,
    pub(crate) campaign_id: i64,
    pub(crate) member_id: Option<i64>,
    pub(crate) branch_id: i64,
    pub(crate) award: String,
}

/// Something that has a target.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = indicators)]
pub(crate) struct Indicator {
    pub(crate) id: i64,
    pub(crate) code: String,
}

/// A target and what was achieved.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = indicator_results, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct IndicatorResult {
    pub(crate) id: i64,
    pub(crate) campaign_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) indicator_id: i64,
    pub(crate) target: Option<f64>,
    pub(crate) actual: Option<f64>,
    pub(crate) percent: Option<f64>,
}

/// Which printed figures.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReportedResultFilter {
    pub(crate) campaign: Option<CampaignFilter>,
    pub(crate) branch_ids: Option<Vec<i64>>,
    pub(crate) subject: Option<String>,
    pub(crate) measure: Option<TextFilter>,
}

/// Which commendations.
#[derive(Debug, Clone, Default)]
pub(crate) struct CommendationFilter {
    pub(crate) campaign: Option<CampaignFilter>,
    pub(crate) branch_ids: Option<Vec<i64>>,
}

/// Which results of indicators.
#[derive(Debug, Clone, Default)]
pub(crate) struct IndicatorResultFilter {
    pub(crate) campaign: Option<CampaignFilter>,
    pub(crate) branch_ids: Option<Vec<i64>>,
    pub(crate) indicator: Option<TextFilter>,
}

impl ReportedResult {
    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let query = reported_results::table.filter(reported_results::id.eq_any(ids));
        query.select(Self::as_select()).load(conn)
    }

    /// The figures of a round, each with the import and the sheet that it comes from.
    pub(crate) fn on_sheets(
        conn: &mut AnyConnection,
        campaign_id: i64,
    ) -> QueryResult<Vec<(Self, i64, String)>> {
        reported_results::table
            .inner_join(records::table)
            .filter(reported_results::campaign_id.eq(campaign_id))
            .order(reported_results::id)
            .select((Self::as_select(), records::import_id, records::sheet))
            .load(conn)
    }

    /// The figures of some branches, each with the import that it comes from.
    pub(crate) fn of_branches(
        conn: &mut AnyConnection,
        ids: &[i64],
    ) -> QueryResult<Vec<(Self, i64)>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = reported_results::table
                .inner_join(records::table)
                .filter(reported_results::branch_id.eq_any(chunk));
            let rows = query.select((Self::as_select(), records::import_id));
            found.extend(rows.load::<(Self, i64)>(conn)?);
        }
        Ok(found)
    }

    pub(crate) fn page(
        conn: &mut AnyConnection,
        filter: &ReportedResultFilter,
        page: PageOfIds,
    ) -> QueryResult<Vec<Self>> {
        let mut query = Self::matching(conn, filter)?;
        if let Some(id) = page.after {
            query = query.filter(reported_results::id.gt(id));
        }
        query.order(reported_results::id).limit(page.limit).select(Self::as_select()).load(conn)
    }

    pub(crate) fn count(
        conn: &mut AnyConnection,
        filter: &ReportedResultFilter,
    ) -> QueryResult<i64> {
        Self::matching(conn, filter)?.count().get_result(conn)
    }

    fn matching(
        conn: &mut AnyConnection,
        filter: &ReportedResultFilter,
    ) -> QueryResult<reported_results::BoxedQuery<'static, <AnyConnection as Connection>::Backend>>
    {
        let mut query = reported_results::table.into_boxed();
        if let Some(ids) = campaign::ids(conn, filter.campaign.as_ref())? {
            query = query.filter(reported_results::campaign_id.eq_any(ids));
        }
        if let Some(ids) = &filter.branch_ids {
            query = query.filter(reported_results::branch_id.eq_any(ids.clone()));
        }
        if let Some(subject) = &filter.subject {
            query = query.filter(reported_results::subject.eq(subject.clone()));
        }
        filter_text!(query, reported_results::measure, &filter.measure);
        Ok(query)
    }

    /// The figures of a round that stand for a branch itself, not for a printed group.
    pub(crate) fn of_campaign(
        conn: &mut AnyConnection,
        campaign_id: i64,
    ) -> QueryResult<Vec<Self>> {
        reported_results::table
            .filter(reported_results::campaign_id.eq(campaign_id))
            .filter(reported_results::group_name.is_null())
            .select(Self::as_select())
            .order(reported_results::id)
            .load(conn)
    }
}

impl Commendation {
    pub(crate) fn page(
        conn: &mut AnyConnection,
        filter: &CommendationFilter,
        page: PageOfIds,
    ) -> QueryResult<Vec<Self>> {
        let mut query = Self::matching(conn, filter)?;
        if let Some(id) = page.after {
            query = query.filter(commendations::id.gt(id));
        }
        query.order(commendations::id).limit(page.limit).select(Self::as_select()).load(conn)
    }

    pub(crate) fn count(conn: &mut AnyConnection, filter: &CommendationFilter) -> QueryResult<i64> {
        Self::matching(conn, filter)?.count().get_result(conn)
    }

    fn matching(
        conn: &mut AnyConnection,
        filter: &CommendationFilter,
    ) -> QueryResult<commendations::BoxedQuery<'static, <AnyConnection as Connection>::Backend>>
    {
        let mut query = commendations::table.into_boxed();
        if let Some(ids) = campaign::ids(conn, filter.campaign.as_ref())? {
            query = query.filter(commendations::campaign_id.eq_any(ids));
        }
        if let Some(ids) = &filter.branch_ids {
            query = query.filter(commendations::branch_id.eq_any(ids.clone()));
        }
        Ok(query)
    }

    pub(crate) fn of_branches(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        commendations::table
            .filter(commendations::branch_id.eq_any(ids))
            .select(Self::as_select())
            .load(conn)
    }
}

impl Indicator {
    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        indicators::table.select(Self::as_select()).order(indicators::id).load(conn)
    }
}

impl IndicatorResult {
    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let query = indicator_results::table.filter(indicator_results::id.eq_any(ids));
        query.select(Self::as_select()).load(conn)
    }

    pub(crate) fn page(
        conn: &mut AnyConnection,
        filter: &IndicatorResultFilter,
        page: PageOfIds,
    ) -> QueryResult<Vec<Self>> {
        let mut query = Self::matching(conn, filter)?;
        if let Some(id) = page.after {
            query = query.filter(indicator_results::id.gt(id));
        }
        query.order(indicator_results::id).limit(page.limit).select(Self::as_select()).load(conn)
    }

    pub(crate) fn count(
        conn: &mut AnyConnection,
        filter: &IndicatorResultFilter,
    ) -> QueryResult<i64> {
        Self::matching(conn, filter)?.count().get_result(conn)
    }

    fn matching(
        conn: &mut AnyConnection,
        filter: &IndicatorResultFilter,
    ) -> QueryResult<indicator_results::BoxedQuery<'static, <AnyConnection as Connection>::Backend>>
    {
        let mut query = indicator_results::table.into_boxed();
        if let Some(ids) = campaign::ids(conn, filter.campaign.as_ref())? {
            query = query.filter(indicator_results::campaign_id.eq_any(ids));
        }
        if let Some(ids) = &filter.branch_ids {
            query = query.filter(indicator_results::branch_id.eq_any(ids.clone()));
        }
        if let Some(filter) = &filter.indicator {
            let mut codes = indicators::table.select(indicators::id).into_boxed();
            filter_text!(codes, indicators::code, Some(filter));
            let ids: Vec<i64> = codes.load(conn)?;
            query = query.filter(indicator_results::indicator_id.eq_any(ids));
        }
        Ok(query)
    }

    pub(crate) fn of_branches(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        indicator_results::table
            .filter(indicator_results::branch_id.eq_any(ids))
            .select(Self::as_select())
            .load(conn)
    }
}
