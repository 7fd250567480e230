//! Tables side by side: a heading that repeats itself to the right parts the sheet into slices.

use std::borrow::Cow;
use std::ops::Range;

use super::{Table, heading};
use crate::grid::{Cell, Place, Row, Sheet, Value};
use crate::value::{number, shown, whole};
use crate::vocabulary::{Field, Vocabulary};

/// The lines above a heading that may be captions of its parts.
const CAPTION_ROWS: u32 = 2;

/// The slices of a sheet, left to right; none where its tables stand below one another.
pub(crate) fn slices(sheet: &Sheet, vocabulary: &Vocabulary) -> Vec<Sheet> {
    let repeated = (0..sheet.rows.len()).find_map(|at| {
        let row = &sheet.rows[at];
        if !says_twice(row) || !heading::is_page(row, vocabulary) {
            return None;
        }
        let block = heading::block(sheet, at, at, vocabulary);
        let starts = starts(&block.headings, vocabulary)?;
        let rows = &sheet.rows[block.after..];
        let named = starts.iter().all(|start| names_rows(rows, *start, &starts, vocabulary));
        named.then_some((block.rows.0, starts))
    });
    let Some((top, starts)) = repeated.or_else(|| apart(sheet, vocabulary)) else {
        return Vec::new();
    };
    let ranges: Vec<Range<u32>> = (0..starts.len())
        .map(|place| {
            let first = if place == 0 { 0 } else { starts[place] };
            first..starts.get(place + 1).copied().unwrap_or(u32::MAX)
        })
        .collect();
    ranges.iter().map(|range| slice(sheet, top, range, &ranges)).collect()
}

/// The parts of a heading that blank columns keep apart, each with a key of its own.
fn apart(sheet: &Sheet, vocabulary: &Vocabulary) -> Option<(u32, Vec<u32>)> {
    let at = heading::next(sheet, 0, vocabulary)?;
    let block = heading::block(sheet, at, 0, vocabulary);
    let columns: Vec<u32> = block.headings.iter().map(|heading| heading.column).collect();
    let body = &sheet.rows[block.after..];
    let is_blank = |column: u32| {
        body.iter().filter(|row| row.cells.len() > 1).all(|row| row.cell(column).is_none())
    };
    let is_key = |heading: &heading::Heading| {
        heading.path.iter().any(|text| heading::heading_word(text, vocabulary).1)
    };
    let mut starts = vec![*columns.first()?];
    for pair in columns.windows(2) {
        let gap = pair[0] + 1..pair[1];
        if !gap.is_empty() && gap.clone().all(is_blank) {
            starts.push(pair[1]);
        }
    }
    let keyed = starts.iter().enumerate().all(|(place, start)| {
        let end = starts.get(place + 1).copied().unwrap_or(u32::MAX);
        let part = block.headings.iter().filter(|heading| (*start..end).contains(&heading.column));
        let filled = |columns: Range<u32>| {
            let has = |row: &&Row| row.cells.iter().any(|cell| columns.contains(&cell.column));
            body.iter().filter(has).count()
        };
        // A key beside the first rows of a list explains it, and one word may stand over all of it.
        let is_short = place > 0 && filled(*start..end) * 2 <= filled(starts[0]..starts[1]);
        let is_broad = || is_short && filled(*start + 1..end) * 2 > filled(*start..end);
        let (has_two, is_keyed) = (part.clone().count() >= 2, part.into_iter().any(is_key));
        (has_two || is_broad()) && (is_short || is_keyed)
    });
    (starts.len() > 1 && keyed).then_some((block.rows.0, starts))
}

/// Whether each part names its rows: names or labels stand in one of its columns.
fn names_rows(rows: &[Row], start: u32, starts: &[u32], vocabulary: &Vocabulary) -> bool {
    let end = starts.iter().copied().find(|other| *other > start).unwrap_or(start + 20);
    let is_label = |value: &Value| {
        let text = shown(value);
        let Value::Text(_) = value else { return false };
        number(value).is_none()
            && text.chars().count() > 5
            && !vocabulary.is_missing(&text)
            && vocabulary.level(&text).is_none()
    };
    (start..end).any(|column| {
        let cells = rows.iter().take(12).filter_map(|row| row.cell(column));
        let (labels, all) = cells
            .fold((0, 0), |sums, cell| (sums.0 + usize::from(is_label(&cell.value)), sums.1 + 1));
        labels > 0 && labels * 3 >= all * 2
    })
}

/// Whether the first words of a row stand in it again: a quick test before the thorough one.
fn says_twice(row: &Row) -> bool {
    let mut texts = row.cells.iter().filter_map(|cell| match &cell.value {
        Value::Text(text) => Some(text),
        _ => None,
    });
    row.cells.len() >= 4 && texts.next().is_some_and(|first| texts.any(|text| text == first))
}

/// The first columns of the parts, if the headings are the same words again and again, with a name
/// among them.
fn starts(headings: &[heading::Heading], vocabulary: &Vocabulary) -> Option<Vec<u32>> {
    let count = headings.len();
    let period = (2..=count / 2).find(|period| {
        count.is_multiple_of(*period)
            && (*period..count).all(|at| headings[at].path == headings[at - period].path)
    })?;
    let names = |text: &String| {
        let field = vocabulary.field(text).map(|(field, _)| field);
        matches!(field, Some(Field::Name | Field::FamilyName | Field::Organization))
    };
    let named = headings[..period].iter().any(|heading| heading.path.iter().any(names));
    named.then(|| headings.iter().step_by(period).map(|heading| heading.column).collect())
}

fn slice(sheet: &Sheet, top: u32, range: &Range<u32>, ranges: &[Range<u32>]) -> Sheet {
    let is_first = range.start == 0;
    let kept = |row: &Row, cell: &Cell| {
        let here = range.contains(&cell.column);
        if row.index >= top {
            return here;
        }
        let parts = ranges
            .iter()
            .filter(|range| row.cells.iter().any(|cell| range.contains(&cell.column)))
            .count();
        let captions = row.index + CAPTION_ROWS >= top && parts > 1;
        here || !captions && (is_first || row.cells.len() <= 3)
    };
    let rows = sheet.rows.iter().filter_map(|row| {
        let cells: Vec<Cell> = row.cells.iter().filter(|cell| kept(row, cell)).cloned().collect();
        (!cells.is_empty()).then_some(Row { index: row.index, cells, places: Vec::new() })
    });
    Sheet { rows: rows.collect(), ..sheet.clone() }
}

/// Joins the tables of slices: one whose ordinals go on where the left one ends is the same list.
pub(crate) fn joined<'s>(sheets: &'s [Sheet], vocabulary: &Vocabulary) -> Vec<(usize, Table<'s>)> {
    let mut tables: Vec<(usize, Table<'s>)> = Vec::new();
    for (place, sheet) in sheets.iter().enumerate() {
        for table in super::find(sheet, vocabulary) {
            let left =
                tables.iter_mut().rev().map(|(_, left)| left).find(|left| {
                    left.heading_rows == table.heading_rows && continues(left, &table)
                });
            match left {
                Some(left) => append(left, &table),
                None => tables.push((place, table)),
            }
        }
    }
    tables
}

fn continues(left: &Table<'_>, right: &Table<'_>) -> bool {
    let ordinal = |table: &Table<'_>, row: &Row| {
        whole(number(&row.cell(table.headings.first()?.column)?.value)?.value)
    };
    let last = left.body.iter().rev().find_map(|row| {
        let column = left.headings.first()?.column;
        whole(number(&row.cell(column)?.value)?.value)
    });
    let first = right.body.first().and_then(|row| ordinal(right, row));
    matches!((last, first), (Some(last), Some(first)) if first == last + 1)
}

/// The rows of the right part go before the totals of the left one.
fn append<'s>(left: &mut Table<'s>, right: &Table<'s>) {
    let (Some(to), Some(from)) = (left.headings.first(), right.headings.first()) else { return };
    let shift = from.column - to.column;
    let is_data = |row: &Cow<'_, Row>| {
        row.cell(to.column).is_some_and(|cell| number(&cell.value).is_some())
            && row.cells.iter().filter(|cell| !shown(&cell.value).is_empty()).count() > 1
    };
    let after = left.body.iter().rposition(is_data).map_or(left.body.len(), |last| last + 1);
    let tail = left.body.split_off(after);
    left.body.extend(right.body.iter().map(|row| {
        let cells: Vec<&Cell> = row.cells.iter().filter(|cell| cell.column >= shift).collect();
        let places = cells.iter().map(|cell| Place::new(row.index, cell.column)).collect();
        let cells = cells
            .into_iter()
            .map(|cell| Cell { column: cell.column - shift, value: cell.value.clone() });
        Cow::Owned(Row { index: row.index, cells: cells.collect(), places })
    }));
    left.body.extend(tail);
}
