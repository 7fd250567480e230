//! Heading rows: where they begin, how deep they go, and the path of words over each column.

use std::collections::BTreeMap;

use super::{is_figure, merge_at};
use crate::campaign::Campaign;
use crate::cell::{ordinal, shown, whole};
use crate::column::is_organization_name;
use crate::vocabulary::{Field, Vocabulary};
use crate::workbook::{Row, Sheet, Value};

/// A column and the words above it, from the topmost heading row down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    pub(crate) column: u32,
    pub(crate) path: Vec<String>,
}

/// Heading rows as found.
pub(super) struct Block {
    /// The place of the first heading row in `sheet.rows`.
    pub(super) first: usize,
    /// The place after the last one and after a row of column numbers.
    pub(super) after: usize,
    pub(super) rows: (u32, u32),
    pub(super) headings: Vec<Heading>,
}

const ROWS_LIMIT: u32 = 6;
const TEXT_LIMIT: usize = 200;

/// The place of the next row that can be the first of a heading.
pub(super) fn next(sheet: &Sheet, from: usize, vocabulary: &Vocabulary) -> Option<usize> {
    (from..sheet.rows.len()).find(|at| is_heading(sheet, *at, vocabulary))
}

/// Words of headings in at least two cells, one of them a key, and no figures but years.
pub(super) fn is_heading(sheet: &Sheet, at: usize, vocabulary: &Vocabulary) -> bool {
    let Some(row) = sheet.rows.get(at) else { return false };
    if row.cells.len() < 2
        || row.cells.iter().any(|cell| is_figure(&cell.value) && !is_year(&cell.value))
    {
        return false;
    }
    let texts = row.cells.iter().map(|cell| shown(&cell.value));
    // "Thủ trưởng" signs a sheet, and heads a column of its own ratings.
    let signed = |text: &String| {
        text.starts_with(['-', '(', '–']) || row.cells.len() <= 3 && vocabulary.is_footer(text)
    };
    if texts.clone().any(|text| signed(&text)) {
        return false;
    }
    let mut hits = 0;
    let mut keys = 0;
    // "Nội dung | ĐVT | Chi bộ khu phố 1 | …": organisations over their figures.
    let of_contents =
        texts.clone().any(|text| matches!(vocabulary.field(&text), Some((Field::Content, _))));
    for text in texts.filter(|text| text.len() <= TEXT_LIMIT) {
        let (hit, key) = heading_word(&text, vocabulary);
        let hit = hit || of_contents && is_organization_name(&text, vocabulary);
        hits += usize::from(hit);
        keys += usize::from(key);
    }
    keys >= 1 && hits >= 2 && hits * 3 >= row.cells.len()
}

/// Whether a text is a word of headings, and whether it names a key column.
pub(super) fn heading_word(text: &str, vocabulary: &Vocabulary) -> (bool, bool) {
    let words = text.split_whitespace().count();
    let field = vocabulary.field(text).filter(|(_, weight)| weight * 4 >= words);
    let key = matches!(
        field,
        Some((
            Field::Ordinal | Field::Name | Field::FamilyName | Field::Organization | Field::Content,
            _
        ))
    );
    let level = || vocabulary.level(text).is_some() || vocabulary.measure(text).is_some();
    let hit = field.is_some() || level() || Campaign::all_in(text).len() == 1;
    (hit, key)
}

fn is_year(value: &Value) -> bool {
    match value {
        Value::Number(number) => whole(*number).is_some_and(|year| (1990..=2100).contains(&year)),
        Value::Text(text) => Campaign::parse(text.trim()).is_some(),
        _ => false,
    }
}

/// The heading that begins at a row, with its levels, its column numbers and its columns.
pub(super) fn block(sheet: &Sheet, start: usize, floor: usize, vocabulary: &Vocabulary) -> Block {
    let first = with_groups_above(sheet, start, floor, vocabulary);
    let top = sheet.rows[first].index;
    let mut bottom = sheet.rows[start].index;
    let mut after = start + 1;
    while let Some(row) = sheet.rows.get(after) {
        let deep_enough = row.index - top >= ROWS_LIMIT;
        if deep_enough
            || !(is_under_merges(sheet, top, row) || is_sub_heading(sheet, after, top, vocabulary))
        {
            break;
        }
        bottom = row.index;
        after += 1;
    }
    let bottom = bottom.max(merged_bottom(sheet, top)).min(top + ROWS_LIMIT);
    let headings = paths(sheet, top, bottom);
    if sheet.rows.get(after).is_some_and(is_number_row) {
        after += 1;
    }
    Block { first, after, rows: (top, bottom), headings }
}

/// A row of group headings may stand over the row that holds the keys.
fn with_groups_above(sheet: &Sheet, start: usize, floor: usize, vocabulary: &Vocabulary) -> usize {
    let Some(above) = start.checked_sub(1).filter(|above| *above >= floor) else { return start };
    let (row, below) = (&sheet.rows[above], &sheet.rows[start]);
    let adjacent = row.index + 1 == below.index;
    let words = row.cells.len() >= 2
        && row
            .cells
            .iter()
            .all(|cell| !is_figure(&cell.value) && heading_word(&shown(&cell.value), vocabulary).0);
    if adjacent && words { above } else { start }
}

/// The last row to which a merged cell of the first heading row reaches down.
fn merged_bottom(sheet: &Sheet, top: u32) -> u32 {
    sheet
        .merges
        .iter()
        .filter(|region| region.first_row == top)
        .map(|region| region.last_row)
        .max()
        .unwrap_or(top)
}

fn is_under_merges(sheet: &Sheet, top: u32, row: &Row) -> bool {
    row.index <= merged_bottom(sheet, top).min(top + ROWS_LIMIT) && !is_number_row(row)
}

/// A row of words under group headings: key columns are blank in it, and nothing in it is data.
fn is_sub_heading(sheet: &Sheet, at: usize, top: u32, vocabulary: &Vocabulary) -> bool {
    let (row, above) = (&sheet.rows[at], &sheet.rows[at - 1]);
    let data = |value: &Value| match value {
        Value::Text(text) => {
            is_figure(value) && !is_year(value)
                || vocabulary.is_tick(text)
                || vocabulary.is_missing(text)
        }
        _ => !is_year(value),
    };
    if row.index != above.index + 1 || row.cells.iter().any(|cell| data(&cell.value)) {
        return false;
    }
    let Some(head) = sheet.rows.iter().find(|row| row.index == top) else { return false };
    let key = head.cells.iter().find(|cell| heading_word(&shown(&cell.value), vocabulary).1);
    let key_is_blank = key.is_some_and(|key| {
        row.cells.iter().all(|cell| cell.column != key.column)
            && row.cells.first().is_some_and(|first| first.column > key.column)
    });
    let hits =
        row.cells.iter().filter(|cell| heading_word(&shown(&cell.value), vocabulary).0).count();
    key_is_blank && hits * 2 >= row.cells.len()
}

/// "(1) (2) (3)", "1 2 3", "A B 1 2 3": numbers of columns that go up by one.
pub(super) fn is_number_row(row: &Row) -> bool {
    let mut last: Option<i64> = None;
    let mut numbers = 0;
    for cell in &row.cells {
        let text = shown(&cell.value);
        let mark = text.trim_matches(|c: char| "()".contains(c));
        let digits = mark.split('=').next().unwrap_or_default().trim();
        match digits.parse::<i64>() {
            Ok(number) => {
                if last.is_some_and(|last| number != last + 1) || last.is_none() && number > 3 {
                    return false;
                }
                last = Some(number);
                numbers += 1;
            }
            Err(_) if numbers == 0 && ordinal(mark).is_some() => {}
            Err(_) => return false,
        }
    }
    numbers >= 2 && row.cells.len() >= 3
}

/// The words over each column: merged cells and group headings reach over their columns.
pub(crate) fn paths(sheet: &Sheet, top: u32, bottom: u32) -> Vec<Heading> {
    let rows: Vec<&Row> =
        sheet.rows.iter().filter(|row| (top..=bottom).contains(&row.index)).collect();
    let columns = columns_of(sheet, &rows, bottom);
    let mut headings: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (level, row) in rows.iter().enumerate() {
        for column in &columns {
            let Some(text) = text_over(sheet, &rows, level, row, *column) else { continue };
            let path = headings.entry(*column).or_default();
            if path.last() != Some(&text) {
                path.push(text);
            }
        }
    }
    columns
        .into_iter()
        .map(|column| Heading { column, path: headings.remove(&column).unwrap_or_default() })
        .collect()
}

/// Columns with a heading of their own or under a merged one.
fn columns_of(sheet: &Sheet, rows: &[&Row], bottom: u32) -> Vec<u32> {
    let mut columns: Vec<u32> = Vec::new();
    for row in rows {
        for cell in &row.cells {
            let last = merge_at(sheet, row.index, cell.column)
                .filter(|region| region.last_row <= bottom)
                .map_or(cell.column, |region| region.last_column);
            columns.extend(cell.column..=last.min(cell.column + 200));
        }
    }
    columns.sort_unstable();
    columns.dedup();
    columns
}

fn text_over(sheet: &Sheet, rows: &[&Row], level: usize, row: &Row, column: u32) -> Option<String> {
    if let Some(cell) = row.cell(column) {
        return Some(shown(&cell.value));
    }
    if let Some(region) = merge_at(sheet, row.index, column) {
        let first = rows.iter().find(|row| row.index == region.first_row)?;
        return first.cell(region.first_column).map(|cell| shown(&cell.value));
    }
    unmerged_group(sheet, rows, level, row, column)
}

/// A group heading that is not merged reaches right over blank cells that have words below them.
fn unmerged_group(
    sheet: &Sheet,
    rows: &[&Row],
    level: usize,
    row: &Row,
    column: u32,
) -> Option<String> {
    let below = rows.get(level + 1)?;
    below.cell(column)?;
    let group = row.cells.iter().rev().find(|cell| cell.column < column)?;
    let merged = merge_at(sheet, row.index, group.column).is_some();
    let reaches = below.cell(group.column).is_some()
        && (group.column..=column).all(|between| below.cell(between).is_some());
    (!merged && reaches).then(|| shown(&group.value))
}
