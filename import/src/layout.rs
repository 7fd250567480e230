//! Tables on a sheet: frame above (issuer, title), heading rows, body; several to a sheet.

mod contrast;
mod frame;
mod heading;
mod key;
mod lines;
mod rounds;
mod rows;
mod sequence;
mod slices;
mod stages;
mod turned;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::campaign::Campaign;
use crate::grid::{Cell, Region, Row, Sheet, Value};
use crate::text::{comparison_key, says_more_than};
use crate::value::{number, shown};
use crate::vocabulary::Vocabulary;

pub(crate) use frame::{Frame, is_motto};
pub(crate) use heading::{Heading, paths as headings_of};
pub use rows::RowRole;
pub(crate) use rows::roles as roles_of_rows;
pub(crate) use sequence::{Sequence, of as sequences_of};
pub(crate) use slices::{joined, slices};
pub(crate) use turned::find as find_turned;

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// One person a row.
    Members,
    /// One organisation a row, with ratings or figures.
    Organizations,
    /// One figure a row ("Nội dung").
    Figures,
    /// Targets and achievements by organisation.
    Indicators,
    /// People and organisations that were commended.
    Commendations,
    /// A table whose columns are not understood.
    Unknown,
}

impl TableKind {
    /// The name as shown: `members`, `organizations`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Organizations => "organizations",
            Self::Figures => "figures",
            Self::Indicators => "indicators",
            Self::Commendations => "commendations",
            Self::Unknown => "unknown",
        }
    }
}

/// A table as it lies on the sheet.
#[derive(Debug, Clone)]
pub(crate) struct Table<'s> {
    pub(crate) frame: Frame,
    pub(crate) headings: Vec<Heading>,
    /// First and last row of the heading, counted as the file does.
    pub(crate) heading_rows: (u32, u32),
    pub(crate) body: Vec<Cow<'s, Row>>,
    /// The round that a line over the rows names.
    pub(crate) round: Option<Campaign>,
}

impl Table<'_> {
    /// The same for all tables that have the same headings in the same order.
    pub(crate) fn layout_key(&self) -> String {
        let headings = self.headings.iter().map(|heading| comparison_key(&heading.path.join(" ")));
        headings.collect::<Vec<_>>().join("|")
    }
}

/// A table while the sheet is walked down: its rows are places in `sheet.rows`.
struct Draft {
    frame: Frame,
    block: heading::Block,
    /// One range for each page on which the heading stands again.
    body: Vec<Range<usize>>,
}

/// Whether a sheet is too long to lie on its side.
pub(crate) fn is_long(sheet: &Sheet) -> bool {
    sheet.rows.len() > turned::SIDE_LIMIT
}

/// The tables of a sheet from top to bottom.
pub(crate) fn find<'s>(sheet: &'s Sheet, vocabulary: &Vocabulary) -> Vec<Table<'s>> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut above = 0;
    let mut at = 0;
    while let Some(start) = heading::next(sheet, at, vocabulary) {
        // Rows at the end of the body before may be the upper rows of this heading.
        let floor = drafts.last().map_or(0, |before| before.block.after);
        let block = heading::block(sheet, start, floor, vocabulary);
        if let Some(before) = drafts.last_mut()
            && let Some(body) = before.body.last_mut()
        {
            let columns = before.block.headings.len().max(2);
            above = frame::start_of_lines(sheet, body.clone(), columns, block.first, vocabulary);
            body.end = body.end.min(above);
        }
        let end = body_end(sheet, block.after, vocabulary);
        let end = without_box(sheet, &block, end, vocabulary);
        let body = block.after..end;
        at = end.max(block.after);
        let lines = above..block.first;
        above = at;
        match drafts.last_mut() {
            Some(before)
                if lines.is_empty() && are_alike(&before.block.headings, &block.headings) =>
            {
                before.body.push(body);
            }
            _ => {
                let left = block.headings.first().map_or(0, |heading| heading.column);
                let frame = frame::read(sheet, lines, left, vocabulary);
                drafts.push(Draft { frame, block, body: vec![body] });
            }
        }
    }
    let key = key::rows(sheet, vocabulary);
    let tables = drafts.into_iter().map(|draft| draft.finish(sheet, &key, vocabulary));
    tables.flat_map(|table| rounds::parted(table, vocabulary)).collect()
}

/// The frame of a sheet that holds sentences and no table.
pub(crate) fn frame_of(sheet: &Sheet, vocabulary: &Vocabulary) -> Frame {
    frame::read(sheet, 0..sheet.rows.len(), 0, vocabulary)
}

/// The table under a heading whose rows are known, to the signature or to the next heading.
pub(crate) fn under<'s>(
    sheet: &'s Sheet,
    top: u32,
    bottom: u32,
    vocabulary: &Vocabulary,
) -> Table<'s> {
    let first = sheet.rows.partition_point(|row| row.index < top);
    let mut after = sheet.rows.partition_point(|row| row.index <= bottom);
    let headings = heading::paths(sheet, top, bottom);
    after += usize::from(sheet.rows.get(after).is_some_and(heading::is_number_row));
    let left = headings.first().map_or(0, |heading| heading.column);
    let end = body_end(sheet, after, vocabulary);
    Table {
        frame: frame::read(sheet, 0..first, left, vocabulary),
        headings,
        heading_rows: (top, bottom),
        body: sheet.rows[after..end.max(after)].iter().map(Cow::Borrowed).collect(),
        round: None,
    }
}

impl Draft {
    fn finish<'s>(
        self,
        sheet: &'s Sheet,
        key: &HashSet<u32>,
        vocabulary: &Vocabulary,
    ) -> Table<'s> {
        let Self { frame, block, body } = self;
        let rows = body.into_iter().flat_map(|range| &sheet.rows[range]);
        let rows = rows.filter(|row| !key.contains(&row.index)).map(Cow::Borrowed);
        let table = Table {
            frame,
            headings: block.headings,
            heading_rows: block.rows,
            body: rows.collect(),
            round: None,
        };
        stages::folded(lines::folded(sheet, table, vocabulary), vocabulary)
    }
}

/// Whether a heading stands again, as on each page.
fn are_alike(left: &[Heading], right: &[Heading]) -> bool {
    let of = |headings: &[Heading]| -> Vec<(u32, Vec<String>)> {
        headings.iter().map(|heading| (heading.column, heading.path.clone())).collect()
    };
    of(left) == of(right)
}

/// The body ends at a signature or at the next heading.
fn body_end(sheet: &Sheet, start: usize, vocabulary: &Vocabulary) -> usize {
    let mut at = start;
    while let Some(row) = sheet.rows.get(at) {
        let signed = is_sparse(row) && {
            let mut texts = row.cells.iter().map(|cell| shown(&cell.value));
            texts.next().is_some_and(|first| vocabulary.is_footer(&first))
                || texts.any(|text| vocabulary.signs_for(&text))
                || is_dated(row, vocabulary) && at > start
        };
        if signed || at > start && begins_anew(sheet, at, vocabulary) {
            break;
        }
        at += 1;
    }
    at
}

/// Where a list of numbered rows ends, if below a gap there are figures of something else: a small table of
/// counts, whose rows have no numbers and say nothing of a total.
fn without_box(
    sheet: &Sheet,
    block: &heading::Block,
    end: usize,
    vocabulary: &Vocabulary,
) -> usize {
    const LEAST: usize = 4;
    let Some(key) = block.headings.first().map(|heading| heading.column) else { return end };
    let rows = &sheet.rows[block.after..end.max(block.after)];
    let is_numbered = |row: &Row| row.cell(key).is_some_and(|cell| number(&cell.value).is_some());
    let Some(last) = rows.iter().rposition(is_numbered) else { return end };
    if rows.iter().filter(|row| is_numbered(row)).count() < LEAST {
        return end;
    }
    let is_box = |at: &usize| {
        let (above, row) = (&rows[at - 1], &rows[*at]);
        let figures = row.cells.iter().filter(|cell| is_figure(&cell.value)).count();
        let label = row.cells.first().map(|cell| shown(&cell.value)).unwrap_or_default();
        row.index > above.index + 1
            && row.cell(key).is_none()
            && figures > 1
            && label.contains(char::is_alphabetic)
            && !vocabulary.is_total(&label)
    };
    let below = (last + 1..rows.len()).find(is_box);
    below.map_or(end, |at| block.after + at)
}

/// "Hà Nội, ngày 05 tháng 10 năm 2023" alone in its row: what follows is signed.
fn is_dated(row: &Row, vocabulary: &Vocabulary) -> bool {
    let is_line = |text: &str| crate::campaign::spells_date(&comparison_key(text));
    let [only] = row.cells.as_slice() else { return false };
    let text = shown(&only.value);
    matches!(only.value, Value::Text(_)) && is_line(&text) && is_motto(&text, vocabulary)
}

/// Whether a row within a body heads another table: after a gap, a line of words, or a page.
fn begins_anew(sheet: &Sheet, at: usize, vocabulary: &Vocabulary) -> bool {
    let (row, above) = (&sheet.rows[at], &sheet.rows[at - 1]);
    let parted =
        row.index > above.index + 1 || above.cells.len() <= 2 || heading::is_page(row, vocabulary);
    parted && row.cells.len() > 1 && heading::is_heading(sheet, at, vocabulary)
}

/// Few cells and no figures: a heading of a section, a note or a signature.
fn is_sparse(row: &Row) -> bool {
    row.cells.len() <= 3 && !row.cells.iter().any(|cell| is_figure(&cell.value))
}

/// "Total Bassin Nord", "Marmara Bölgesi Toplamı" under rows of which one has the name among its first cells;
/// "Total depot" under rows of which one is the heading "Depot North".
pub(crate) fn is_total_of_named(
    text: &str,
    body: &[Cow<'_, Row>],
    vocabulary: &Vocabulary,
) -> bool {
    const CELLS: usize = 3;
    let behind = vocabulary.behind_total(text).filter(|key| key.len() > 1);
    let before = vocabulary.before_total(text).filter(|key| key.contains(' '));
    if behind.is_none() && before.is_none() {
        return false;
    }
    let named = |cell: &Cell| match &cell.value {
        Value::Text(text) => Some(comparison_key(text)),
        _ => None,
    };
    body.iter().any(|row| {
        let mut names = row.cells.iter().take(CELLS).filter_map(named);
        let heads = row.cells.len() == 1;
        names.any(|name| {
            let is_behind = |key: &String| *key == name || heads && says_more_than(&name, key);
            before.as_ref() == Some(&name) || behind.as_ref().is_some_and(is_behind)
        })
    })
}

/// The words that lines of one text have before several names, as the text is parted: "Station" of "Station:
/// Olkeri" and "Station: Siria".
pub(crate) fn kinds_in_lines<'r>(
    rows: impl Iterator<Item = &'r Row>,
    part: impl Fn(&str) -> Option<(&str, &str)>,
) -> HashSet<String> {
    let mut named: HashMap<String, HashSet<String>> = HashMap::new();
    for row in rows {
        let [only] = row.cells.as_slice() else { continue };
        if let Some((kind, name)) = part(&shown(&only.value)) {
            named.entry(comparison_key(kind)).or_default().insert(comparison_key(name));
        }
    }
    named.into_iter().filter(|(_, names)| names.len() > 1).map(|(kind, _)| kind).collect()
}

/// A number, a date, or a number as text.
pub(crate) fn is_figure(value: &Value) -> bool {
    match value {
        Value::Number(_) | Value::Date(_) => true,
        Value::Text(_) => number(value).is_some(),
        Value::Bool(_) | Value::Error(_) => false,
    }
}

/// The merged region that begins at a cell or holds it.
pub(crate) fn merge_at(sheet: &Sheet, row: u32, column: u32) -> Option<Region> {
    let end = sheet.merges.partition_point(|region| region.first_row <= row);
    sheet.merges[..end]
        .iter()
        .rev()
        .take(4_096)
        .find(|region| {
            row <= region.last_row && (region.first_column..=region.last_column).contains(&column)
        })
        .copied()
}
