//! Aggregated results over the tree and the rounds.

mod drill;
mod group;
mod shape;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::resolver_utils::EnumType;
use async_graphql::{Context, ID, InputObject, Lookahead, Name, OneofObject, Result, Value};

use group::ResultNode;
pub(super) use group::Share;
pub(super) use shape::{ResultOrder, ResultPredicate, Totals};

use super::Hub;
use super::error::{bad_argument, internal};
use super::filter::{
    BranchScope, CampaignFilter, Meaning, MemberFilter, RatingFilter, StageFilter, StringFilter,
    typed,
};
use super::loader::{Nested, load};
use super::names::{SourceChoice, Stage, Subject};
use super::page::{ORDERS_LIMIT, Page, Rows};
use super::plain::AtOnce;
use crate::db::{AnyConnection, Dictionary, EnrolmentFilter, QueryResult, Tests};
use crate::rules::results::{self, GroupBy, Needs, Question};

/// Which results: `{ campaign: { code: { eq: "2019" } }, branch: { id: "Branch:12" } }`.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct ResultFilter {
    /// The rounds; all of them where none is named.
    campaign: Option<Box<CampaignFilter>>,
    /// The branch, with all below it; everything where none is named.
    branch: Option<BranchScope>,
    /// The levels. Shares are still of all who were rated by their scheme.
    rating: Option<Box<RatingFilter>>,
    /// The stage; the deciding one where none is named.
    stage: Option<Box<StageFilter>>,
    /// The people, such as `{ sex: { eq: FEMALE } }`: only lists tell.
    member: Option<Box<MemberFilter>>,
    /// The position, as printed: only lists tell.
    position: Option<Box<StringFilter>>,
    /// Probationary members, or the others: only lists tell.
    probationary: Option<bool>,
    /// Where the figures come from.
    #[graphql(default)]
    source: SourceChoice,
}

impl ResultFilter {
    /// The same question about one branch.
    fn of_branch(mut self, id: &ID) -> Result<Self> {
        match &self.branch {
            Some(scope) if scope.is_of(id) => {}
            Some(_) => {
                return Err(bad_argument(
                    "`branch` is this branch here; ask `results` at the root for another one",
                ));
            }
            None => self.branch = Some(BranchScope::whole(id.clone())),
        }
        Ok(self)
    }

    /// Conditions that only enrolments tell.
    fn enrolment(&mut self) -> Result<Option<EnrolmentFilter>> {
        let position: Option<Tests<String>> =
            self.position.take().map(|filter| (*filter).meaning()).transpose()?;
        let probationary = self.probationary;
        if position.is_none() && probationary.is_none() {
            return Ok(None);
        }
        let position = position.unwrap_or_default();
        Ok(Some(EnrolmentFilter { position, probationary, ..EnrolmentFilter::default() }))
    }
}

/// One group key; give exactly one of its fields.
#[derive(Debug, Clone, OneofObject)]
pub(super) enum ResultGroup {
    /// By round: `{ campaign: true }`.
    Campaign(bool),
    /// By rating: `{ rating: true }`. Those who were not rated are in no group.
    Rating(bool),
    /// By branch: `{ branch: { children: true } }` or `{ branch: { each: true } }`.
    Branch(BranchGroup),
    /// By rating scheme: `{ scheme: true }`.
    Scheme(bool),
    /// By who rated: `{ stage: true }`. Each person counts once for each stage.
    Stage(bool),
    /// By sex: `{ sex: true }`.
    Sex(bool),
    /// By age in the year of the round: `{ ageBand: { width: 10 } }`.
    AgeBand(AgeBandGroup),
    /// By position as printed: `{ position: true }`.
    Position(bool),
    /// By probation: `{ probationary: true }`.
    Probationary(bool),
    /// By the reason for not being rated: `{ reason: true }`. Then all on the roll are counted; the
    /// group without a reason are the others.
    Reason(bool),
}

/// The bands of ages that make a group each.
#[derive(Debug, Clone, InputObject)]
pub(super) struct AgeBandGroup {
    /// The years of a band: 10 makes 20 to 29, 30 to 39 …
    #[graphql(default = 10)]
    width: i32,
}

/// Which branches make a group each; give exactly one of its fields.
#[derive(Debug, Clone, OneofObject)]
pub(super) enum BranchGroup {
    /// The branches directly below, each with all below it.
    Children(bool),
    /// Every branch, each with what is listed for it and all below it.
    Each(bool),
    /// The branches so many levels below the one that was asked about; without one, 1 is the top.
    Level(i32),
}

impl ResultGroup {
    fn resolve(&self) -> Result<GroupBy> {
        Ok(match self {
            Self::Campaign(true) => GroupBy::Campaign,
            Self::Rating(true) => GroupBy::Rating,
            Self::Branch(BranchGroup::Children(true)) => {
                GroupBy::Branch(results::BranchGroup::Children)
            }
            Self::Branch(BranchGroup::Each(true)) => GroupBy::Branch(results::BranchGroup::Each),
            Self::Branch(BranchGroup::Level(level)) => {
                GroupBy::Branch(results::BranchGroup::Level(*level))
            }
            Self::Scheme(true) => GroupBy::Scheme,
            Self::Stage(true) => GroupBy::Stage,
            Self::Sex(true) => GroupBy::Sex,
            Self::AgeBand(band) => GroupBy::AgeBand(band.width),
            Self::Position(true) => GroupBy::Position,
            Self::Probationary(true) => GroupBy::Probationary,
            Self::Reason(true) => GroupBy::Reason,
            _ => {
                return Err(bad_argument(
                    "a group key is `false`; leave out what should not be grouped by",
                ));
            }
        })
    }
}

/// How groups are made, and what is made of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Grouping {
    pub(super) group_by: Option<Vec<ResultGroup>>,
    pub(super) having: Option<Vec<ResultPredicate>>,
    pub(super) order_by: Option<Vec<ResultOrder>>,
    pub(super) totals: Totals,
    pub(super) fill_gaps: bool,
}

/// A page of groups.
pub(super) type ResultRows = Rows<AtOnce<ResultNode>>;

/// The results of everything, or of the branch that the filter names.
pub(super) async fn of_everything(
    ctx: &Context<'_>,
    of: Subject,
    filter: ResultFilter,
    grouping: Grouping,
    page: Page,
) -> Result<ResultRows> {
    let branch = filter.branch.as_ref().map(BranchScope::base).transpose()?;
    let whole = branch.map_or(results::EVERYTHING, |scope| scope.id);
    let dictionary = ctx.data::<Hub>()?.dictionary().await?;
    let asked = ResultsOf::new(ctx, dictionary, of, filter, grouping)?;
    let is_brief = asked.is_brief();
    let load = move |conn: &mut AnyConnection| Ok(asked.load(conn, &[whole])?.remove(&whole));
    let found = ctx.data::<Hub>()?.run_by(is_brief, load).await?;
    shown(found, &page)
}

/// The results of a branch; those of all branches that a list asks for are read together.
pub(super) async fn of_branch(
    ctx: &Context<'_>,
    branch: i64,
    of: Subject,
    filter: ResultFilter,
    grouping: Grouping,
    page: Page,
) -> Result<ResultRows> {
    let filter = filter.of_branch(&typed("Branch", branch))?;
    let dictionary = ctx.data::<Hub>()?.dictionary().await?;
    let asked = ResultsOf::new(ctx, dictionary, of, filter, grouping)?;
    let found = load(ctx, Nested::of(ctx, branch, asked)).await?;
    shown(found, &page)
}

/// The page of some groups that was asked for.
fn shown(groups: Option<Groups>, page: &Page) -> Result<ResultRows> {
    let groups = groups.ok_or_else(|| internal("a question has no answer"))?;
    let nodes = groups.map_err(bad_argument)?;
    let nodes = Arc::unwrap_or_clone(nodes).into_iter().map(AtOnce);
    let rows = page.of_all(nodes);
    drill::share(rows.nodes().map(|node| &**node));
    Ok(rows)
}

/// Groups in their order, or why there are none, in a sentence.
pub(super) type Groups = std::result::Result<Arc<Vec<ResultNode>>, String>;

/// A question, and what is made of the groups, whatever branch it is asked of.
#[derive(Debug, Clone)]
pub(super) struct ResultsOf {
    dictionary: Arc<Dictionary>,
    question: Arc<Question>,
    having: Vec<ResultPredicate>,
    order: Vec<ResultOrder>,
}

impl ResultsOf {
    fn new(
        ctx: &Context<'_>,
        dictionary: Arc<Dictionary>,
        of: Subject,
        mut filter: ResultFilter,
        grouping: Grouping,
    ) -> Result<Self> {
        let groups = grouping.group_by.unwrap_or_default();
        let having = grouping.having.unwrap_or_default();
        let order = grouping.order_by.unwrap_or_default();
        if having.len().max(order.len()) > ORDERS_LIMIT {
            return Err(bad_argument(format!(
                "`having` and `orderBy` of results have {ORDERS_LIMIT} parts at most"
            )));
        }
        let enrolment = filter.enrolment()?;
        let question = Question {
            subject: match of {
                Subject::Members => results::Subject::Members,
                Subject::Branches => results::Subject::Branches,
            },
            campaign: filter.campaign.unwrap_or_default().resolve()?,
            own: filter.branch.is_some_and(|scope| !scope.with_subtree()),
            rating: filter.rating.map(|rating| rating.resolve()).transpose()?,
            stages: filter.stage.map(|stage| stages(*stage)).transpose()?,
            source: filter.source.into(),
            member: filter.member.map(|member| member.resolve()).transpose()?,
            enrolment,
            groups: groups.iter().map(ResultGroup::resolve).collect::<Result<_>>()?,
            totals: grouping.totals.into(),
            fill_gaps: grouping.fill_gaps,
            needs: needs(&ctx.look_ahead()),
        };
        question.check().map_err(bad_argument)?;
        Ok(Self { dictionary, question: Arc::new(question), having, order })
    }

    /// Whether the answer is a few tallies.
    pub(super) fn is_brief(&self) -> bool {
        self.question.is_brief()
    }

    /// The groups of each of some branches, or of everything.
    pub(super) fn load(
        &self,
        conn: &mut AnyConnection,
        wholes: &[i64],
    ) -> QueryResult<HashMap<i64, Groups>> {
        let frames = self.question.answer(conn, &self.dictionary, wholes)?;
        let groups = frames.into_iter().map(|(whole, frame)| {
            let frame = Arc::new(frame);
            let groups = frame.groups().map(|groups| {
                let nodes = groups.into_iter().map(|group| ResultNode::of(&frame, group));
                Arc::new(shape::apply(nodes.collect(), &self.having, &self.order))
            });
            (whole, groups)
        });
        Ok(groups.collect())
    }
}

/// The stages that fulfil a filter, by their numbers.
fn stages(filter: StageFilter) -> Result<Vec<i32>> {
    let tests: Tests<i32> = filter.meaning()?;
    let all = Stage::items().iter().map(|stage| stage.value.number());
    Ok(all.filter(|stage| tests.iter().all(|test| test.holds(stage))).collect())
}

/// What of the groups is looked at.
fn needs(asked: &Lookahead<'_>) -> Needs {
    let groups = [asked.field("nodes"), asked.field("edges").field("node")];
    let any = |name: &str| groups.iter().any(|group| group.field(name).exists());
    let shares: Vec<_> =
        groups.iter().flat_map(|group| group.field("share").selection_fields()).collect();
    let is_asked_with = |argument: &str| {
        shares.iter().any(|share| {
            share.arguments().is_ok_and(|all| all.iter().any(|(name, _)| name.as_str() == argument))
        })
    };
    let measured = ["average", "minimum", "maximum"];
    let measured: Vec<_> = groups
        .iter()
        .flat_map(|group| measured.map(|name| group.field(name).selection_fields()))
        .flatten()
        .collect();
    let is_measured = |measure: &str| {
        measured.iter().any(|field| match field.arguments() {
            Ok(all) => all.iter().any(|(_, value)| *value == Value::Enum(Name::new(measure))),
            Err(_) => true,
        })
    };
    Needs {
        earlier: any("delta"),
        scores: any("scoreStages") || is_measured("SCORE"),
        ages: is_measured("AGE"),
        roll: is_asked_with("of"),
        levels: is_asked_with("ofRatings"),
        provisional: any("provisional"),
        gaps: any("coverage") || any("provisional") || any("missing"),
    }
}
