//! What rows count that no word tells: by what they add up to with the levels and the measures beside them.

use std::collections::HashMap;

use crate::grid::Row;
use crate::record::Measure;
use crate::records::TableContext;
use crate::role::Role;
use crate::value::{count_in, number, shown, split_ordinal};

/// Rows above and below the levels that may count their people.
const REACH: usize = 6;

/// What is known of a row by its words.
enum Known {
    /// Everybody who has one level.
    Level,
    /// A measure of all.
    Measure(Measure),
    /// Figures, and nothing that says of what.
    Unknown,
    /// No figures, or those of a part.
    Aside,
}

struct Line {
    row: u32,
    known: Known,
    /// One for each column of counts; none where the cell is blank.
    values: Vec<Option<f64>>,
}

impl Line {
    /// Whether its figures say what they count: one alone may equal others by chance.
    fn has_several(&self) -> bool {
        self.values.iter().flatten().count() > 1
    }
}

/// The measures of rows whose words are not understood, by the number of the row.
pub(super) fn measures(context: &TableContext<'_>) -> HashMap<u32, Measure> {
    let counts = context.columns.iter().filter(|column| matches!(column.role, Role::PlainCount));
    let counts: Vec<u32> = counts.map(|column| column.index).collect();
    let lines: Vec<Line> = context.body.iter().map(|row| line(context, row, &counts)).collect();
    let mut found = HashMap::new();
    let mut at = 0;
    while let Some(start) = lines[at..].iter().position(|line| matches!(line.known, Known::Level)) {
        let first = at + start;
        let levels = lines[first..]
            .iter()
            .position(|line| matches!(line.known, Known::Unknown | Known::Measure(_)));
        let last = levels.map_or(lines.len(), |length| first + length);
        let above = &lines[at.max(first.saturating_sub(REACH))..first];
        let after = &lines[last..lines.len().min(last + REACH)];
        let after = after.iter().take_while(|line| !matches!(line.known, Known::Level));
        let around: Vec<&Line> = above.iter().chain(after).collect();
        settle(&lines[first..last], &around, &mut found);
        at = last;
    }
    found
}

fn line(context: &TableContext<'_>, row: &Row, counts: &[u32]) -> Line {
    let label = row.cells.iter().map(|cell| shown(&cell.value));
    let label = label.into_iter().find(|text| text.chars().any(char::is_alphabetic));
    let label = label.unwrap_or_default();
    let text = split_ordinal(&label).1;
    let words = &context.vocabulary.words;
    let value = |column: &u32| {
        let value = &row.cell(*column)?.value;
        let is_share = number(value).is_some_and(|number| number.percent);
        count_in(value).filter(|_| !is_share)
    };
    let values: Vec<Option<f64>> = counts.iter().map(value).collect();
    let is_part = words.nested.found_in(text)
        || words.or_better.found_in(text)
        || words.exemplary.found_in(text);
    let filled = values.iter().flatten().count();
    let known = if is_part || filled == 0 {
        Known::Aside
    } else if context.legend.level(text).is_some() {
        Known::Level
    } else if let Some((measure, _)) = context.vocabulary.measure(text) {
        Known::Measure(measure)
    } else if context.vocabulary.field(text).is_some() || context.vocabulary.is_total(text) {
        Known::Aside
    } else {
        Known::Unknown
    };
    Line { row: row.index, known, values }
}

/// Those with a level are the rated; with those who have none they are the roll.
fn settle(levels: &[Line], around: &[&Line], found: &mut HashMap<u32, Measure>) {
    let levels: Vec<&Line> =
        levels.iter().filter(|line| matches!(line.known, Known::Level)).collect();
    if levels.len() < 2 {
        return;
    }
    let rated = sum(&levels);
    let unknown = || around.iter().filter(|line| matches!(line.known, Known::Unknown));
    // "Talks held | 34" right below the levels is their sum, though it stands alone.
    let is_below = |line: &Line| levels.last().is_some_and(|last| last.row + 1 == line.row);
    let is_told = |line: &Line| line.has_several() || levels.len() > 2 && is_below(line);
    for line in unknown().filter(|line| equal(&line.values, &rated) && is_told(line)) {
        found.insert(line.row, Measure::Rated);
    }
    let unknown = || unknown().filter(|line| line.has_several());
    let of = |line: &&&Line, wanted: &[Measure]| match line.known {
        Known::Measure(measure) => wanted.contains(&measure),
        _ => false,
    };
    let unrated: Vec<&Line> = around
        .iter()
        .filter(|line| of(line, &[Measure::Exempt, Measure::NotYetRated]))
        .copied()
        .collect();
    let open = |found: &HashMap<u32, Measure>| -> Vec<&Line> {
        unknown().filter(|line| !found.contains_key(&line.row)).copied().collect()
    };
    let all = add(&rated, &sum(&unrated));
    for line in open(found).into_iter().filter(|_| !unrated.is_empty()) {
        if equal(&line.values, &all) {
            found.insert(line.row, Measure::OnRoll);
        }
    }
    let rolls = around.iter().filter(|line| of(line, &[Measure::OnRoll, Measure::ToRate]));
    let rolls: Vec<&Line> = rolls.chain(unknown()).copied().collect();
    for rest in open(found) {
        let all = add(&rated, &rest.values);
        let is_roll = |roll: &&&Line| roll.row != rest.row && equal(&roll.values, &all);
        if let Some(roll) = rolls.iter().find(is_roll) {
            found.insert(rest.row, Measure::NotYetRated);
            if matches!(roll.known, Known::Unknown) {
                found.insert(roll.row, Measure::OnRoll);
            }
        }
    }
}

fn sum(lines: &[&Line]) -> Vec<Option<f64>> {
    lines.iter().fold(Vec::new(), |sum, line| add(&sum, &line.values))
}

fn add(left: &[Option<f64>], right: &[Option<f64>]) -> Vec<Option<f64>> {
    let length = left.len().max(right.len());
    let at = |values: &[Option<f64>], place: usize| values.get(place).copied().flatten();
    let sum = |place| match (at(left, place), at(right, place)) {
        (None, None) => None,
        (left, right) => Some(left.unwrap_or(0.0) + right.unwrap_or(0.0)),
    };
    (0..length).map(sum).collect()
}

/// Whether figures agree in three of four columns, and not all are zero.
fn equal(left: &[Option<f64>], right: &[Option<f64>]) -> bool {
    let pairs = left.iter().zip(right);
    let both: Vec<(f64, f64)> =
        pairs.filter_map(|(left, right)| Some(((*left)?, (*right)?))).collect();
    let same = both.iter().filter(|(left, right)| (left - right).abs() < 1e-6).count();
    both.len() >= 2 && same * 4 >= both.len() * 3 && both.iter().any(|(left, _)| *left > 0.0)
}
