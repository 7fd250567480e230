//! What each row of a sheet is for, whether or not a table of evaluations is found there: by where its
//! numbers stand, and by what adds up.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::contrast::is_year;
use crate::grid::{Cell, Row, Sheet, Value};
use crate::value::{number_of_text, shown};
use crate::vocabulary::Vocabulary;

/// What a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowRole {
    /// A line above a table: who issued it, what it is called.
    Title,
    /// Words over columns.
    Heading,
    /// A heading of the rows below it.
    Section,
    /// One record, or a part of one.
    Data,
    /// The sum of other rows.
    Total,
    /// A line that explains.
    Note,
    /// A line of those who sign.
    Signature,
}

/// The most rows that one total is looked for in.
const SPAN: usize = 60;
/// The share of the figures of a total that must be sums of those of its parts.
const ADDS_UP: f64 = 0.4;
/// The same for a row that is called a total.
const ADDS_UP_NAMED: f64 = 0.1;

/// The roles of the rows of a sheet that hold anything, by their numbers.
pub(crate) fn roles(sheet: &Sheet, vocabulary: &Vocabulary) -> BTreeMap<u32, RowRole> {
    let rows: Vec<&Row> = sheet.rows.iter().filter(|row| !row.cells.is_empty()).collect();
    let Some(first) = rows.iter().map(|row| row.cells[0].column).min() else {
        return BTreeMap::new();
    };
    let lines: Vec<Line<'_>> = rows.iter().map(|row| Line::of(row, first, vocabulary)).collect();
    let mut roles = by_place(&lines, vocabulary);
    let data: Vec<usize> = (0..lines.len()).filter(|at| roles[*at] == RowRole::Data).collect();
    for at in totals(&lines, &data) {
        roles[at] = RowRole::Total;
    }
    rows.iter().map(|row| row.index).zip(roles).collect()
}

/// A row, and what its cells behind the first column are.
struct Line<'s> {
    row: &'s Row,
    /// Whether it begins in the first column of the sheet.
    is_flush: bool,
    numbers: usize,
    years: usize,
    missing: usize,
    texts: usize,
    figures: BTreeMap<u32, Figure>,
    is_called_total: bool,
}

/// A figure, and how exactly it is printed.
#[derive(Debug, Clone, Copy)]
struct Figure {
    value: f64,
    unit: f64,
}

impl<'s> Line<'s> {
    fn of(row: &'s Row, first: u32, vocabulary: &Vocabulary) -> Self {
        let mut line = Self {
            row,
            is_flush: row.cells[0].column == first,
            numbers: 0,
            years: 0,
            missing: 0,
            texts: 0,
            figures: BTreeMap::new(),
            is_called_total: vocabulary.is_total(&shown(&row.cells[0].value)),
        };
        for cell in row.cells.iter().filter(|cell| cell.column > first) {
            match figure(cell) {
                Some(figure) => {
                    line.numbers += 1;
                    line.years += usize::from(is_year_cell(cell));
                    line.figures.insert(cell.column, figure);
                }
                None if is_placeholder(cell, vocabulary) => line.missing += 1,
                None => line.texts += 1,
            }
        }
        line
    }

    fn is_of_figures(&self) -> bool {
        let figures = self.numbers + self.missing;
        let only_years = self.years > 0 && self.years == self.numbers && self.missing == 0;
        figures > 0 && figures >= self.texts && !only_years
    }
}

fn is_year_cell(cell: &Cell) -> bool {
    let text = shown(&cell.value);
    let head = text.get(..4).and_then(|head| head.parse::<f64>().ok());
    head.is_some_and(is_year) && text.chars().count() <= 9 && !text.contains('.')
}

/// Something that stands in the place of a figure: "..", "n/a", a single letter.
fn is_placeholder(cell: &Cell, vocabulary: &Vocabulary) -> bool {
    let text = shown(&cell.value);
    vocabulary.is_missing(&text)
        || matches!(cell.value, Value::Error(_) | Value::Bool(_))
        || text.trim_matches(|c: char| !c.is_alphanumeric()).chars().count() <= 1
}

/// "1,234", "(12.5)", "$ 3.2", "12 p": a figure, with a sign of doubt behind it or none.
fn figure(cell: &Cell) -> Option<Figure> {
    let text = match &cell.value {
        Value::Number(value) => {
            return Some(Figure { value: *value, unit: unit_of(&shown(&cell.value)) });
        }
        Value::Text(text) => text,
        Value::Date(_) | Value::Bool(_) | Value::Error(_) => return None,
    };
    let bare = text.trim().trim_start_matches(['(', '$', '£', '€', '+', ' ']);
    let bare = bare.trim_end_matches(|c: char| {
        c.is_ascii_alphabetic() || matches!(c, ')' | '*' | '†' | '‡' | ' ' | '\u{a0}')
    });
    let behind = text.trim().len() - bare.len();
    let signed = bare.replace(['–', '−'], "-");
    let value = number_of_text(signed.trim())?.value;
    (behind <= 6).then(|| Figure { value, unit: unit_of(bare) })
}

/// The unit of the last printed digit: 0.1 of "12.5".
fn unit_of(text: &str) -> f64 {
    let digits =
        text.trim_end_matches('%').trim().rsplit_once('.').map_or(0, |(_, rest)| rest.len());
    10_f64.powi(-i32::try_from(digits.min(6)).unwrap_or(0))
}

/// The roles that follow from where the rows stand: what is above the first figures and what is below
/// the last ones.
fn by_place(lines: &[Line<'_>], vocabulary: &Vocabulary) -> Vec<RowRole> {
    let of_figures: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].is_of_figures()).collect();
    let (Some(first), Some(last)) = (of_figures.first(), of_figures.last()) else {
        return of_words(lines);
    };
    let headings = headings_above(lines, *first);
    let lowest = headings.iter().max();
    let role = |at: usize| {
        let line = &lines[at];
        let alone = line.row.cells.len() == 1;
        if at < *first {
            if headings.contains(&at) {
                RowRole::Heading
            } else if lowest.is_some_and(|lowest| at > *lowest) {
                RowRole::Section
            } else {
                RowRole::Title
            }
        } else if at > *last {
            let signs = line.row.cells.iter().any(|cell| vocabulary.signs_for(&shown(&cell.value)));
            match line.row.cells.len() {
                1 | 2 if signs => RowRole::Signature,
                1 | 2 => RowRole::Note,
                _ => RowRole::Data,
            }
        } else if line.is_of_figures() {
            RowRole::Data
        } else if alone && line.is_flush {
            RowRole::Section
        } else if alone
            || !(line.is_flush && line.texts > 0 && line.numbers > 0)
                && (!line.is_flush || line.years > 0)
        {
            RowRole::Heading
        } else {
            RowRole::Data
        }
    };
    (0..lines.len()).map(role).collect()
}

/// The rows above the first figures that hold words over columns.
fn headings_above(lines: &[Line<'_>], first: usize) -> HashSet<usize> {
    let mut headings = HashSet::new();
    let mut below = lines[first].row.index;
    for at in (0..first).rev() {
        let line = &lines[at];
        let gap = below > line.row.index + 1;
        below = line.row.index;
        if gap && !headings.is_empty() {
            break;
        }
        if line.row.cells.len() > 1 || !line.is_flush {
            headings.insert(at);
        } else if !headings.is_empty() {
            break;
        }
    }
    headings
}

/// A sheet without figures: the first row of several cells heads the others.
fn of_words(lines: &[Line<'_>]) -> Vec<RowRole> {
    let wide: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].row.cells.len() > 1).collect();
    let (Some(first), Some(last)) = (wide.first(), wide.last()) else {
        return vec![RowRole::Title; lines.len()];
    };
    if wide.len() < 3 {
        return vec![RowRole::Title; lines.len()];
    }
    let role = |at: usize| match at {
        at if at < *first => RowRole::Title,
        at if at == *first => RowRole::Heading,
        at if at > *last => RowRole::Note,
        at if lines[at].row.cells.len() > 1 => RowRole::Data,
        _ => RowRole::Section,
    };
    (0..lines.len()).map(role).collect()
}

/// A total: where its parts stand, and which rows they are.
struct Total {
    is_below: bool,
    parts: HashSet<usize>,
}

/// The rows whose figures are the sums of the rows right below or right above them; totals may be parts of
/// greater ones, whose own parts then do not count.
fn totals(lines: &[Line<'_>], data: &[usize]) -> Vec<usize> {
    let mut found: BTreeMap<usize, Total> = BTreeMap::new();
    for nested in [false, true, true] {
        for (place, at) in data.iter().enumerate() {
            if found.contains_key(at) || lines[*at].figures.is_empty() {
                continue;
            }
            let below = data[place + 1..].iter().copied();
            let above = data[..place].iter().rev().copied();
            let known = |is_below| nested.then_some((&found, is_below));
            let total = &lines[*at];
            let parts = parts_of(total, below, lines, known(true)).map(|parts| (true, parts));
            let parts =
                parts.or_else(|| Some((false, parts_of(total, above, lines, known(false))?)));
            if let Some((is_below, parts)) = parts {
                found.insert(*at, Total { is_below, parts });
            }
        }
    }
    found.into_keys().collect()
}

fn parts_of(
    total: &Line<'_>,
    others: impl Iterator<Item = usize>,
    lines: &[Line<'_>],
    known: Option<(&BTreeMap<usize, Total>, bool)>,
) -> Option<HashSet<usize>> {
    let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
    let mut parts = HashSet::new();
    let mut count = 0.0;
    let mut others = others.enumerate().peekable();
    while let Some((_, part)) = others.next_if(|(at, _)| *at < SPAN) {
        parts.insert(part);
        for (column, figure) in &lines[part].figures {
            *sums.entry(*column).or_default() += figure.value;
        }
        count += 1.0;
        // A total among the parts stands for its own.
        let within = known.and_then(|(found, is_below)| {
            found.get(&part).filter(|total| total.is_below == is_below)
        });
        if let Some(within) = within {
            while let Some((_, next)) = others.next_if(|(_, next)| within.parts.contains(next)) {
                parts.insert(next);
            }
        }
        if count >= 2.0 && adds_up(total, &sums, count) {
            return Some(parts);
        }
    }
    None
}

fn adds_up(total: &Line<'_>, sums: &BTreeMap<u32, f64>, count: f64) -> bool {
    let (mut tried, mut right) = (0_u32, 0_u32);
    for (column, figure) in &total.figures {
        let Some(sum) = sums.get(column).filter(|_| figure.value != 0.0) else { continue };
        // Printed digits are rounded, those of the parts too.
        let slack = figure.unit * (0.5 + 0.35 * count);
        tried += 1;
        if (sum - figure.value).abs() <= slack.min(0.01 * figure.value.abs() + 1e-9) {
            right += 1;
        }
    }
    let share = f64::from(right) / f64::from(tried.max(1));
    let enough = share >= ADDS_UP && (right > 1 || tried == 1);
    right > 0 && (enough || total.is_called_total && share >= ADDS_UP_NAMED)
}

#[cfg(test)]
mod tests {
    use super::RowRole::{Data, Heading, Note, Section, Title, Total};
    use super::*;
    use crate::grid::sheet_of;

    #[test]
    fn rows_are_told_apart_by_place_and_by_sums() {
        let sheet = sheet_of(&[
            &["Exports of the region"],
            &["", "2019", "2020"],
            &["", "tonnes", "tonnes"],
            &["Goods", "30", "41"],
            &["wood", "10", "20"],
            &["fish", "20", "21"],
            &["Services"],
            &["travel", "7", ".."],
            &["Total of travel and others", "9", "8"],
            &["Source: a survey"],
        ]);
        let roles: Vec<RowRole> = roles(&sheet, &Vocabulary::bundled()).into_values().collect();
        assert_eq!(
            roles,
            [Title, Heading, Heading, Total, Data, Data, Section, Data, Data, Note],
            "what is called a total and adds up to nothing is a row like any other"
        );
    }
}
