//! The frame of a table: who issued it and what it is called, from the lines above the heading.

use std::ops::Range;

use super::{is_figure, merge_at};
use crate::grid::{Cell, Sheet, Value};
use crate::text::{comparison_key, tidy, word_count};
use crate::value::shown;
use crate::vocabulary::{Field, PhraseSet, Vocabulary, WHOLE};

/// A printed line and its cell, counted as the file does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) text: String,
}

/// The lines above a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    /// The block at the upper left, top to bottom: superior, issuing body.
    pub(crate) block: Vec<Line>,
    /// The title and what follows it.
    pub(crate) titles: Vec<Line>,
}

impl Frame {
    /// The title lines in one text.
    pub(crate) fn title(&self) -> String {
        self.titles.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The lines under the title, or all there are, from the heading upwards.
    pub(crate) fn captions(&self) -> impl Iterator<Item = &str> {
        let lines = if self.titles.is_empty() { &self.block } else { &self.titles };
        lines.iter().rev().take(3).map(|line| line.text.as_str())
    }
}

/// Reads the lines between the table before and the heading.
pub(super) fn read(sheet: &Sheet, rows: Range<usize>, left: u32, vocabulary: &Vocabulary) -> Frame {
    let mut frame = Frame::default();
    for row in &sheet.rows[rows] {
        let mut beside = false;
        for (column, text) in joined(&row.cells, vocabulary) {
            if !text.chars().any(char::is_alphanumeric) || is_motto(&text, vocabulary) {
                continue;
            }
            let line = Line { row: row.index, column, text };
            // The number of a form stands right of the issuer.
            let is_form = beside && frame.titles.is_empty();
            if !is_form && (is_title(&line.text, vocabulary) || !frame.titles.is_empty()) {
                frame.titles.push(line);
            } else if !beside && is_on_the_left(sheet, row.index, column, left) {
                frame.block.push(line);
            }
            beside = true;
        }
    }
    frame
}

/// The texts of a row with their columns; "Unit | : Sales" and "Unit: | Sales" are one, as are "Year: | 2023" and
/// "Year | 2023".
fn joined<'a>(cells: &'a [Cell], vocabulary: &Vocabulary) -> Vec<(u32, String)> {
    let mut texts: Vec<(u32, String)> = Vec::new();
    let parts = |cell: &'a Cell| parts_of(&cell.value).into_iter().map(move |text| (cell, text));
    for (cell, text) in cells.iter().flat_map(parts) {
        let is_figure = is_figure(&cell.value);
        match texts.last_mut() {
            Some((_, label)) if is_figure && names_round(label, vocabulary) => {
                *label = format!("{}: {text}", label.trim_end_matches([' ', ':']));
            }
            _ if is_figure => {}
            Some((_, label)) if label.ends_with(':') || text.starts_with(':') => {
                let (head, name) =
                    (label.trim_end_matches([' ', ':']), text.trim_start_matches([' ', ':']));
                *label = format!("{head}: {name}");
            }
            _ => texts.push((cell.column, text)),
        }
    }
    texts
}

/// "Class: 8A          Teacher: Ann Lowe": what a wide gap parts in one cell, where each part but the first says what it
/// is of.
fn parts_of(value: &Value) -> Vec<String> {
    const GAP: &str = "   ";
    let labelled = |part: &String| part.trim_end_matches(':').contains(':');
    if let Value::Text(text) = value {
        let parts = text.split(GAP).map(tidy).filter(|part| !part.is_empty());
        let parts: Vec<String> = parts.collect();
        if parts.len() > 1 && parts[1..].iter().all(labelled) {
            return parts;
        }
    }
    vec![shown(value)]
}

fn names_round(label: &str, vocabulary: &Vocabulary) -> bool {
    let label = label.trim_end_matches([' ', ':']);
    matches!(vocabulary.field(label), Some((Field::Campaign, 100..)))
}

/// The block of the issuer begins in the first columns; what stands right of it is the motto.
fn is_on_the_left(sheet: &Sheet, row: u32, column: u32, left: u32) -> bool {
    let first = merge_at(sheet, row, column).map_or(column, |region| region.first_column);
    first <= left + 3
}

fn is_title(text: &str, vocabulary: &Vocabulary) -> bool {
    let titles = &vocabulary.words.titles;
    let rounds = || !crate::campaign::Campaign::all_in(text).is_empty();
    // "Honours degrees awarded by class and department": a sentence of what is told by what.
    let words: Vec<&str> = text.split_whitespace().collect();
    let small = words.iter().filter(|word| word.starts_with(char::is_lowercase)).count();
    let is_sentence = words.len() >= 5 && small * 2 > words.len();
    // "Mức xếp loại của từng đơn vị": no body begins with a word for ratings.
    let is_rating = |count: usize| {
        let begins = words.get(..count).map(|words| vocabulary.field(&words.join(" ")));
        matches!(begins, Some(Some((Field::Rating, weight))) if weight >= WHOLE)
    };
    is_sentence && vocabulary.words.by.found_in(text)
        || words.len() > 3 && (1..=3).any(is_rating)
        || titles.begins(text).is_some()
        || word_count(text) >= 3 && rounds()
        || titles.found_in(text) && !crate::campaign::Campaign::all_in(text).is_empty()
}

/// The motto of the state or the Party, and the line of place and date.
pub(crate) fn is_motto(text: &str, vocabulary: &Vocabulary) -> bool {
    let words = &vocabulary.words;
    let key = comparison_key(text);
    let begins = |of: &PhraseSet| of.begins(text).is_some();
    let dated = crate::campaign::spells_date(&key) || begins(&words.date_lines);
    let is_number = |word: &&str| word.chars().all(|c| c.is_ascii_digit());
    let numbers: Vec<&str> = key.split(' ').filter(is_number).collect();
    // "Date of 1st Appointment" heads a column.
    let has_day = numbers.len() > 1 || numbers.iter().any(|number| number.len() >= 4);
    let with_number = key.chars().any(|c| c.is_ascii_digit());
    let left_open = text.contains("..") || text.contains('…') || text.contains('_');
    let date_line = dated && (has_day || left_open) && word_count(&key) <= 14;
    begins(&words.mottos)
        || date_line && !begins(&words.attachments)
        || begins(&words.document_numbers) && word_count(&key) <= 4 && with_number
}

/// Where the lines above a heading begin, when another table of so many columns stands before: after its
/// last row that holds figures, a total or several cells.
pub(super) fn start_of_lines(
    sheet: &Sheet,
    body: Range<usize>,
    columns: usize,
    heading: usize,
    vocabulary: &Vocabulary,
) -> usize {
    let is_line = |at: usize| {
        let row = &sheet.rows[at];
        let sums = |cell: &Cell| is_figure(&cell.value) || vocabulary.is_total(&shown(&cell.value));
        row.cells.len() <= 2.min(columns - 1) && !row.cells.iter().any(sums)
    };
    let mut start = heading;
    while start > body.start && is_line(start - 1) {
        start -= 1;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_and_what_stands_behind_it_are_one_line() {
        let rows: &[&[&str]] = &[
            &["Unit", ": Sales"],
            &["Unit:", "Stores"],
            &["Board", "Form 2"],
            &["Year:", "2023"],
            &["Copies", "3"],
            &["Depot: Quay          Keeper: Ann Lowe"],
            &["Depot          of Quay"],
        ];
        let (sheet, vocabulary) = (crate::grid::sheet_of(rows), Vocabulary::bundled());
        let texts = sheet.rows.iter().map(|row| joined(&row.cells, &vocabulary));
        let texts: Vec<Vec<String>> =
            texts.map(|row| row.into_iter().map(|(_, text)| text).collect()).collect();
        let board = vec!["Board", "Form 2"];
        let (year, copies) = (vec!["Year: 2023"], vec!["Copies"]);
        let (depot, gap) = (vec!["Depot: Quay", "Keeper: Ann Lowe"], vec!["Depot of Quay"]);
        let units = [vec!["Unit: Sales"], vec!["Unit: Stores"]];
        assert_eq!(texts, [&units[..], &[board, year, copies, depot, gap]].concat());
    }

    #[test]
    fn a_line_of_a_date_has_a_day_or_leaves_it_open() {
        let vocabulary = Vocabulary::bundled();
        for text in
            ["Hà Nội, ngày 05 tháng 10 năm 2023", "Ngày ... tháng ... năm", "Date: 5/12/2020"]
        {
            assert!(is_motto(text, &vocabulary), "{text}");
        }
        for text in ["Date of 1st appointment", "Ngày vào Đảng", "Date of birth"] {
            assert!(!is_motto(text, &vocabulary), "{text}");
        }
    }
}
