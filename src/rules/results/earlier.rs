//! The rounds that groups are compared with: of each branch the one before in which it has figures.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::frame::{Cells, Earlier, Origin};
use super::tree::{self, Forest, Tree};
use super::{BranchGroup, EVERYTHING, GroupBy, Question, Rounds, Subject};
use crate::db::{AnyConnection, Campaign, Dictionary, Placement, QueryResult, Succession, Tally};

impl Question {
    /// The same of the round before each round, for the branches that today's ones come from.
    pub(super) fn earlier(
        &self,
        conn: &mut AnyConnection,
        dictionary: &Dictionary,
        rounds: &[Arc<Campaign>],
        (wholes, trees): (&[i64], &[Tree]),
    ) -> QueryResult<Earlier> {
        let mut asked: BTreeSet<(i64, i64)> = BTreeSet::new();
        for round in rounds {
            let groups = trees.iter().flat_map(|tree| tree.groups_of(round.id));
            asked.extend(groups.chain(wholes.iter().copied()).map(|branch| (round.id, branch)));
        }
        let children = if wholes.contains(&EVERYTHING) {
            Placement::children(conn, rounds.iter().map(|round| round.id))?
        } else {
            HashMap::new()
        };
        let all = dictionary.rounds();
        let branches = asked.iter().map(|(_, branch)| *branch);
        let branches = branches.chain(children.values().flatten().copied()).collect();
        let history = History::load(conn, self.subject, all, branches, children)?;
        let mut origins: HashMap<(i64, i64), Origin> = HashMap::new();
        for (round, branch) in asked {
            let found = if branch == EVERYTHING {
                history.origin_of_all(round)
            } else {
                history.origin(round, branch)
            };
            origins.extend(found.map(|origin| ((round, branch), origin)));
        }
        // A branch that was asked about is looked up as one of the groups.
        let pairs = origins.values().flat_map(|origin| {
            origin.branches.iter().map(move |branch| (origin.campaign.id, *branch))
        });
        let (everything, groups): (Vec<_>, Vec<_>) =
            pairs.partition(|(_, branch)| *branch == EVERYTHING);
        let tree = Tree::of_groups(groups.into_iter(), !everything.is_empty());
        let mut rows: Vec<Arc<Campaign>> =
            origins.values().map(|origin| Arc::clone(&origin.campaign)).collect();
        rows.sort_by_key(|round| round.id);
        rows.dedup_by_key(|round| round.id);
        let question = Self { groups: self.groups_by_each_branch(), ..self.clone() };
        let rounds = Rounds { rows, all: all.len() };
        let cells = question.cells(conn, dictionary, &rounds, &Forest::of([&tree]))?;
        let cells = Cells::of(cells.into_iter().flatten().collect());
        Ok(Earlier { origins, cells })
    }

    fn groups_by_each_branch(&self) -> Vec<GroupBy> {
        let others = self.groups.iter().copied();
        let others = others.filter(|group| !matches!(group, GroupBy::Branch(_)));
        others.chain([GroupBy::Branch(BranchGroup::Each)]).collect()
    }
}

/// In which rounds branches, and those that they follow, have figures.
struct History<'a> {
    subject: Subject,
    /// Oldest first.
    rounds: &'a [Arc<Campaign>],
    order: Vec<i64>,
    successions: Vec<Succession>,
    /// By round and branch.
    present: HashSet<(i64, i64)>,
    /// The branches directly below, by round and branch.
    children: HashMap<(i64, i64), Vec<i64>>,
}

impl<'a> History<'a> {
    fn load(
        conn: &mut AnyConnection,
        subject: Subject,
        rounds: &'a [Arc<Campaign>],
        mut branches: BTreeSet<i64>,
        children: HashMap<(i64, i64), Vec<i64>>,
    ) -> QueryResult<Self> {
        let successions = Succession::all(conn)?;
        loop {
            let known = branches.len();
            let followed = successions.iter().filter(|row| branches.contains(&row.successor_id));
            let followed: Vec<i64> = followed.map(|row| row.predecessor_id).collect();
            branches.extend(followed);
            if branches.len() == known {
                break;
            }
        }
        let branches: Vec<i64> = branches.into_iter().collect();
        let present = Tally::rounds_of(conn, subject.name(), &branches)?.into_iter().collect();
        let order = rounds.iter().map(|round| round.id).collect();
        Ok(Self { subject, rounds, order, successions, present, children })
    }

    /// The rounds of the same kind before a round, latest first.
    fn before(&self, round: i64) -> impl Iterator<Item = &Arc<Campaign>> {
        let place = self.order.iter().position(|id| *id == round);
        let (earlier, rest) = self.rounds.split_at(place.unwrap_or_default());
        let round = rest.first();
        earlier.iter().rev().filter(move |it| round.is_some_and(|round| round.is_like(it)))
    }

    /// The latest round before in which a branch, or one that it follows, has figures; none where it
    /// was split since, for nobody knows which part went where.
    fn origin(&self, round: i64, branch: i64) -> Option<Origin> {
        for earlier in self.before(round) {
            let span = (earlier.id, round);
            let branches = tree::origins(branch, span, &self.order, &self.successions)?;
            if branches.iter().any(|branch| self.present.contains(&(earlier.id, *branch))) {
                return Some(Origin { campaign: Arc::clone(earlier), branches });
            }
        }
        None
    }

    /// What everything of a round is compared with: the topmost branches that were there before, each
    /// in the round before of its own, so that no other office is counted; none where they were last
    /// rated in different rounds.
    fn origin_of_all(&self, round: i64) -> Option<Origin> {
        let mut found: Option<Origin> = None;
        let mut open = vec![EVERYTHING];
        let mut seen: HashSet<i64> = HashSet::new();
        while let Some(above) = open.pop() {
            for branch in self.children.get(&(round, above)).into_iter().flatten().copied() {
                match (self.origin(round, branch), &mut found) {
                    (None, _) if seen.insert(branch) => open.push(branch),
                    (None, _) => {}
                    (Some(origin), None) => found = Some(origin),
                    (Some(origin), Some(found)) if origin.campaign.id == found.campaign.id => {
                        found.branches.extend(origin.branches);
                    }
                    (Some(_), Some(_)) => return None,
                }
            }
        }
        let found = found?;
        Some(match self.subject {
            Subject::Members => found,
            // A branch's own figure is of those below it.
            Subject::Branches => Origin { branches: vec![EVERYTHING], ..found },
        })
    }
}
