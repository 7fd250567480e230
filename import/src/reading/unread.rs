//! What is not read and could be evaluations: it is told, and never passed over.

use std::collections::{HashMap, HashSet};

use super::Understood;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Row, Sheet};
use crate::layout::{TableKind, is_figure};
use crate::role;
use crate::scale::Scales;
use crate::text::may_begin_name;
use crate::value::{has_shape_of_name, shown, split_ordinal};
use crate::vocabulary::Vocabulary;

/// Rows that are looked at.
const ROWS: usize = 40;
/// So many digits over columns are grades.
const GRADES: usize = 3;
/// The columns in which somebody is named.
const NAMES: usize = 5;

/// Why the rows of a table are not read; nothing where they are.
pub(super) fn why(
    found: &Understood<'_, '_>,
    kind: TableKind,
    has_campaign: bool,
    vocabulary: &Vocabulary,
) -> Vec<Diagnostic> {
    let Understood { sheet, table, title, .. } = found;
    let rows = || table.body.iter().map(|row| &**row);
    let evaluates = vocabulary.words.titles.found_in(title);
    let digits = table
        .headings
        .iter()
        .filter(|heading| heading.path.last().is_some_and(|text| text.parse::<u8>().is_ok()));
    if kind == TableKind::Unknown && digits.count() >= GRADES {
        return rows().filter(|row| counts(row)).map(|row| tell_figures(sheet, row)).collect();
    }
    let is_level = |text: &str| found.legend.level(text).is_some();
    if kind == TableKind::Unknown
        && (evaluates && names_somebody(rows(), vocabulary)
            || rates_somebody(rows(), &is_level, vocabulary))
    {
        let (first, last) = table.heading_rows;
        let message = format!(
            "the table under rows {} to {} names people or bodies, and no column of it is understood",
            first + 1,
            last + 1
        );
        let problem = Diagnostic::new(Code::TableNotUnderstood, message).on_sheet(&sheet.name);
        let problem = problem.found(title.clone());
        return vec![problem.hint("say in a profile what its columns are, or hide the sheet")];
    }
    let first = table.headings.first().map_or(0, |heading| heading.column);
    let at = |diagnostic: Diagnostic| diagnostic.at(&sheet.name, table.heading_rows.0, first);
    if kind == TableKind::Unknown {
        let message = "the columns of this table are not understood; it was left out";
        return vec![at(Diagnostic::new(Code::SheetSkipped, message))];
    }
    let message = "neither the title nor the sheet names the round of this table";
    let problem = (!has_campaign).then(|| {
        at(Diagnostic::new(Code::NoCampaign, message))
            .hint("say it with --campaign, for example --campaign 2019")
    });
    problem.into_iter().collect()
}

/// Rows of a sheet that are part of no table: those that rate people or bodies, whose heading was not found,
/// and figures below a table.
pub(super) fn rows_beside(
    sheet: &Sheet,
    tables: &[&Understood<'_, '_>],
    scales: &Scales,
    vocabulary: &Vocabulary,
) -> Vec<Diagnostic> {
    if sheet.hidden {
        return Vec::new();
    }
    let mut held: HashSet<u32> = HashSet::new();
    for found in tables {
        let (first, last) = found.table.heading_rows;
        held.extend(first..=last);
        for row in &found.table.body {
            held.insert(row.index);
            held.extend(row.places.iter().map(|place| place.row));
        }
    }
    let rows = sheet.rows.iter().filter(|row| row.cells.len() > 1 && !held.contains(&row.index));
    let rows: Vec<&Row> = rows.collect();
    let is_level = |text: &str| scales.level(text).or_else(|| vocabulary.level(text)).is_some();
    let is_lost = tables.is_empty() && lists_people(&rows, vocabulary);
    if (is_lost || rates_somebody(rows.iter().copied(), &is_level, vocabulary))
        && let [first, .., last] = rows.as_slice()
    {
        let message = format!(
            "{} rows from {} to {} name people or bodies, and no heading was found over them",
            rows.len(),
            first.index + 1,
            last.index + 1
        );
        let problem = Diagnostic::new(Code::TableNotUnderstood, message).on_sheet(&sheet.name);
        let hint = "put one row of words over its columns, with a line left blank above it";
        return vec![problem.hint(hint)];
    }
    let top = tables.iter().map(|found| found.table.heading_rows.1).min();
    let below = rows.into_iter().filter(|row| top.is_some_and(|top| row.index > top));
    below.filter(|row| counts(row)).map(|row| tell_figures(sheet, row)).collect()
}

/// A label and several figures.
fn counts(row: &Row) -> bool {
    let figures = row.cells.iter().filter(|cell| is_figure(&cell.value)).count();
    let label = row.cells.first().map(|cell| shown(&cell.value)).unwrap_or_default();
    figures > 1 && label.chars().filter(|c| c.is_alphabetic()).count() > 2
}

/// A row of figures below a table that are none of it.
fn tell_figures(sheet: &Sheet, row: &Row) -> Diagnostic {
    let message = "figures below a table that are none of its rows; nothing was read from them";
    let column = row.cells.first().map_or(0, |cell| cell.column);
    Diagnostic::new(Code::UnreadableRow, message)
        .at(&sheet.name, row.index, column)
        .found(row.cells.first().map(|cell| shown(&cell.value)).unwrap_or_default())
        .hint("give them a heading of their own, one row of words over the figures")
}

/// Whether each row names somebody in one of its first columns.
fn names_somebody<'r>(rows: impl Iterator<Item = &'r Row>, vocabulary: &Vocabulary) -> bool {
    let rows: Vec<&Row> = rows.filter(|row| row.cells.len() > 1).take(ROWS).collect();
    let named = rows.iter().filter(|row| {
        row.cells.iter().take(NAMES).any(|cell| {
            let text = shown(&cell.value);
            let name = split_ordinal(&text).1;
            role::is_organization_name(name, vocabulary)
                || has_shape_of_name(name) && vocabulary.begins_as_person(name)
        })
    });
    rows.len() > 2 && named.count() * 2 > rows.len()
}

/// Whether most rows have a level beside a name that no other row has; a key has each level once.
fn rates_somebody<'r>(
    rows: impl Iterator<Item = &'r Row>,
    is_level: &dyn Fn(&str) -> bool,
    vocabulary: &Vocabulary,
) -> bool {
    const LEAST: usize = 4;
    let mut names: HashSet<String> = HashSet::new();
    let mut levels: HashSet<String> = HashSet::new();
    let (mut count, mut rated) = (0, 0);
    for row in rows.filter(|row| row.cells.len() > 2).take(ROWS) {
        count += 1;
        let texts: Vec<String> = row.cells.iter().map(|cell| shown(&cell.value)).collect();
        let name = texts.iter().take(NAMES).find(|text| {
            let name = split_ordinal(text).1;
            !is_level(text)
                && (has_shape_of_name(name)
                    || role::is_organization_name(name, vocabulary)
                    || is_one_word(name))
        });
        let is_new = name.is_some_and(|name| names.insert(name.clone()));
        let level = texts.into_iter().find(|text| is_level(text)).filter(|_| is_new);
        rated += usize::from(level.is_some());
        levels.extend(level);
    }
    count >= LEAST && rated * 2 > count && levels.len() < rated
}

/// Whether most rows name a person of their own beside few words that come again: a list of people, whatever else
/// it says.
fn lists_people(rows: &[&Row], vocabulary: &Vocabulary) -> bool {
    const LEAST: usize = 8;
    let mut names: HashSet<String> = HashSet::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let rows = rows.iter().filter(|row| row.cells.len() > 2).take(ROWS);
    let texts: Vec<Vec<String>> =
        rows.map(|row| row.cells.iter().map(|cell| shown(&cell.value)).collect()).collect();
    for row in &texts {
        let is_person = |text: &&String| {
            has_shape_of_name(text) && vocabulary.begins_as_person(split_ordinal(text).1)
        };
        names.extend(row.iter().take(NAMES).find(is_person).cloned());
        for text in row.iter().filter(|text| text.contains(char::is_alphabetic)) {
            *counts.entry(text.clone()).or_default() += 1;
        }
    }
    let comes_again = |text: &String| counts[text] * 5 >= texts.len() && counts[text] > 2;
    let repeating = texts.iter().filter(|row| {
        row.iter().any(|text| text.contains(char::is_alphabetic) && comes_again(text))
    });
    texts.len() >= LEAST
        && names.len() * 10 > texts.len() * 7
        && repeating.count() * 10 > texts.len() * 7
}

/// "Ambersham": a name of one word.
fn is_one_word(text: &str) -> bool {
    const LETTERS: usize = 3;
    text.chars().count() >= LETTERS
        && text.starts_with(may_begin_name)
        && text.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::rates_somebody;
    use crate::reading::of_page;
    use crate::vocabulary::Vocabulary;

    /// The codes that are told of a page whose rows are lines.
    fn told(rows: &str) -> Vec<&'static str> {
        let reading = of_page(rows);
        let told = reading.diagnostics.iter().filter(|told| told.severity().name() != "NOTICE");
        told.map(|told| told.code.name()).collect()
    }

    const PEOPLE: &str = "1|Phạm Thị Hà|Hoàn thành tốt nhiệm vụ\n2|Lê Văn Nam|Hoàn thành nhiệm vụ\n\
                          3|Trần Đức Anh|Hoàn thành tốt nhiệm vụ\n4|Vũ Thị Lan|Hoàn thành tốt nhiệm vụ";

    #[test]
    fn people_without_a_heading_are_told() {
        let rows = format!("TRƯỜNG TIỂU HỌC KIM ĐỒNG\n\n{PEOPLE}");
        assert!(told(&rows).contains(&"table-not-understood"), "{:?}", told(&rows));
        let rows = format!(
            "{PEOPLE}\n\nKẾT QUẢ ĐÁNH GIÁ NĂM 2021\n\nHọ và tên|Xếp loại\nĐỗ Thị Mai|Hoàn thành nhiệm vụ\n\
             Bùi Văn Hải|Hoàn thành tốt nhiệm vụ\nNgô Thị Hoa|Hoàn thành nhiệm vụ"
        );
        assert_eq!(told(&rows), ["table-not-understood"]);
    }

    #[test]
    fn people_with_levels_of_the_workbooks_own_are_told_as_well() {
        let listed = "Name|Town|Result\nMary Hill|Ayr|Thriving\nAnn Lowe|Bute|On course\n\
                      Ray Hood|Ayr|Thriving\nEve Dale|Ayr|Turnaround\nJoe Nash|Bute|On course\n\
                      Sue Lane|Ayr|Turnaround";
        let beside =
            "Ida Rose|Thriving|x\nBen Cole|On course|y\nTom Bell|Turnaround|z\nAmy Wood|Thriving|x";
        let rows = format!("{beside}\n\nREVIEW OF STAFF 2021\n\n{listed}");
        assert_eq!(told(&rows), ["table-not-understood", "doubtful-order"]);
    }

    #[test]
    fn what_a_table_or_a_key_holds_is_not_told() {
        let rows = format!(
            "TRƯỜNG TIỂU HỌC KIM ĐỒNG\nKẾT QUẢ ĐÁNH GIÁ NĂM 2021\n\nTT|Họ và tên|Xếp loại\n{PEOPLE}\n\n\
             Mức|Từ điểm|Đến điểm\nHoàn thành tốt nhiệm vụ|70|89\nHoàn thành nhiệm vụ|50|69"
        );
        assert_eq!(told(&rows), [""; 0]);
    }

    #[test]
    fn bodies_of_one_word_are_rated_where_levels_come_again() {
        let vocabulary = Vocabulary::bundled();
        let rated = |rows: &[&[&str]]| {
            let sheet = crate::grid::sheet_of(rows);
            let is_level = |text: &str| ["Zorp", "Blim"].contains(&text);
            rates_somebody(sheet.rows.iter(), &is_level, &vocabulary)
        };
        let bodies: &[&[&str]] = &[
            &["Ambersham", "6", "Zorp"],
            &["Dunmere", "8", "Blim"],
            &["Elcombe", "6", "Zorp"],
            &["Hensford", "8", "Zorp"],
        ];
        assert!(rated(bodies));
        let key: &[&[&str]] = &[
            &["Best", "Zorp", "needs no more"],
            &["Next", "Blim", "needs a look"],
            &["Third", "Quax", "needs two"],
            &["Last", "Vemp", "needs more"],
        ];
        assert!(!rated(key));
    }

    #[test]
    fn people_whose_grades_nobody_knows_are_told_where_no_table_is_found() {
        let rows = "Phạm Thị Hà|Tổ may|a\nLê Văn Nam|Tổ cắt|b\nTrần Đức Anh|Tổ may|c\nVũ Thị Lan|Tổ cắt|d\n\
                    Đỗ Văn Minh|Tổ may|e\nBùi Thị Thu|Tổ may|f\nNgô Văn Hải|Tổ cắt|g\nHồ Thị Mai|Tổ may|h";
        assert!(told(rows).contains(&"table-not-understood"), "{:?}", told(rows));
    }
}
