//! Counts that the ledger keeps beside the facts, so that results need no scan.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::campaign::{Campaign, CampaignFilter, Named};
use super::condition::{Where, joined};
use super::rating::Rating;
use super::schema::{campaigns, placements, ratings, tallies};
use super::{AnyConnection, on_each};

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

/// Which tallies.
#[derive(Debug, Clone)]
pub(crate) struct TallyScope {
    pub(crate) campaigns: Vec<i64>,
    /// All of them where none are named.
    pub(crate) branches: Option<Vec<i64>>,
    pub(crate) subject: String,
    pub(crate) stage: i32,
}

/// Which tallies of some rounds.
#[derive(Debug, Clone)]
pub(crate) struct NamedScope {
    /// All of them where none are named.
    pub(crate) branches: Option<Vec<i64>>,
    pub(crate) subject: &'static str,
    /// With those of the roll, and not of the rated alone.
    pub(crate) with_roll: bool,
    /// All of them where none are named.
    pub(crate) stages: Option<Vec<i32>>,
}

/// Tallies of a subject with their rounds and levels.
macro_rules! named {
    ($subject:expr) => {
        tallies::table
            .inner_join(campaigns::table.on(campaigns::id.eq(tallies::campaign_id)))
            .left_join(ratings::table.on(ratings::id.eq(tallies::rating_id)))
            .filter(tallies::subject.eq($subject))
            .select((Self::as_select(), Campaign::as_select(), Option::<Rating>::as_select()))
    };
}

/// Whether a tally is of the rated alone.
macro_rules! of_rated {
    () => {
        tallies::measure
            .eq("RATING")
            .or(tallies::measure.eq("RATED"))
            .or(tallies::measure.eq("PROVISIONAL"))
    };
}

impl Tally {
    pub(crate) fn in_scope(conn: &mut AnyConnection, scope: &TallyScope) -> QueryResult<Vec<Self>> {
        let mut query = tallies::table
            .filter(tallies::campaign_id.eq_any(&scope.campaigns))
            .filter(tallies::subject.eq(&scope.subject))
            .filter(tallies::stage.eq(scope.stage))
            .select(Self::as_select())
            .into_boxed();
        if let Some(branches) = &scope.branches {
            query = query.filter(tallies::branch_id.eq_any(branches));
        }
        query.load(conn)
    }

    /// Tallies with their rounds and levels: one statement, but for long lists of branches.
    pub(crate) fn with_names(
        conn: &mut AnyConnection,
        rounds: &Where<CampaignFilter>,
        scope: &NamedScope,
    ) -> QueryResult<Vec<(Self, Campaign, Option<Rating>)>> {
        let code = match CampaignFilter::named(rounds) {
            Named::All => Some(None),
            Named::One(code) => Some(Some(code)),
            Named::Others => None,
        };
        let stage = match scope.stages.as_deref() {
            None => Some(None),
            Some([stage]) => Some(Some(*stage)),
            Some(_) => None,
        };
        let branches = scope.branches.as_deref();
        if let (Some(code), Some(stage), Some([branch])) = (code, stage, branches) {
            return Self::of_branch(conn, (code, *branch, stage), scope);
        }
        let all = || {
            let mut query = named!(scope.subject).filter(joined(rounds.rows())).into_boxed();
            if !scope.with_roll {
                query = query.filter(of_rated!());
            }
            if let Some(stages) = scope.stages.as_deref() {
                query = query.filter(tallies::stage.eq_any(stages.to_vec()));
            }
            query
        };
        let Some(branches) = branches else { return all().load(conn) };
        let mut found = Vec::new();
        for chunk in branches.chunks(10_000) {
            let query = all().filter(tallies::branch_id.eq_any(chunk.to_vec()));
            found.extend(query.load(conn)?);
        }
        Ok(found)
    }

    /// What most questions are about: a branch in one round or in all of them, by one stage or by all.
    /// These statements are always the same, so that they are written and prepared once.
    fn of_branch(
        conn: &mut AnyConnection,
        (code, branch, stage): (Option<&str>, i64, Option<i32>),
        scope: &NamedScope,
    ) -> QueryResult<Vec<(Self, Campaign, Option<Rating>)>> {
        on_each!(conn, inner => {
            let placed = placements::table.filter(placements::campaign_id.eq(campaigns::id));
            let all = named!(scope.subject)
                .filter(exists(placed))
                .filter(tallies::branch_id.eq(branch))
                .filter(scope.with_roll.into_sql::<Bool>().or(of_rated!()));
            let of_stage = |stage| tallies::stage.eq::<i32>(stage);
            match (code, stage) {
                (Some(code), Some(stage)) => {
                    all.filter(campaigns::code.eq(code)).filter(of_stage(stage)).load(inner)
                }
                (Some(code), None) => all.filter(campaigns::code.eq(code)).load(inner),
                (None, Some(stage)) => all.filter(of_stage(stage)).load(inner),
                (None, None) => all.load(inner),
            }
        })
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
