//! What answers are about, and the branches that make groups of each.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{BranchGroup, EVERYTHING, Key, Question};
use crate::db::{AncestryRow, AnyConnection, Campaign, QueryResult, RollBranches, Succession};

/// So many branches are named in a statement; of more, all are read.
const NAMED_LIMIT: usize = 10_000;

/// What an answer is about, and the branches that make groups of it.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    /// A branch, or `EVERYTHING`; nothing where only the groups are looked at.
    whole: Option<i64>,
    /// Round and branch of each group.
    wanted: BTreeSet<(i64, i64)>,
}

impl Tree {
    /// The trees of some branches, or of `EVERYTHING`, in their order.
    pub(super) fn load(
        conn: &mut AnyConnection,
        question: &Question,
        rounds: &[Arc<Campaign>],
        wholes: &[i64],
    ) -> QueryResult<Vec<Self>> {
        let mut wanted: HashMap<i64, BTreeSet<(i64, i64)>> = HashMap::new();
        if let Some(group) = question.branch_group() {
            let ids: Vec<i64> = rounds.iter().map(|round| round.id).collect();
            if wholes.contains(&EVERYTHING) {
                let rows = AncestryRow::of_campaigns(conn, &ids)?;
                wanted.insert(EVERYTHING, of_everything(&rows, group));
            }
            let branches: Vec<i64> =
                wholes.iter().copied().filter(|whole| *whole != EVERYTHING).collect();
            if !branches.is_empty() {
                let rows = AncestryRow::under(conn, &ids, &branches)?;
                for row in rows.into_iter().filter(|row| group.is_level(row.depth)) {
                    let of_branch = wanted.entry(row.ancestor_id).or_default();
                    of_branch.insert((row.campaign_id, row.branch_id));
                }
            }
        }
        let tree = |whole: &i64| Self {
            whole: Some(*whole),
            wanted: wanted.remove(whole).unwrap_or_default(),
        };
        Ok(wholes.iter().map(tree).collect())
    }

    /// The groups of the branches that others come from, by round and branch.
    pub(super) fn of_groups(wanted: impl Iterator<Item = (i64, i64)>, is_of_all: bool) -> Self {
        Self { whole: is_of_all.then_some(EVERYTHING), wanted: wanted.collect() }
    }

    /// The branch that it is about, if it is about one.
    pub(super) fn branch(&self) -> Option<i64> {
        self.whole.filter(|whole| *whole != EVERYTHING)
    }

    pub(super) fn groups_of(&self, round: i64) -> impl Iterator<Item = i64> {
        self.wanted.range((round, i64::MIN)..=(round, i64::MAX)).map(|(_, branch)| *branch)
    }

    /// The branches that make groups in some round.
    fn groups(&self) -> impl Iterator<Item = i64> {
        self.wanted.iter().map(|(_, branch)| *branch)
    }
}

/// The groups of everything.
fn of_everything(rows: &[AncestryRow], group: BranchGroup) -> BTreeSet<(i64, i64)> {
    // How many stand above a branch, itself included: the top is the first level.
    let mut levels: HashMap<(i64, i64), i32> = HashMap::new();
    for row in rows {
        *levels.entry((row.campaign_id, row.branch_id)).or_default() += 1;
    }
    levels.into_iter().filter(|(_, level)| group.is_level(*level)).map(|(id, _)| id).collect()
}

/// Trees of one question, whose figures are read together.
pub(super) struct Forest<'a> {
    trees: Vec<&'a Tree>,
    /// The places of the trees that a branch is looked at in; of one tree nobody needs to look.
    of_branch: HashMap<i64, Vec<usize>>,
}

impl<'a> Forest<'a> {
    pub(super) fn of(trees: impl IntoIterator<Item = &'a Tree>) -> Self {
        let trees: Vec<&Tree> = trees.into_iter().collect();
        let mut of_branch: HashMap<i64, Vec<usize>> = HashMap::new();
        if trees.len() > 1 {
            for (place, tree) in trees.iter().enumerate() {
                let branches: BTreeSet<i64> = tree.groups().chain(tree.whole).collect();
                for branch in branches {
                    of_branch.entry(branch).or_default().push(place);
                }
            }
        }
        Self { trees, of_branch }
    }

    /// Nothing yet for each tree.
    pub(super) fn empty<T>(&self) -> Vec<Vec<T>> {
        self.trees.iter().map(|_| Vec::new()).collect()
    }

    /// Puts what is known of a branch, or of `EVERYTHING`, where it belongs: a branch may be the whole
    /// of a tree, a group of it, or both.
    pub(super) fn place<T, I: IntoIterator<Item = T>>(
        &self,
        found: &mut [Vec<T>],
        branch: i64,
        key: &Key,
        make: impl Fn(Key) -> I,
    ) {
        let round = key.campaign.unwrap_or_default();
        let only = [0];
        let places = match self.trees.len() {
            1 => &only[..],
            _ => self.of_branch.get(&branch).map_or(&[][..], Vec::as_slice),
        };
        for place in places {
            let (Some(tree), Some(found)) = (self.trees.get(*place), found.get_mut(*place)) else {
                continue;
            };
            if tree.whole == Some(branch) {
                found.extend(make(key.clone()));
            }
            if tree.wanted.contains(&(round, branch)) {
                found.extend(make(Key { branch: Some(branch), ..key.clone() }));
            }
        }
    }

    /// The branches that groups are made of, each once.
    pub(super) fn groups(&self) -> Vec<i64> {
        let groups: BTreeSet<i64> = self.trees.iter().flat_map(|tree| tree.groups()).collect();
        groups.into_iter().collect()
    }

    /// The branches and `EVERYTHING` that figures are looked up of, each once.
    pub(super) fn looked_up(&self) -> BTreeSet<i64> {
        let wholes = self.trees.iter().filter_map(|tree| tree.whole);
        self.trees.iter().flat_map(|tree| tree.groups()).chain(wholes).collect()
    }

    /// Which people are counted: all together, those of each branch that is looked up, or both.
    pub(super) fn counted(&self, own: bool) -> Vec<Option<RollBranches>> {
        let mut ids = self.looked_up();
        let everything = ids.remove(&EVERYTHING).then_some(None);
        let branches = (!ids.is_empty()).then(|| Some(branches(ids.into_iter().collect(), own)));
        everything.into_iter().chain(branches).collect()
    }
}

/// Some branches, or all where there are too many to be named.
pub(super) fn branches(ids: Vec<i64>, own: bool) -> RollBranches {
    RollBranches { ids: Some(ids).filter(|ids| ids.len() <= NAMED_LIMIT), own }
}

/// The branches of an earlier round that a branch comes from: itself, and those that it follows;
/// none where one of them was split, for nobody knows which part went where. `order` has all rounds,
/// oldest first.
pub(crate) fn origins(
    branch: i64,
    (earlier, round): (i64, i64),
    order: &[i64],
    successions: &[Succession],
) -> Option<Vec<i64>> {
    let place = |id: i64| order.iter().position(|round| *round == id);
    let (Some(from), Some(to)) = (place(earlier), place(round)) else { return Some(vec![branch]) };
    let mut branches = BTreeSet::from([branch]);
    for between in order.get(from + 1..=to).unwrap_or_default().iter().rev() {
        let here: Vec<&Succession> =
            successions.iter().filter(|row| row.campaign_id == *between).collect();
        for branch in branches.clone() {
            for row in here.iter().filter(|row| row.successor_id == branch) {
                let heirs: BTreeSet<i64> = here
                    .iter()
                    .filter(|other| other.predecessor_id == row.predecessor_id)
                    .map(|other| other.successor_id)
                    .collect();
                if heirs.len() > 1 {
                    return None;
                }
                branches.insert(row.predecessor_id);
            }
        }
    }
    Some(branches.into_iter().collect())
}
