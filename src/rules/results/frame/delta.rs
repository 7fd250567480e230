//! Groups against those of the round before.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::super::EVERYTHING;
use super::super::cell::{Measure, Part};
use super::super::key::{Dimension, Dimensions, Key};
use super::{Cells, Frame, Group, Ratio};
use crate::db::Campaign;

/// A group against the same group of the round before.
#[derive(Debug, Clone)]
pub(crate) struct Delta {
    pub(crate) campaign: Arc<Campaign>,
    /// The count of then.
    pub(crate) previous: i64,
    /// The share of then, of those rated.
    pub(crate) previous_share: Ratio,
}

/// The round before of a branch, and the branches that it was then.
#[derive(Debug)]
pub(in super::super) struct Origin {
    pub(in super::super) campaign: Arc<Campaign>,
    /// `EVERYTHING` for all there was.
    pub(in super::super) branches: Vec<i64>,
}

/// The rounds before, and whom branches come from.
#[derive(Debug)]
pub(in super::super) struct Earlier {
    /// By round and branch, or `EVERYTHING`.
    pub(in super::super) origins: HashMap<(i64, i64), Origin>,
    /// By branch, and of everything.
    pub(in super::super) cells: Cells,
}

impl Frame {
    /// A group against the round before of its branch; none where it is of several rounds, where no
    /// round before has figures of it, or where a scheme or a branch cannot be followed.
    pub(crate) fn delta(&self, group: &Group) -> Option<Delta> {
        let earlier = self.asked.earlier.as_ref()?;
        let only = match self.rounds() {
            [round] => Some(round.id),
            _ => None,
        };
        let round = group.key.campaign.or(only)?;
        let branch = group.key.branch.or(self.tree.branch()).unwrap_or(EVERYTHING);
        let Origin { campaign, branches } = earlier.origins.get(&(round, branch))?;
        let branches = branches.iter().map(|branch| Some(*branch).filter(|it| *it != EVERYTHING));
        let (asked, cells) = (&*self.asked, &earlier.cells);
        let of_branch = Dimensions::default().with(Dimension::Branch);
        let (mut previous, mut denominator, mut is_known) = (0, 0, false);
        for branch in branches {
            let key = Key { campaign: Some(campaign.id), branch, ..group.key.clone() };
            let dimensions = group.dimensions.with(Dimension::Campaign);
            let dimensions = match branch {
                Some(_) => dimensions.with(Dimension::Branch),
                None => dimensions.without(of_branch),
            };
            let parted = Dimensions::parts();
            let whole = dimensions.common(self.usual_whole().with(Dimension::Campaign));
            let whole = if branch.is_some() { whole.with(Dimension::Branch) } else { whole };
            if let Some(level) = group.key.rating.and_then(|id| self.names().dictionary.level(id)) {
                // Levels of one name mean other things in another scheme.
                let by_scheme = dimensions.without(parted).with(Dimension::Scheme);
                let key = Key { scheme: Some(level.scheme_id), ..key.clone() };
                let sums = cells.sums(asked, &Part::All(Measure::Rating), by_scheme);
                is_known |= sums.contains_key(&key.within(by_scheme));
            } else {
                let about = dimensions.without(parted);
                let all = match self.question().wanted() {
                    Measure::Reason => Measure::Reason,
                    _ => Measure::Rated,
                };
                let is_there =
                    cells.sums(asked, &Part::All(all), about).contains_key(&key.within(about));
                is_known |= is_there && self.is_comparable(cells, group, &key, about);
            }
            let sums = cells.sums(asked, &Part::Wanted, dimensions);
            previous += sums.get(&key.within(dimensions)).map_or(0, |figure| figure.count);
            denominator += self.denominator(cells, &key, whole, &self.usual_base());
        }
        let previous_share = Ratio { numerator: previous, denominator };
        is_known.then(|| Delta { campaign: Arc::clone(campaign), previous, previous_share })
    }

    /// Whether levels that are filtered, and not grouped by, are of a scheme that both rounds have.
    fn is_comparable(&self, earlier: &Cells, group: &Group, key: &Key, about: Dimensions) -> bool {
        if self.question().wanted() != Measure::Rating {
            return true;
        }
        let schemes = |cells: &Cells, key: &Key, dimensions: Dimensions| {
            let by_scheme = dimensions.with(Dimension::Scheme);
            let sums = cells.sums(&self.asked, &Part::All(Measure::Rating), by_scheme);
            let wanted = key.within(dimensions);
            let of_group = sums.keys().filter(|key| key.within(dimensions) == wanted);
            of_group.filter_map(|key| key.scheme).collect::<BTreeSet<i64>>()
        };
        let now = schemes(&self.cells, &group.key, group.dimensions.without(Dimensions::parts()));
        let then = schemes(earlier, key, about);
        !now.is_disjoint(&then)
    }
}
