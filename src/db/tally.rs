//! Counts that the ledger keeps beside the facts, so that results need no scan.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::schema::{campaigns, score_tallies, tallies};
use super::{AnyConnection, Spread, on_each};

/// A count of one round, branch (0: all), subject, stage, measure and rating (0: none).
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tallies, treat_none_as_default_value = false)]
pub(crate) struct Tally {
    pub(crate) campaign_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) subject: String,
    pub(crate) stage: i32,
    pub(crate) measure: String,
    pub(crate) rating_id: i64,
    /// Counted from lists, for the branch itself.
    pub(crate) own: i64,
    /// Counted from lists, for the branch and all below it.
    pub(crate) counted: i64,
    /// As printed for the branch, else the sum of what is printed below it.
    pub(crate) reported: Option<i64>,
    /// The best of the sources.
    pub(crate) best: Option<i64>,
    /// `COUNTED`, `REPORTED` or `MIXED`: where the best figure comes from.
    pub(crate) source: String,
    /// Whether the best figure rests on a printed percentage.
    pub(crate) derived: bool,
    /// The share of the branches directly below that have a figure.
    pub(crate) coverage: f64,
}

/// The scores of those in lists, of one round, branch with all below it (0: all), stage and rating (0:
/// all who were rated).
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = score_tallies)]
pub(crate) struct ScoreTally {
    pub(crate) campaign_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) stage: i32,
    pub(crate) rating_id: i64,
    pub(crate) scores: i64,
    pub(crate) sum: f64,
    pub(crate) minimum: f64,
    pub(crate) maximum: f64,
    /// The stages that gave the scores: a bit each.
    pub(crate) stages: i32,
}

impl ScoreTally {
    pub(crate) fn spread(&self) -> Spread {
        Spread {
            count: self.scores,
            sum: Some(self.sum),
            minimum: Some(self.minimum),
            maximum: Some(self.maximum),
        }
    }

    /// The tallies in a scope, whatever its subject and measures are.
    pub(crate) fn in_scope(
        conn: &mut AnyConnection,
        scope: &TallyScope<'_>,
    ) -> QueryResult<Vec<Self>> {
        let all = || {
            // Without their rounds, tallies would be looked for in all of them.
            let in_rounds =
                score_tallies::campaign_id.eq_any(campaigns::table.select(campaigns::id));
            let mut query =
                score_tallies::table.filter(in_rounds).select(Self::as_select()).into_boxed();
            if let Some(ids) = &scope.campaigns {
                query = query.filter(score_tallies::campaign_id.eq_any(ids));
            }
            if let Some(stages) = &scope.stages {
                query = query.filter(score_tallies::stage.eq_any(stages));
            }
            query
        };
        let Some(branches) = scope.branches.as_deref() else { return all().load(conn) };
        let mut found = Vec::new();
        for chunk in branches.chunks(10_000) {
            found.extend(all().filter(score_tallies::branch_id.eq_any(chunk)).load::<Self>(conn)?);
        }
        Ok(found)
    }

    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        score_tallies::table.select(Self::as_select()).load(conn)
    }

    pub(crate) fn of_campaign(
        conn: &mut AnyConnection,
        campaign_id: i64,
    ) -> QueryResult<Vec<Self>> {
        score_tallies::table
            .filter(score_tallies::campaign_id.eq(campaign_id))
            .select(Self::as_select())
            .load(conn)
    }
}

/// Which tallies.
#[derive(Debug, Clone)]
pub(crate) struct TallyScope<'a> {
    /// All of them where none are named.
    pub(crate) campaigns: Option<Vec<i64>>,
    /// All of them where none are named.
    pub(crate) branches: Option<Vec<i64>>,
    pub(crate) subject: &'a str,
    /// All of them where none are named.
    pub(crate) stages: Option<Vec<i32>>,
    /// All of them where none are named.
    pub(crate) measures: Option<[&'static str; 3]>,
}

impl Tally {
    /// The tallies in a scope: one statement, but for long lists of branches.
    pub(crate) fn in_scope(
        conn: &mut AnyConnection,
        scope: &TallyScope<'_>,
    ) -> QueryResult<Vec<Self>> {
        if scope.campaigns.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let branches = scope.branches.as_deref();
        if let Some([branch]) = branches
            && let Some(found) = Self::of_branch(conn, *branch, scope)?
        {
            return Ok(found);
        }
        let all = || {
            let mut query = tallies::table
                .filter(tallies::subject.eq(scope.subject))
                .select(Self::as_select())
                .into_boxed();
            if let Some(ids) = &scope.campaigns {
                query = query.filter(tallies::campaign_id.eq_any(ids));
            }
            if let Some(stages) = &scope.stages {
                query = query.filter(tallies::stage.eq_any(stages));
            }
            if let Some(measures) = &scope.measures {
                query = query.filter(tallies::measure.eq_any(measures));
            }
            query
        };
        let Some(branches) = branches else { return all().load(conn) };
        let mut found = Vec::new();
        for chunk in branches.chunks(10_000) {
            found.extend(all().filter(tallies::branch_id.eq_any(chunk)).load::<Self>(conn)?);
        }
        Ok(found)
    }

    /// What most questions are about: a branch in one round or in all of them, by one stage or by all.
    /// These statements are always the same, so that they are written and prepared once. None where
    /// several rounds or stages are named.
    fn of_branch(
        conn: &mut AnyConnection,
        branch: i64,
        scope: &TallyScope<'_>,
    ) -> QueryResult<Option<Vec<Self>>> {
        let [first, second, third] = scope.measures.unwrap_or_default();
        on_each!(conn, inner => {
            let all = tallies::table
                .select(Self::as_select())
                .filter(tallies::branch_id.eq(branch))
                .filter(tallies::subject.eq(scope.subject))
                .filter(
                    scope.measures.is_none().into_sql::<Bool>()
                        .or(tallies::measure.eq(first))
                        .or(tallies::measure.eq(second))
                        .or(tallies::measure.eq(third)),
                );
            // Without their rounds, tallies would be looked for in all of them.
            let in_rounds = tallies::campaign_id.eq_any(campaigns::table.select(campaigns::id));
            let found = match (scope.campaigns.as_deref(), scope.stages.as_deref()) {
                (Some([campaign]), Some([stage])) => all
                    .filter(tallies::campaign_id.eq(campaign))
                    .filter(tallies::stage.eq(stage))
                    .load(inner),
                (Some([campaign]), None) => {
                    all.filter(tallies::campaign_id.eq(campaign)).load(inner)
                }
                (None, Some([stage])) => {
                    all.filter(in_rounds).filter(tallies::stage.eq(stage)).load(inner)
                }
                (None, None) => all.filter(in_rounds).load(inner),
                _ => return Ok(None),
            };
            found.map(Some)
        })
    }

    /// The rounds, with the branch, in which some branches have figures.
    pub(crate) fn rounds_of(
        conn: &mut AnyConnection,
        subject: &str,
        branches: &[i64],
    ) -> QueryResult<Vec<(i64, i64)>> {
        let mut found = Vec::new();
        for chunk in branches.chunks(10_000) {
            // Without their rounds, tallies would be looked for in all of them.
            let query = tallies::table
                .filter(tallies::campaign_id.eq_any(campaigns::table.select(campaigns::id)))
                .filter(tallies::branch_id.eq_any(chunk))
                .filter(tallies::subject.eq(subject))
                .select((tallies::campaign_id, tallies::branch_id))
                .distinct();
            found.extend(query.load::<(i64, i64)>(conn)?);
        }
        Ok(found)
    }

    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        tallies::table.select(Self::as_select()).load(conn)
    }

    pub(crate) fn of_campaign(
        conn: &mut AnyConnection,
        campaign_id: i64,
    ) -> QueryResult<Vec<Self>> {
        tallies::table
            .filter(tallies::campaign_id.eq(campaign_id))
            .select(Self::as_select())
            .load(conn)
    }
}
