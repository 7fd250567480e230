//! The smallest figures that results are summed up from.

use std::collections::BTreeMap;

use super::key::{Dimension, Dimensions, Key};
use crate::db::Spread;

/// Where a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Counted,
    Reported,
    Mixed,
}

/// A count and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figure {
    pub(crate) count: i64,
    pub(crate) source: Source,
    /// Whether it was reckoned from a printed percentage.
    pub(crate) derived: bool,
    /// The share of the branches directly below that have a figure.
    pub(crate) coverage: f64,
}

impl Figure {
    pub(super) fn counted(count: i64) -> Self {
        Self { count, source: Source::Counted, derived: false, coverage: 1.0 }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            // Nobody comes from nowhere.
            source: match (self.count, other.count) {
                (_, 0) => self.source,
                (0, _) => other.source,
                _ if self.source == other.source => self.source,
                _ => Source::Mixed,
            },
            derived: self.derived || other.derived,
            coverage: self.coverage.min(other.coverage),
        }
    }
}

/// What a cell counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Those with one rating.
    Rating,
    /// All who were rated.
    Rated,
    ToRate,
    OnRoll,
    /// Those who are on the roll, by the reason for not being rated.
    Reason,
    /// Those whose deciding stage is before the branch's own.
    Provisional,
}

/// A figure with all that is known of it. One with a branch is that of a group; those without are
/// the whole: branches and what is above them would count twice.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) key: Key,
    pub(super) measure: Measure,
    pub(super) figure: Figure,
}

/// Which cells are summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// What the groups count.
    Wanted,
    /// What a measure counts, whatever the groups are.
    All(Measure),
    /// The levels of some codes.
    Levels(Vec<i64>),
}

/// Few keys differ in their first fields, and their order is wanted: a tree costs less than hashes.
pub(super) type Sums = BTreeMap<Key, Figure>;

/// The sums of cells over all but some dimensions.
pub(super) fn sums<'a>(cells: impl Iterator<Item = &'a Cell>, dimensions: Dimensions) -> Sums {
    let by_branch = dimensions.has(Dimension::Branch);
    let mut sums = Sums::new();
    for cell in cells.filter(|cell| cell.key.branch.is_some() == by_branch) {
        let sum = sums.entry(cell.key.within(dimensions));
        sum.and_modify(|sum| *sum = sum.and(cell.figure)).or_insert(cell.figure);
    }
    sums
}

/// Number, sum and bounds of the scores and ages of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spreads {
    pub(super) score: Spread,
    /// The stages that gave the scores: a bit each.
    pub(super) stages: i32,
    pub(super) age: Spread,
}

impl Spreads {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            score: self.score.and(other.score),
            stages: self.stages | other.stages,
            age: self.age.and(other.age),
        }
    }
}
