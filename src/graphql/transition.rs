//! Who moved from which rating to which between two rounds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result, SimpleObject};

use super::Hub;
use super::branch::Branch;
use super::error::bad_argument;
use super::filter::{BranchScope, scope_ids};
use super::loader::{BranchKey, MemberKey, load_all};
use super::member::Member;
use super::names::Subject;
use super::page::{Page, Rows, Window};
use super::rating::Rating;
use crate::db::{self, AnyConnection};
use crate::rules::results::origins;

/// How many moved from one rating to another between two rounds.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct Transition {
    /// The rating of the first round; none for those who were not rated, or not there.
    from: Option<Rating>,
    /// The rating of the second round; none for those who were not rated, or not there any more.
    to: Option<Rating>,
    /// How many.
    count: i64,
    /// How many ranks up: 1 from `HTTNV` to `HTXSNV`, -1 the other way. None between schemes, and
    /// where one of the ratings is none.
    ranks: Option<i32>,
    /// Who they are, by number.
    #[graphql(skip)]
    ids: Vec<i64>,
    #[graphql(skip)]
    subject: Subject,
}

#[ComplexObject]
impl Transition {
    /// The people who moved so, of transitions of members.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Member>> {
        let page = Page::by_id(ctx, Window::forwards(first, after))?;
        let (ids, total) = self.page_of(&page, Subject::Members);
        let rows = load_all(ctx, ids.into_iter().map(MemberKey).collect()).await?;
        Ok(page.of_rows(rows, total))
    }

    /// The branches that moved so, of transitions of branches: as they were in the first round, across
    /// successions; those that came new, as they are in the second one.
    async fn branches(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Branch>> {
        let page = Page::by_id(ctx, Window::forwards(first, after))?;
        let (ids, total) = self.page_of(&page, Subject::Branches);
        let rows = load_all(ctx, ids.into_iter().map(BranchKey).collect()).await?;
        Ok(page.of_rows(rows, total))
    }
}

impl Transition {
    /// The numbers of a page, with one more than it shows if there is one, and of all.
    fn page_of(&self, page: &Page, subject: Subject) -> (Vec<i64>, i64) {
        if self.subject != subject {
            return (Vec::new(), 0);
        }
        let after = page.after_id().unwrap_or(0);
        let limit = usize::try_from(page.limit()).unwrap_or(0);
        let ids = self.ids.iter().copied().filter(|id| *id > after).take(limit).collect();
        (ids, self.count)
    }
}

/// Counts the members or branches that have a rating in one of the rounds.
pub(super) async fn transitions(
    ctx: &Context<'_>,
    of: Subject,
    (from, to): (String, String),
    branch: Option<BranchScope>,
) -> Result<Vec<Transition>> {
    let branches = scope_ids(ctx, branch).await?;
    let codes = [from, to];
    let wanted = codes.clone();
    let hub = ctx.data::<Hub>()?;
    let dictionary = hub.dictionary().await?;
    let query = move |conn: &mut AnyConnection| {
        let id = |code: &String| dictionary.round_of_code(code).map(|round| round.id);
        let (Some(from), Some(to)) = (id(&codes[0]), id(&codes[1])) else { return Ok(None) };
        let (before, after) = match of {
            Subject::Members => (
                db::MemberEvaluation::decided(conn, from, branches.as_deref())?,
                db::MemberEvaluation::decided(conn, to, branches.as_deref())?,
            ),
            Subject::Branches => (
                db::BranchEvaluation::decided(conn, from, branches.as_deref())?,
                db::BranchEvaluation::decided(conn, to, branches.as_deref())?,
            ),
        };
        let pairs = match of {
            Subject::Members => before.keys().map(|id| (*id, *id)).collect(),
            Subject::Branches => {
                let order: Vec<i64> = dictionary.rounds().iter().map(|round| round.id).collect();
                heirs(&db::Succession::all(conn)?, (from, to), &order, after.keys())
            }
        };
        Ok(Some(count(of, &before, (&after, &pairs), &dictionary)))
    };
    match hub.run(query).await? {
        Some(found) => Ok(found),
        None => Err(bad_argument(format!(
            "there is no campaign `{}` or no campaign `{}`",
            wanted[0], wanted[1]
        ))),
    }
}

/// The branches of the second round that branches of the first one went on as, by these; nobody knows
/// as which one of several.
fn heirs<'a>(
    successions: &[db::Succession],
    rounds: (i64, i64),
    order: &[i64],
    branches: impl Iterator<Item = &'a i64>,
) -> HashMap<i64, i64> {
    let origins = |branch: &i64| origins(*branch, rounds, order, successions).unwrap_or_default();
    branches
        .flat_map(|branch| origins(branch).into_iter().map(|origin| (origin, *branch)))
        .collect()
}

/// Counts those of the first round, each with what became of it, and those that came new.
fn count(
    subject: Subject,
    before: &HashMap<i64, i64>,
    (after, heirs): (&HashMap<i64, i64>, &HashMap<i64, i64>),
    dictionary: &db::Dictionary,
) -> Vec<Transition> {
    let mut moved: BTreeMap<(Option<i64>, Option<i64>), Vec<i64>> = BTreeMap::new();
    let mut followed: HashSet<i64> = HashSet::new();
    for (id, from) in before {
        let to = heirs.get(id).and_then(|heir| after.get(heir).map(|to| (*heir, *to)));
        followed.extend(to.map(|(heir, _)| heir));
        moved.entry((Some(*from), to.map(|(_, to)| to))).or_default().push(*id);
    }
    for (id, to) in after.iter().filter(|(id, _)| !followed.contains(id)) {
        moved.entry((None, Some(*to))).or_default().push(*id);
    }
    let level = |id: Option<i64>| id.and_then(|id| dictionary.level(id));
    let mut found: Vec<Transition> = moved
        .into_iter()
        .map(|((from, to), mut ids)| {
            ids.sort_unstable();
            let (from, to) = (level(from), level(to));
            let ranks = match (from, to) {
                (Some(from), Some(to)) if from.scheme_id == to.scheme_id => {
                    Some(from.rank - to.rank)
                }
                _ => None,
            };
            let shown = |rating: Option<&Arc<db::Rating>>| rating.cloned().map(Rating);
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            Transition { from: shown(from), to: shown(to), count, ranks, ids, subject }
        })
        .collect();
    let rank = |rating: &Option<Rating>| rating.as_ref().map_or(i32::MAX, |rating| rating.0.rank);
    found.sort_by_key(|row| (rank(&row.from), rank(&row.to)));
    found
}
