//! An answer: the groups, and what is reckoned of them when it is looked at.

mod delta;
mod gaps;

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use super::cell::{Cell, Figure, Measure, Part, Spreads, Sums, sums};
use super::key::{Dimension, Dimensions, Key};
use super::tree::Tree;
use super::{EVERYTHING, Question, Totals};
use crate::db::{Branch, Campaign, Dictionary, Scheme, Spread};
use crate::rules::missing::{Gaps, Missing};
pub(crate) use delta::Delta;
pub(super) use delta::{Earlier, Origin};

/// The most groups of an answer.
const GROUPS_LIMIT: usize = 10_000;

/// Whether a row is a group or a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TotalKind {
    None,
    /// The total of the groups that share its keys.
    Subtotal,
    /// The total of everything.
    Grand,
}

/// A group, or a total of groups.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) key: Key,
    pub(crate) figure: Figure,
    pub(crate) total: TotalKind,
    /// What it is grouped by: all keys, or the leading ones of a total.
    pub(crate) dimensions: Dimensions,
}

/// A part of a whole, with both numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ratio {
    pub(crate) numerator: i64,
    pub(crate) denominator: i64,
}

/// Of whom a share is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Base {
    Rated,
    /// Those who were rated by the scheme of the levels that are counted.
    RatedAlike,
    ToRate,
    OnRoll,
    /// Those with one of these levels, by code.
    Levels(Vec<String>),
}

/// What ids of keys stand for.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) dictionary: Arc<Dictionary>,
    pub(crate) branches: HashMap<i64, Branch>,
    pub(crate) schemes: HashMap<i64, Scheme>,
}

/// What frames that were read together have in common.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) question: Arc<Question>,
    /// The rounds that are asked about, oldest first.
    pub(super) rounds: Vec<Arc<Campaign>>,
    pub(super) names: Names,
    /// The levels that are asked for; all of them where none are named.
    pub(super) fitting: Option<HashSet<i64>>,
    pub(super) earlier: Option<Earlier>,
    /// What rounds lack, where that is looked at.
    pub(super) gaps: Option<Arc<HashMap<i64, Gaps>>>,
}

/// An answer to a question.
#[derive(Debug)]
pub(crate) struct Frame {
    asked: Arc<Asked>,
    tree: Tree,
    cells: Cells,
    spreads: Vec<(Key, Spreads)>,
    spreads_taken: Mutex<HashMap<Dimensions, Arc<HashMap<Key, Spreads>>>>,
}

impl Frame {
    pub(super) fn of(
        asked: Arc<Asked>,
        tree: Tree,
        cells: Vec<Cell>,
        spreads: Vec<(Key, Spreads)>,
    ) -> Self {
        Self { asked, tree, cells: Cells::of(cells), spreads, spreads_taken: Mutex::default() }
    }

    pub(crate) fn names(&self) -> &Names {
        &self.asked.names
    }

    pub(crate) fn question(&self) -> &Question {
        &self.asked.question
    }

    /// The rounds that are asked about, oldest first.
    pub(super) fn rounds(&self) -> &[Arc<Campaign>] {
        &self.asked.rounds
    }

    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Whether both were read together.
    pub(crate) fn is_read_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.asked, &other.asked)
    }

    /// The levels that are asked for; all of them where none are named.
    pub(super) fn asked_levels(&self) -> Option<Vec<i64>> {
        self.asked.fitting.as_ref().map(|ids| ids.iter().copied().collect())
    }

    /// Groups and totals, in the order of the group keys; totals behind what they are totals of. A
    /// sentence where there are too many.
    pub(crate) fn groups(&self) -> Result<Vec<Group>, String> {
        let dimensions = self.question().dimensions();
        let sums = self.sums(&Part::Wanted, dimensions);
        let some = sums.iter().filter(|(_, figure)| figure.count != 0);
        let mut figures: Sums = some.map(|(key, figure)| (key.clone(), *figure)).collect();
        if self.question().fill_gaps {
            self.fill_gaps(&mut figures)?;
        }
        check_number(figures.len())?;
        let group = |(key, figure)| Group { key, figure, total: TotalKind::None, dimensions };
        let mut groups: Vec<Group> = figures.into_iter().map(group).collect();
        groups.extend(self.totals());
        groups.sort_by(|left, right| self.compare(left, right));
        Ok(groups)
    }

    /// What is not grouped by branch is the figure of the branch that was asked about.
    fn totals(&self) -> Vec<Group> {
        let groups = &self.question().groups;
        let lengths = match self.question().totals {
            Totals::None => 0..0,
            Totals::Grand => 0..1,
            Totals::Rollup => 0..groups.len().max(1),
        };
        let mut totals = Vec::new();
        for length in lengths {
            let leading = groups.iter().take(length).map(|group| group.dimension());
            let dimensions: Dimensions = leading.collect();
            let total = if length == 0 { TotalKind::Grand } else { TotalKind::Subtotal };
            let sums = self.sums(&Part::Wanted, dimensions);
            let some = sums.iter().filter(|(_, figure)| figure.count != 0);
            totals.extend(some.map(|(key, figure)| Group {
                key: key.clone(),
                figure: *figure,
                total,
                dimensions,
            }));
        }
        totals
    }

    /// The order of the group keys, each from its first value; what is not stated comes last.
    fn compare(&self, left: &Group, right: &Group) -> Ordering {
        for group in &self.question().groups {
            let dimension = group.dimension();
            let order = match (left.dimensions.has(dimension), right.dimensions.has(dimension)) {
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => Ordering::Equal,
                (true, true) => self.compare_by(dimension, &left.key, &right.key),
            };
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }

    /// The order of two keys by one dimension.
    pub(crate) fn compare_by(&self, dimension: Dimension, left: &Key, right: &Key) -> Ordering {
        let names = self.names();
        let round = |key: &Key| {
            let round = key.campaign.and_then(|id| names.dictionary.round(id));
            round.map(|round| (round.year, round.code.as_str()))
        };
        let branch = |key: &Key| {
            let branch = key.branch.and_then(|id| names.branches.get(&id));
            branch.map(|branch| (branch.sort_key.as_slice(), branch.id))
        };
        let level = |key: &Key| {
            let level = key.rating.and_then(|id| names.dictionary.level(id));
            level.map(|level| (level.scheme_id, level.rank))
        };
        match dimension {
            Dimension::Campaign => none_last(round(left), round(right)),
            Dimension::Branch => none_last(branch(left), branch(right)),
            Dimension::Rating => none_last(level(left), level(right)),
            Dimension::Scheme => none_last(left.scheme, right.scheme),
            Dimension::Stage => none_last(left.stage, right.stage),
            Dimension::Sex => none_last(left.sex.as_deref(), right.sex.as_deref()),
            Dimension::AgeBand => none_last(left.age_band, right.age_band),
            Dimension::Position => none_last(left.position.as_deref(), right.position.as_deref()),
            Dimension::Probationary => none_last(left.probationary, right.probationary),
            Dimension::Reason => none_last(left.reason.as_deref(), right.reason.as_deref()),
        }
    }

    /// What the rounds and the branch of a group lack.
    pub(crate) fn missing(&self, group: &Group) -> Vec<&Missing> {
        let branch = self.branch_of(group);
        self.gaps(group).flat_map(|gaps| gaps.of(branch)).collect()
    }

    /// The share of what should have come, of branches and of people, in the round that lacks most.
    pub(crate) fn coverage(&self, group: &Group) -> f64 {
        let branch = self.branch_of(group);
        let rated = self.of_whole(group, Measure::Rated);
        let shares = self.gaps(group).map(|gaps| gaps.share(branch, rated));
        group.figure.coverage * shares.fold(1.0, f64::min)
    }

    fn branch_of(&self, group: &Group) -> i64 {
        group.key.branch.or(self.tree.branch()).unwrap_or(EVERYTHING)
    }

    /// The gaps of the rounds of a group.
    fn gaps(&self, group: &Group) -> impl Iterator<Item = &Gaps> {
        let rounds = self.asked.rounds.iter().map(|round| round.id);
        let only = group.key.campaign;
        let rounds = rounds.filter(move |round| only.is_none_or(|only| only == *round));
        let all = self.asked.gaps.as_deref();
        rounds.filter_map(move |round| all?.get(&round))
    }

    /// Whether some deciding ratings are of a stage before the branch's own, or something is missing.
    pub(crate) fn is_provisional(&self, group: &Group) -> bool {
        if !self.missing(group).is_empty() {
            return true;
        }
        self.of_whole(group, Measure::Provisional) > 0
    }

    /// How many a measure counts in all of the round and the branch of a group.
    fn of_whole(&self, group: &Group, measure: Measure) -> i64 {
        let about: Dimensions = [Dimension::Campaign, Dimension::Branch].into_iter().collect();
        let dimensions = group.dimensions.common(about);
        let sums = self.sums(&Part::All(measure), dimensions);
        sums.get(&group.key.within(dimensions)).map_or(0, |figure| figure.count)
    }

    /// The share of a group in what it has some dimensions in common with; by default in its round
    /// and branch, and where it has a level or a reason, in all that it is grouped by beside.
    pub(crate) fn share(&self, group: &Group, within: Option<&[Dimension]>, of: &Base) -> Ratio {
        let within = match within {
            Some(dimensions) => dimensions.iter().copied().collect(),
            None => self.usual_whole(),
        };
        let within = group.dimensions.common(within);
        let denominator = self.denominator(&self.cells, &group.key, within, of);
        Ratio { numerator: group.figure.count, denominator }
    }

    /// Of whom shares are taken where nothing else is said.
    pub(crate) fn usual_base(&self) -> Base {
        match self.question().wanted() {
            Measure::Reason => Base::OnRoll,
            Measure::Rating => Base::RatedAlike,
            _ => Base::Rated,
        }
    }

    fn usual_whole(&self) -> Dimensions {
        let all = self.question().dimensions();
        if self.question().wanted() == Measure::Rated {
            all.without(Dimensions::personal())
        } else {
            all.without(Dimensions::parts())
        }
    }

    fn denominator(&self, cells: &Cells, key: &Key, within: Dimensions, of: &Base) -> i64 {
        if *of == Base::RatedAlike {
            let alike = self.rated_alike(cells, key, within);
            return alike.unwrap_or_else(|| self.denominator(cells, key, within, &Base::Rated));
        }
        let unstaged = within.without(Dimensions::default().with(Dimension::Stage));
        let by_level = [Dimension::Rating, Dimension::Scheme].into_iter().collect();
        let (part, within) = match of {
            Base::Levels(codes) => {
                let levels = self.names().dictionary.levels();
                let known = levels.filter(|level| codes.contains(&level.code));
                let mut ids: Vec<i64> = known.map(|level| level.id).collect();
                ids.sort_unstable();
                let rating = Dimensions::default().with(Dimension::Rating);
                let reason = Dimensions::default().with(Dimension::Reason);
                (Part::Levels(ids), within.without(rating).without(reason))
            }
            Base::Rated if within.has_any(by_level) => (Part::All(Measure::Rating), within),
            Base::Rated if within.has(Dimension::Reason) => (Part::All(Measure::Reason), within),
            Base::Rated | Base::RatedAlike => (Part::All(Measure::Rated), within),
            Base::ToRate => (Part::All(Measure::ToRate), unstaged.without(Dimensions::parts())),
            Base::OnRoll if within.has(Dimension::Reason) => {
                (Part::All(Measure::Reason), unstaged.without(by_level))
            }
            Base::OnRoll => (Part::All(Measure::OnRoll), unstaged.without(Dimensions::parts())),
        };
        let sums = cells.sums(&self.asked, &part, within);
        let Some(whole) = sums.get(&key.within(within)) else { return 0 };
        // A whole that some branches or rounds are missing from is none.
        let is_whole = matches!(of, Base::Rated | Base::Levels(_)) || whole.coverage >= 1.0;
        if is_whole { whole.count } else { 0 }
    }

    /// Those of a whole who were rated by the scheme of the levels that a group counts; none where the
    /// whole has one scheme alone, and where the levels are of several.
    fn rated_alike(&self, cells: &Cells, key: &Key, within: Dimensions) -> Option<i64> {
        let scheme_of = |id: &i64| self.names().dictionary.level(*id).map(|level| level.scheme_id);
        let schemes: BTreeSet<i64> = match (&key.rating, &self.asked.fitting) {
            (Some(id), _) => scheme_of(id).into_iter().collect(),
            (None, Some(ids)) => ids.iter().filter_map(scheme_of).collect(),
            (None, None) => return None,
        };
        let (all, whole) = (Part::All(Measure::Rating), key.within(within));
        let of_scheme = cells.sums(&self.asked, &all, within.with(Dimension::Scheme));
        let count = |sums: &Sums, key: &Key| sums.get(key).map_or(0, |figure| figure.count);
        let alike = schemes
            .into_iter()
            .map(|scheme| count(&of_scheme, &Key { scheme: Some(scheme), ..whole.clone() }));
        let alike: Vec<i64> = alike.filter(|count| *count != 0).collect();
        let all = count(&cells.sums(&self.asked, &all, within), &whole);
        match alike.as_slice() {
            [alike] if *alike != all => Some(*alike),
            _ => None,
        }
    }

    /// Number, sum and bounds of the scores or ages of a group.
    pub(crate) fn spread(&self, group: &Group, of_age: bool) -> Option<Spread> {
        let spreads = self.spreads(group)?;
        Some(if of_age { spreads.age } else { spreads.score })
    }

    /// The stages that gave the scores of a group, by their numbers.
    pub(crate) fn score_stages(&self, group: &Group) -> Vec<i32> {
        let stages = self.spreads(group).map_or(0, |spreads| spreads.stages);
        (0..i32::BITS.cast_signed()).filter(|stage| stages & (1 << stage) != 0).collect()
    }

    fn spreads(&self, group: &Group) -> Option<Spreads> {
        let dimensions = group.dimensions;
        let mut taken = self.spreads_taken.lock().ok()?;
        let all = taken.entry(dimensions).or_insert_with(|| {
            let by_branch = dimensions.has(Dimension::Branch);
            let mut all: HashMap<Key, Spreads> = HashMap::new();
            for (key, spreads) in &self.spreads {
                if key.branch.is_some() == by_branch {
                    let sum = all.entry(key.within(dimensions));
                    sum.and_modify(|sum| *sum = sum.and(*spreads)).or_insert(*spreads);
                }
            }
            Arc::new(all)
        });
        all.get(&group.key).copied()
    }

    fn sums(&self, part: &Part, dimensions: Dimensions) -> Arc<Sums> {
        self.cells.sums(&self.asked, part, dimensions)
    }
}

impl Asked {
    /// Whether a cell is a part of what is summed up.
    fn has(&self, cell: &Cell, part: &Part) -> bool {
        match part {
            Part::All(measure) => cell.measure == *measure,
            Part::Levels(ids) => {
                cell.measure == Measure::Rating
                    && cell.key.rating.is_some_and(|id| ids.contains(&id))
            }
            Part::Wanted => {
                let fits = |id: Option<i64>| match (&self.fitting, id) {
                    (Some(ids), Some(id)) => ids.contains(&id),
                    (Some(_), None) => false,
                    (None, _) => true,
                };
                let measure = self.question.wanted();
                cell.measure == measure && (measure != Measure::Rating || fits(cell.key.rating))
            }
        }
    }
}

/// Cells, and the sums that were taken of them.
#[derive(Debug)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    taken: Mutex<Vec<(Part, Dimensions, Arc<Sums>)>>,
}

impl Cells {
    pub(super) fn of(cells: Vec<Cell>) -> Self {
        Self { cells, taken: Mutex::default() }
    }

    /// Sums are taken once, however many groups look at them.
    fn sums(&self, asked: &Asked, part: &Part, dimensions: Dimensions) -> Arc<Sums> {
        let take = |part: &Part| {
            let cells = self.cells.iter().filter(|cell| asked.has(cell, part));
            Arc::new(sums(cells, dimensions))
        };
        let Ok(mut taken) = self.taken.lock() else { return take(part) };
        let known = taken.iter().find(|(of, over, _)| of == part && *over == dimensions);
        if let Some((_, _, sums)) = known {
            return Arc::clone(sums);
        }
        let sums = take(part);
        taken.push((part.clone(), dimensions, Arc::clone(&sums)));
        sums
    }
}

/// Nobody reads more groups than these.
fn check_number(groups: usize) -> Result<(), String> {
    if groups > GROUPS_LIMIT {
        return Err(format!(
            "the answer has more than {GROUPS_LIMIT} groups; give fewer group keys, or ask for less"
        ));
    }
    Ok(())
}

fn none_last<T: Ord>(left: Option<T>, right: Option<T>) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => left.cmp(&right),
        (left, right) => left.is_none().cmp(&right.is_none()),
    }
}
