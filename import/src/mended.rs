//! Rows that were left out of a workbook and come mended in another one, which says where they are from.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Severity};
use crate::grid::{Sheet, position_of_cell};
use crate::record::Record;
use crate::value::shown;

/// The hidden sheet by which a workbook of rows to be mended says where they are from.
pub const ORIGIN_SHEET: &str = "evalhub";
/// Its columns: a sheet, the workbook and the sheet that its rows were left out of, and how many they are.
pub const ORIGIN_HEADINGS: [&str; 5] =
    ["rows on", "left out of workbook", "BLAKE3 of its content", "on sheet", "number of rows"];

/// Rows of a sheet of another workbook, mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mended {
    /// The sheet that they stand on.
    pub on: String,
    /// The name of the workbook that they were left out of.
    pub workbook: String,
    /// What the content of that workbook comes to: BLAKE3, hexadecimal.
    pub content_hash: String,
    /// The sheet of that workbook.
    pub sheet: String,
    /// How many were left out.
    pub rows: usize,
    /// How many stand here, read or refused again.
    pub came: usize,
}

/// Takes the sheet that says where rows are from out of a workbook.
pub(crate) fn take(sheets: &mut Vec<Sheet>) -> Vec<Mended> {
    let is_origin = |sheet: &Sheet| {
        let heads = sheet.rows.first().map(|row| row.cells.iter().map(|of| shown(&of.value)));
        sheet.hidden
            && sheet.name == ORIGIN_SHEET
            && heads.is_some_and(|heads| heads.eq(ORIGIN_HEADINGS))
    };
    let Some(at) = sheets.iter().position(is_origin) else { return Vec::new() };
    let origin = sheets.remove(at);
    let mended = origin.rows.iter().skip(1).filter_map(|row| {
        let texts: Vec<String> = row.cells.iter().map(|cell| shown(&cell.value)).collect();
        let [on, workbook, content_hash, sheet, rows] = <[String; 5]>::try_from(texts).ok()?;
        let rows = rows.parse().ok()?;
        Some(Mended { on, workbook, content_hash, sheet, rows, came: 0 })
    });
    mended.collect()
}

/// Counts the rows that came, by the records and by the errors of a reading.
pub(crate) fn count(mended: &mut [Mended], records: &[Record], diagnostics: &[Diagnostic]) {
    for of in mended {
        let read = records.iter().filter(|record| *record.sheet == *of.on).map(|of| of.row);
        let errors = diagnostics.iter().filter(|told| {
            told.severity() == Severity::Error && told.sheet.as_deref() == Some(&*of.on)
        });
        let refused = errors.filter_map(|told| Some(position_of_cell(told.cell.as_ref()?)?.0 + 1));
        of.came = read.chain(refused).collect::<HashSet<u32>>().len();
    }
}
