//! Workbook bytes to sheets of located cells, guarded: what the bytes are, what they may ask for, and
//! only then the reader.
//!
//! Cells are streamed into sparse rows and never into a dense range: two far cells of a small file
//! would ask for hundreds of gigabytes. Every call into the reader is guarded against panics.

mod biff;
mod formulas;
mod locked;
mod look;
mod odf;
mod plain;
mod reader;
mod sniff;
mod xml;
mod zipped;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::grid::cell_name;
pub(crate) use crate::grid::{Cell, LegacyFont, Region, Row, Sheet, Value, position_of_cell};
use crate::value::shown;
use sniff::Format;

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
    let unlocked = catch_unwind(AssertUnwindSafe(|| locked::unlocked(bytes)))
        .unwrap_or_else(|_| Err(sniff::password().into()))?;
    let bytes = &*unlocked;
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
    let mut workbook = catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(damaged("the reader gave up on it").into()))?;
    let told = workbook.sheets.iter_mut().filter_map(without_nul);
    workbook.diagnostics.extend(told);
    Ok(workbook)
}

/// Takes characters that are none out of the texts of a sheet, which no database and no program in C takes,
/// and says so.
fn without_nul(sheet: &mut Sheet) -> Option<Diagnostic> {
    const NUL: char = '\0';
    sheet.name.retain(|c| c != NUL);
    let mut first = None;
    let mut count = 0_usize;
    for row in &mut sheet.rows {
        for cell in &mut row.cells {
            if let Value::Text(text) = &mut cell.value
                && text.contains(NUL)
            {
                *text = text.replace(NUL, "").into();
                first = first.or(Some((row.index, cell.column)));
                count += 1;
            }
        }
    }
    let (row, column) = first?;
    let from = cell_name(row, column);
    let message = format!("{count} cells from {from} on held characters that are none; left out");
    Some(Diagnostic::new(Code::TextRepaired, message).at(&sheet.name, row, column))
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
    crate::text::repair(&mut sheet, true);
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
                self.rows.push(Row { index: row, cells, places: Vec::new() });
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

/// "Nguy&#7877;n": text of a web page whose letters were never put back.
fn without_entities(text: Arc<str>) -> Arc<str> {
    if !text.contains("&#") {
        return text;
    }
    quick_xml::escape::unescape(&text).map_or_else(|_| Arc::clone(&text), Into::into)
}

fn text_value(text: Arc<str>) -> Option<Value> {
    let blank = text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'));
    (!blank).then(|| Value::Text(without_entities(text)))
}
