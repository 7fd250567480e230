//! Changes of a workbook that must not matter: what was read before is read after each of them, at the cell that
//! it moved to, or something is said on its sheet.
//!
//! Some of them run with the tests. `cargo test --release -p evalhub-import changes -- --ignored --nocapture` makes
//! all of them to all workbooks of `tests/workbooks` and prints the score.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;
use unicode_normalization::UnicodeNormalization;

use super::{Options, Reading, SheetReading, TableReading, read_sheets};
use crate::diagnostic::{Code, Severity};
use crate::grid::{Cell, Place, Region, Row, Sheet, Value, position_of_cell};
use crate::value::share;
use crate::vocabulary::Vocabulary;
use crate::workbook::{self, Workbook};

/// A word that no list has.
const UNKNOWN: &str = "Zyxq";

/// A workbook as it was changed, and where each of its cells stood before.
struct Changed {
    workbook: Workbook,
    origin: Box<Origin>,
    /// How many rows further down all of it stands.
    down: u32,
}

/// Where a cell of a sheet stood before.
type Origin = dyn Fn(&str, Place) -> Option<Place>;

/// A change: none where it cannot be made to a workbook.
type Change = fn(&Path, &Reading) -> Vec<Changed>;

const FEW: [(&str, Change); 5] = [
    ("moved two rows down and two columns right", moved),
    ("letters parted from their marks", decomposed),
    ("blanks before, behind and twice within texts", spaced),
    ("three columns that nobody knows behind the second one", widened),
    ("the columns of each table in reverse", reversed),
];
const MANY: [(&str, Change); 2] = [
    ("one heading replaced by a word that nobody knows", renamed),
    ("merged headings unmerged", unmerged),
];

fn open(path: &Path) -> Workbook {
    workbook::open(&std::fs::read(path).unwrap()).unwrap()
}

/// The texts of all sheets changed, each in its place.
fn of_texts(path: &Path, change: fn(&str) -> String) -> Vec<Changed> {
    let mut workbook = open(path);
    let rows = workbook.sheets.iter_mut().flat_map(|sheet| &mut sheet.rows);
    for cell in rows.flat_map(|row| &mut row.cells) {
        if let Value::Text(text) = &mut cell.value {
            *text = Arc::from(change(text));
        }
    }
    vec![Changed { workbook, origin: Box::new(|_, place| Some(place)), down: 0 }]
}

fn decomposed(path: &Path, reading: &Reading) -> Vec<Changed> {
    // Letters of an old encoding are none of Unicode.
    if reading.diagnostics.iter().any(|told| told.code == Code::TextRepaired) {
        return Vec::new();
    }
    of_texts(path, |text| text.nfd().collect())
}

fn spaced(path: &Path, _: &Reading) -> Vec<Changed> {
    of_texts(path, |text| format!(" {}  ", text.replace(' ', "  ")))
}

/// A sheet whose cells have other places.
fn placed(sheet: &Sheet, place: &dyn Fn(Place) -> Place) -> Sheet {
    let mut cells: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    for row in &sheet.rows {
        for cell in &row.cells {
            let to = place(Place::new(row.index, cell.column));
            let cell = Cell { column: to.column, value: cell.value.clone() };
            cells.entry(to.row).or_default().push(cell);
        }
    }
    let rows = cells.into_iter().map(|(index, mut cells)| {
        cells.sort_by_key(|cell| cell.column);
        Row { index, cells, places: Vec::new() }
    });
    let key = |(row, column): (u32, u32)| {
        let to = place(Place::new(row, column));
        (to.row, to.column)
    };
    let merges = sheet.merges.iter().map(|region| {
        let first = place(Place::new(region.first_row, region.first_column));
        let last = place(Place::new(region.last_row, region.last_column));
        Region {
            first_row: first.row,
            last_row: last.row,
            first_column: first.column.min(last.column),
            last_column: first.column.max(last.column),
        }
    });
    Sheet {
        rows: rows.collect(),
        merges: merges.collect(),
        fonts: sheet.fonts.iter().map(|(at, font)| (key(*at), *font)).collect(),
        raw: sheet.raw.iter().map(|(at, text)| (key(*at), Arc::clone(text))).collect(),
        ..sheet.clone()
    }
}

fn moved(path: &Path, _: &Reading) -> Vec<Changed> {
    const DOWN: u32 = 2;
    let mut workbook = open(path);
    for sheet in &mut workbook.sheets {
        *sheet = placed(sheet, &|place| Place::new(place.row + DOWN, place.column + DOWN));
    }
    let origin = |_: &str, place: Place| {
        Some(Place::new(place.row.checked_sub(DOWN)?, place.column.checked_sub(DOWN)?))
    };
    vec![Changed { workbook, origin: Box::new(origin), down: DOWN }]
}

/// What was read from a sheet.
fn read_of<'r>(reading: &'r Reading, sheet: &Sheet) -> Option<&'r SheetReading> {
    reading.sheets.iter().find(|read| read.name == sheet.name)
}

/// The only table of a sheet from which something was read, if it lies straight and nothing in it is merged
/// across the columns.
fn only_table<'r>(reading: &'r Reading, sheet: &Sheet) -> Option<&'r TableReading> {
    let read = read_of(reading, sheet)?;
    let [table] = read.tables.as_slice() else { return None };
    let top = table.heading_rows.0 - 1;
    let is_merged = sheet
        .merges
        .iter()
        .any(|region| region.first_column < region.last_column && region.last_row >= top);
    let straight = table.records > 0 && table.body_rows.0 > table.heading_rows.1;
    (straight && !is_merged).then_some(table)
}

/// The columns of a table.
fn columns_of(table: &TableReading) -> Vec<u32> {
    let columns = table.columns.iter();
    columns.filter_map(|of| position_of_cell(&format!("{}1", of.column)).map(|at| at.1)).collect()
}

/// Every sheet whose only table lies straight, with its columns elsewhere; `place` is told the columns and
/// the first row of the table.
fn rearranged(
    path: &Path,
    reading: &Reading,
    place: fn(&[u32], u32, Place) -> Place,
    fill: fn(&mut Sheet, &TableReading, &[u32]),
) -> Vec<Changed> {
    let mut workbook = open(path);
    let mut tables: BTreeMap<String, (Vec<u32>, u32)> = BTreeMap::new();
    for sheet in &mut workbook.sheets {
        let Some(table) = only_table(reading, sheet) else { continue };
        let (columns, top) = (columns_of(table), table.heading_rows.0 - 1);
        if columns.len() < 3 {
            continue;
        }
        *sheet = placed(sheet, &|at| place(&columns, top, at));
        fill(sheet, table, &columns);
        tables.insert(sheet.name.clone(), (columns, top));
    }
    if tables.is_empty() {
        return Vec::new();
    }
    let origin = move |sheet: &str, at: Place| {
        let Some((columns, top)) = tables.get(sheet) else { return Some(at) };
        let last = columns.last().copied().unwrap_or(0) + 20;
        let mut from = (0..=last).map(|column| Place::new(at.row, column));
        from.find(|from| place(columns, *top, *from) == at)
    };
    vec![Changed { workbook, origin: Box::new(origin), down: 0 }]
}

fn reversed(path: &Path, reading: &Reading) -> Vec<Changed> {
    let place = |columns: &[u32], top: u32, at: Place| {
        let (first, last) = (columns[0], columns[columns.len() - 1]);
        let inside = at.row >= top && (first..=last).contains(&at.column);
        Place::new(at.row, if inside { first + last - at.column } else { at.column })
    };
    rearranged(path, reading, place, |_, _, _| {})
}

fn widened(path: &Path, reading: &Reading) -> Vec<Changed> {
    const MORE: u32 = 3;
    let place = |columns: &[u32], top: u32, at: Place| {
        let behind = at.row >= top && at.column > columns[1];
        Place::new(at.row, if behind { at.column + MORE } else { at.column })
    };
    rearranged(path, reading, place, |sheet, table, columns| {
        for row in &mut sheet.rows {
            let number = row.index + 1;
            let is_heading = number == table.heading_rows.0;
            let is_body = (table.body_rows.0..=table.body_rows.1).contains(&number);
            if !(is_heading || is_body && row.cells.len() > 2) {
                continue;
            }
            for (more, letters) in (1..=MORE).zip(["vb", "ko", "tr"]) {
                let text = if is_heading {
                    format!("{UNKNOWN}{more}")
                } else {
                    format!("{}{}", letters, (number * 7 + more) % 50)
                };
                let cell = Cell { column: columns[1] + more, value: Value::Text(text.into()) };
                row.cells.push(cell);
            }
            row.cells.sort_by_key(|cell| cell.column);
        }
    })
}

fn renamed(path: &Path, reading: &Reading) -> Vec<Changed> {
    let workbook = open(path);
    let mut changed = Vec::new();
    for (at, sheet) in workbook.sheets.iter().enumerate() {
        let Some(read) = read_of(reading, sheet) else {
            continue;
        };
        let Some(table) = read.tables.iter().find(|table| table.records > 0) else { continue };
        let (first, last) = table.heading_rows;
        let rows = sheet.rows.iter().filter(|row| (first..=last).contains(&(row.index + 1)));
        let cells = rows.flat_map(|row| row.cells.iter().map(|cell| (row.index, cell.column)));
        for (row, column) in cells.collect::<Vec<_>>() {
            let mut workbook = open(path);
            let rows = &mut workbook.sheets[at].rows;
            let row = rows.iter_mut().find(|other| other.index == row).unwrap();
            let cell = row.cells.iter_mut().find(|cell| cell.column == column).unwrap();
            if !matches!(&cell.value, Value::Text(text) if text.chars().filter(|c| c.is_alphabetic()).count() > 1)
            {
                continue;
            }
            cell.value = Value::Text(UNKNOWN.into());
            changed.push(Changed { workbook, origin: Box::new(|_, place| Some(place)), down: 0 });
        }
    }
    changed
}

fn unmerged(path: &Path, reading: &Reading) -> Vec<Changed> {
    let mut workbook = open(path);
    let before: usize = workbook.sheets.iter().map(|sheet| sheet.merges.len()).sum();
    for sheet in &mut workbook.sheets {
        let read = read_of(reading, sheet);
        let table = read.and_then(|read| read.tables.iter().find(|table| table.records > 0));
        let Some(last) = table.map(|table| table.heading_rows.1) else { continue };
        sheet.merges.retain(|region| region.first_row >= last);
    }
    let after: usize = workbook.sheets.iter().map(|sheet| sheet.merges.len()).sum();
    let changed = Changed { workbook, origin: Box::new(|_, place| Some(place)), down: 0 };
    if after < before { vec![changed] } else { Vec::new() }
}

/// The facts of a reading, each with its sheet: every field of every record, at the cells where they stood.
fn facts(reading: &Reading, origin: &Origin, down: u32) -> BTreeSet<(String, String)> {
    let mut facts = BTreeSet::new();
    for record in &reading.records {
        let sheet = record.sheet.to_string();
        let mut json = serde_json::to_value(record).unwrap();
        normalized(&mut json, &|at| {
            let place = at.parse().ok().and_then(|place| origin(&sheet, place));
            place.map_or_else(|| format!("new {at}"), |place| place.to_string())
        });
        let row = record.row - down;
        let place = record.place.join(" / ");
        let head = format!("row {row} {} {place}", record.campaign.code);
        // A body that nothing else is said of is placed by the first cell of its row, whichever that is.
        let statement = json["statement"].as_object_mut().unwrap();
        if statement.len() == 2 && record.statement.places().len() == 1 {
            let name = statement.get_mut("name").and_then(Json::as_object_mut);
            name.map(|name| name.remove("at"));
        }
        for (field, value) in &*statement {
            match value {
                Json::Array(parts) => {
                    facts.extend(
                        parts.iter().map(|part| (sheet.clone(), format!("{head}: {field} {part}"))),
                    );
                }
                value => {
                    facts.insert((sheet.clone(), format!("{head}: {field} {value}")));
                }
            }
        }
    }
    facts
}

/// Cells where they stood before, without the texts as they were read.
fn normalized(json: &mut Json, place: &dyn Fn(&str) -> String) {
    match json {
        Json::Object(fields) => {
            fields.remove("r");
            if let Some(Json::String(at)) = fields.get_mut("at") {
                *at = place(at);
            }
            fields.values_mut().for_each(|value| normalized(value, place));
        }
        Json::Array(parts) => parts.iter_mut().for_each(|part| normalized(part, place)),
        _ => {}
    }
}

#[derive(Default)]
struct Score {
    copies: usize,
    facts: usize,
    same: usize,
    /// Facts that are lost or new on a sheet on which something more is said.
    said: usize,
    /// The others.
    silent: Vec<String>,
}

impl Score {
    fn add(&mut self, path: &Path, base: &Reading, changed: Changed, vocabulary: &Vocabulary) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let Changed { workbook, origin, down } = changed;
        let after = read_sheets(workbook, name, &Options::default(), vocabulary);
        let loud = |reading: &Reading| -> BTreeMap<String, usize> {
            let mut loud = BTreeMap::new();
            let told = reading.diagnostics.iter().filter(|of| of.severity() != Severity::Notice);
            for told in told {
                *loud.entry(told.sheet.clone().unwrap_or_default()).or_default() += 1;
            }
            loud
        };
        let (before, now) = (loud(base), loud(&after));
        let is_said = |sheet: &String| {
            let more = |sheet: &str| now.get(sheet).unwrap_or(&0) > before.get(sheet).unwrap_or(&0);
            more(sheet) || more("")
        };
        let known = facts(base, &|_, place| Some(place), 0);
        let found = facts(&after, &*origin, down);
        self.copies += 1;
        self.facts += known.len();
        self.same += known.intersection(&found).count();
        for (sheet, fact) in known.symmetric_difference(&found) {
            if is_said(sheet) {
                self.said += 1;
            } else {
                self.silent.push(format!("{name} {sheet}: {fact}"));
            }
        }
    }
}

fn workbooks() -> Vec<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/workbooks");
    let folders = ["samples", "offices", "layouts"].map(|folder| tests.join(folder));
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Makes changes to workbooks and gives their scores.
fn scored(files: &[PathBuf], changes: &[(&'static str, Change)]) -> Vec<(&'static str, Score)> {
    let vocabulary = Vocabulary::bundled();
    let mut scores: Vec<(&str, Score)> =
        changes.iter().map(|(name, _)| (*name, Score::default())).collect();
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let base = read_sheets(open(path), name, &Options::default(), &vocabulary);
        for ((_, change), (_, score)) in changes.iter().zip(&mut scores) {
            for changed in change(path, &base) {
                score.add(path, &base, changed, &vocabulary);
            }
        }
    }
    scores
}

#[test]
fn what_must_not_matter_does_not() {
    let all = workbooks();
    let files: Vec<PathBuf> = all.into_iter().step_by(9).collect();
    for (name, score) in scored(&files, &FEW) {
        assert!(score.copies > 0 && score.facts > 0, "{name}");
        assert!(
            score.silent.is_empty(),
            "{name}: {:#?}",
            &score.silent[..score.silent.len().min(9)]
        );
        assert!(score.same * 100 >= score.facts * 95, "{name}: {} of {}", score.same, score.facts);
    }
}

#[test]
#[ignore = "takes minutes; prints the score of all changes"]
#[expect(clippy::print_stdout, reason = "it is run to be read")]
fn all_changes() {
    let changes: Vec<(&str, Change)> = FEW.into_iter().chain(MANY).collect();
    for (name, score) in scored(&workbooks(), &changes) {
        let Score { copies, facts, same, said, silent } = score;
        let share = 100.0 * share(same, facts);
        println!(
            "{name}: {copies} copies, {same} of {facts} facts the same ({share:.2} %), {said} differ and \
             something is said, {} differ in silence",
            silent.len()
        );
        for line in &silent {
            println!("    {line}");
        }
    }
}
