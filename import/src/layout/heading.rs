//! Heading rows: where they begin, how deep they go, and the path of words over each column.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{contrast, is_figure, merge_at};
use crate::campaign::Campaign;
use crate::grid::{Cell, Place, Row, Sheet, Value};
use crate::text::{comparison_key, word_count};
use crate::value::{follow_one_another, is_day, number, ordinal, shown, split_ordinal, whole};
use crate::vocabulary::{Field, Vocabulary, WHOLE};

/// A column and the words above it, from the topmost heading row down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    pub(crate) column: u32,
    pub(crate) path: Vec<String>,
    /// The lowest cell of the heading; where there is none, the cell where it would stand.
    pub(crate) place: Place,
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

/// The place of the next row that is the lowest of a heading, with data below it.
pub(super) fn next(sheet: &Sheet, from: usize, vocabulary: &Vocabulary) -> Option<usize> {
    let mut lowest: Option<usize> = None;
    for at in from..sheet.rows.len() {
        let row = &sheet.rows[at];
        if row.cells.len() < 2 || is_number_row(row) {
            continue;
        }
        if is_heading(sheet, at, vocabulary)
            || lowest.is_some_and(|above| goes_on(sheet, above, at, vocabulary))
        {
            lowest = Some(at);
        } else if lowest.is_some_and(|above| is_row_of_points(sheet, above, at)) {
            // The words below them go on with the heading.
        } else if lowest.is_some() && !is_of_frame(row, vocabulary) {
            return lowest;
        }
    }
    None
}

/// Whether a row right below a heading goes on with it: words under a part of its columns.
fn goes_on(sheet: &Sheet, above: usize, at: usize, vocabulary: &Vocabulary) -> bool {
    let (over, row) = (&sheet.rows[above], &sheet.rows[at]);
    // A band over the first rows stands in the columns of the keys.
    let is_band = |cell: &Cell| {
        let text = shown(&cell.value);
        let names_body = crate::role::is_organization_name(split_ordinal(&text).1, vocabulary);
        ordinal(&text).is_some() || names_body && vocabulary.stage(&text).is_none()
    };
    let first = |row: &Row| row.cells.first().map(|cell| cell.column);
    let part = first(row) > first(over) && !row.cells.iter().any(is_band);
    let contrasts =
        || contrast::may_head(row, vocabulary) && contrast::of_row(sheet, at, vocabulary) > 0.1;
    let points = u32::from(at > above + 1 && is_row_of_points(sheet, above, at - 1));
    let is_below =
        row.index == over.index + 1 + points && !is_row_of_ratings(sheet, at, vocabulary);
    is_below && (part && contrasts() || contrast::hangs(sheet, at))
}

/// "5 | 4 | 3 | 2 | 1" under a part of a heading and right over the words for them.
fn is_row_of_points(sheet: &Sheet, above: usize, at: usize) -> bool {
    const LEAST: usize = 3;
    let (over, row, Some(below)) = (&sheet.rows[above], &sheet.rows[at], sheet.rows.get(at + 1))
    else {
        return false;
    };
    let values: Option<Vec<i64>> =
        row.cells.iter().map(|cell| whole(number(&cell.value)?.value)).collect();
    let Some(values) = values.filter(|values| values.len() >= LEAST) else { return false };
    let columns = |row: &Row| row.cells.iter().map(|cell| cell.column).collect::<Vec<u32>>();
    let first = |row: &Row| row.cells.first().map(|cell| cell.column);
    let is_word = |cell: &Cell| shown(&cell.value).contains(char::is_alphabetic);
    row.index == over.index + 1
        && below.index == row.index + 1
        && first(row) > first(over)
        && follow_one_another(&values)
        && columns(row) == columns(below)
        && below.cells.iter().all(is_word)
}

/// Whether a row heads the rows below it, as their contrast shows.
pub(super) fn is_heading(sheet: &Sheet, at: usize, vocabulary: &Vocabulary) -> bool {
    let marked = |row: &Row| {
        // "II | Hoàn thành tốt nhiệm vụ (10 chi bộ)"
        let first = row.cells.first().map(|cell| shown(&cell.value)).unwrap_or_default();
        row.cells.len() == 2 && ordinal(&first).is_some() && !heading_word(&first, vocabulary).0
    };
    let Some(row) = sheet.rows.get(at) else { return false };
    if is_row_of_ratings(sheet, at, vocabulary) {
        return false;
    }
    let least = if is_merged_down(sheet, row) { contrast::HEADS_MERGED } else { contrast::HEADS };
    contrast::may_head(row, vocabulary)
        && !marked(row)
        && (contrast::of_row(sheet, at, vocabulary) >= least || names_fields(sheet, at, vocabulary))
        || is_row_of_grades(sheet, at)
        || is_row_of_rounds(sheet, at)
}

/// "Tự xếp loại | Tốt | Khá | Tốt" under the names of bodies: levels that come again under words of which each is
/// another rate them, and head nothing.
fn is_row_of_ratings(sheet: &Sheet, at: usize, vocabulary: &Vocabulary) -> bool {
    const LEAST: usize = 3;
    let row = &sheet.rows[at];
    let Some((label, rest)) = row.cells.split_first() else { return false };
    let text = |cell: &Cell| comparison_key(&shown(&cell.value));
    let is_level = |cell: &&Cell| vocabulary.level(&shown(&cell.value)).is_some();
    let levels: HashSet<String> = rest.iter().map(text).collect();
    let is_label = !is_level(&label) && shown(&label.value).contains(char::is_alphabetic);
    if rest.len() < LEAST
        || levels.len() == rest.len()
        || !is_label
        || !rest.iter().all(|of| is_level(&of))
    {
        return false;
    }
    let over = |above: &&Row| {
        let names: Vec<String> = rest
            .iter()
            .filter_map(|of| above.cell(of.column))
            .filter(|of| !is_level(of))
            .map(text)
            .collect();
        let distinct: HashSet<&String> = names.iter().collect();
        names.len() == rest.len() && distinct.len() == names.len()
    };
    let is_other =
        |above: &&Row| above.cells.len() > 1 && !above.cells[1..].iter().all(|of| is_level(&of));
    sheet.rows[..at].iter().rev().find(is_other).is_some_and(|above| over(&above))
}

/// Whether a row right below a line, with rows right below it, has nothing but names of fields: a table so
/// small that its values show no contrast.
fn names_fields(sheet: &Sheet, at: usize, vocabulary: &Vocabulary) -> bool {
    let row = &sheet.rows[at];
    let line = at.checked_sub(1).map(|above| &sheet.rows[above]);
    let below = sheet.rows.get(at + 1);
    let is_line = line.is_some_and(|line| line.index + 1 == row.index && line.cells.len() == 1);
    let has_rows = below.is_some_and(|below| {
        let first = |row: &Row| row.cells.first().map(|cell| cell.column);
        below.index == row.index + 1 && below.cells.len() > 1 && first(below) == first(row)
    });
    if !is_line || !has_rows {
        return false;
    }
    let is_name = |cell: &&Cell| {
        let field = vocabulary.field(&shown(&cell.value));
        field.is_some_and(|(_, weight)| weight >= WHOLE)
    };
    let named = row.cells.iter().filter(is_name).count();
    named >= 2 && named + 1 >= row.cells.len()
}

/// Whether several cells of a row reach down into the next ones, and one reaches across others, or all of them
/// do one or the other: the upper row of a heading.
fn is_merged_down(sheet: &Sheet, row: &Row) -> bool {
    const LEAST: usize = 3;
    let merges = || sheet.merges.iter().filter(|region| region.first_row == row.index);
    let down = merges().filter(|region| region.last_row > region.first_row).count();
    let across = merges()
        .filter(|region| {
            region.last_row == region.first_row && region.last_column > region.first_column
        })
        .count();
    across > 0 && (down >= LEAST || down > 0 && down + across == row.cells.len())
}

/// "Department | 1 | 2 | 3 | 4 | 5 | Total": digits that follow one another between words, over rows of figures.
fn is_row_of_grades(sheet: &Sheet, at: usize) -> bool {
    const LEAST: usize = 3;
    const HIGHEST: i64 = 10;
    let (row, Some(below)) = (&sheet.rows[at], sheet.rows.get(at + 1)) else { return false };
    let is_word = |cell: &Cell| shown(&cell.value).contains(char::is_alphabetic);
    let Some((first, rest)) = row.cells.split_first() else { return false };
    let digits: Vec<&Cell> = rest.iter().take_while(|cell| !is_word(cell)).collect();
    let values: Option<Vec<i64>> =
        digits.iter().map(|cell| whole(number(&cell.value)?.value)).collect();
    let Some(values) = values.filter(|values| values.len() >= LEAST) else { return false };
    let counts = |cell: &&Cell| below.cell(cell.column).is_some_and(|of| is_figure(&of.value));
    is_word(first)
        && digits.len() + 2 == row.cells.len()
        && row.cells.last().is_some_and(is_word)
        && values.iter().all(|value| (0..=HIGHEST).contains(value))
        && follow_one_another(&values)
        && below.cells.first().is_some_and(is_word)
        && digits.iter().filter(|cell| counts(cell)).count() * 2 > digits.len()
}

/// "The call | 2021/22 | 2022/23 | 2023/24" below a line or a blank one, over rows of figures: a word and rounds.
fn is_row_of_rounds(sheet: &Sheet, at: usize) -> bool {
    const LEAST: usize = 2;
    let (row, Some(below)) = (&sheet.rows[at], sheet.rows.get(at + 1)) else { return false };
    let above = at.checked_sub(1).map(|above| &sheet.rows[above]);
    let is_apart = above.is_none_or(|above| above.index + 1 < row.index || above.cells.len() == 1);
    // Few rows stand so, and only theirs are searched for rounds.
    let Some((first, rest)) = row.cells.split_first().filter(|_| is_apart) else { return false };
    let is_word = |cell: &Cell| {
        let text = shown(&cell.value);
        text.contains(char::is_alphabetic) && Campaign::all_in(&text).is_empty()
    };
    let round = |cell: &Cell| {
        let mut rounds = Campaign::all_in(&shown(&cell.value));
        (rounds.len() == 1).then(|| rounds.remove(0))
    };
    let rounds: Option<BTreeSet<Campaign>> = rest.iter().map(round).collect();
    let counts = |cell: &Cell| {
        below.cell(cell.column).is_some_and(|of| is_figure(&of.value) && round(of).is_none())
    };
    is_word(first)
        && rounds.is_some_and(|rounds| rounds.len() >= LEAST && rounds.len() == rest.len())
        && below.cells.first().is_some_and(is_word)
        && rest.iter().all(counts)
}

/// Words of headings in most of the cells: the heading of a page may stand again right below the rows of
/// the page before.
pub(super) fn is_page(row: &Row, vocabulary: &Vocabulary) -> bool {
    let known = row.cells.iter().filter(|cell| heading_word(&shown(&cell.value), vocabulary).0);
    !row.cells.iter().any(|cell| is_figure(&cell.value)) && known.count() * 2 >= row.cells.len()
}

/// A line of the issuer's block or of a signature: neither heading nor data.
fn is_of_frame(row: &Row, vocabulary: &Vocabulary) -> bool {
    let is_short = row.cells.len() <= 3;
    row.cells.iter().any(|cell| {
        let text = shown(&cell.value);
        // "昭和48年11月22日" among other values is one of them.
        super::frame::is_motto(&text, vocabulary) && (is_short || !is_day(&cell.value))
            || is_short && vocabulary.signs_for(&text)
    })
}

/// Whether a text is a word of headings, and whether it names a key column.
pub(super) fn heading_word(text: &str, vocabulary: &Vocabulary) -> (bool, bool) {
    let words = word_count(text);
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

/// The heading whose lowest row is known, with its levels, its column numbers and its columns.
pub(super) fn block(sheet: &Sheet, lowest: usize, floor: usize, vocabulary: &Vocabulary) -> Block {
    let first = topmost(sheet, lowest, floor, vocabulary);
    let top = sheet.rows[first].index;
    let mut after = lowest + 1;
    let bottom =
        sheet.rows[lowest].index.max(merged_bottom(sheet, top, vocabulary)).min(top + ROWS_LIMIT);
    while sheet.rows.get(after).is_some_and(|row| row.index <= bottom) {
        after += 1;
    }
    let headings = with_headless(paths(sheet, top, bottom), &sheet.rows[after..]);
    let headings = with_units(headings, vocabulary);
    if sheet.rows.get(after).is_some_and(is_number_row) {
        after += 1;
    }
    Block { first, after, rows: (top, bottom), headings }
}

/// "Good staff (%)" beside "Fair staff (%)" and "Poor staff (%)": what figures are given in stands below each word.
fn with_units(mut headings: Vec<Heading>, vocabulary: &Vocabulary) -> Vec<Heading> {
    const LEAST: usize = 3;
    let parted = |heading: &Heading| parted_from_unit(heading.path.last()?, vocabulary);
    let units: Vec<Option<(String, String)>> = headings.iter().map(parted).collect();
    for (heading, of) in headings.iter_mut().zip(&units) {
        let Some((word, unit)) = of else { continue };
        let alike = units.iter().flatten().filter(|(_, other)| other == unit);
        if alike.count() >= LEAST {
            heading.path.pop();
            heading.path.extend([word.clone(), unit.clone()]);
        }
    }
    headings
}

/// "Good" and "staff (%)": a word and the unit of counts behind it, with the sign of percentages.
fn parted_from_unit(text: &str, vocabulary: &Vocabulary) -> Option<(String, String)> {
    let bare = text.trim_end().strip_suffix("(%)")?.trim_end();
    let (word, unit) = bare.rsplit_once(char::is_whitespace)?;
    let is_unit =
        vocabulary.counts_in(unit) || matches!(vocabulary.field(unit), Some((Field::Count, _)));
    is_unit.then(|| (word.trim_end().to_owned(), format!("{unit} (%)")))
}

/// Columns between those of the headings that hold values and have no heading of their own, and those right
/// before them that hold words: the second column of names, the labels of the rows.
fn with_headless(mut headings: Vec<Heading>, body: &[Row]) -> Vec<Heading> {
    const ROWS: usize = 12;
    let (Some(first), Some(last)) = (headings.first(), headings.last()) else { return headings };
    let bottom = first.place.row;
    let (first, last) = (first.column, last.column);
    let rows: Vec<&Row> = body.iter().filter(|row| row.cells.len() > 1).take(ROWS).collect();
    let is_known = |column: u32| headings.iter().any(|heading| heading.column == column);
    let is_filled =
        |column: u32| rows.iter().filter(|row| row.cell(column).is_some()).count() * 2 > rows.len();
    let is_word = |cell: &Cell| matches!(&cell.value, Value::Text(_)) && !is_figure(&cell.value);
    let are_labels = |column: &u32| {
        let mut cells = rows.iter().filter_map(|row| row.cell(*column));
        is_filled(*column) && cells.all(is_word)
    };
    let before = (0..first).rev().take_while(are_labels);
    let within = (first..last).filter(|column| !is_known(*column) && is_filled(*column));
    let headless: Vec<u32> = before.chain(within).collect();
    headings.extend(headless.into_iter().map(|column| Heading {
        column,
        path: Vec::new(),
        place: Place::new(bottom, column),
    }));
    headings.sort_by_key(|heading| heading.column);
    headings
}

/// The first row of a heading, upwards from its lowest one: rows of groups stand right above.
fn topmost(sheet: &Sheet, lowest: usize, floor: usize, vocabulary: &Vocabulary) -> usize {
    let mut first = reached_from(sheet, lowest, floor);
    while let Some(above) = first.checked_sub(1).filter(|above| *above >= floor) {
        let (row, below) = (&sheet.rows[above], &sheet.rows[first]);
        let reaches_down = row.cells.iter().any(|cell| {
            merge_at(sheet, row.index, cell.column).is_some_and(|region| {
                region.first_row == row.index && region.last_row >= below.index
            })
        });
        let adjacent = row.index + 1 == below.index || reaches_down;
        let few = sheet.rows[lowest].index - row.index < ROWS_LIMIT;
        let goes_on = reaches_down
            || heads_groups(sheet, row, below, vocabulary)
            || contrast::hangs(sheet, first);
        if !(adjacent && few && goes_on) {
            break;
        }
        first = above;
    }
    first
}

/// The topmost row from which a merged cell reaches down to the lowest row of a heading.
fn reached_from(sheet: &Sheet, lowest: usize, floor: usize) -> usize {
    let bottom = sheet.rows[lowest].index;
    let reaching = sheet.merges.iter().filter(|region| {
        region.first_row < bottom
            && region.last_row >= bottom
            && bottom - region.first_row < ROWS_LIMIT
            && region.last_row - bottom < ROWS_LIMIT
    });
    let tops = reaching.filter_map(|region| {
        let at = sheet.rows.binary_search_by_key(&region.first_row, |row| row.index).ok()?;
        sheet.rows[at].cell(region.first_column)?;
        (at >= floor).then_some(at)
    });
    tops.min().unwrap_or(lowest)
}

/// A row of headings of groups: words over parts of the row below, and no line of the frame.
fn heads_groups(sheet: &Sheet, row: &Row, below: &Row, vocabulary: &Vocabulary) -> bool {
    let (Some(left), Some(right)) = (below.cells.first(), below.cells.last()) else { return false };
    let first_of = |column: u32| {
        merge_at(sheet, row.index, column)
            .map_or((column, column), |region| (region.first_column, region.last_column))
    };
    let words = row.cells.iter().all(|cell| {
        let text = shown(&cell.value);
        let (first, last) = first_of(cell.column);
        let alone = row.cells.len() == 1;
        let covers_all = alone && first <= left.column && last >= right.column && last > first;
        // "Department: Sales" tells of the whole table, in one cell or in two.
        let tells = text.contains(": ")
            || text.ends_with(':') && row.cells.len() == 2
            || super::frame::is_motto(&text, vocabulary);
        let is_year = matches!(contrast::kind_of(&cell.value, vocabulary), contrast::Kind::Year);
        (!is_figure(&cell.value) || is_year) && !covers_all && !tells
    });
    if !words || row.cells.is_empty() {
        return false;
    }
    if let [only] = row.cells.as_slice() {
        // One group over some of the columns, none of them the first.
        let (first, last) = first_of(only.column);
        return first > left.column && last > first;
    }
    let known = |cell: &Cell| heading_word(&shown(&cell.value), vocabulary).0;
    let over = row.cells.iter().filter(|cell| below.cell(cell.column).is_some()).count();
    let blanks_below = row.cells.iter().filter(|cell| below.cell(cell.column).is_none()).count();
    row.cells.iter().filter(|cell| known(cell)).count() * 2 >= row.cells.len()
        || over + blanks_below >= 2
            && row.cells.iter().any(|cell| first_of(cell.column).1 > first_of(cell.column).0)
        || below.cells.len() < row.cells.len()
}

/// The last row to which a merged cell of the first heading row reaches down.
fn merged_bottom(sheet: &Sheet, top: u32, vocabulary: &Vocabulary) -> u32 {
    // "Last Name | First Name | M.I. | 30% | 25%": words of fields below a heading that is merged down beside them.
    let names_fields = |row: &Row| {
        let down =
            |region: &&crate::grid::Region| region.first_row == top && region.last_row == row.index;
        let named = row.cells.iter().filter(|cell| heading_word(&shown(&cell.value), vocabulary).0);
        sheet.merges.iter().filter(down).count() > 2 && named.count() > 1
    };
    let heads = |region: &&crate::grid::Region| {
        region.first_row == top
            && (region.first_row..=region.last_row).all(|row| {
                let at = sheet.rows.binary_search_by_key(&row, |row| row.index);
                at.map_or(true, |at| {
                    row == top
                        || contrast::may_head(&sheet.rows[at], vocabulary)
                        || sheet.rows[at].cells.len() < 2
                        || names_fields(&sheet.rows[at])
                })
            })
    };
    sheet.merges.iter().filter(heads).map(|region| region.last_row).max().unwrap_or(top)
}

/// "(1) (2) (3)", "1 2 3", "A B 1 2 3", "a b c": numbers or letters of columns that go up.
pub(super) fn is_number_row(row: &Row) -> bool {
    let mut last: Option<i64> = None;
    let mut last_letter: Option<char> = None;
    let (mut numbers, mut letters) = (0, 0);
    let mut end = 0;
    for cell in &row.cells {
        // A key may stand to the right of the table.
        if numbers > 2 && cell.column > end {
            break;
        }
        end = cell.column + 1;
        let text = shown(&cell.value);
        let mark = text.trim_matches(|c: char| "()".contains(c));
        let digits = mark.split('=').next().unwrap_or_default().trim();
        if let Ok(number) = digits.parse::<i64>() {
            if last.is_some_and(|last| number != last + 1) || last.is_none() && number > 3 {
                return false;
            }
            last = Some(number);
            numbers += 1;
            continue;
        }
        let mut chars = digits.chars();
        match (chars.next(), chars.next()) {
            (Some(letter), None) if letter.is_ascii_alphabetic() && numbers == 0 => {
                let rises = last_letter
                    .is_none_or(|last| last < letter && u32::from(letter) - u32::from(last) <= 2);
                if !rises {
                    return false;
                }
                last_letter = Some(letter);
                letters += 1;
            }
            _ => return false,
        }
    }
    // Four or five letters are levels.
    row.cells.len() >= 3 && (numbers >= 2 || letters >= 6)
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
    let place_of = |column: u32| {
        let own = rows.iter().rev().find(|row| row.cell(column).is_some());
        Place::new(own.map_or(bottom, |row| row.index), column)
    };
    columns
        .into_iter()
        .map(|column| Heading {
            column,
            path: headings.remove(&column).unwrap_or_default(),
            place: place_of(column),
        })
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

#[cfg(test)]
mod tests {
    use super::is_number_row;
    use crate::grid::sheet_of;
    use crate::layout::{Table, find};
    use crate::vocabulary::Vocabulary;

    /// Something of each table that a sheet is found to have.
    fn of_tables<T>(rows: &[&[&str]], of: impl Fn(&Table<'_>) -> T) -> Vec<T> {
        find(&sheet_of(rows), &Vocabulary::bundled()).iter().map(of).collect()
    }

    #[test]
    fn labels_of_rows_need_no_heading() {
        let rows: &[&[&str]] = &[
            &["Reviews 2023"],
            &["", "", "East Depot", "West Depot", "All depots"],
            &["Reviewed", "", "10", "12", "22"],
            &["Good", "no.", "6", "8", "14"],
            &["", "%", "60", "66.7", "63.6"],
            &["Poor", "no.", "4", "4", "8"],
            &["", "%", "40", "33.3", "36.4"],
        ];
        let columns = |table: &Table<'_>| -> Vec<u32> {
            table.headings.iter().map(|heading| heading.column).collect()
        };
        assert_eq!(of_tables(rows, columns), [[0, 1, 2, 3, 4]]);
    }

    #[test]
    fn a_row_of_names_of_fields_heads_a_table_of_few_rows() {
        let rows: &[&[&str]] = &[
            &["Ratings by department 2023"],
            &["Rating", "Sales", "Stores", "Total"],
            &["Good", "3", "2", "5"],
            &["Fair", "1", "2", "3"],
            &["Poor", "0", "1", "1"],
            &[],
            &["Results of departments"],
            &["Department", "Rating", "Note"],
            &["Sales", "Good", "cut its costs"],
            &["Stores", "Fair", "lost some goods"],
        ];
        assert_eq!(of_tables(rows, |table| table.body.len()), [3, 2]);
    }

    #[test]
    fn days_in_words_are_values_among_others() {
        let rows: &[&[&str]] = &[
            &["Đánh giá đảng viên năm 2023"],
            &["STT", "Họ và tên", "Ngày sinh", "Xếp loại"],
            &["1", "Lê Văn An", "ngày 12 tháng 5 năm 1970", "HTTNV"],
            &["2", "Trần Thị Bình", "ngày 3 tháng 11 năm 1982", "HTXSNV"],
            &["3", "Nguyễn Văn Cường", "ngày 25 tháng 12 năm 1975", "HTTNV"],
        ];
        assert_eq!(of_tables(rows, |table| table.body.len()), [3]);
    }

    #[test]
    fn a_key_beside_the_numbers_of_columns_is_none_of_them() {
        let is_one = |texts: &[&str]| is_number_row(&sheet_of(&[texts]).rows[0]);
        assert!(is_one(&["1", "2", "3", "4", "", "Key (A is best)"]));
        assert!(!is_one(&["1", "2", "3", "4", "Key (A is best)"]));
        assert!(!is_one(&["1", "2", "", "Key (A is best)"]));
    }

    #[test]
    fn a_row_all_of_whose_cells_are_merged_is_the_upper_one_of_a_heading() {
        let row = |cells: &[&str]| format!("<tr><td>{}</td></tr>", cells.join("</td><td>"));
        let schools = ["Oak", "Elm", "Ash", "Fir", "Yew", "Bay", "Box"];
        let rated = ["Good", "Fair", "Good", "Poor", "Good", "Excellent", "Fair"];
        let body: String = (0..7)
            .map(|at| row(&[&format!("{} of the Lake", schools[at]), rated[at], rated[6 - at]]))
            .collect();
        let page = format!(
            "<html><table>{}{}<tr></tr><tr><td rowspan=2>Zorp</td><td colspan=2>Blim vemp</td></tr>\
             <tr><td>2021-2022</td><td>2022-2023</td></tr>{body}</table></html>",
            row(&["Lake School Board"]),
            row(&["Ratings of the schools"]),
        );
        let (options, vocabulary) = (crate::Options::default(), Vocabulary::bundled());
        let reading = crate::reading::read(page.as_bytes(), "a.xls", &options, &vocabulary);
        let of_schools = reading.records.iter().filter(|record| record.place.len() > 1);
        let rounds: Vec<&str> = of_schools.map(|record| record.campaign.code.as_str()).collect();
        assert_eq!((rounds.len(), rounds.contains(&"2021-22")), (14, true), "{rounds:?}");
    }
}
