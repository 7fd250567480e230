//! The root of all queries.

use async_graphql::{Context, ID, Interface, Object, Result};

use super::Hub;
use super::branch::{Branch, BranchEvaluation, Placement};
use super::campaign::Campaign;
use super::error::bad_argument;
use super::filter::{
    BranchEvaluationFilter, BranchFilter, BranchScope, CampaignFilter, CommendationFilter,
    DiagnosticFilter, EnrolmentFilter, IndicatorResultFilter, MemberEvaluationFilter, MemberFilter,
    PlacementFilter, ReportedResultFilter, id_of,
};
use super::history::{Correction, Decision, MergeCandidate, Succession};
use super::import::{self, Diagnostic, Import};
use super::loader::{BranchKey, CampaignKey, MemberKey, load};
use super::member::{Enrolment, Member, MemberEvaluation};
use super::names::{Subject, name_of};
use super::outcome::{Commendation, IndicatorResult, ReportedResult};
use super::page::{BY_ID, BY_NAME, Page, Rows};
use super::rating::RatingScheme;
use super::reconciliation::{self, Discrepancy, DiscrepancyFilter, QuotaCheck};
use super::results::{
    self, ResultFilter, ResultGroup, ResultNode, ResultOrder, ResultPredicate, Shape, Totals,
};
use super::transition::{self, Transition};
use crate::db;

/// Anything with an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The typed id."))]
enum Node {
    Branch(Branch),
    Campaign(Campaign),
    Member(Member),
    Import(Import),
}

/// The root of all queries.
pub(crate) struct Query;

/// A page of a list: filter, rows and count of one row type.
macro_rules! list {
    ($ctx:expr, $filter:expr, $row:ty, $first:expr, $after:expr) => {{
        let page = Page::from_arguments($ctx, $first, $after, BY_ID)?;
        let filter = $filter;
        let counted = filter.clone();
        page.load(
            $ctx,
            move |conn, page| <$row>::page(conn, &filter, page),
            move |conn| <$row>::count(conn, &counted),
        )
        .await
    }};
}

#[Object]
impl Query {
    /// Anything by its typed id: `Branch:12`, `Member:123`, `Campaign:3`, `Import:7`.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Node>> {
        Ok(match id.split_once(':').map(|(kind, _)| kind) {
            Some("Branch") => self.branch(ctx, id).await?.map(Node::Branch),
            Some("Member") => self.member(ctx, id).await?.map(Node::Member),
            Some("Import") => self.import(ctx, id).await?.map(Node::Import),
            Some("Campaign") => load(ctx, CampaignKey(id_of("Campaign", &id)?))
                .await?
                .map(Campaign)
                .map(Node::Campaign),
            _ => {
                return Err(bad_argument(format!(
                    "`{}` is no id of this hub; expected `Kind:number`",
                    id.as_str()
                )));
            }
        })
    }

    /// A round by its code: `2019`, `2026-Q3`.
    async fn campaign(&self, ctx: &Context<'_>, code: String) -> Result<Option<Campaign>> {
        let code = db::TextFilter { eq: Some(code), ..db::TextFilter::default() };
        let filter = db::CampaignFilter { code: Some(code), ..db::CampaignFilter::default() };
        let rows =
            ctx.data::<Hub>()?.run(move |conn| db::Campaign::matching(conn, &filter)).await?;
        Ok(rows.into_iter().next().map(Campaign))
    }

    /// The rounds, oldest first.
    async fn campaigns(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<CampaignFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Campaign>> {
        let page = Page::from_arguments(ctx, first, after, BY_ID)?;
        let filter = filter.unwrap_or_default().into();
        let rows =
            ctx.data::<Hub>()?.run(move |conn| db::Campaign::matching(conn, &filter)).await?;
        Ok(page.of_all(rows.into_iter().map(Campaign).collect()))
    }

    /// An organisation by its id.
    async fn branch(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Branch>> {
        Ok(load(ctx, BranchKey(id_of("Branch", &id)?)).await?.map(Branch))
    }

    /// Organisations by name.
    async fn branches(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<BranchFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Branch>> {
        let page = Page::from_arguments(ctx, first, after, BY_NAME)?;
        let filter = filter.unwrap_or_default().resolve()?;
        let counted = filter.clone();
        let rows = move |conn: &mut db::AnyConnection, after, limit| {
            db::Branch::page(conn, &filter, after, limit)
        };
        page.load_by_name(ctx, rows, move |conn| db::Branch::count(conn, &counted)).await
    }

    /// A person by their id.
    async fn member(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Member>> {
        Ok(load(ctx, MemberKey(id_of("Member", &id)?)).await?.map(Member))
    }

    /// People by given name, then family name, as officials sort.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<MemberFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Member>> {
        let page = Page::from_arguments(ctx, first, after, BY_NAME)?;
        let filter = filter.unwrap_or_default().resolve()?;
        let counted = filter.clone();
        let rows = move |conn: &mut db::AnyConnection, after, limit| {
            db::Member::page(conn, &filter, after, limit)
        };
        page.load_by_name(ctx, rows, move |conn| db::Member::count(conn, &counted)).await
    }

    /// The roll: who stood where in which round.
    async fn enrolments(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<EnrolmentFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Enrolment>> {
        list!(ctx, filter.unwrap_or_default().resolve(ctx).await?, db::Enrolment, first, after)
    }

    /// What the stages of the rounds made of members.
    async fn member_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<MemberEvaluationFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<MemberEvaluation>> {
        list!(
            ctx,
            filter.unwrap_or_default().resolve(ctx).await?,
            db::MemberEvaluation,
            first,
            after
        )
    }

    /// What the stages of the rounds made of branches.
    async fn branch_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<BranchEvaluationFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<BranchEvaluation>> {
        list!(
            ctx,
            filter.unwrap_or_default().resolve(ctx).await?,
            db::BranchEvaluation,
            first,
            after
        )
    }

    /// The tree of each round.
    async fn placements(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<PlacementFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Placement>> {
        list!(ctx, filter.unwrap_or_default().resolve()?, db::Placement, first, after)
    }

    /// Figures as printed.
    async fn reported_results(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<ReportedResultFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<ReportedResult>> {
        list!(ctx, filter.unwrap_or_default().resolve(ctx).await?, db::ReportedResult, first, after)
    }

    /// Aggregated results: counted from lists where they are complete, else as printed.
    #[expect(clippy::too_many_arguments, reason = "a field has as many as analysts need")]
    async fn results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Members or branches.")] of: Subject,
        #[graphql(name = "where")] filter: Option<ResultFilter>,
        #[graphql(desc = "What makes a group; one group of everything where nothing is named.")]
        group_by: Option<Vec<ResultGroup>>,
        #[graphql(desc = "Conditions on groups.")] having: Option<Vec<ResultPredicate>>,
        #[graphql(desc = "The order of groups; by round, branch and rating where none is named.")]
        order_by: Option<Vec<ResultOrder>>,
        #[graphql(default, desc = "Totals beside the groups.")] totals: Totals,
        #[graphql(default, desc = "Also the levels that nobody has.")] fill_gaps: bool,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<ResultNode>> {
        let shape = Shape {
            having: having.unwrap_or_default(),
            order_by: order_by.unwrap_or_default(),
            totals,
            fill_gaps,
        };
        let page = Page::from_arguments(ctx, first, after, BY_ID)?;
        results::answer(
            ctx,
            of,
            filter.unwrap_or_default(),
            group_by.unwrap_or_default(),
            shape,
            page,
        )
        .await
    }

    /// Who moved from which rating to which between two rounds.
    async fn transitions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Members or branches.")] of: Subject,
        #[graphql(desc = "The code of the first round: `2018`.")] from: String,
        #[graphql(desc = "The code of the second round: `2019`.")] to: String,
        branch: Option<BranchScope>,
    ) -> Result<Vec<Transition>> {
        transition::transitions(ctx, of, (from, to), branch).await
    }

    /// Commendations of members and of branches.
    async fn commendations(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<CommendationFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Commendation>> {
        list!(ctx, filter.unwrap_or_default().resolve(ctx).await?, db::Commendation, first, after)
    }

    /// Targets and what was achieved: recruitment, inspection, supervision …
    async fn indicator_results(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<IndicatorResultFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<IndicatorResult>> {
        list!(
            ctx,
            filter.unwrap_or_default().resolve(ctx).await?,
            db::IndicatorResult,
            first,
            after
        )
    }

    /// The rating schemes: scales, their years and documents.
    async fn rating_schemes(
        &self,
        ctx: &Context<'_>,
        subject: Option<Subject>,
    ) -> Result<Vec<RatingScheme>> {
        let subject = subject.map(name_of);
        let rows = ctx
            .data::<Hub>()?
            .run(move |conn| db::Scheme::in_use(conn, subject.as_deref()))
            .await?;
        Ok(rows.into_iter().map(RatingScheme).collect())
    }

    /// An import by its id.
    async fn import(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Import>> {
        import::by_id(ctx, &id).await
    }

    /// The imports, in the order in which they ran.
    async fn imports(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Import>> {
        let page = Page::from_arguments(ctx, first, after, BY_ID)?;
        page.load(ctx, db::Import::page, db::Import::count).await
    }

    /// What was wrong with the workbooks.
    async fn diagnostics(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<DiagnosticFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Diagnostic>> {
        let page = Page::from_arguments(ctx, first, after, BY_ID)?;
        import::diagnostics(ctx, filter.unwrap_or_default().resolve()?, page).await
    }

    /// Pairs of members who may be one, the likeliest first.
    async fn merge_candidates(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<MergeCandidate>> {
        let page = Page::from_arguments(ctx, first, after, BY_ID)?;
        let all =
            ctx.data::<Hub>()?.run(|conn| db::MergeCandidate::page(conn, None, i64::MAX)).await?;
        Ok(page.of_all(all.into_iter().map(MergeCandidate).collect()))
    }

    /// What people decided about who is who, in the order in which they did.
    async fn decisions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Decision>> {
        let page = Page::from_arguments(ctx, first, after, BY_ID)?;
        let all = ctx.data::<Hub>()?.run(db::Decision::all).await?;
        Ok(page.of_all(all.into_iter().map(Decision::from).collect()))
    }

    /// Corrections by hand, in the order in which they were entered.
    async fn corrections(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Correction>> {
        let page = Page::from_arguments(ctx, first, after, BY_ID)?;
        page.load(ctx, db::Correction::page, db::Correction::count).await
    }

    /// Which branch follows which, oldest round first.
    async fn successions(&self, ctx: &Context<'_>) -> Result<Vec<Succession>> {
        let rows = ctx.data::<Hub>()?.run(db::Succession::all).await?;
        Ok(rows.into_iter().map(Succession).collect())
    }

    /// What does not agree: printed against counted, rival statements, members on two rolls.
    async fn discrepancies(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where")] filter: Option<DiscrepancyFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Rows<Discrepancy>> {
        let page = Page::from_arguments(ctx, first, after, BY_ID)?;
        reconciliation::discrepancies(ctx, filter.unwrap_or_default(), page).await
    }

    /// The quotas of a round: for a branch, or for every base organisation.
    async fn quota_checks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code of the round: `2019`.")] campaign: String,
        branch: Option<ID>,
    ) -> Result<Vec<QuotaCheck>> {
        let branch = branch.map(|id| id_of("Branch", &id)).transpose()?;
        reconciliation::quota_checks(ctx, campaign, branch).await
    }
}
