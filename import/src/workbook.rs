//! Workbook bytes to sheets of located cells, guarded: what the bytes are, what they may ask for, and
//! only then the reader.
//!
//! Cells are streamed into sparse rows and never into a dense range: two far cells of a small file
//! would ask for hundreds of gigabytes. Every call into the reader is guarded against panics.

mod biff;
mod odf;
mod plain;
mod reader;
mod sniff;
mod xml;
mod zipped;

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::cell::shown;
use crate::diagnostic::{Code, Diagnostic};
use sniff::Format;

/// A value as the file holds it; dates keep their serial number, for the column decides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(Arc<str>),
    Number(f64),
    /// Days since the epoch of the workbook, in a cell that is formatted as a date.
    Date(f64),
    Bool(bool),
    Error,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    pub(crate) column: u32,
    pub(crate) value: Value,
}

/// The filled cells of one row, by column. Rows and columns count from 0, as in the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) index: u32,
    pub(crate) cells: Vec<Cell>,
    /// How far right of its columns the row really stands: a list may go on beside itself.
    pub(crate) shift: u32,
}

/// One row of a table may hold several lines of the sheet, or a whole column of it: a column that is
/// larger by `LINE` is the same column one row further down.
pub(crate) const LINE: u32 = 20_000;

impl Row {
    pub(crate) fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |cell| cell.column).ok()?;
        self.cells.get(at)
    }

    /// The text of a cell, if it holds something.
    pub(crate) fn text(&self, column: u32) -> Option<String> {
        self.cell(column).map(|cell| shown(&cell.value)).filter(|text| !text.is_empty())
    }
}

/// A merged region; its value stands in the first cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) first_row: u32,
    pub(crate) last_row: u32,
    pub(crate) first_column: u32,
    pub(crate) last_column: u32,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// The place in the file; chart and macro sheets have places too.
    pub(crate) place: usize,
    pub(crate) hidden: bool,
    pub(crate) rows: Vec<Row>,
    /// By first row; at most [`MERGES_LIMIT`].
    pub(crate) merges: Vec<Region>,
    pub(crate) epoch_1904: bool,
    /// The cells that are set in a font of the time before Unicode, by row and column.
    pub(crate) fonts: HashMap<(u32, u32), LegacyFont>,
    /// Text as read, by row and column, where an encoding was repaired.
    pub(crate) raw: HashMap<(u32, u32), Arc<str>>,
}

/// A font whose glyphs are not those of its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum LegacyFont {
    /// `.VnTime` and its like.
    Tcvn3,
    /// `.VnTimeH` and its like: small letters are shown as capitals.
    Tcvn3Capitals,
    /// `VNI-Times` and its like.
    Vni,
}

impl LegacyFont {
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        if let Some(family) = name.strip_prefix(".vn") {
            return Some(if family.ends_with('h') { Self::Tcvn3Capitals } else { Self::Tcvn3 });
        }
        name.starts_with("vni-").then_some(Self::Vni)
    }

    /// The family of fonts, as it is shown.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => ".Vn… (TCVN3)",
            Self::Tcvn3Capitals => ".Vn…H (TCVN3 in capitals)",
            Self::Vni => "VNI-…",
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Workbook {
    pub(crate) format: &'static str,
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

const CELLS_LIMIT: usize = 5_000_000;
const MERGES_LIMIT: usize = 100_000;
const ROWS_LIMIT: u32 = 1_048_576;
const COLUMNS_LIMIT: u32 = 16_384;
/// Errors of single cells after which the rest of a sheet is given up.
const BAD_CELLS_LIMIT: usize = 1_000;

/// Opens a workbook by its content, whatever its name says.
///
/// # Errors
/// One diagnostic that says what the bytes are and what to do, when no sheet can be read.
pub(crate) fn open(bytes: &[u8]) -> Result<Workbook, Box<Diagnostic>> {
    let format = sniff::format(bytes)?;
    let read = || match format {
        Format::Xlsx => reader::xlsx(bytes).map_err(unread),
        Format::Xlsb => reader::xlsb(bytes).map_err(unread),
        Format::Xls => reader::xls(bytes).map_err(unread),
        Format::Ods => {
            let walk = odf::walk(bytes).map_err(too_much)?;
            reader::ods(bytes, &walk).map_err(unread)
        }
        Format::Text(format) => plain::read(bytes, format).map_err(unread),
    };
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(damaged("the reader gave up on it").into()))
}

/// A value as a report gives it back.
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A date as Excel's serial number of 1900.
    Date(f64),
}

/// A row of filled cells: columns and values, from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct RowCells {
    /// The row, from 0.
    pub index: u32,
    /// Columns and values.
    pub cells: Vec<(u32, CellValue)>,
}

/// The filled cells of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetCells {
    /// The name of the sheet.
    pub name: String,
    /// Its rows.
    pub rows: Vec<RowCells>,
    /// Merged regions: first row and column, last row and column.
    pub merges: Vec<(u32, u32, u32, u32)>,
}

/// The cells of a workbook as they stand, legacy text repaired; none of one that cannot be opened.
pub fn cells_of(bytes: &[u8]) -> Vec<SheetCells> {
    let sheets = open(bytes).map(|workbook| workbook.sheets).unwrap_or_default();
    sheets.into_iter().filter(|sheet| !sheet.hidden).map(cells_of_sheet).collect()
}

/// Days between the epochs of 1900 and of 1904.
const EPOCHS: f64 = 1_462.0;

fn cells_of_sheet(mut sheet: Sheet) -> SheetCells {
    crate::text::repair(&mut sheet);
    let shift = if sheet.epoch_1904 { EPOCHS } else { 0.0 };
    let value = |cell: Cell| {
        let value = match cell.value {
            Value::Number(number) => CellValue::Number(number),
            Value::Date(serial) => CellValue::Date(serial + shift),
            other => CellValue::Text(shown(&other)),
        };
        (cell.column, value)
    };
    let rows = sheet.rows.into_iter().map(|row| RowCells {
        index: row.index,
        cells: row.cells.into_iter().map(value).collect(),
    });
    let merges = sheet
        .merges
        .iter()
        .map(|region| (region.first_row, region.first_column, region.last_row, region.last_column));
    SheetCells { name: sheet.name, rows: rows.collect(), merges: merges.collect() }
}

/// The row and column of a cell's name: `B1` is row 0, column 1.
pub fn position_of_cell(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = name.split_at(digits);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let digit = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        column.checked_mul(26)?.checked_add(digit)
    })?;
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

/// The number of filled cells of a workbook, or none if it cannot be opened: reading without
/// understanding, for those who measure it.
pub fn cell_count(bytes: &[u8]) -> Option<usize> {
    let workbook = open(bytes).ok()?;
    Some(workbook.sheets.iter().flat_map(|sheet| &sheet.rows).map(|row| row.cells.len()).sum())
}

/// Why the reader did not open a file.
fn unread(reason: impl Into<String>) -> Box<Diagnostic> {
    let reason = reason.into();
    let encrypted = reason.to_lowercase().contains("password");
    Box::new(if encrypted { sniff::password() } else { damaged(&reason) })
}

fn too_much(found: impl std::fmt::Display) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(Code::TooMuchMemory, format!("the file asks for too much: {found}"))
            .hint("open it in Excel, delete what lies outside the tables, and save it as .xlsx"),
    )
}

fn damaged(reason: &str) -> Diagnostic {
    Diagnostic::new(Code::DamagedWorkbook, format!("the workbook is damaged or cut off: {reason}"))
        .hint("open it in Excel, let it repair the file, and save it as .xlsx; or ask for it again")
}

/// Gathers streamed cells into rows, whatever their order, under the limits of Excel.
#[derive(Default)]
struct RowBuilder {
    rows: Vec<Row>,
    cells: usize,
    unsorted: bool,
}

impl RowBuilder {
    /// False when the sheet is larger than the limits allow.
    fn push(&mut self, row: u32, column: u32, value: Value) -> bool {
        if row >= ROWS_LIMIT || column >= COLUMNS_LIMIT {
            return true;
        }
        self.cells += 1;
        let cell = Cell { column, value };
        match self.rows.last_mut() {
            Some(last) if last.index == row => {
                self.unsorted |= last.cells.last().is_some_and(|before| before.column >= column);
                last.cells.push(cell);
            }
            last => {
                self.unsorted |= last.as_ref().is_some_and(|last| last.index > row);
                // A table's rows are as long as the one before: no room is left unused.
                let length = last.map_or(1, |last| last.cells.len().clamp(1, 1_000));
                let mut cells = Vec::with_capacity(length);
                cells.push(cell);
                self.rows.push(Row { index: row, cells, shift: 0 });
            }
        }
        self.cells <= CELLS_LIMIT
    }

    fn finish(mut self) -> Vec<Row> {
        if self.unsorted {
            self.rows.sort_by_key(|row| row.index);
            let mut merged: Vec<Row> = Vec::with_capacity(self.rows.len());
            for row in self.rows {
                match merged.last_mut().filter(|last| last.index == row.index) {
                    Some(last) => last.cells.extend(row.cells),
                    None => merged.push(row),
                }
            }
            for row in &mut merged {
                row.cells.sort_by_key(|cell| cell.column);
                let mut seen = HashSet::new();
                row.cells.reverse();
                row.cells.retain(|cell| seen.insert(cell.column));
                row.cells.reverse();
            }
            return merged;
        }
        self.rows
    }
}

fn text_value(text: Arc<str>) -> Option<Value> {
    let blank = text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'));
    (!blank).then_some(Value::Text(text))
}

/// The name of a cell as Excel shows it: row 0, column 1 is `B1`. A column beyond the last one that
/// a sheet has stands for a cell of a line further down, as records of several lines state it.
pub fn cell_name(row: u32, column: u32) -> String {
    let (row, column) = (row + column / LINE, column % LINE);
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &(row + 1).to_string()
}

#[cfg(test)]
mod tests {
    use super::{cell_name, position_of_cell};

    #[test]
    fn cells_are_named_as_excel_does() {
        assert_eq!(cell_name(0, 0), "A1");
        assert_eq!(cell_name(10, 25), "Z11");
        assert_eq!(cell_name(10, 26), "AA11");
        assert_eq!(cell_name(1_048_575, 16_383), "XFD1048576");
        assert_eq!(cell_name(9, 20_001), "B11");
        assert_eq!(position_of_cell("AA11"), Some((10, 26)));
        assert_eq!(position_of_cell("11"), None);
    }
}
