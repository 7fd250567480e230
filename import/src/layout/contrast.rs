//! Heading rows by the contrast of values: words over numbers, one text over others that repeat.
//!
//! A row is compared with the rows below it, column by column. What differs in kind from them heads
//! them; what is of their kind is one of them. Words that the vocabulary knows add to it and do not
//! decide.

use super::{heading, is_figure, merge_at};
use crate::campaign::Campaign;
use crate::grid::{Row, Sheet, Value};
use crate::value::{
    count_and_percent, has_shape_of_name, is_date, is_day, number, share, shown, whole,
};
use crate::vocabulary::{Field, Vocabulary};

/// The cells of a row in which several sign.
const SIGNERS: usize = 3;
/// Rows below that a row is compared with.
const SAMPLE: usize = 12;
/// A merged cell speaks for its columns as this many at most.
const SPAN_LIMIT: f64 = 1.5;
/// From here on a row heads what stands below it.
pub(super) const HEADS: f64 = 0.4;
/// The same of a row whose cells are merged as those of headings are.
pub(super) const HEADS_MERGED: f64 = 0.25;

/// The kind of a value, as far as rows are told apart by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Year,
    Date,
    Mark,
    Text,
}

pub(super) fn kind_of(value: &Value, vocabulary: &Vocabulary) -> Kind {
    match value {
        Value::Date(_) => Kind::Date,
        Value::Number(number) if is_year(*number) => Kind::Year,
        Value::Number(_) | Value::Error(_) => Kind::Number,
        Value::Bool(_) => Kind::Mark,
        Value::Text(text) if text.len() > 40 => Kind::Text,
        Value::Text(text) => {
            if vocabulary.is_tick(text) || vocabulary.is_missing(text) {
                Kind::Mark
            } else if let Some(number) = number(value) {
                if is_year(number.value) && text.trim().len() == 4 {
                    Kind::Year
                } else {
                    Kind::Number
                }
            } else if is_day(value) {
                Kind::Date
            } else if text.contains(char::is_alphabetic) && Campaign::all_in(text).len() == 1 {
                // "Năm 2019" names a round.
                Kind::Text
            } else if is_date(value) {
                Kind::Date
            } else if count_and_percent(text).is_some() || is_ratio(text) {
                Kind::Number
            } else {
                Kind::Text
            }
        }
    }
}

/// "4/2", "4/2 (200%)", and numbers with a sign of doubt behind them: "927E", "12 (p)".
fn is_ratio(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    digits > 0
        && (letters == 0
            || letters == 1 && digits > 1 && text.starts_with(|c: char| c.is_ascii_digit()))
}

pub(super) fn is_year(number: f64) -> bool {
    whole(number).is_some_and(|year| (1930..=2100).contains(&year))
}

/// How much a row heads what stands below it: 1 of all of it, below 0 where it is one of them.
pub(super) fn of_row(sheet: &Sheet, at: usize, vocabulary: &Vocabulary) -> f64 {
    let row = &sheet.rows[at];
    if row.cells.len() < 2 {
        return 0.0;
    }
    let sample = sample_below(sheet, at, vocabulary);
    let mut columns = columns_of(&sample);
    columns.retain(|column| tells(*column, &sample, vocabulary));
    if columns.is_empty() {
        return 0.0;
    }
    let mut sum = 0.0;
    let mut span: Option<(u32, f64, f64)> = None;
    for column in &columns {
        let (origin, cell) = match row.cell(*column) {
            Some(cell) => (*column, Some(cell)),
            None => match merge_at(sheet, row.index, *column) {
                Some(region) if region.first_row == row.index => {
                    (region.first_column, row.cell(region.first_column))
                }
                _ => (*column, None),
            },
        };
        let Some(cell) = cell else { continue };
        let contrast = contrast(&cell.value, *column, &sample, vocabulary);
        // The columns of one merged cell speak together.
        match &mut span {
            Some((first, total, count)) if *first == origin => {
                *total += contrast;
                *count += 1.0;
            }
            _ => {
                sum += spoken(span.take());
                span = Some((origin, contrast, 1.0));
            }
        }
    }
    sum += spoken(span);
    let columns = u32::try_from(columns.len()).unwrap_or(u32::MAX);
    sum / f64::from(columns)
}

/// Whether a row hangs under a heading: it has nothing in the first columns, which all rows below it
/// fill, and words or percentages that none of them has.
pub(super) fn hangs(sheet: &Sheet, at: usize) -> bool {
    const LEAST_KEYS: usize = 2;
    const LEAST_ROWS: usize = 4;
    let row = &sheet.rows[at];
    let Some(first) = row.cells.first().map(|cell| cell.column) else { return false };
    let below = sheet.rows[at + 1..].iter().take(2 * SAMPLE);
    // Other rows that hang, and headings of sections, stand between.
    let rows: Vec<&Row> = below.filter(|row| row.cells.len() > 2).collect();
    let keyed = |row: &&Row| row.cells.iter().filter(|cell| cell.column < first).count();
    let full: Vec<&Row> = rows.iter().copied().filter(|row| keyed(row) >= LEAST_KEYS).collect();
    let is_word = |value: &Value| match value {
        Value::Text(text) => text.contains(char::is_alphabetic) || text.trim().ends_with('%'),
        _ => false,
    };
    let stands_again = |cell: &crate::grid::Cell| {
        full.iter().any(|row| row.cell(cell.column).is_some_and(|own| own.value == cell.value))
    };
    row.cells.len() > 1
        && full.len() >= LEAST_ROWS
        && full.len() * 5 >= rows.len() * 4
        && row.cells.iter().all(|cell| is_word(&cell.value))
        && !row.cells.iter().any(stands_again)
}

fn spoken(span: Option<(u32, f64, f64)>) -> f64 {
    span.map_or(0.0, |(_, total, count)| total / count * count.min(SPAN_LIMIT))
}

/// The rows that a row may head: down to the same heading again, to another one, or to a gap behind
/// some of them.
fn sample_below<'s>(sheet: &'s Sheet, at: usize, vocabulary: &Vocabulary) -> Vec<&'s Row> {
    let row = &sheet.rows[at];
    let mut sample: Vec<&Row> = Vec::new();
    let mut last = row.index;
    for below in sheet.rows[at + 1..].iter().take(3 * SAMPLE) {
        let gap = below.index > last + 1;
        last = below.index;
        let is_page = || {
            below.cells.len() > 2
                && heading::is_page(below, vocabulary)
                && !sample.iter().any(|above| shares_text(above, below))
        };
        let ends = repeats(row, below) || sample.len() > 2 && (gap || is_page());
        if ends || sample.len() >= SAMPLE {
            break;
        }
        if below.cells.len() > 1 && !heading::is_number_row(below) {
            sample.push(below);
        }
    }
    sample
}

/// Whether a text of a row stands in the same column of another one.
fn shares_text(row: &Row, other: &Row) -> bool {
    row.cells.iter().any(|cell| {
        matches!(cell.value, Value::Text(_))
            && other.cell(cell.column).is_some_and(|other| other.value == cell.value)
    })
}

/// Whether a row has the words of another one again.
fn repeats(row: &Row, other: &Row) -> bool {
    let same = row.cells.iter().filter(|cell| {
        let is_text =
            matches!(&cell.value, Value::Text(text) if text.chars().any(char::is_alphabetic));
        is_text && other.cell(cell.column).is_some_and(|other| other.value == cell.value)
    });
    let same = same.count();
    same >= 2 && same * 3 >= row.cells.len() * 2
}

/// Whether a column tells rows apart: texts that all differ and are no names look like any heading.
fn tells(column: u32, sample: &[&Row], vocabulary: &Vocabulary) -> bool {
    let values = || sample.iter().filter_map(|row| row.cell(column)).map(|cell| &cell.value);
    let texts: Vec<String> =
        values().filter(|value| kind_of(value, vocabulary) == Kind::Text).map(shown).collect();
    let others = values().count() - texts.len();
    let people = texts.iter().filter(|text| has_shape_of_name(text)).count();
    let mut distinct = texts.clone();
    distinct.sort();
    distinct.dedup();
    others * 2 > texts.len()
        || people * 2 > texts.len()
        || distinct.len() * 4 < texts.len() * 3
        || texts.len() < 3
}

/// The columns that hold something in a quarter of the rows.
fn columns_of(sample: &[&Row]) -> Vec<u32> {
    let mut columns: Vec<u32> =
        sample.iter().flat_map(|row| row.cells.iter().map(|cell| cell.column)).collect();
    columns.sort_unstable();
    let mut kept = Vec::new();
    for chunk in columns.chunk_by(|left, right| left == right) {
        if chunk.len() * 4 >= sample.len() {
            kept.push(chunk[0]);
        }
    }
    kept
}

fn contrast(head: &Value, column: u32, sample: &[&Row], vocabulary: &Vocabulary) -> f64 {
    let below: Vec<&Value> =
        sample.iter().filter_map(|row| row.cell(column)).map(|cell| &cell.value).collect();
    let own = kind_of(head, vocabulary);
    let kinds: Vec<Kind> = below.iter().map(|value| kind_of(value, vocabulary)).collect();
    let share_of = |of: &[Kind]| {
        let found = kinds.iter().filter(|kind| of.contains(kind)).count();
        share(found, kinds.len())
    };
    match own {
        Kind::Number => -share_of(&[Kind::Number, Kind::Year]),
        Kind::Date => -share_of(&[Kind::Date]),
        Kind::Year => {
            share_of(&[Kind::Number, Kind::Mark, Kind::Text]) * 0.8 - share_of(&[Kind::Year])
        }
        // "No" over numbers counts them, and denies nothing.
        Kind::Mark if matches!(vocabulary.field(&shown(head)), Some((Field::Ordinal, _))) => {
            share_of(&[Kind::Number]) - share_of(&[Kind::Mark])
        }
        Kind::Mark => -share_of(&[Kind::Mark]),
        Kind::Text => {
            let text = shown(head);
            let by_words = if heading::heading_word(&text, vocabulary).0 { 0.5 } else { 0.0 };
            let others = share_of(&[Kind::Number, Kind::Year, Kind::Date, Kind::Mark]);
            let texts: Vec<String> = below
                .iter()
                .zip(&kinds)
                .filter(|(_, kind)| **kind == Kind::Text)
                .map(|(value, _)| shown(value))
                .collect();
            let share_of_texts = share(texts.len(), kinds.len());
            (others + share_of_texts * among_texts(&text, &texts, vocabulary) + by_words).min(1.0)
        }
    }
}

/// A text over texts: one of them where it stands among them, another kind where they repeat or are
/// names of people and it is none: "Country Director" is what somebody does.
fn among_texts(head: &str, texts: &[String], vocabulary: &Vocabulary) -> f64 {
    if texts.is_empty() {
        return 0.0;
    }
    if texts.iter().any(|text| text == head) {
        return -1.0;
    }
    // "Chi bộ Đông | Hoàn thành tốt" over "Chi bộ Tây | Hoàn thành": a level over levels is one of them.
    let is_level = |text: &str| vocabulary.level(text).is_some();
    if is_level(head) && texts.iter().filter(|text| is_level(text)).count() * 2 > texts.len() {
        return -1.0;
    }
    let repeated =
        texts.iter().filter(|text| texts.iter().filter(|other| other == text).count() > 1).count();
    let is_name = |text: &str| has_shape_of_name(text) && !vocabulary.is_position(text);
    let people = texts.iter().filter(|text| is_name(text)).count();
    let of_people = share(people, texts.len());
    let by_people = if is_name(head) { -0.5 * of_people } else { 0.5 * of_people };
    (0.5 * share(repeated, texts.len()) + by_people).clamp(-1.0, 1.0)
}

/// Whether a row can head anything: no figures but years, and nothing that signs or explains.
pub(super) fn may_head(row: &Row, vocabulary: &Vocabulary) -> bool {
    let figures = row.cells.iter().filter(|cell| {
        is_figure(&cell.value) && !matches!(kind_of(&cell.value, vocabulary), Kind::Year)
    });
    if row.cells.len() < 2 || figures.count() > 0 {
        return false;
    }
    let signed = |text: &str| {
        let is_aside = text.starts_with(['(', '–']) && !text.ends_with('%') && text.len() > 6;
        row.cells.len() <= SIGNERS
            && (is_aside || vocabulary.is_footer(text) || vocabulary.signs_for(text))
    };
    !row.cells.iter().any(|cell| {
        let text = shown(&cell.value);
        signed(&text) || super::frame::is_motto(&text, vocabulary)
    })
}
