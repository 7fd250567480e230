//! Filters of lists, and what they mean for the database.

use async_graphql::resolver_utils::EnumType;
use async_graphql::{Context, ID, InputObject, Result};

use super::Hub;
use super::error::bad_argument;
use super::member::PartialDate;
use super::names::{
    BranchKind, ImportStatus, Include, NotRatedReason, ReportedMeasure, ReportedRelation, Severity,
    Sex, Stage, Subject, name_of,
};
use crate::db::{self, Test, Tests, Where};

/// What an argument of a filter means for the database.
pub(super) trait Meaning<T> {
    fn meaning(self) -> Result<T>;
}

impl<T> Meaning<Option<T>> for T {
    fn meaning(self) -> Result<Option<T>> {
        Ok(Some(self))
    }
}

/// One of some values; a null among them stands for "none is stated".
fn one_of<V, T>(values: Vec<Option<V>>, value: impl Fn(V) -> T) -> Test<T> {
    let is_null = values.iter().any(Option::is_none);
    let known = Test::In(values.into_iter().flatten().map(value).collect());
    if is_null { Test::Either(vec![known, Test::IsNull]) } else { known }
}

fn not<T>(test: Test<T>) -> Test<T> {
    Test::Not(Box::new(test))
}

fn null<T>(is_null: bool) -> Test<T> {
    if is_null { Test::IsNull } else { not(Test::IsNull) }
}

macro_rules! scalar_filters {
    ($($(#[$doc:meta])* $name:ident of $type:ty as $stored:ty, $value:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, InputObject)]
        pub(super) struct $name {
            /// Equal.
            eq: Option<$type>,
            /// Not equal, or not stated.
            ne: Option<$type>,
            /// One of these; null stands for "not stated".
            #[graphql(name = "in")]
            any_of: Option<Vec<Option<$type>>>,
            /// None of these.
            not_in: Option<Vec<Option<$type>>>,
            /// Less than.
            lt: Option<$type>,
            /// At most.
            lte: Option<$type>,
            /// More than.
            gt: Option<$type>,
            /// At least.
            gte: Option<$type>,
            /// Not stated, or stated.
            is_null: Option<bool>,
        }

        impl Meaning<Tests<$stored>> for $name {
            fn meaning(self) -> Result<Tests<$stored>> {
                let value: fn($type) -> $stored = $value;
                let tests = [
                    self.eq.map(|it| Test::Eq(value(it))),
                    self.ne.map(|it| not(Test::Eq(value(it)))),
                    self.any_of.map(|them| one_of(them, value)),
                    self.not_in.map(|them| not(one_of(them, value))),
                    self.lt.map(|it| Test::Lt(value(it))),
                    self.lte.map(|it| Test::Lte(value(it))),
                    self.gt.map(|it| Test::Gt(value(it))),
                    self.gte.map(|it| Test::Gte(value(it))),
                    self.is_null.map(null),
                ];
                Ok(tests.into_iter().flatten().collect())
            }
        }
    )*};
}

scalar_filters! {
    /// Conditions on whole numbers; all that are given must hold: `{ gte: 2015, lt: 2020 }`.
    IntFilter of i32 as i32, |number| number;
    /// Conditions on counts; all that are given must hold: `{ gt: 10 }`.
    CountFilter of i64 as i64, |number| number;
    /// Conditions on numbers; all that are given must hold: `{ gte: 90.5 }`.
    FloatFilter of f64 as f64, |number| number;
}

/// Conditions on text; all that are given must hold: `{ in: ["2018", "2019"] }`. Letter case and marks
/// count, but not in `contains` and `startsWith`.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct StringFilter {
    /// Equal.
    eq: Option<String>,
    /// Not equal, or not stated.
    ne: Option<String>,
    /// One of these; null stands for "not stated".
    #[graphql(name = "in")]
    any_of: Option<Vec<Option<String>>>,
    /// None of these.
    not_in: Option<Vec<Option<String>>>,
    /// Before it in the order of characters.
    lt: Option<String>,
    /// Before it, or equal.
    lte: Option<String>,
    /// Behind it in the order of characters.
    gt: Option<String>,
    /// Behind it, or equal.
    gte: Option<String>,
    /// Has it somewhere, letter case and marks aside.
    contains: Option<String>,
    /// Begins with it, letter case and marks aside.
    starts_with: Option<String>,
    /// Not stated, or stated.
    is_null: Option<bool>,
}

impl Meaning<Tests<String>> for StringFilter {
    fn meaning(self) -> Result<Tests<String>> {
        let tests = [
            self.eq.map(Test::Eq),
            self.ne.map(|it| not(Test::Eq(it))),
            self.any_of.map(|them| one_of(them, |it| it)),
            self.not_in.map(|them| not(one_of(them, |it| it))),
            self.lt.map(Test::Lt),
            self.lte.map(Test::Lte),
            self.gt.map(Test::Gt),
            self.gte.map(Test::Gte),
            // Whatever is stated has nothing in it.
            self.contains.map(|part| match part.as_str() {
                "" => not(Test::IsNull),
                _ => Test::Contains(part),
            }),
            self.starts_with.map(Test::StartsWith),
            self.is_null.map(null),
        ];
        Ok(tests.into_iter().flatten().collect())
    }
}

/// Conditions on dates that may be partial. `gte` and `lte` take a year or a month as a whole:
/// `{ gte: "1980", lte: "1989" }` are those born in the eighties.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct DateFilter {
    /// Stated just so.
    eq: Option<PartialDate>,
    /// Stated otherwise, or not stated.
    ne: Option<PartialDate>,
    /// Before it began.
    lt: Option<PartialDate>,
    /// Before it was over.
    lte: Option<PartialDate>,
    /// After it was over.
    gt: Option<PartialDate>,
    /// After it began.
    gte: Option<PartialDate>,
    /// Not stated, or stated.
    is_null: Option<bool>,
}

/// The first text behind all dates of a period: `1981` for `1980`, `1980-13` for `1980-12`.
fn behind(period: &PartialDate) -> String {
    let text = period.text();
    let (head, last) = text.rsplit_once('-').map_or(("", text), |(head, last)| (head, last));
    let next = last.parse::<u32>().map_or(0, |number| number + 1);
    let width = last.len();
    if head.is_empty() { format!("{next:0width$}") } else { format!("{head}-{next:0width$}") }
}

impl Meaning<Tests<String>> for DateFilter {
    fn meaning(self) -> Result<Tests<String>> {
        let text = |date: PartialDate| date.text().to_owned();
        let tests = [
            self.eq.map(|it| Test::Eq(text(it))),
            self.ne.map(|it| not(Test::Eq(text(it)))),
            self.lt.map(|it| Test::Lt(text(it))),
            self.lte.map(|it| Test::Lt(behind(&it))),
            self.gt.map(|it| Test::Gte(behind(&it))),
            self.gte.map(|it| Test::Gte(text(it))),
            self.is_null.map(null),
        ];
        Ok(tests.into_iter().flatten().collect())
    }
}

macro_rules! enum_filters {
    ($($(#[$doc:meta])* $name:ident of $type:ty as $stored:ty, $value:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, InputObject)]
        pub(super) struct $name {
            /// Equal.
            eq: Option<$type>,
            /// Not equal, or not stated.
            ne: Option<$type>,
            /// One of these; null stands for "not stated".
            #[graphql(name = "in")]
            any_of: Option<Vec<Option<$type>>>,
            /// None of these.
            not_in: Option<Vec<Option<$type>>>,
            /// Not stated, or stated.
            is_null: Option<bool>,
        }

        impl Meaning<Tests<$stored>> for $name {
            fn meaning(self) -> Result<Tests<$stored>> {
                let value: fn($type) -> $stored = $value;
                let tests = [
                    self.eq.map(|it| Test::Eq(value(it))),
                    self.ne.map(|it| not(Test::Eq(value(it)))),
                    self.any_of.map(|them| one_of(them, value)),
                    self.not_in.map(|them| not(one_of(them, value))),
                    self.is_null.map(null),
                ];
                Ok(tests.into_iter().flatten().collect())
            }
        }
    )*};
}

fn named<T: EnumType>(value: T) -> String {
    name_of(value)
}

enum_filters! {
    /// Conditions on the kind of an organisation: `{ eq: BRANCH }`.
    BranchKindFilter of BranchKind as String, named;
    /// Conditions on sex: `{ in: [FEMALE, null] }`.
    SexFilter of Sex as String, named;
    /// Conditions on the reason for not being rated: `{ isNull: false }`.
    NotRatedReasonFilter of NotRatedReason as String, named;
    /// Conditions on the measure of a printed figure: `{ in: [ON_ROLL, RATED] }`.
    ReportedMeasureFilter of ReportedMeasure as String, named;
    /// Conditions on how a printed figure relates to the one above: `{ ne: EXACT }`.
    ReportedRelationFilter of ReportedRelation as String, named;
    /// Conditions on the severity of a diagnostic: `{ in: [ERROR, WARNING] }`.
    SeverityFilter of Severity as String, named;
    /// Conditions on the state of an import: `{ eq: APPLIED }`.
    ImportStatusFilter of ImportStatus as String, named;
    /// Conditions on a stage: `{ eq: SELF }`.
    StageFilter of Stage as i32, Stage::number;
}

/// Filters of rows: fields that must all hold, and `and`, `or`, `not`.
macro_rules! row_filters {
    ($($(#[$doc:meta])* $name:ident of $rows:ty {
        $($(#[$about:meta])* $field:ident: $type:ty $(=> $meaning:expr)?,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, InputObject)]
        pub(super) struct $name {
            $($(#[$about])* $field: Option<$type>,)*
            /// All of these hold too.
            and: Option<Vec<$name>>,
            /// One of these holds at least.
            or: Option<Vec<$name>>,
            /// This does not hold.
            not: Option<Box<$name>>,
        }

        impl $name {
            pub(super) fn resolve(self) -> Result<Where<$rows>> {
                let mut own = <$rows>::default();
                $(if let Some(value) = self.$field {
                    own.$field = row_filters!(@meaning value $(, $meaning)?)?;
                })*
                let resolve = |filters: Vec<$name>| {
                    filters.into_iter().map($name::resolve).collect::<Result<Vec<_>>>()
                };
                let mut parts = vec![Where::Is(own)];
                parts.extend(self.and.map(resolve).transpose()?.unwrap_or_default());
                parts.extend(self.or.map(resolve).transpose()?.map(Where::Any));
                let refused = self.not.map(|filter| filter.resolve()).transpose()?;
                parts.extend(refused.map(|filter| Where::Not(Box::new(filter))));
                Ok(if parts.len() == 1 { parts.remove(0) } else { Where::All(parts) })
            }
        }

        impl Meaning<Option<Where<$rows>>> for $name {
            fn meaning(self) -> Result<Option<Where<$rows>>> {
                self.resolve().map(Some)
            }
        }
    )*};
    (@meaning $value:expr) => { Meaning::meaning($value) };
    (@meaning $value:expr, $meaning:expr) => { ($meaning)($value) };
}

fn ids_of(kind: &'static str) -> impl Fn(Vec<ID>) -> Result<Option<Vec<i64>>> {
    move |ids| ids.iter().map(|id| id_of(kind, id)).collect::<Result<_>>().map(Some)
}

fn one_id_of(kind: &'static str) -> impl Fn(ID) -> Result<Option<Vec<i64>>> {
    move |id| Ok(Some(vec![id_of(kind, &id)?]))
}

row_filters! {
    /// Which rounds: `{ code: { in: ["2018", "2019"] } }`, `{ year: { gte: 2015 } }`.
    CampaignFilter of db::CampaignFilter {
        /// The code, such as `2019` or `2026-Q3`.
        code: StringFilter,
        /// The year in which the period ends.
        year: IntFilter,
        /// The quarter of a quarterly round.
        quarter: IntFilter,
    }

    /// Which organisations: `{ search: "van phong", kind: { eq: BRANCH } }`.
    BranchFilter of db::BranchFilter {
        /// One of these: `["Branch:12"]`.
        ids: Vec<ID> => ids_of("Branch"),
        /// The name as printed.
        name: StringFilter,
        /// Words of the name or their beginnings, in any order, without regard to case and marks:
        /// `van phong`.
        search: String,
        /// The kind.
        kind: BranchKindFilter,
        /// The code that workbooks give it.
        code: StringFilter,
    }

    /// Which people: `{ search: "nguyen thi hoa", birthDate: { lt: "1960" } }`.
    MemberFilter of db::MemberFilter {
        /// One of these: `["Member:12"]`.
        ids: Vec<ID> => ids_of("Member"),
        /// The name as printed.
        name: StringFilter,
        /// Words of the name or their beginnings, in any order, without regard to case and marks:
        /// `nguyen thi hoa`.
        search: String,
        /// Sex as stated.
        sex: SexFilter,
        /// The birth date, as far as it is stated.
        birth_date: DateFilter,
        /// The date of admission on probation.
        admitted_on: DateFilter,
        /// The date of full membership.
        official_on: DateFilter,
        /// Known by one of these numbers.
        identifiers: Vec<String>,
    }

    /// Which enrolments: `{ campaign: { code: { eq: "2019" } }, reason: { isNull: false } }`.
    EnrolmentFilter of db::EnrolmentFilter {
        /// The round.
        campaign: CampaignFilter,
        /// The branch.
        branch: BranchScope,
        /// The member.
        member: MemberFilter,
        /// The position, as printed.
        position: StringFilter,
        /// The reason for not being rated.
        reason: NotRatedReasonFilter,
        /// Probationary members, or the others.
        probationary: bool,
    }

    /// Which ratings, by code (`HTXSNV`, `HTTNV`, `HTNV`, `KHTNV`, `TSVM` …) or rank:
    /// `{ code: { eq: "HTXSNV" } }`, `{ rank: { lte: 2 } }`.
    RatingFilter of db::RatingFilter {
        /// The code of the level.
        code: StringFilter,
        /// The place in the scheme; 1 is the best.
        rank: IntFilter,
        /// The code of the scheme, such as `members-2014`.
        scheme: StringFilter,
    }

    /// Which evaluations of members: `{ rating: { code: { eq: "HTXSNV" } }, deciding: true }`.
    MemberEvaluationFilter of db::MemberEvaluationFilter {
        /// The round.
        campaign: CampaignFilter,
        /// The branch.
        branch: BranchScope,
        /// The member.
        member: MemberFilter,
        /// The rating.
        rating: RatingFilter,
        /// The stage.
        stage: StageFilter,
        /// The score.
        score: FloatFilter,
        /// The deciding evaluations, or the others.
        deciding: bool,
    }

    /// Which evaluations of branches: `{ exemplary: true }`.
    BranchEvaluationFilter of db::BranchEvaluationFilter {
        /// The round.
        campaign: CampaignFilter,
        /// The branch.
        branch: BranchScope,
        /// The rating.
        rating: RatingFilter,
        /// The stage.
        stage: StageFilter,
        /// The score.
        score: FloatFilter,
        /// The deciding evaluations, or the others.
        deciding: bool,
        /// The exemplary ones, or the others.
        exemplary: bool,
    }

    /// Which placements: `{ campaign: { code: { eq: "2019" } }, parent: "Branch:12" }`.
    PlacementFilter of db::PlacementFilter {
        /// The round.
        campaign: CampaignFilter,
        /// The branch.
        branch: BranchScope,
        /// The branch directly above.
        parent: ID => one_id_of("Branch"),
    }

    /// Which printed figures: `{ subject: MEMBERS, measure: { eq: RATING } }`.
    ReportedResultFilter of db::ReportedResultFilter {
        /// The round.
        campaign: CampaignFilter,
        /// The branch.
        branch: BranchScope,
        /// A printed heading that is no branch.
        group: StringFilter,
        /// Members or branches.
        subject: Subject => |subject| Ok::<_, async_graphql::Error>(Some(name_of(subject))),
        /// What is measured.
        measure: ReportedMeasureFilter,
        /// How it relates to the figure above it.
        relation: ReportedRelationFilter,
        /// The rating.
        rating: RatingFilter,
        /// The stage.
        stage: StageFilter,
        /// The count.
        count: CountFilter,
        /// The percentage, as printed.
        percent: FloatFilter,
    }

    /// Which commendations: `{ award: { contains: "Giấy khen" } }`.
    CommendationFilter of db::CommendationFilter {
        /// The round.
        campaign: CampaignFilter,
        /// The branch.
        branch: BranchScope,
        /// The member; who names one leaves the commended branches out.
        member: MemberFilter,
        /// The award, as printed.
        award: StringFilter,
    }

    /// Which results of indicators: `{ indicator: { eq: "recruitment" }, percent: { lt: 100 } }`.
    IndicatorResultFilter of db::IndicatorResultFilter {
        /// The round.
        campaign: CampaignFilter,
        /// The branch.
        branch: BranchScope,
        /// The code of the indicator, such as `recruitment`.
        indicator: StringFilter,
        /// The target.
        target: FloatFilter,
        /// What was achieved.
        actual: FloatFilter,
        /// What was achieved, in per cent of the target.
        percent: FloatFilter,
    }

    /// Which corrections: `{ withdrawn: false }`.
    CorrectionFilter of db::CorrectionFilter {
        /// Those that were withdrawn, or those that stand.
        withdrawn: bool,
    }

    /// Which imports: `{ status: { eq: APPLIED } }`.
    ImportFilter of db::ImportFilter {
        /// What became of it.
        status: ImportStatusFilter,
    }

    /// Which diagnostics: `{ severity: { in: [ERROR, WARNING] } }`.
    DiagnosticFilter of db::DiagnosticFilter {
        /// Of this import: `Import:7`.
        import: ID => one_id_of("Import"),
        /// The severity.
        severity: SeverityFilter,
        /// The code, such as `suspect-count`.
        code: StringFilter,
        /// The sheet.
        sheet: StringFilter,
    }
}

/// A branch, and how far below it the question reaches: `{ id: "Branch:12" }`.
#[derive(Debug, Clone, InputObject)]
pub(super) struct BranchScope {
    /// The branch.
    id: ID,
    /// The branch and all that stood below it in the round, or the branch itself.
    #[graphql(default)]
    include: Include,
}

impl BranchScope {
    /// A branch and all below it.
    pub(super) fn whole(id: ID) -> Self {
        Self { id, include: Include::Subtree }
    }

    /// Whether it is the scope of a branch.
    pub(super) fn is_of(&self, id: &ID) -> bool {
        self.id == *id
    }

    /// Whether all below the branch is meant.
    pub(super) fn with_subtree(&self) -> bool {
        self.include == Include::Subtree
    }

    /// The scope in the terms of the database.
    pub(super) fn base(&self) -> Result<db::BranchScope> {
        let with_subtree = self.with_subtree();
        Ok(db::BranchScope { id: id_of("Branch", &self.id)?, with_subtree })
    }
}

impl Meaning<Option<db::BranchScope>> for BranchScope {
    fn meaning(self) -> Result<Option<db::BranchScope>> {
        self.base().map(Some)
    }
}

/// The ids of the branches that a scope holds, in any round.
pub(super) async fn scope_ids(
    ctx: &Context<'_>,
    scope: Option<BranchScope>,
) -> Result<Option<Vec<i64>>> {
    let Some(scope) = scope else { return Ok(None) };
    let db::BranchScope { id, with_subtree } = scope.base()?;
    if !with_subtree {
        return Ok(Some(vec![id]));
    }
    let below = ctx.data::<Hub>()?.run(move |conn| db::AncestryRow::below(conn, &[id])).await?;
    let mut ids: Vec<i64> = below.into_iter().map(|row| row.branch_id).chain([id]).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

/// The number of a typed id such as `Member:123`.
pub(super) fn id_of(kind: &str, id: &ID) -> Result<i64> {
    let number = id
        .split_once(':')
        .filter(|(of, _)| *of == kind)
        .and_then(|(_, number)| number.parse().ok());
    number.ok_or_else(|| {
        bad_argument(format!(
            "`{}` is no id of a {kind}; expected `{kind}:` and a number",
            id.as_str()
        ))
    })
}

/// The typed id of a row.
pub(super) fn typed(kind: &str, id: i64) -> ID {
    ID(format!("{kind}:{id}"))
}
