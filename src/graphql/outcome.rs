//! Figures as printed, commendations, and results of indicators.

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::branch::Branch;
use super::campaign::Campaign;
use super::error::internal;
use super::filter::typed;
use super::loader::{
    BranchKey, IndicatorKey, MemberKey, RecordKey, SourcesOfBranch, level, load, load_known, round,
};
use super::member::Member;
use super::names::{ReportedMeasure, ReportedRelation, Stage, Subject, named};
use super::page::wraps;
use super::provenance::{Provenance, name_cell};
use super::rating::Rating;
use crate::db;

#[derive(Clone)]
pub(super) struct ReportedResult(db::ReportedResult);

#[derive(Clone)]
pub(super) struct Commendation(db::Commendation);

#[derive(Clone)]
pub(super) struct IndicatorResult(db::IndicatorResult);

wraps! {
    ReportedResult of db::ReportedResult;
    Commendation of db::Commendation;
    IndicatorResult of db::IndicatorResult;
}

/// A figure as printed, right or wrong.
#[Object]
impl ReportedResult {
    /// The id, such as `ReportedResult:12`.
    pub(super) async fn id(&self) -> ID {
        typed("ReportedResult", self.0.id)
    }

    /// The round.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Campaign> {
        round(ctx, self.0.campaign_id).await.map(Campaign)
    }

    /// The branch; a total belongs to the committee.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.branch_id)).await.map(Branch)
    }

    /// A printed heading that is no branch ("Đảng bộ xã").
    async fn group(&self) -> Option<&str> {
        self.0.group_name.as_deref()
    }

    /// How it relates to the level above it.
    async fn relation(&self) -> ReportedRelation {
        named(&self.0.relation, ReportedRelation::Exact)
    }

    /// Members or branches.
    async fn subject(&self) -> Subject {
        named(&self.0.subject, Subject::Members)
    }

    /// What is measured.
    async fn measure(&self) -> ReportedMeasure {
        named(&self.0.measure, ReportedMeasure::Rating)
    }

    /// The rating, where the measure is one.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Option<Rating>> {
        match self.0.rating_id {
            Some(id) => level(ctx, id).await.map(|row| Some(Rating(row))),
            None => Ok(None),
        }
    }

    /// The printed count.
    async fn count(&self) -> Option<i64> {
        self.0.count
    }

    /// The printed percentage, in per cent units: 13.3 for 13.3 %.
    async fn percent(&self) -> Option<f64> {
        self.0.percent
    }

    /// Whose rating is counted.
    async fn stage(&self) -> Stage {
        Stage::of_number(self.0.stage)
    }

    /// The cell of the count, else of the percentage.
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Provenance> {
        let source = load_known(ctx, RecordKey(self.0.record_id)).await?;
        Ok(Provenance::of_cell(&source, Some(self.0.cell.clone()), self.0.raw.clone()))
    }
}

/// The live records of a kind about a branch in a round.
async fn sources(
    ctx: &Context<'_>,
    branch: i64,
    campaign: i64,
    fits: impl Fn(&db::Source) -> bool,
) -> Result<Vec<Provenance>> {
    let all = load(ctx, SourcesOfBranch(branch)).await?.unwrap_or_default();
    let of_round =
        all.iter().filter(|source| source.record.campaign_id == campaign && fits(source));
    Ok(of_round.map(|source| Provenance::of(source, name_cell)).collect())
}

impl Commendation {
    async fn stated(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        let fits = |source: &db::Source| {
            source.record.kind == "COMMENDATION" && source.link.member_id == self.0.member_id
        };
        sources(ctx, self.0.branch_id, self.0.campaign_id, fits).await
    }
}

/// A commendation of a member or, where none is named, of a branch.
#[Object]
impl Commendation {
    /// The id, such as `Commendation:12`.
    pub(super) async fn id(&self) -> ID {
        typed("Commendation", self.0.id)
    }

    /// The round.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Campaign> {
        round(ctx, self.0.campaign_id).await.map(Campaign)
    }

    /// The person; none where the branch itself was commended.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.0.member_id {
            Some(id) => load_known(ctx, MemberKey(id)).await.map(|row| Some(Member(row))),
            None => Ok(None),
        }
    }

    /// The branch that was commended, or the person's.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Option<Branch>> {
        load_known(ctx, BranchKey(self.0.branch_id)).await.map(|row| Some(Branch(row)))
    }

    /// The award, as printed.
    async fn award(&self) -> &str {
        &self.0.award
    }

    /// All rows that state it.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        self.stated(ctx).await
    }

    /// The row that decides.
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Provenance> {
        self.stated(ctx)
            .await?
            .into_iter()
            .next()
            .ok_or_else(|| internal("a fact has no live record"))
    }
}

/// Something that has a target.
#[derive(SimpleObject)]
struct Indicator {
    /// The code: `recruitment`, `inspection`, `supervision` …
    code: String,
}

impl IndicatorResult {
    async fn stated(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        let code = load_known(ctx, IndicatorKey(self.0.indicator_id)).await?.code;
        let named = format!("\"indicator\":\"{code}\"");
        let fits = |source: &db::Source| {
            source.record.kind == "INDICATORS" && source.record.statement.contains(&named)
        };
        sources(ctx, self.0.branch_id, self.0.campaign_id, fits).await
    }
}

/// A target and what was achieved.
#[Object]
impl IndicatorResult {
    /// The id, such as `IndicatorResult:12`.
    pub(super) async fn id(&self) -> ID {
        typed("IndicatorResult", self.0.id)
    }

    /// The round.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Campaign> {
        round(ctx, self.0.campaign_id).await.map(Campaign)
    }

    /// The branch; a total belongs to the committee.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.branch_id)).await.map(Branch)
    }

    /// What was counted.
    async fn indicator(&self, ctx: &Context<'_>) -> Result<Indicator> {
        load_known(ctx, IndicatorKey(self.0.indicator_id))
            .await
            .map(|row| Indicator { code: row.code })
    }

    /// The target.
    async fn target(&self) -> Option<f64> {
        self.0.target
    }

    /// What was achieved.
    async fn actual(&self) -> Option<f64> {
        self.0.actual
    }

    /// The percentage as printed, else achieved by target; in per cent units.
    async fn percent(&self) -> Option<f64> {
        let reckoned = || match (self.0.actual, self.0.target) {
            (Some(actual), Some(target)) if target > 0.0 => Some(actual / target * 100.0),
            _ => None,
        };
        self.0.percent.or_else(reckoned)
    }

    /// All rows that state it.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        self.stated(ctx).await
    }

    /// The row that decides.
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Provenance> {
        self.stated(ctx)
            .await?
            .into_iter()
            .next()
            .ok_or_else(|| internal("a fact has no live record"))
    }
}
