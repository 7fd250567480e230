//! The root of all queries.

use async_graphql::{Context, ID, Object, Result};

use super::Hub;
use super::branch::{Branch, BranchEvaluation, Placement};
use super::campaign::Campaign;
use super::filter::{
    BranchEvaluationFilter, BranchFilter, BranchScope, CampaignFilter, CommendationFilter,
    CorrectionFilter, DiagnosticFilter, EnrolmentFilter, ImportFilter, IndicatorResultFilter,
    MemberEvaluationFilter, MemberFilter, PlacementFilter, ReportedResultFilter, id_of,
};
use super::history::{
    Acceptance, BranchCandidate, Correction, Decision, MergeCandidate, Succession,
};
use super::import::{self, Diagnostic, Import};
use super::loader::{BranchKey, MemberKey, load};
use super::member::{Enrolment, Member, MemberEvaluation};
use super::missing::{self, CampaignStatus};
use super::names::{
    BranchEvaluationOrder, BranchOrder, CampaignOrder, CommendationOrder, CorrectionOrder,
    DiagnosticOrder, EnrolmentOrder, ImportOrder, IndicatorResultOrder, MemberEvaluationOrder,
    MemberOrder, PlacementOrder, ReportedResultOrder, Subject, name_of,
};
use super::node::{self, Node};
use super::outcome::{Commendation, IndicatorResult, ReportedResult};
use super::page::{Page, Rows, Window, list};
use super::rating::RatingScheme;
use super::reconciliation::{self, Discrepancy, DiscrepancyFilter, QuotaCheck};
use super::results::{
    self, Grouping, ResultFilter, ResultGroup, ResultOrder, ResultPredicate, ResultRows, Totals,
};
use super::transition::{self, Transition};
use crate::{db, rules};

/// The columns of an order that was asked for, else those of the usual one.
fn columns<O: Into<C>, C: Copy>(asked: Option<Vec<O>>, usual: &[C]) -> Vec<C> {
    match asked {
        Some(order) if !order.is_empty() => order.into_iter().map(Into::into).collect(),
        _ => usual.to_vec(),
    }
}

pub(crate) struct Query;

/// The root of all queries.
#[Object]
impl Query {
    /// Anything by its typed id: `Branch:12`, `Member:123`, `MemberEvaluation:34`, `Import:7`.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, such as `Member:123`.")] id: ID,
    ) -> Result<Option<Node>> {
        node::by_id(ctx, &id).await
    }

    /// A round by its code: `2019`, `2026-Q3`.
    async fn campaign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code: `2019`, `2026-Q3`.")] code: String,
    ) -> Result<Option<Campaign>> {
        let dictionary = ctx.data::<Hub>()?.dictionary().await?;
        Ok(dictionary.round_of_code(&code).cloned().map(Campaign))
    }

    /// Whether a round is whole: the workbooks that were refused, rows that were left out, questions that are open
    /// and branches without a figure. Null where there is no such round.
    async fn campaign_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code of the round: `2019`.")] code: String,
    ) -> Result<Option<CampaignStatus>> {
        missing::status(ctx, &code).await
    }

    /// The rounds, oldest first.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn campaigns(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ year: { gte: 2015 } }`.")] filter: Option<
            CampaignFilter,
        >,
        #[graphql(desc = "The order: `[YEAR_DESC]`.")] order_by: Option<Vec<CampaignOrder>>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<Campaign>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::Campaign, _>(
            ctx,
            filter,
            columns(order_by, &[db::CampaignColumn::YearAsc, db::CampaignColumn::CodeAsc]),
            window,
        )
        .await
    }

    /// An organisation by its id.
    async fn branch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, such as `Branch:12`.")] id: ID,
    ) -> Result<Option<Branch>> {
        Ok(load(ctx, BranchKey(id_of("Branch", &id)?)).await?.map(Branch))
    }

    /// Organisations by name.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn branches(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ search: \"van phong\" }`.")]
        filter: Option<BranchFilter>,
        #[graphql(desc = "The order: `[NAME_ASC]`.")] order_by: Option<Vec<BranchOrder>>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<Branch>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::Branch, _>(ctx, filter, columns(order_by, &[db::BranchColumn::NameAsc]), window)
            .await
    }

    /// A person by their id.
    async fn member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, such as `Member:123`.")] id: ID,
    ) -> Result<Option<Member>> {
        Ok(load(ctx, MemberKey(id_of("Member", &id)?)).await?.map(Member))
    }

    /// People by given name, then family name, as officials sort.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ search: \"nguyen thi hoa\" }`.")]
        filter: Option<MemberFilter>,
        #[graphql(desc = "The order: `[BIRTH_DATE_ASC, NAME_ASC]`.")] order_by: Option<
            Vec<MemberOrder>,
        >,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<Member>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::Member, _>(ctx, filter, columns(order_by, &[db::MemberColumn::NameAsc]), window)
            .await
    }

    /// The roll: who stood where in which round.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn enrolments(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ reason: { isNull: false } }`.")]
        filter: Option<EnrolmentFilter>,
        #[graphql(desc = "The order: `[POSITION_ASC]`.")] order_by: Option<Vec<EnrolmentOrder>>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<Enrolment>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::Enrolment, _>(ctx, filter, columns(order_by, &[]), window).await
    }

    /// What the stages of the rounds made of members.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn member_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ deciding: true }`.")] filter: Option<
            MemberEvaluationFilter,
        >,
        #[graphql(desc = "The order: `[SCORE_DESC]`.")] order_by: Option<
            Vec<MemberEvaluationOrder>,
        >,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<MemberEvaluation>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::MemberEvaluation, _>(ctx, filter, columns(order_by, &[]), window).await
    }

    /// What the stages of the rounds made of branches.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn branch_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ exemplary: true }`.")] filter: Option<
            BranchEvaluationFilter,
        >,
        #[graphql(desc = "The order: `[SCORE_DESC]`.")] order_by: Option<
            Vec<BranchEvaluationOrder>,
        >,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<BranchEvaluation>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::BranchEvaluation, _>(ctx, filter, columns(order_by, &[]), window).await
    }

    /// The tree of each round.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn placements(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            name = "where",
            desc = "Which ones: `{ campaign: { code: { eq: \"2019\" } } }`."
        )]
        filter: Option<PlacementFilter>,
        #[graphql(desc = "The order: `[ID_ASC]`.")] order_by: Option<Vec<PlacementOrder>>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<Placement>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::Placement, _>(ctx, filter, columns(order_by, &[]), window).await
    }

    /// Figures as printed.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn reported_results(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ measure: { eq: RATING } }`.")]
        filter: Option<ReportedResultFilter>,
        #[graphql(desc = "The order: `[COUNT_DESC]`.")] order_by: Option<Vec<ReportedResultOrder>>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<ReportedResult>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::ReportedResult, _>(ctx, filter, columns(order_by, &[]), window).await
    }

    /// Aggregated results: counted from lists where they are complete, else as printed.
    #[expect(clippy::too_many_arguments, reason = "a field has as many as analysts need")]
    async fn results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Members or branches.")] of: Subject,
        #[graphql(
            name = "where",
            desc = "Which ones: `{ campaign: { code: { eq: \"2019\" } } }`."
        )]
        filter: Option<ResultFilter>,
        #[graphql(
            desc = "What makes a group: `[{ campaign: true }, { rating: true }]`; one group of everything where nothing is named."
        )]
        group_by: Option<Vec<ResultGroup>>,
        #[graphql(desc = "Conditions on groups.")] having: Option<Vec<ResultPredicate>>,
        #[graphql(desc = "The order of groups; that of their keys where none is named.")]
        order_by: Option<Vec<ResultOrder>>,
        #[graphql(default, desc = "Totals beside the groups.")] totals: Totals,
        #[graphql(
            default,
            desc = "Also groups of nobody: the levels of a scheme, and the values of the last key."
        )]
        fill_gaps: bool,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<ResultRows> {
        let grouping = Grouping { group_by, having, order_by, totals, fill_gaps };
        let page = Page::from_arguments(ctx, first, after)?;
        let filter = filter.unwrap_or_default();
        Box::pin(results::of_everything(ctx, of, filter, grouping, page)).await
    }

    /// Who moved from which rating to which between two rounds.
    async fn transitions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Members or branches.")] of: Subject,
        #[graphql(desc = "The code of the first round: `2018`.")] from: String,
        #[graphql(desc = "The code of the second round: `2019`.")] to: String,
        #[graphql(desc = "Of a branch alone, with all below it: `{ id: \"Branch:12\" }`.")]
        branch: Option<BranchScope>,
    ) -> Result<Vec<Transition>> {
        transition::transitions(ctx, of, (from, to), branch).await
    }

    /// Commendations of members and of branches.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn commendations(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ award: { contains: \"Giấy khen\" } }`.")]
        filter: Option<CommendationFilter>,
        #[graphql(desc = "The order: `[AWARD_ASC]`.")] order_by: Option<Vec<CommendationOrder>>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<Commendation>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::Commendation, _>(ctx, filter, columns(order_by, &[]), window).await
    }

    /// Targets and what was achieved: recruitment, inspection, supervision …
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn indicator_results(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ percent: { lt: 100 } }`.")] filter: Option<
            IndicatorResultFilter,
        >,
        #[graphql(desc = "The order: `[PERCENT_ASC]`.")] order_by: Option<
            Vec<IndicatorResultOrder>,
        >,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<IndicatorResult>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::IndicatorResult, _>(ctx, filter, columns(order_by, &[]), window).await
    }

    /// The rating schemes: scales, their years and documents.
    async fn rating_schemes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those of members, or of branches.")] subject: Option<Subject>,
    ) -> Result<Vec<RatingScheme>> {
        let subject = subject.map(name_of);
        let rows = ctx
            .data::<Hub>()?
            .run(move |conn| db::Scheme::in_use(conn, subject.as_deref()))
            .await?;
        Ok(rows.into_iter().map(RatingScheme).collect())
    }

    /// An import by its id.
    async fn import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, such as `Import:7`.")] id: ID,
    ) -> Result<Option<Import>> {
        import::by_id(ctx, &id).await
    }

    /// The imports, in the order in which they ran.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn imports(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ status: { eq: APPLIED } }`.")]
        filter: Option<ImportFilter>,
        #[graphql(desc = "The order: `[ID_DESC]`.")] order_by: Option<Vec<ImportOrder>>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<Import>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::Import, _>(ctx, filter, columns(order_by, &[]), window).await
    }

    /// What was wrong with the workbooks.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn diagnostics(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ severity: { in: [ERROR, WARNING] } }`.")]
        filter: Option<DiagnosticFilter>,
        #[graphql(desc = "The order: `[CODE_ASC]`.")] order_by: Option<Vec<DiagnosticOrder>>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<Diagnostic>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::Diagnostic, _>(ctx, filter, columns(order_by, &[]), window).await
    }

    /// Pairs of members who may be one, the likeliest first.
    async fn merge_candidates(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<MergeCandidate>> {
        let page = Page::from_arguments(ctx, first, after)?;
        let all =
            ctx.data::<Hub>()?.run(|conn| db::MergeCandidate::page(conn, None, i64::MAX)).await?;
        Ok(page.of_all(all.into_iter().map(MergeCandidate)))
    }

    /// Pairs of branches that may be one: spellings of one name under one parent, never in one round together.
    async fn branch_candidates(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<BranchCandidate>> {
        let page = Page::from_arguments(ctx, first, after)?;
        let all = ctx.data::<Hub>()?.run(rules::namesakes).await?;
        Ok(page.of_all(all.into_iter().map(BranchCandidate)))
    }

    /// What people decided about who is who, in the order in which they did.
    async fn decisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Decision>> {
        let page = Page::from_arguments(ctx, first, after)?;
        let all = ctx.data::<Hub>()?.run(db::Decision::all).await?;
        Ok(page.of_all(all.into_iter().map(Decision::from)))
    }

    /// Corrections by hand, in the order in which they were entered.
    #[expect(clippy::too_many_arguments, reason = "a connection has as many by Relay's rules")]
    async fn corrections(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ withdrawn: false }`.")] filter: Option<
            CorrectionFilter,
        >,
        #[graphql(desc = "The order: `[ID_DESC]`.")] order_by: Option<Vec<CorrectionOrder>>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
        #[graphql(desc = "At most so many rows, up to the last one.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor: `startCursor` of the page behind.")]
        before: Option<String>,
    ) -> Result<Rows<Correction>> {
        let filter = filter.unwrap_or_default().resolve()?;
        let window = Window { first, after, last, before };
        list::<db::Correction, _>(ctx, filter, columns(order_by, &[]), window).await
    }

    /// Which branch follows which, oldest round first.
    async fn successions(&self, ctx: &Context<'_>) -> Result<Vec<Succession>> {
        let rows = ctx.data::<Hub>()?.run(db::Succession::all).await?;
        Ok(rows.into_iter().map(Succession).collect())
    }

    /// Discrepancies that people accepted as they are, in the order in which they did.
    async fn acceptances(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Acceptance>> {
        let page = Page::from_arguments(ctx, first, after)?;
        let all = ctx.data::<Hub>()?.run(db::Acceptance::all).await?;
        Ok(page.of_all(all.into_iter().map(Acceptance::from)))
    }

    /// What does not agree: printed against counted, rival statements, members on two rolls. What was
    /// accepted is left out; `where: { accepted: true }` gives it.
    async fn discrepancies(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ kind: { eq: PRINTED_AGAINST_LIST } }`.")]
        filter: Option<DiscrepancyFilter>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Discrepancy>> {
        let page = Page::from_arguments(ctx, first, after)?;
        reconciliation::discrepancies(ctx, filter.unwrap_or_default(), page).await
    }

    /// The quotas of a round: for a branch, or for every base organisation.
    async fn quota_checks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code of the round: `2019`.")] campaign: String,
        #[graphql(desc = "Of this branch alone: `Branch:12`.")] branch: Option<ID>,
    ) -> Result<Vec<QuotaCheck>> {
        let branch = branch.map(|id| id_of("Branch", &id)).transpose()?;
        reconciliation::quota_checks(ctx, campaign, branch).await
    }
}
