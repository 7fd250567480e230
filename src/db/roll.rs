//! Counts of the roll by what tallies do not keep: sex, age, position, probation; and scores. They
//! scan the enrolments of their rounds.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Double, Integer, Nullable, Text, Untyped};

use super::condition::{Filter, Where, joined};
use super::deadline::evalhub_in_time;
use super::enrolment::EnrolmentFilter;
use super::member::MemberFilter;
use super::schema::{ancestries, enrolments, member_evaluations, members};
use super::windowed::Windowed;
use super::{AnyConnection, UNSTATED};

/// What people are counted by, besides their round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RollColumn {
    Rating,
    Stage,
    Sex,
    BirthYear,
    Position,
    Probationary,
    Reason,
}

/// Whose evaluations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StageScope {
    /// The last stage that is filled in.
    Deciding,
    /// One stage.
    One(i32),
    /// Every stage for itself.
    Each,
}

/// Which branches people are counted or shown for.
#[derive(Debug, Clone)]
pub(crate) struct RollBranches {
    /// Every branch where none are named.
    pub(crate) ids: Option<Vec<i64>>,
    /// Whether branches stand without those below them.
    pub(crate) own: bool,
}

/// Which people of the roll.
#[derive(Debug, Clone)]
pub(crate) struct RollScope {
    pub(crate) campaigns: Vec<i64>,
    /// The branches that people are parted by; none for all people together.
    pub(crate) branches: Option<RollBranches>,
    pub(crate) member: Option<Where<MemberFilter>>,
    pub(crate) enrolment: EnrolmentFilter,
    pub(crate) stage: StageScope,
    /// Levels of the evaluations; all of them where none are named.
    pub(crate) ratings: Option<Vec<i64>>,
}

/// Number, sum and bounds of a measure of the people that were counted.
#[derive(Debug, Clone, Copy, PartialEq, Queryable)]
pub(crate) struct Spread {
    pub(crate) count: i64,
    pub(crate) sum: Option<f64>,
    pub(crate) minimum: Option<f64>,
    pub(crate) maximum: Option<f64>,
}

impl Spread {
    pub(crate) const NONE: Self = Self { count: 0, sum: None, minimum: None, maximum: None };

    /// Two of them together.
    pub(crate) fn and(self, other: Self) -> Self {
        let with = |pick: fn(f64, f64) -> f64, left: Option<f64>, right: Option<f64>| match (
            left, right,
        ) {
            (Some(left), Some(right)) => Some(pick(left, right)),
            (one, other) => one.or(other),
        };
        Self {
            count: self.count + other.count,
            sum: with(|left, right| left + right, self.sum, other.sum),
            minimum: with(f64::min, self.minimum, other.minimum),
            maximum: with(f64::max, self.maximum, other.maximum),
        }
    }
}

/// The values that people have in common; a column that was not asked for is none.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub(crate) struct RollKey {
    pub(crate) campaign_id: i64,
    pub(crate) branch_id: Option<i64>,
    pub(crate) rating_id: Option<i64>,
    pub(crate) stage: Option<i32>,
    pub(crate) sex: Option<String>,
    pub(crate) birth_year: Option<i32>,
    pub(crate) position: Option<String>,
    pub(crate) probationary: Option<bool>,
    pub(crate) reason: Option<String>,
}

/// How many people have the same values.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub(crate) struct RollCount {
    pub(crate) key: RollKey,
    pub(crate) measures: RollMeasures,
}

/// What is counted of them.
#[derive(Debug, Clone, Copy, PartialEq, Queryable)]
pub(crate) struct RollMeasures {
    pub(crate) count: i64,
    pub(crate) scores: Spread,
    /// How many of the scores the stage of the rating itself gave.
    pub(crate) own_scores: i64,
    pub(crate) birth_years: Spread,
}

type Maybe<T> = SqlLiteral<Nullable<T>>;
pub(crate) type SpreadColumns = (SqlLiteral<BigInt>, Maybe<Double>, Maybe<Double>, Maybe<Double>);
type KeyColumns = (
    SqlLiteral<BigInt>,
    Maybe<BigInt>,
    Maybe<BigInt>,
    Maybe<Integer>,
    Maybe<Text>,
    Maybe<Integer>,
    Maybe<Text>,
    Maybe<Bool>,
    Maybe<Text>,
);

const NO_SCORE: &str = "CAST(NULL AS DOUBLE PRECISION)";
/// The score that the stage of a rating gave.
pub(crate) const OWN_SCORE: &str = "member_evaluations.score";
const BIRTH_YEAR: &str = "CAST(substr(members.birth_date, 1, 4) AS INTEGER)";
/// The columns that are grouped by, by their places.
const KEYS: &str = "1, 2, 3, 4, 5, 6, 7, 8, 9";

/// The expressions of the columns that are asked for, in the order of the keys; nothing in the place
/// of the others. Never what a client wrote.
fn key_texts(scope: &RollScope, by: &[RollColumn]) -> [String; 9] {
    let has = |column| by.contains(&column);
    [
        (true, "enrolments.campaign_id", "BIGINT"),
        (scope.branches.is_some(), "ancestries.ancestor_id", "BIGINT"),
        (has(RollColumn::Rating), "member_evaluations.rating_id", "BIGINT"),
        (has(RollColumn::Stage), "member_evaluations.stage", "INTEGER"),
        (has(RollColumn::Sex), "members.sex", "TEXT"),
        (has(RollColumn::BirthYear), BIRTH_YEAR, "INTEGER"),
        (has(RollColumn::Position), "enrolments.position", "TEXT"),
        (has(RollColumn::Probationary), "enrolments.probationary", "BOOLEAN"),
        (has(RollColumn::Reason), "enrolments.reason", "TEXT"),
    ]
    .map(
        |(is_wanted, name, kind)| {
            if is_wanted { name.to_owned() } else { format!("CAST(NULL AS {kind})") }
        },
    )
}

/// The columns that the roll has without the evaluations.
fn of_enrolments(by: &[RollColumn]) -> Vec<RollColumn> {
    let is_of_roll =
        |column: &RollColumn| !matches!(column, RollColumn::Rating | RollColumn::Stage);
    by.iter().copied().filter(is_of_roll).collect()
}

fn keys(texts: &[String; 9]) -> KeyColumns {
    let [campaign, branch, rating, stage, sex, birth_year, position, probationary, reason] = texts;
    (
        sql(campaign),
        sql(branch),
        sql(rating),
        sql(stage),
        sql(sex),
        sql(birth_year),
        sql(position),
        sql(probationary),
        sql(reason),
    )
}

pub(crate) fn spread(of: &str) -> SpreadColumns {
    let as_number = |function: &str| format!("{function}(CAST({of} AS DOUBLE PRECISION))");
    (
        sql(&format!("count({of})")),
        sql(&as_number("sum")),
        sql(&as_number("min")),
        sql(&as_number("max")),
    )
}

/// The score that counts for a rating that decides: that of its stage, or, where that has none, the
/// one of which nobody knows whose it is.
pub(crate) fn decided_score() -> String {
    format!(
        "COALESCE({OWN_SCORE}, \
         (SELECT other.score FROM member_evaluations AS other \
          WHERE other.campaign_id = member_evaluations.campaign_id \
          AND other.member_id = member_evaluations.member_id \
          AND other.branch_id = member_evaluations.branch_id AND other.stage = {UNSTATED}))"
    )
}

/// The stages, a bit each, that gave the scores of ratings of one stage: so many are its own, and what
/// is more comes from no stage that is known.
pub(crate) fn stages_of_scores(stage: Option<i32>, own: i64, all: i64) -> i32 {
    let by_stage = stage.filter(|_| own > 0).map_or(0, |stage| 1 << stage);
    by_stage | if all > own { 1 << UNSTATED } else { 0 }
}

/// The columns of a count, beside its keys.
fn measures(
    score: &str,
    own_score: &str,
) -> (SqlLiteral<BigInt>, SpreadColumns, SqlLiteral<BigInt>, SpreadColumns) {
    (sql("count(*)"), spread(score), sql(&format!("count({own_score})")), spread(BIRTH_YEAR))
}

/// The columns of a row, beside its keys: its id, the number of those like it, its place among them.
fn places(
    id: &str,
    texts: &[String; 9],
    after: Option<i64>,
) -> (SqlLiteral<BigInt>, SqlLiteral<BigInt>, SqlLiteral<BigInt>) {
    let same = texts.join(", ");
    let seen = after
        .map_or(String::new(), |after| format!("CASE WHEN {id} > {after} THEN 0 ELSE 1 END, "));
    (
        sql(&format!("{id} AS row_id")),
        sql(&format!("count(*) OVER (PARTITION BY {same}) AS row_total")),
        sql(&format!("row_number() OVER (PARTITION BY {same} ORDER BY {seen}{id}) AS row_place")),
    )
}

/// Narrows a query over enrolments and members to a scope.
macro_rules! of_scope {
    ($conn:expr, $query:expr, $scope:expr) => {{
        let mut query = $query.filter(enrolments::campaign_id.eq_any($scope.campaigns.clone()));
        if let AnyConnection::Sqlite(_) = $conn {
            query = query.filter(evalhub_in_time(enrolments::id));
        }
        for condition in $scope.enrolment.conditions() {
            query = query.filter(joined(condition));
        }
        if let Some(member) = &$scope.member {
            query = query.filter(joined(member.rows()));
        }
        query
    }};
}

/// Narrows a query that joins the evaluations to those of a scope.
macro_rules! of_evaluations {
    ($conn:expr, $query:expr, $scope:expr) => {{
        let mut query = of_scope!($conn, $query, $scope);
        query = query.filter(member_evaluations::rating_id.is_not_null());
        match $scope.stage {
            StageScope::Deciding => {
                query = query.filter(member_evaluations::deciding.eq(true));
            }
            StageScope::One(stage) => query = query.filter(member_evaluations::stage.eq(stage)),
            StageScope::Each => {}
        }
        if let Some(ids) = &$scope.ratings {
            let known = member_evaluations::rating_id.assume_not_null();
            query = query.filter(known.eq_any(ids.clone()));
        }
        query
    }};
}

/// The enrolments of people.
macro_rules! roll {
    () => {
        enrolments::table.inner_join(members::table.on(members::id.eq(enrolments::member_id)))
    };
}

/// The evaluations of enrolments.
macro_rules! rated {
    ($roll:expr) => {{
        let same = member_evaluations::campaign_id
            .eq(enrolments::campaign_id)
            .and(member_evaluations::member_id.eq(enrolments::member_id))
            .and(member_evaluations::branch_id.eq(enrolments::branch_id));
        $roll.inner_join(member_evaluations::table.on(same))
    }};
}

/// Parts people by branches: a person counts for each that the branch of the enrolment stands below,
/// and for that branch itself.
macro_rules! of_each_branch {
    ($query:expr, $branches:expr) => {{
        let mut query = $query;
        if let Some(ids) = &$branches.ids {
            query = query.filter(ancestries::ancestor_id.eq_any(ids.clone()));
        }
        if $branches.own {
            query = query.filter(ancestries::depth.eq(0));
        }
        query
    }};
}

/// The branches above that of an enrolment, itself among them.
macro_rules! above {
    ($roll:expr) => {{
        let same = ancestries::campaign_id
            .eq(enrolments::campaign_id)
            .and(ancestries::branch_id.eq(enrolments::branch_id));
        $roll.inner_join(ancestries::table.on(same))
    }};
}

impl RollCount {
    /// Everybody on the roll, rated or not.
    pub(crate) fn of_roll(
        conn: &mut AnyConnection,
        scope: &RollScope,
        by: &[RollColumn],
    ) -> QueryResult<Vec<Self>> {
        let texts = key_texts(scope, &of_enrolments(by));
        let columns = (keys(&texts), measures(NO_SCORE, NO_SCORE));
        let by = sql::<Untyped>(KEYS);
        if let Some(branches) = &scope.branches {
            let query = above!(roll!()).group_by(by).select(columns).into_boxed();
            of_each_branch!(of_scope!(conn, query, scope), branches).load(conn)
        } else {
            let query = roll!().group_by(by).select(columns).into_boxed();
            of_scope!(conn, query, scope).load(conn)
        }
    }

    /// Those who were rated, once for each stage that is asked for.
    pub(crate) fn of_rated(
        conn: &mut AnyConnection,
        scope: &RollScope,
        by: &[RollColumn],
    ) -> QueryResult<Vec<Self>> {
        let texts = key_texts(scope, by);
        let score = match scope.stage {
            StageScope::Deciding => decided_score(),
            StageScope::One(_) | StageScope::Each => OWN_SCORE.to_owned(),
        };
        let columns = (keys(&texts), measures(&score, OWN_SCORE));
        let by = sql::<Untyped>(KEYS);
        if let Some(branches) = &scope.branches {
            let query = above!(rated!(roll!())).group_by(by).select(columns).into_boxed();
            of_each_branch!(of_evaluations!(conn, query, scope), branches).load(conn)
        } else {
            let query = rated!(roll!()).group_by(by).select(columns).into_boxed();
            of_evaluations!(conn, query, scope).load(conn)
        }
    }
}

/// Which rows of each group are shown.
#[derive(Debug, Clone)]
pub(crate) struct RollPage {
    /// The id of the last row that was seen.
    pub(crate) after: Option<i64>,
    /// The most rows of a group.
    pub(crate) limit: i64,
    /// What rows are known by.
    pub(crate) id: RowId,
}

/// What a row of people who were rated is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowId {
    Enrolment,
    Evaluation,
}

/// A row of a group, by its id, and how many there are with the same values.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct RollRow {
    pub(crate) key: RollKey,
    pub(crate) place: RollPlace,
}

/// Where a row stands among those with the same values; those that were seen come last.
#[derive(Debug, Clone, Copy, Queryable)]
pub(crate) struct RollPlace {
    pub(crate) id: i64,
    pub(crate) total: i64,
    /// From 1.
    pub(crate) number: i64,
}

impl RollRow {
    /// Enrolments of each group.
    pub(crate) fn of_roll(
        conn: &mut AnyConnection,
        scope: &RollScope,
        by: &[RollColumn],
        page: &RollPage,
    ) -> QueryResult<Vec<Self>> {
        let texts = key_texts(scope, &of_enrolments(by));
        let columns = (keys(&texts), places("enrolments.id", &texts, page.after));
        let limit = page.limit;
        if let Some(branches) = &scope.branches {
            let query = above!(roll!()).select(columns).into_boxed();
            let query = of_each_branch!(of_scope!(conn, query, scope), branches);
            Windowed { query, after: 0, limit }.load(conn)
        } else {
            let query = of_scope!(conn, roll!().select(columns).into_boxed(), scope);
            Windowed { query, after: 0, limit }.load(conn)
        }
    }

    /// Evaluations of each group.
    pub(crate) fn of_rated(
        conn: &mut AnyConnection,
        scope: &RollScope,
        by: &[RollColumn],
        page: &RollPage,
    ) -> QueryResult<Vec<Self>> {
        let texts = key_texts(scope, by);
        let id = match page.id {
            RowId::Enrolment => "enrolments.id",
            RowId::Evaluation => "member_evaluations.id",
        };
        let columns = (keys(&texts), places(id, &texts, page.after));
        let limit = page.limit;
        if let Some(branches) = &scope.branches {
            let query = above!(rated!(roll!())).select(columns).into_boxed();
            let query = of_each_branch!(of_evaluations!(conn, query, scope), branches);
            Windowed { query, after: 0, limit }.load(conn)
        } else {
            let query = of_evaluations!(conn, rated!(roll!()).select(columns).into_boxed(), scope);
            Windowed { query, after: 0, limit }.load(conn)
        }
    }
}

/// The people on the rolls of some branches in a round, by name.
#[derive(Debug, Clone)]
pub(crate) struct RollsOf {
    pub(crate) branches: Vec<i64>,
    pub(crate) campaign: i64,
    /// With those of the branches below.
    pub(crate) with_subtree: bool,
    pub(crate) member: Where<MemberFilter>,
    /// How many of each roll were seen.
    pub(crate) after: i64,
    /// The most people of each roll.
    pub(crate) limit: i64,
}

/// A member on the roll of a branch, and how many are on it.
#[derive(Debug, Clone, Copy, Queryable)]
pub(crate) struct OnRoll {
    pub(crate) branch_id: i64,
    pub(crate) member_id: i64,
    pub(crate) total: i64,
    /// By name, from 1.
    #[expect(dead_code, reason = "the rows come in this order")]
    number: i64,
}

impl OnRoll {
    /// A page of each roll; who is on the rolls of two branches below counts once.
    pub(crate) fn of(conn: &mut AnyConnection, rolls: &RollsOf) -> QueryResult<Vec<Self>> {
        let same = "PARTITION BY ancestries.ancestor_id";
        let columns = (
            sql::<BigInt>("ancestries.ancestor_id"),
            sql::<BigInt>("members.id AS row_id"),
            sql::<BigInt>(&format!("count(*) OVER ({same}) AS row_total")),
            sql::<BigInt>(&format!(
                "row_number() OVER ({same} ORDER BY members.sort_key, members.id) AS row_place"
            )),
        );
        let mut query = above!(roll!())
            .group_by(sql::<Untyped>("1, 2, members.sort_key"))
            .select(columns)
            .into_boxed()
            .filter(enrolments::campaign_id.eq(rolls.campaign))
            .filter(ancestries::ancestor_id.eq_any(rolls.branches.clone()))
            .filter(joined(rolls.member.rows()));
        if !rolls.with_subtree {
            query = query.filter(ancestries::depth.eq(0));
        }
        Windowed { query, after: rolls.after, limit: rolls.limit }.load(conn)
    }
}
