//! The key of a scale beside or below a table: "Very Good | 85 and over" over "Good | 70 to 84". Its rows
//! are no rows of the table, however they line up with it.

use std::collections::HashSet;

use crate::grid::{Row, Sheet, Value};
use crate::scale::band_from;
use crate::value::shown;
use crate::vocabulary::Vocabulary;

/// The fewest rows that make a key.
const LEAST: usize = 3;
/// A table beside which a key is narrow has so many more columns.
const NARROWER: usize = 2;

/// The rows of a sheet that are those of a key, by their numbers.
pub(super) fn rows(sheet: &Sheet, vocabulary: &Vocabulary) -> HashSet<u32> {
    let widest = sheet.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let is_narrow = |row: &&Row| row.cells.len() + NARROWER <= widest;
    let mut found = HashSet::new();
    let mut run: Vec<u32> = Vec::new();
    // The line that says what the key is of.
    let mut label: Option<u32> = None;
    let ends = std::iter::once(None);
    let rows = sheet.rows.iter().filter(|row| !row.cells.is_empty());
    for row in rows.map(Some).chain(ends) {
        let line = row.filter(is_narrow).filter(|row| is_line(row, vocabulary));
        let line = line.map(|row| row.index);
        let follows = |index: u32| run.last().or(label.as_ref()).is_some_and(|it| index == it + 1);
        if line.is_none_or(|index| !follows(index)) {
            if run.len() >= LEAST {
                found.extend(run.iter().chain(&label));
            }
            run.clear();
            label = row.filter(|row| is_label(row, vocabulary)).map(|row| row.index);
        }
        run.extend(line);
    }
    found
}

/// One text alone, or headings of which the first says that they are of a key.
fn is_label(row: &Row, vocabulary: &Vocabulary) -> bool {
    let first = row.cells.first().map(|cell| shown(&cell.value)).unwrap_or_default();
    row.cells.len() == 1 || vocabulary.words.notes.begins(&first).is_some()
}

/// A level and its points, with a mark before them, between them or none.
fn is_line(row: &Row, vocabulary: &Vocabulary) -> bool {
    let texts: Vec<String> = row.cells.iter().map(|cell| shown(&cell.value)).collect();
    let is_range = |text: &String| band_from(text, vocabulary).is_some();
    let is_word = |text: &String| text.chars().any(char::is_alphabetic) && !is_range(text);
    let is_mark = |text: &str| text.chars().count() <= 2;
    let is_pair = |left: &String, right: &String| {
        let all_texts = row.cells.iter().rev().take(2).all(|of| matches!(of.value, Value::Text(_)));
        all_texts && (is_word(left) && is_range(right) || is_range(left) && is_word(right))
    };
    match texts.as_slice() {
        [left, right] => is_pair(left, right),
        [mark, left, right] if is_mark(mark) => is_pair(left, right),
        [left, mark, right] => is_mark(mark) && is_pair(left, right),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::sheet_of;

    #[test]
    fn a_key_is_told_from_rows_of_figures() {
        let sheet = sheet_of(&[
            &["Ward", "Beds", "Good", "Fair", "Poor"],
            &["East", "12", "7", "3", "2"],
            &["Key"],
            &["Good", "90 - 100%"],
            &["Fair", "75 - 89%"],
            &["Poor", "below 75%"],
            &["Range", "4.00 - 4.99", "16"],
        ]);
        let mut found: Vec<u32> = rows(&sheet, &Vocabulary::bundled()).into_iter().collect();
        found.sort_unstable();
        assert_eq!(found, [2, 3, 4, 5]);
    }
}
