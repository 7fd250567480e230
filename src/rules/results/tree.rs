//! The branches that make groups, round by round, and which branches count for them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{BranchGroup, Question};
use crate::db::{AncestryRow, AnyConnection, Campaign, QueryResult, Succession};

/// The branches that make groups.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// Whether results are grouped by branch at all.
    is_grouped: bool,
    /// Round and branch of each group.
    wanted: BTreeSet<(i64, i64)>,
    /// The closure of the rounds, where it was needed: the branches above one, itself among them.
    above: HashMap<(i64, i64), Vec<i64>>,
}

impl Tree {
    pub(super) fn load(
        conn: &mut AnyConnection,
        question: &Question,
        rounds: &[Campaign],
    ) -> QueryResult<Self> {
        Self::load_some(conn, question, rounds, question.needs_closure())
    }

    /// As `load`, with the branches above each.
    pub(super) fn load_with_closure(
        conn: &mut AnyConnection,
        question: &Question,
        rounds: &[Campaign],
    ) -> QueryResult<Self> {
        Self::load_some(conn, question, rounds, true)
    }

    fn load_some(
        conn: &mut AnyConnection,
        question: &Question,
        rounds: &[Campaign],
        with_closure: bool,
    ) -> QueryResult<Self> {
        let Some(group) = question.branch_group() else { return Ok(Self::default()) };
        let ids: Vec<i64> = rounds.iter().map(|round| round.id).collect();
        let base = question.branch.map(|scope| scope.id);
        let rows = match base {
            Some(base) => AncestryRow::under(conn, &ids, &[base])?,
            None => AncestryRow::of_campaigns(conn, &ids)?,
        };
        let mut wanted = BTreeSet::new();
        if base.is_some() {
            let fits = |row: &&AncestryRow| match group {
                BranchGroup::Each => true,
                BranchGroup::Children => row.depth == 1,
                BranchGroup::Level(level) => row.depth == level,
            };
            wanted.extend(rows.iter().filter(fits).map(|row| (row.campaign_id, row.branch_id)));
        } else {
            // How many stand above a branch, itself included: the top is the first level.
            let mut levels: HashMap<(i64, i64), i32> = HashMap::new();
            for row in &rows {
                *levels.entry((row.campaign_id, row.branch_id)).or_default() += 1;
            }
            let fits = |level: i32| match group {
                BranchGroup::Each => true,
                BranchGroup::Children => level == 1,
                BranchGroup::Level(wanted) => level == wanted,
            };
            wanted.extend(levels.into_iter().filter(|(_, level)| fits(*level)).map(|(id, _)| id));
        }
        let rows = match base {
            Some(_) if with_closure => {
                let under: HashSet<(i64, i64)> =
                    rows.iter().map(|row| (row.campaign_id, row.branch_id)).collect();
                let mut all = AncestryRow::of_campaigns(conn, &ids)?;
                all.retain(|row| under.contains(&(row.campaign_id, row.branch_id)));
                all
            }
            _ => rows,
        };
        let above = if with_closure { closure(&rows) } else { HashMap::new() };
        Ok(Self { is_grouped: true, wanted, above })
    }

    /// The tree of the branches that others come from; `own` leaves out what is below them.
    pub(super) fn of_origins(
        conn: &mut AnyConnection,
        rounds: &[Campaign],
        origins: impl Iterator<Item = (i64, i64)>,
        own: bool,
    ) -> QueryResult<Self> {
        let ids: Vec<i64> = rounds.iter().map(|round| round.id).collect();
        let mut rows = AncestryRow::of_campaigns(conn, &ids)?;
        rows.retain(|row| !own || row.depth == 0);
        let above = closure(&rows);
        Ok(Self { is_grouped: true, wanted: origins.collect(), above })
    }

    pub(super) fn is_grouped(&self) -> bool {
        self.is_grouped
    }

    pub(super) fn is_wanted(&self, round: i64, branch: i64) -> bool {
        self.wanted.contains(&(round, branch))
    }

    /// The branches that make groups in some round.
    pub(super) fn groups(&self) -> impl Iterator<Item = i64> {
        let ids: BTreeSet<i64> = self.wanted.iter().map(|(_, branch)| *branch).collect();
        ids.into_iter()
    }

    pub(super) fn groups_of(&self, round: i64) -> impl Iterator<Item = i64> {
        self.wanted.range((round, i64::MIN)..=(round, i64::MAX)).map(|(_, branch)| *branch)
    }

    /// The groups that a branch counts for.
    pub(super) fn counts_for(&self, round: i64, branch: i64) -> impl Iterator<Item = i64> {
        let above = self.above.get(&(round, branch)).map_or(&[][..], Vec::as_slice);
        above.iter().copied().filter(move |id| self.is_wanted(round, *id))
    }
}

fn closure(rows: &[AncestryRow]) -> HashMap<(i64, i64), Vec<i64>> {
    let mut above: HashMap<(i64, i64), Vec<i64>> = HashMap::new();
    for row in rows {
        above.entry((row.campaign_id, row.branch_id)).or_default().push(row.ancestor_id);
    }
    above
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
