//! Figures as printed, commendations, indicators and their results.

use diesel::prelude::*;

use super::AnyConnection;
use super::branch::{BranchScope, in_scope};
use super::campaign::{CampaignFilter, in_rounds};
use super::condition::{Condition, Filter, Test, Tests, Where, among, boxed, tested};
use super::list::list;
use super::member::{MemberFilter, of_members};
use super::rating::{RatingFilter, of_ratings};
use super::schema::{commendations, indicator_results, indicators, records, reported_results};

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
    pub(crate) campaign: Option<Where<CampaignFilter>>,
    pub(crate) branch: Option<BranchScope>,
    pub(crate) group: Tests<String>,
    pub(crate) subject: Option<String>,
    pub(crate) measure: Tests<String>,
    pub(crate) relation: Tests<String>,
    pub(crate) rating: Option<Where<RatingFilter>>,
    pub(crate) stage: Tests<i32>,
    pub(crate) count: Tests<i64>,
    pub(crate) percent: Tests<f64>,
}

/// Which commendations.
#[derive(Debug, Clone, Default)]
pub(crate) struct CommendationFilter {
    pub(crate) campaign: Option<Where<CampaignFilter>>,
    pub(crate) branch: Option<BranchScope>,
    pub(crate) member: Option<Where<MemberFilter>>,
    pub(crate) award: Tests<String>,
}

/// Which results of indicators.
#[derive(Debug, Clone, Default)]
pub(crate) struct IndicatorResultFilter {
    pub(crate) campaign: Option<Where<CampaignFilter>>,
    pub(crate) branch: Option<BranchScope>,
    pub(crate) indicator: Tests<String>,
    pub(crate) target: Tests<f64>,
    pub(crate) actual: Tests<f64>,
    pub(crate) percent: Tests<f64>,
}

impl Filter for ReportedResultFilter {
    type Table = reported_results::table;

    fn conditions(&self) -> Vec<Condition<reported_results::table>> {
        let subject = self.subject.iter();
        let subject = subject.map(|it| boxed(reported_results::subject.eq(it.clone())));
        subject
            .chain(in_rounds!(reported_results, self.campaign))
            .chain(in_scope!(reported_results, self.branch))
            .chain(of_ratings!(reported_results, self.rating))
            .chain(tested!(nullable text reported_results::group_name, self.group))
            .chain(tested!(text reported_results::measure, self.measure))
            .chain(tested!(text reported_results::relation, self.relation))
            .chain(tested!(value reported_results::stage, self.stage))
            .chain(tested!(nullable value reported_results::count, self.count))
            .chain(tested!(nullable value reported_results::percent, self.percent))
            .collect()
    }
}

impl Filter for CommendationFilter {
    type Table = commendations::table;

    fn conditions(&self) -> Vec<Condition<commendations::table>> {
        in_rounds!(commendations, self.campaign)
            .chain(in_scope!(commendations, self.branch))
            .chain(of_members!(nullable commendations, self.member))
            .chain(tested!(text commendations::award, self.award))
            .collect()
    }
}

impl Filter for IndicatorResultFilter {
    type Table = indicator_results::table;

    fn conditions(&self) -> Vec<Condition<indicator_results::table>> {
        let of_code = |condition: Condition<indicators::table>| {
            let known = indicators::table.filter(condition).select(indicators::id);
            boxed(among(indicator_results::indicator_id, known.into_boxed()))
        };
        in_rounds!(indicator_results, self.campaign)
            .chain(in_scope!(indicator_results, self.branch))
            .chain(tested!(text indicators::code, self.indicator).map(of_code))
            .chain(tested!(nullable value indicator_results::target, self.target))
            .chain(tested!(nullable value indicator_results::actual, self.actual))
            .chain(tested!(nullable value indicator_results::percent, self.percent))
            .collect()
    }
}

list! {
    ReportedResult of reported_results where ReportedResultFilter by
    /// The columns that printed figures can be ordered by.
    ReportedResultColumn {
        IdAsc IdDesc = always id: i64,
        CountAsc CountDesc = maybe count: i64,
        PercentAsc PercentDesc = maybe percent: f64,
    }
}

list! {
    Commendation of commendations where CommendationFilter by
    /// The columns that commendations can be ordered by.
    CommendationColumn {
        IdAsc IdDesc = always id: i64,
        AwardAsc AwardDesc = always award: String,
    }
}

list! {
    IndicatorResult of indicator_results where IndicatorResultFilter by
    /// The columns that results of indicators can be ordered by.
    IndicatorResultColumn {
        IdAsc IdDesc = always id: i64,
        ActualAsc ActualDesc = maybe actual: f64,
        PercentAsc PercentDesc = maybe percent: f64,
    }
}

impl ReportedResult {
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
    pub(crate) fn of_branches(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        indicator_results::table
            .filter(indicator_results::branch_id.eq_any(ids))
            .select(Self::as_select())
            .load(conn)
    }
}
