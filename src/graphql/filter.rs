//! Filters of lists, and what they mean for the database.

use async_graphql::resolver_utils::EnumType;
use async_graphql::{Context, ID, InputObject, Result};

use super::error::bad_argument;
use super::names::{
    BranchKind, Include, NotRatedReason, ReportedMeasure, Severity, Sex, Stage, Subject, name_of,
};
use super::{Hub, branch};
use crate::db::{self, TextFilter};

/// Conditions on text; all that are given must hold. A null is an error, never "any".
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct StringFilter {
    /// Equal.
    eq: Option<String>,
    /// Not equal.
    ne: Option<String>,
    /// One of these.
    #[graphql(name = "in")]
    any_of: Option<Vec<String>>,
    /// None of these.
    not_in: Option<Vec<String>>,
}

impl From<StringFilter> for TextFilter {
    fn from(filter: StringFilter) -> Self {
        Self { eq: filter.eq, ne: filter.ne, any_of: filter.any_of, none_of: filter.not_in }
    }
}

macro_rules! enum_filters {
    ($($(#[$doc:meta])* $name:ident of $of:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, InputObject)]
        pub(super) struct $name {
            /// Equal.
            eq: Option<$of>,
            /// One of these.
            #[graphql(name = "in")]
            any_of: Option<Vec<$of>>,
        }

        impl $name {
            fn text(self) -> TextFilter {
                TextFilter {
                    eq: self.eq.map(name_of),
                    any_of: self.any_of.map(names_of),
                    ..TextFilter::default()
                }
            }
        }
    )*};
}

enum_filters! {
    /// Conditions on the kind of an organisation.
    BranchKindFilter of BranchKind;
    /// Conditions on sex.
    SexFilter of Sex;
    /// Conditions on the reason for not being rated.
    NotRatedReasonFilter of NotRatedReason;
    /// Conditions on the measure of a printed figure.
    ReportedMeasureFilter of ReportedMeasure;
    /// Conditions on the severity of a diagnostic.
    SeverityFilter of Severity;
}

fn names_of<T: EnumType>(values: Vec<T>) -> Vec<String> {
    values.into_iter().map(name_of).collect()
}

/// Conditions on a stage.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct StageFilter {
    /// Equal.
    pub(super) eq: Option<Stage>,
    /// One of these.
    #[graphql(name = "in")]
    any_of: Option<Vec<Stage>>,
}

impl StageFilter {
    fn numbers(self) -> Option<Vec<i32>> {
        let several = self.any_of.map(|stages| stages.into_iter().map(Stage::number).collect());
        self.eq.map(|stage| vec![stage.number()]).or(several)
    }
}

/// Conditions on whole numbers.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct IntFilter {
    /// Equal.
    eq: Option<i32>,
    /// At least.
    gte: Option<i32>,
    /// At most.
    lte: Option<i32>,
}

/// Which rounds: `{ code: { in: ["2018", "2019"] } }`, `{ year: { gte: 2015 } }`.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct CampaignFilter {
    /// The code, such as `2019` or `2026-Q3`.
    code: Option<StringFilter>,
    /// The year in which the period ends.
    year: Option<IntFilter>,
}

impl From<CampaignFilter> for db::CampaignFilter {
    fn from(filter: CampaignFilter) -> Self {
        let year = filter.year.unwrap_or_default();
        Self {
            code: filter.code.map(Into::into),
            year: year.eq,
            years_from: year.gte,
            years_to: year.lte,
        }
    }
}

/// Which organisations.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct BranchFilter {
    /// One of these.
    ids: Option<Vec<ID>>,
    /// The name as printed.
    name: Option<StringFilter>,
    /// Words anywhere in the name, without regard to case and marks: `van phong`.
    search: Option<String>,
    /// The kind.
    kind: Option<BranchKindFilter>,
    /// The code that workbooks give it.
    code: Option<StringFilter>,
}

impl BranchFilter {
    pub(super) fn resolve(self) -> Result<db::BranchFilter> {
        Ok(db::BranchFilter {
            ids: self.ids.map(|ids| branch::ids_of(&ids)).transpose()?,
            name: self.name.map(Into::into),
            search: self.search,
            kind: self.kind.map(BranchKindFilter::text),
            code: self.code.map(Into::into),
        })
    }
}

/// A branch, and how far below it the question reaches.
#[derive(Debug, Clone, InputObject)]
pub(super) struct BranchScope {
    /// The branch.
    id: ID,
    /// The branch and all below it, or the branch itself.
    #[graphql(default)]
    include: Include,
}

impl BranchScope {
    /// A branch and all below it.
    pub(super) fn whole(id: ID) -> Self {
        Self { id, include: Include::Subtree }
    }

    /// The id of the branch, and whether its subtree counts.
    pub(super) fn base(&self) -> Result<(i64, Include)> {
        Ok((id_of("Branch", &self.id)?, self.include))
    }

    /// The ids of the branches that the scope holds, in any round.
    async fn ids(self, ctx: &Context<'_>) -> Result<Vec<i64>> {
        let (id, include) = self.base()?;
        if include == Include::Itself {
            return Ok(vec![id]);
        }
        let hub = ctx.data::<Hub>()?;
        hub.run(move |conn| {
            let rounds = db::Campaign::matching(conn, &db::CampaignFilter::default())?;
            let rounds: Vec<i64> = rounds.iter().map(|round| round.id).collect();
            let mut ids: Vec<i64> = db::AncestryRow::under(conn, &rounds, &[id])?
                .into_iter()
                .map(|row| row.branch_id)
                .collect();
            ids.push(id);
            ids.sort_unstable();
            ids.dedup();
            Ok(ids)
        })
        .await
    }
}

pub(super) async fn scope_ids(
    ctx: &Context<'_>,
    scope: Option<BranchScope>,
) -> Result<Option<Vec<i64>>> {
    match scope {
        Some(scope) => scope.ids(ctx).await.map(Some),
        None => Ok(None),
    }
}

/// Which people.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct MemberFilter {
    /// One of these.
    ids: Option<Vec<ID>>,
    /// The name as printed.
    name: Option<StringFilter>,
    /// Words anywhere in the name, without regard to case and marks: `nguyen thi hoa`.
    search: Option<String>,
    /// Sex as stated.
    sex: Option<SexFilter>,
}

impl MemberFilter {
    pub(super) fn resolve(self) -> Result<db::MemberFilter> {
        Ok(db::MemberFilter {
            ids: self
                .ids
                .map(|ids| ids.iter().map(|id| id_of("Member", id)).collect())
                .transpose()?,
            name: self.name.map(Into::into),
            search: self.search,
            sex: self.sex.map(SexFilter::text),
        })
    }
}

/// Which enrolments.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct EnrolmentFilter {
    /// The round.
    campaign: Option<CampaignFilter>,
    /// The branch.
    branch: Option<BranchScope>,
    /// The member.
    member: Option<ID>,
    /// The reason for not being rated.
    reason: Option<NotRatedReasonFilter>,
    /// Probationary members, or the others.
    probationary: Option<bool>,
}

impl EnrolmentFilter {
    pub(super) async fn resolve(self, ctx: &Context<'_>) -> Result<db::EnrolmentFilter> {
        Ok(db::EnrolmentFilter {
            campaign: self.campaign.map(Into::into),
            branch_ids: scope_ids(ctx, self.branch).await?,
            member_ids: self
                .member
                .map(|id| id_of("Member", &id).map(|id| vec![id]))
                .transpose()?,
            reason: self.reason.map(NotRatedReasonFilter::text),
            probationary: self.probationary,
        })
    }
}

/// Which ratings, by code: `HTXSNV`, `HTTNV`, `HTNV`, `KHTNV`, `TSVM` …
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct RatingFilter {
    /// The code of the level.
    pub(super) code: Option<StringFilter>,
}

impl RatingFilter {
    pub(super) fn text(self) -> Option<TextFilter> {
        self.code.map(Into::into)
    }
}

/// Which evaluations of members.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct MemberEvaluationFilter {
    /// The round.
    campaign: Option<CampaignFilter>,
    /// The branch.
    branch: Option<BranchScope>,
    /// The member.
    member: Option<ID>,
    /// The rating.
    rating: Option<RatingFilter>,
    /// The stage.
    stage: Option<StageFilter>,
    /// The deciding evaluations, or the others.
    deciding: Option<bool>,
}

impl MemberEvaluationFilter {
    pub(super) async fn resolve(self, ctx: &Context<'_>) -> Result<db::MemberEvaluationFilter> {
        Ok(db::MemberEvaluationFilter {
            campaign: self.campaign.map(Into::into),
            branch_ids: scope_ids(ctx, self.branch).await?,
            member_ids: self
                .member
                .map(|id| id_of("Member", &id).map(|id| vec![id]))
                .transpose()?,
            rating: self.rating.and_then(RatingFilter::text),
            stages: self.stage.and_then(StageFilter::numbers),
            deciding: self.deciding,
        })
    }
}

/// Which evaluations of branches.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct BranchEvaluationFilter {
    /// The round.
    campaign: Option<CampaignFilter>,
    /// The branch.
    branch: Option<BranchScope>,
    /// The rating.
    rating: Option<RatingFilter>,
    /// The stage.
    stage: Option<StageFilter>,
    /// The deciding evaluations, or the others.
    deciding: Option<bool>,
    /// The exemplary ones, or the others.
    exemplary: Option<bool>,
}

impl BranchEvaluationFilter {
    pub(super) async fn resolve(self, ctx: &Context<'_>) -> Result<db::BranchEvaluationFilter> {
        Ok(db::BranchEvaluationFilter {
            campaign: self.campaign.map(Into::into),
            branch_ids: scope_ids(ctx, self.branch).await?,
            rating: self.rating.and_then(RatingFilter::text),
            stages: self.stage.and_then(StageFilter::numbers),
            deciding: self.deciding,
            exemplary: self.exemplary,
        })
    }
}

/// Which placements.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct PlacementFilter {
    /// The round.
    campaign: Option<CampaignFilter>,
    /// The branch above.
    parent: Option<ID>,
}

impl PlacementFilter {
    pub(super) fn resolve(self) -> Result<db::PlacementFilter> {
        Ok(db::PlacementFilter {
            campaign: self.campaign.map(Into::into),
            branch_ids: None,
            parent_ids: self
                .parent
                .map(|id| id_of("Branch", &id).map(|id| vec![id]))
                .transpose()?,
        })
    }
}

/// Which printed figures.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct ReportedResultFilter {
    /// The round.
    campaign: Option<CampaignFilter>,
    /// The branch.
    branch: Option<BranchScope>,
    /// Members or branches.
    subject: Option<Subject>,
    /// What is measured.
    measure: Option<ReportedMeasureFilter>,
}

impl ReportedResultFilter {
    pub(super) async fn resolve(self, ctx: &Context<'_>) -> Result<db::ReportedResultFilter> {
        Ok(db::ReportedResultFilter {
            campaign: self.campaign.map(Into::into),
            branch_ids: scope_ids(ctx, self.branch).await?,
            subject: self.subject.map(name_of),
            measure: self.measure.map(ReportedMeasureFilter::text),
        })
    }
}

/// Which commendations.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct CommendationFilter {
    /// The round.
    campaign: Option<CampaignFilter>,
    /// The branch.
    branch: Option<BranchScope>,
}

impl CommendationFilter {
    pub(super) async fn resolve(self, ctx: &Context<'_>) -> Result<db::CommendationFilter> {
        Ok(db::CommendationFilter {
            campaign: self.campaign.map(Into::into),
            branch_ids: scope_ids(ctx, self.branch).await?,
        })
    }
}

/// Which results of indicators.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct IndicatorResultFilter {
    /// The round.
    campaign: Option<CampaignFilter>,
    /// The branch.
    branch: Option<BranchScope>,
    /// The code of the indicator, such as `recruitment`.
    indicator: Option<StringFilter>,
}

impl IndicatorResultFilter {
    pub(super) async fn resolve(self, ctx: &Context<'_>) -> Result<db::IndicatorResultFilter> {
        Ok(db::IndicatorResultFilter {
            campaign: self.campaign.map(Into::into),
            branch_ids: scope_ids(ctx, self.branch).await?,
            indicator: self.indicator.map(Into::into),
        })
    }
}

/// Which diagnostics.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct DiagnosticFilter {
    /// Of this import.
    import: Option<ID>,
    /// The severity.
    severity: Option<SeverityFilter>,
    /// The code, such as `suspect-count`.
    code: Option<StringFilter>,
}

impl DiagnosticFilter {
    pub(super) fn resolve(self) -> Result<db::DiagnosticFilter> {
        Ok(db::DiagnosticFilter {
            import_ids: self
                .import
                .map(|id| id_of("Import", &id).map(|id| vec![id]))
                .transpose()?,
            severity: self.severity.map(SeverityFilter::text),
            code: self.code.map(Into::into),
        })
    }
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
