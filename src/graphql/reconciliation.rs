//! What does not agree, and quotas.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::Hub;
use super::branch::Branch;
use super::campaign::Campaign;
use super::error::bad_argument;
use super::filter::{BranchScope, CampaignFilter, scope_ids, typed};
use super::history::{self, Acceptance};
use super::loader::{BranchKey, MemberKey, RecordKey, level, load_known};
use super::member::Member;
use super::names::{
    DiscrepancyCulprit, DiscrepancyKind, ReportedMeasure, Stage, Subject, name_of, named,
};
use super::page::{Page, Rows};
use super::provenance::Provenance;
use super::rating::Rating;
use super::results::Share;
use crate::db;
use crate::ledger::trace::field_cell;
use crate::rules::{self, Place};

/// Which discrepancies.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct DiscrepancyFilter {
    /// The round.
    campaign: Option<CampaignFilter>,
    /// The branch.
    branch: Option<BranchScope>,
    /// The kinds.
    kind: Option<DiscrepancyKindFilter>,
    /// Those that were accepted as they are; left out, those that were not.
    accepted: Option<bool>,
}

/// Conditions on the kind of a discrepancy.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct DiscrepancyKindFilter {
    /// Equal.
    eq: Option<DiscrepancyKind>,
    /// One of these.
    #[graphql(name = "in")]
    any_of: Option<Vec<DiscrepancyKind>>,
}

pub(super) struct Discrepancy(rules::Discrepancy);

pub(super) async fn discrepancies(
    ctx: &Context<'_>,
    filter: DiscrepancyFilter,
    page: Page,
) -> Result<Rows<Discrepancy>> {
    let branches = scope_ids(ctx, filter.branch).await?;
    let campaigns = filter.campaign.unwrap_or_default().resolve()?;
    let kinds: Option<Vec<String>> = filter.kind.map(|kind| {
        kind.eq.into_iter().chain(kind.any_of.unwrap_or_default()).map(name_of).collect()
    });
    let accepted = filter.accepted.unwrap_or_default();
    let query = move |conn: &mut db::AnyConnection| {
        let rounds = db::Campaign::matching(conn, &campaigns)?;
        let mut found = rules::discrepancies(conn, &rounds)?;
        found.retain(|row| {
            row.acceptance.is_some() == accepted
                && branches.as_ref().is_none_or(|ids| ids.contains(&row.branch_id))
                && kinds
                    .as_ref()
                    .is_none_or(|kinds| kinds.iter().any(|kind| kind == row.kind.name()))
        });
        Ok(found)
    };
    let found = ctx.data::<Hub>()?.run(query).await?;
    Ok(page.of_all(found.into_iter().map(Discrepancy)))
}

/// Two values that should be equal and are not.
#[Object]
impl Discrepancy {
    /// The id, such as `Discrepancy:7`, for `acceptDiscrepancy`: the same as long as it is about the
    /// same thing and its values are the same.
    async fn id(&self) -> ID {
        typed("Discrepancy", self.0.id)
    }

    /// What disagrees with what.
    async fn kind(&self) -> DiscrepancyKind {
        named(self.0.kind.name(), DiscrepancyKind::RivalStatements)
    }

    /// The round; none for what is stated of a person in any round.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Option<Campaign>> {
        history::campaign(ctx, self.0.campaign_id).await
    }

    /// The branch.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Option<Branch>> {
        history::branch(ctx, self.0.branch_id).await
    }

    /// The member.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.0.member_id {
            Some(id) => load_known(ctx, MemberKey(id)).await.map(|row| Some(Member(row))),
            None => Ok(None),
        }
    }

    /// Members or branches, of figures.
    async fn subject(&self) -> Option<Subject> {
        self.0.subject.as_deref().map(|subject| named(subject, Subject::Members))
    }

    /// What is measured, of figures.
    async fn measure(&self) -> Option<ReportedMeasure> {
        self.0.measure.as_deref().map(|measure| named(measure, ReportedMeasure::Rating))
    }

    /// The rating that is counted.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Option<Rating>> {
        match self.0.rating_id {
            Some(id) => level(ctx, id).await.map(|row| Some(Rating(row))),
            None => Ok(None),
        }
    }

    /// The stage.
    async fn stage(&self) -> Option<Stage> {
        self.0.stage.map(Stage::of_number)
    }

    /// The field of a member or an evaluation, of rival statements.
    async fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// The value that stands.
    async fn found(&self) -> &str {
        &self.0.found
    }

    /// What it is compared with: the list, the sum, the other statement.
    async fn expected(&self) -> &str {
        &self.0.expected
    }

    /// Found less expected, of counts.
    async fn difference(&self) -> Option<i64> {
        self.0.difference
    }

    /// Which side is likely wrong.
    async fn culprit(&self) -> DiscrepancyCulprit {
        named(self.0.culprit.name(), DiscrepancyCulprit::Unknown)
    }

    /// Why that side, in a sentence.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Who accepted it as it is, and why; none while it is open.
    async fn acceptance(&self) -> Option<Acceptance> {
        self.0.acceptance.clone().map(Acceptance::from)
    }

    /// The id of the printed figure, for `correct`.
    async fn reported_result(&self) -> Option<ID> {
        self.0.figure_id.map(|id| typed("ReportedResult", id))
    }

    /// Where the found value stands.
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Option<Provenance>> {
        self.provenance_of(ctx, self.0.place.as_ref()).await
    }

    /// Where the other value stands.
    async fn other_provenance(&self, ctx: &Context<'_>) -> Result<Option<Provenance>> {
        self.provenance_of(ctx, self.0.other_place.as_ref()).await
    }
}

impl Discrepancy {
    async fn provenance_of(
        &self,
        ctx: &Context<'_>,
        place: Option<&Place>,
    ) -> Result<Option<Provenance>> {
        let (record_id, cell) = match place {
            None => return Ok(None),
            Some(Place::Sheet { import_id, workbook, sheet, cell }) => {
                return Ok(Some(Provenance::of_sheet(*import_id, workbook, sheet, cell)));
            }
            Some(Place::Record { record_id, cell }) => (*record_id, cell),
        };
        let source = load_known(ctx, RecordKey(record_id)).await?;
        let field = self.0.field.as_deref().unwrap_or_default();
        let stated = || field_cell(&source, field, self.0.stage);
        let cell = cell.clone().or_else(|| stated().map(|cell| cell.name));
        Ok(Some(Provenance::of_cell(&source, cell, None)))
    }
}

/// A quota of a rating: at most so many per cent of some ratings.
#[derive(SimpleObject)]
struct QuotaPolicy {
    /// The stable code, such as `hd21-2019-members`.
    code: String,
    /// The document that sets it.
    document: String,
    /// The rule in the words of the document.
    wording: String,
    /// The most, in per cent of the denominator.
    percent: i64,
    /// The rating, by code.
    rating: String,
    /// Of whom the share is taken, in words.
    denominator: String,
}

pub(super) struct QuotaCheck(rules::QuotaCheck);

pub(super) async fn quota_checks(
    ctx: &Context<'_>,
    code: String,
    branch: Option<i64>,
) -> Result<Vec<QuotaCheck>> {
    let asked = code.clone();
    let query = move |conn: &mut db::AnyConnection| {
        let rounds = db::Campaign::matching(conn, &db::CampaignFilter::of_code(code))?;
        rounds.first().map(|round| rules::quota_checks(conn, round, branch)).transpose()
    };
    match ctx.data::<Hub>()?.run(query).await? {
        Some(checks) => Ok(checks.into_iter().map(QuotaCheck).collect()),
        None => Err(bad_argument(format!("there is no campaign `{asked}`"))),
    }
}

/// A quota for one branch in one round.
#[Object]
impl QuotaCheck {
    /// The branch: a base organisation, or the one that was asked about.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.branch_id)).await.map(Branch)
    }

    /// Members or branches.
    async fn subject(&self) -> Subject {
        named(&self.0.policy.subject, Subject::Members)
    }

    /// The rule.
    async fn policy(&self) -> QuotaPolicy {
        let policy = self.0.policy;
        QuotaPolicy {
            code: policy.code.clone(),
            document: policy.document.clone(),
            wording: policy.wording.clone(),
            percent: policy.percent,
            rating: policy.rating.clone(),
            denominator: policy.of_words.clone(),
        }
    }

    /// Those with the rating.
    async fn count(&self) -> i64 {
        self.0.count
    }

    /// The number that the quota is a share of.
    async fn denominator(&self) -> i64 {
        self.0.denominator
    }

    /// Count by denominator.
    async fn share(&self) -> Share {
        Share::of(self.0.count, self.0.denominator)
    }

    /// The most that may have the rating: the share, rounded down.
    async fn limit(&self) -> i64 {
        self.0.limit
    }

    /// How many more may have the rating; negative where the quota is exceeded.
    async fn headroom(&self) -> i64 {
        self.0.headroom()
    }

    /// Whether more have the rating than may.
    async fn exceeded(&self) -> bool {
        self.0.headroom() < 0
    }
}
