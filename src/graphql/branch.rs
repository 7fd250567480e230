//! Organisations, the tree of each round, and their evaluations.

use async_graphql::parser::types::Field;
use async_graphql::{Context, ID, Object, Result, Value};

use super::Hub;
use super::campaign::Campaign;
use super::error::{bad_argument, internal};
use super::filter::{BranchEvaluationFilter, MemberFilter, typed};
use super::loader::{
    Above, Below, BranchKey, MemberKey, Nested, RollOf, SourcesOfBranch, level, load, load_all,
    load_known, round,
};
use super::member::Member;
use super::names::{BranchKind, Include, Stage, Subject, named};
use super::page::{Page, Rows, wraps};
use super::plain::Plain;
use super::provenance::{Provenance, name_cell, stage_cell};
use super::rating::Rating;
use super::results::{
    self, Grouping, ResultFilter, ResultGroup, ResultOrder, ResultPredicate, ResultRows, Totals,
};
use crate::db;

#[derive(Clone)]
pub(super) struct Branch(pub(super) db::Branch);

wraps! { Branch of db::Branch; }

impl Branch {
    /// The rows above this branch in a round, topmost first: the last round it stands in, or the one named.
    async fn above(
        &self,
        ctx: &Context<'_>,
        campaign: Option<String>,
    ) -> Result<Vec<db::AncestryRow>> {
        let rows = load(ctx, Above(self.0.id)).await?.unwrap_or_default();
        let round = round_of(ctx, campaign, rows.iter().map(|row| row.campaign_id)).await?;
        Ok(rows.into_iter().filter(|row| Some(row.campaign_id) == round).collect())
    }
}

/// The round of a code, else the latest of some rounds.
async fn round_of(
    ctx: &Context<'_>,
    code: Option<String>,
    among: impl Iterator<Item = i64>,
) -> Result<Option<i64>> {
    let dictionary = ctx.data::<Hub>()?.dictionary().await?;
    if let Some(code) = code {
        let round = dictionary.round_of_code(&code).map(|round| round.id);
        return round
            .map(Some)
            .ok_or_else(|| bad_argument(format!("there is no campaign `{code}`")));
    }
    let among: Vec<i64> = among.collect();
    Ok(dictionary
        .rounds()
        .iter()
        .rev()
        .find(|round| among.contains(&round.id))
        .map(|round| round.id))
}

/// An organisation.
#[Object]
impl Branch {
    /// The id, such as `Branch:12`.
    pub(super) async fn id(&self) -> ID {
        typed("Branch", self.0.id)
    }

    /// The name as printed, in its fullest form.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The kind.
    async fn kind(&self) -> BranchKind {
        named(&self.0.kind, BranchKind::Unit)
    }

    /// The code that workbooks give it.
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The branch above, in the campaign named or the last one it stands in.
    async fn parent(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The code of the round: `2019`; the last one that the branch stands in where none is named."
        )]
        campaign: Option<String>,
    ) -> Result<Option<Self>> {
        let above = self.above(ctx, campaign).await?;
        match above.iter().find(|row| row.depth == 1) {
            Some(row) => {
                load_known(ctx, BranchKey(row.ancestor_id)).await.map(|row| Some(Self(row)))
            }
            None => Ok(None),
        }
    }

    /// The branches above, topmost first.
    async fn ancestors(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The code of the round: `2019`; the last one that the branch stands in where none is named."
        )]
        campaign: Option<String>,
    ) -> Result<Vec<Self>> {
        let above = self.above(ctx, campaign).await?;
        let keys = above.iter().filter(|row| row.depth > 0).map(|row| BranchKey(row.ancestor_id));
        Ok(load_all(ctx, keys.collect()).await?.into_iter().map(Self).collect())
    }

    /// The names from the topmost branch down to this one.
    async fn path(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The code of the round: `2019`; the last one that the branch stands in where none is named."
        )]
        campaign: Option<String>,
    ) -> Result<String> {
        let ancestors = self.ancestors(ctx, campaign).await?;
        let names = ancestors.iter().map(|branch| branch.0.name.as_str());
        Ok(names.chain([self.0.name.as_str()]).collect::<Vec<_>>().join(" / "))
    }

    /// The branches directly below.
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The code of the round: `2019`; the last one that the branch stands in where none is named."
        )]
        campaign: Option<String>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Self>> {
        below(ctx, self.0.id, campaign, Some(1), Page::from_arguments(ctx, first, after)?).await
    }

    /// The branches below, nearest first.
    async fn descendants(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The code of the round: `2019`; the last one that the branch stands in where none is named."
        )]
        campaign: Option<String>,
        #[graphql(desc = "How many levels below: 1 are the children.")] max_depth: Option<i32>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Self>> {
        below(ctx, self.0.id, campaign, max_depth, Page::from_arguments(ctx, first, after)?).await
    }

    /// The people on the roll in the campaign named or the last one that the branch stands in, by
    /// given name.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The code of the round: `2019`; the last one that the branch stands in where none is named."
        )]
        campaign: Option<String>,
        #[graphql(default, desc = "With the branches below, or of the branch itself.")]
        include: Include,
        #[graphql(name = "where", desc = "Which ones: `{ search: \"nguyen thi hoa\" }`.")]
        filter: Option<Box<MemberFilter>>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Member>> {
        let page = Page::from_arguments(ctx, first, after)?;
        let filter = filter.unwrap_or_default().resolve()?;
        Box::pin(on_roll(ctx, self.0.id, campaign, include, filter, page)).await
    }

    /// What each stage of each round made of the branch, oldest round first.
    async fn evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ exemplary: true }`.")] filter: Option<
            Box<BranchEvaluationFilter>,
        >,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<BranchEvaluation>> {
        let page = Page::from_arguments(ctx, first, after)?;
        let key = Nested::of(ctx, self.0.id, filter.unwrap_or_default().resolve()?);
        let rows = load(ctx, key).await?.unwrap_or_default();
        Ok(page.of_all(rows.into_iter().map(BranchEvaluation)))
    }

    /// Aggregated results of the branch and all below it.
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
        #[graphql(desc = "What makes a group: `[{ campaign: true }, { rating: true }]`.")]
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
        Box::pin(results::of_branch(ctx, self.0.id, of, filter, grouping, page)).await
    }
}

impl Plain for Branch {
    fn plain(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "id" => typed("Branch", self.0.id).into(),
            "name" => self.0.name.as_str().into(),
            "kind" => named(&self.0.kind, BranchKind::Unit).into(),
            "code" => self.0.code.as_deref().into(),
            _ => return None,
        })
    }
}

/// The people on the roll of a branch in a round, or in the last one that the branch stands in.
async fn on_roll(
    ctx: &Context<'_>,
    branch: i64,
    campaign: Option<String>,
    include: Include,
    member: db::Where<db::MemberFilter>,
    page: Page,
) -> Result<Rows<Member>> {
    // Where a round is named, it does not matter in which rounds the branch stands.
    let placed = match campaign {
        Some(_) => Vec::new(),
        None => load(ctx, Above(branch)).await?.unwrap_or_default(),
    };
    let among = placed.iter().map(|row| row.campaign_id);
    let Some(campaign) = round_of(ctx, campaign, among).await? else {
        return Ok(page.of_places(Vec::new(), 0));
    };
    let with_subtree = include == Include::Subtree;
    let (after, limit) = (page.after_id().unwrap_or(0), page.limit());
    let roll = RollOf { campaign, with_subtree, member, after, limit };
    let key = Nested::of(ctx, branch, roll).in_round(campaign);
    let roll = load(ctx, key).await?.unwrap_or_default();
    let members = load_all(ctx, roll.members.into_iter().map(MemberKey).collect()).await?;
    Ok(page.of_places(members.into_iter().map(Member).collect(), roll.total))
}

async fn below(
    ctx: &Context<'_>,
    id: i64,
    campaign: Option<String>,
    max_depth: Option<i32>,
    page: Page,
) -> Result<Rows<Branch>> {
    let placed = load(ctx, Below(id)).await?.unwrap_or_default();
    let round = round_of(ctx, campaign, placed.iter().map(|row| row.campaign_id)).await?;
    let fits = |row: &&db::AncestryRow| {
        Some(row.campaign_id) == round && max_depth.is_none_or(|max| row.depth <= max)
    };
    let keys = placed.iter().filter(fits).map(|row| BranchKey(row.branch_id)).collect();
    Ok(page.of_all(load_all(ctx, keys).await?.into_iter().map(Branch)))
}

#[derive(Clone)]
pub(super) struct Placement(db::Placement);

wraps! { Placement of db::Placement; }

/// A branch's place in the tree of a round.
#[Object]
impl Placement {
    /// The id, such as `Placement:12`.
    pub(super) async fn id(&self) -> ID {
        typed("Placement", self.0.id)
    }

    /// The round.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Campaign> {
        round(ctx, self.0.campaign_id).await.map(Campaign)
    }

    /// The branch.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.branch_id)).await.map(Branch)
    }

    /// The branch above it; none for the topmost one that a workbook names.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Branch>> {
        match self.0.parent_id {
            Some(id) => load_known(ctx, BranchKey(id)).await.map(|row| Some(Branch(row))),
            None => Ok(None),
        }
    }
}

#[derive(Clone)]
pub(super) struct BranchEvaluation(db::BranchEvaluation);

wraps! { BranchEvaluation of db::BranchEvaluation; }

impl BranchEvaluation {
    async fn stated(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        let all = load(ctx, SourcesOfBranch(self.0.branch_id)).await?.unwrap_or_default();
        let of_round = all.iter().filter(|source| {
            source.record.kind == "BRANCH" && source.record.campaign_id == self.0.campaign_id
        });
        let stated = of_round.filter_map(|source| {
            let statement = serde_json::from_str(&source.record.statement).ok()?;
            let found = stage_cell(&statement, self.0.stage)
                .or_else(|| name_cell(&statement).filter(|_| self.0.rating_id.is_none()));
            found?;
            Some(Provenance::of(source, |statement| {
                stage_cell(statement, self.0.stage).or_else(|| name_cell(statement))
            }))
        });
        Ok(stated.collect())
    }
}

/// What one stage of a round made of a branch.
#[Object]
impl BranchEvaluation {
    /// The id, such as `BranchEvaluation:12`.
    pub(super) async fn id(&self) -> ID {
        typed("BranchEvaluation", self.0.id)
    }

    /// The round.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Campaign> {
        round(ctx, self.0.campaign_id).await.map(Campaign)
    }

    /// The branch.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.branch_id)).await.map(Branch)
    }

    /// Who rated.
    async fn stage(&self) -> Stage {
        Stage::of_number(self.0.stage)
    }

    /// Whether this is the last stage that is filled in: the one that results count.
    async fn deciding(&self) -> bool {
        self.0.deciding
    }

    /// The rating.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Option<Rating>> {
        match self.0.rating_id {
            Some(id) => level(ctx, id).await.map(|row| Some(Rating(row))),
            None => Ok(None),
        }
    }

    /// The score.
    async fn score(&self) -> Option<f64> {
        self.0.score
    }

    /// Whether the branch was named exemplary ("trong sạch, vững mạnh tiêu biểu").
    async fn exemplary(&self) -> bool {
        self.0.exemplary
    }

    /// All cells that state it.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        self.stated(ctx).await
    }

    /// The cell that decides.
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Provenance> {
        self.stated(ctx)
            .await?
            .into_iter()
            .next()
            .ok_or_else(|| internal("a fact has no live record"))
    }
}
