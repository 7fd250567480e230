//! Workbook bytes to sheets of located cells: the only file that names calamine.
//!
//! Cells are streamed into sparse rows and never into a dense range: two far cells of a small file
//! would ask for hundreds of gigabytes. Every call into the reader is guarded against panics.

use std::collections::{HashMap, HashSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{Data, DataRef, Dimensions, Reader, SheetType, SheetVisible};

use crate::cell::shown;
use crate::diagnostic::{Code, Diagnostic};

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
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) index: u32,
    pub(crate) cells: Vec<Cell>,
}

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
    pub(crate) hidden: bool,
    pub(crate) rows: Vec<Row>,
    /// By first row; at most [`MERGES_LIMIT`].
    pub(crate) merges: Vec<Region>,
    pub(crate) epoch_1904: bool,
    /// Text as read, by row and column, where an encoding was repaired.
    pub(crate) raw: HashMap<(u32, u32), Arc<str>>,
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
    let format = sniff(bytes)?;
    let opened = catch_unwind(AssertUnwindSafe(|| match format {
        Format::Xlsx => open_xlsx(bytes),
        Format::Xlsb => calamine::Xlsb::new(Cursor::new(bytes))
            .map_err(|error| error.to_string())
            .map(|book| collect(book, "xlsb", |_, _| Vec::new())),
        Format::Xls => open_xls(bytes),
        Format::Ods => calamine::Ods::new(Cursor::new(bytes))
            .map_err(|error| error.to_string())
            .map(|book| collect(book, "ods", |_, _| Vec::new())),
    }));
    match opened {
        Ok(Ok(workbook)) => Ok(workbook),
        Ok(Err(reason)) if reason.to_lowercase().contains("password") => Err(password().into()),
        Ok(Err(reason)) => Err(damaged(&reason).into()),
        Err(_) => Err(damaged("the reader gave up on it").into()),
    }
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

fn sniff(bytes: &[u8]) -> Result<Format, Box<Diagnostic>> {
    let start = &bytes[..bytes.len().min(4096)];
    let contains = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    if bytes.is_empty() {
        return Err(unreadable("an empty file", "ask for the file again").into());
    }
    if start.starts_with(b"PK") {
        return Ok(if contains(b"mimetypeapplication/vnd.oasis.opendocument") {
            Format::Ods
        } else if contains(b"xl/workbook.bin") {
            Format::Xlsb
        } else {
            Format::Xlsx
        });
    }
    if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        if contains(&wide("EncryptedPackage")) {
            return Err(password().into());
        }
        return Ok(Format::Xls);
    }
    let save_as = "open it in Excel or LibreOffice and save it as .xlsx";
    let text = String::from_utf8_lossy(start).to_lowercase();
    Err(if matches!(start, [9, 0 | 2 | 4, ..]) {
        unreadable("a workbook of Excel 2, 3 or 4", save_as)
    } else if text.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        unreadable("a SpreadsheetML 2003 document", save_as)
    } else if text.contains("<html") || text.contains("<table") {
        unreadable("a web page with the name of a workbook", save_as)
    } else if start.starts_with(b"%PDF") {
        unreadable("a PDF document", "ask for the workbook that it was printed from")
    } else if start.contains(&0) {
        unreadable("a file of an unknown kind", save_as)
    } else {
        unreadable("a text file with the name of a workbook", save_as)
    }
    .into())
}

fn unreadable(found: &str, hint: &str) -> Diagnostic {
    Diagnostic::new(Code::NotAWorkbook, format!("this is {found}"))
        .found(found)
        .expected("an .xlsx, .xls, .xlsb or .ods workbook")
        .hint(hint)
}

fn password() -> Diagnostic {
    Diagnostic::new(Code::PasswordProtected, "the workbook is protected by a password")
        .hint("open it with its password in Excel and save a copy without one")
}

fn damaged(reason: &str) -> Diagnostic {
    Diagnostic::new(Code::DamagedWorkbook, format!("the workbook is damaged or cut off: {reason}"))
        .hint("open it in Excel, let it repair the file, and save it as .xlsx; or ask for it again")
}

fn open_xlsx(bytes: &[u8]) -> Result<Workbook, String> {
    let mut book = calamine::Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let epoch_1904 = book.has_1904_epoch();
    let mut workbook = Workbook { format: "xlsx", ..Workbook::default() };
    for metadata in book.sheets_metadata().to_vec() {
        if metadata.typ != SheetType::WorkSheet {
            workbook.diagnostics.push(not_a_worksheet(&metadata.name));
            continue;
        }
        let mut sheet = empty_sheet(&metadata, epoch_1904);
        guarded(&mut workbook.diagnostics, &metadata.name, |diagnostics| {
            stream_xlsx(&mut book, &mut sheet, diagnostics)
        });
        let merges =
            catch_unwind(AssertUnwindSafe(|| book.merge_cells_by_sheet_name(&metadata.name)));
        if let Ok(Ok(merges)) = merges {
            sheet.merges = regions(&merges);
        }
        workbook.sheets.push(sheet);
    }
    Ok(workbook)
}

fn stream_xlsx(
    book: &mut calamine::Xlsx<Cursor<&[u8]>>,
    sheet: &mut Sheet,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(), String> {
    let name = sheet.name.clone();
    let mut reader = book.worksheet_cells_reader(&name).map_err(|error| error.to_string())?;
    let mut rows = RowBuilder::default();
    let mut interned: HashMap<(usize, usize), Arc<str>> = HashMap::new();
    let mut bad_cells = 0;
    loop {
        match reader.next_cell() {
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                if let Some(value) = value_of_ref(cell.get_value(), &mut interned)
                    && !rows.push(row, column, value)
                {
                    diagnostics.push(too_large(&name));
                    break;
                }
            }
            Ok(None) => break,
            Err(error) => {
                bad_cells += 1;
                if bad_cells == 1 {
                    diagnostics.push(unread_cell(&name, &error.to_string()));
                }
                if bad_cells > BAD_CELLS_LIMIT || matches!(error, calamine::XlsxError::Xml(_)) {
                    break;
                }
            }
        }
    }
    sheet.rows = rows.finish();
    Ok(())
}

fn open_xls(bytes: &[u8]) -> Result<Workbook, String> {
    let mut options = calamine::XlsOptions::default();
    if is_biff8_that_says_otherwise(bytes) {
        options.force_codepage = Some(1200);
    }
    let book = calamine::Xls::new_with_options(Cursor::new(bytes), options)
        .map_err(|error| error.to_string())?;
    let epoch_1904 = book.has_1904_epoch();
    let mut workbook = collect(book, "xls", |book, name| {
        book.merge_cells_by_sheet_name(name).map(|merges| regions(&merges)).unwrap_or_default()
    });
    workbook.sheets.iter_mut().for_each(|sheet| sheet.epoch_1904 = epoch_1904);
    Ok(workbook)
}

/// A BIFF8 stream (BOF 0x0600) is UTF-16 whatever its CODEPAGE record says.
fn is_biff8_that_says_otherwise(bytes: &[u8]) -> bool {
    const BOF: [u8; 8] = [0x09, 0x08, 0x10, 0x00, 0x00, 0x06, 0x05, 0x00];
    const CODEPAGE: [u8; 4] = [0x42, 0x00, 0x02, 0x00];
    let Some(start) = bytes.windows(BOF.len()).position(|window| window == BOF) else {
        return false;
    };
    let globals = &bytes[start..bytes.len().min(start + 4096)];
    globals
        .windows(6)
        .find(|window| window.starts_with(&CODEPAGE))
        .is_some_and(|window| window[4..6] != [0xb0, 0x04])
}

/// The sheets of a book whose cells the reader has parsed already.
fn collect<R: Reader<Cursor<B>>, B: AsRef<[u8]>>(
    mut book: R,
    format: &'static str,
    merges: impl Fn(&mut R, &str) -> Vec<Region>,
) -> Workbook
where
    R::Error: std::fmt::Display,
{
    let mut workbook = Workbook { format, ..Workbook::default() };
    for metadata in book.sheets_metadata().to_vec() {
        if metadata.typ != SheetType::WorkSheet {
            workbook.diagnostics.push(not_a_worksheet(&metadata.name));
            continue;
        }
        let mut sheet = empty_sheet(&metadata, false);
        guarded(&mut workbook.diagnostics, &metadata.name, |diagnostics| {
            let range = book.worksheet_range(&metadata.name).map_err(|error| error.to_string())?;
            let (first_row, first_column) = range.start().unwrap_or_default();
            let mut rows = RowBuilder::default();
            for (row, column, data) in range.used_cells() {
                let at = |first: u32, offset| {
                    first.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX))
                };
                if let Some(value) = value_of(data)
                    && !rows.push(at(first_row, row), at(first_column, column), value)
                {
                    diagnostics.push(too_large(&metadata.name));
                    break;
                }
            }
            sheet.rows = rows.finish();
            Ok(())
        });
        let found = catch_unwind(AssertUnwindSafe(|| merges(&mut book, &metadata.name)));
        sheet.merges = found.unwrap_or_default();
        workbook.sheets.push(sheet);
    }
    workbook
}

/// Runs one call into the reader; a panic or an error becomes a diagnostic of the sheet.
fn guarded(
    diagnostics: &mut Vec<Diagnostic>,
    sheet: &str,
    call: impl FnOnce(&mut Vec<Diagnostic>) -> Result<(), String>,
) {
    let result = catch_unwind(AssertUnwindSafe(|| call(diagnostics)));
    let reason = match result {
        Ok(Ok(())) => return,
        Ok(Err(reason)) => reason,
        Err(_) => "the reader gave up on it".to_owned(),
    };
    diagnostics.push(
        Diagnostic::new(Code::SheetUnreadable, format!("the sheet cannot be read: {reason}"))
            .on_sheet(sheet)
            .hint("save the workbook again in Excel and import that"),
    );
}

fn not_a_worksheet(name: &str) -> Diagnostic {
    Diagnostic::new(Code::SheetSkipped, "a chart or macro sheet holds no table").on_sheet(name)
}

fn too_large(name: &str) -> Diagnostic {
    Diagnostic::new(Code::SheetTooLarge, "the sheet has more cells than a table of this kind")
        .on_sheet(name)
        .expected(format!("at most {CELLS_LIMIT} filled cells"))
        .hint("delete what lies outside the table and save the workbook again")
}

fn unread_cell(name: &str, reason: &str) -> Diagnostic {
    Diagnostic::new(Code::CellUnreadable, format!("a cell cannot be read: {reason}"))
        .on_sheet(name)
        .hint("the other cells were read; look at the sheet in Excel for cells that show an error")
}

fn empty_sheet(metadata: &calamine::Sheet, epoch_1904: bool) -> Sheet {
    Sheet {
        name: metadata.name.clone(),
        hidden: metadata.visible != SheetVisible::Visible,
        epoch_1904,
        ..Sheet::default()
    }
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
                self.unsorted |= last.is_some_and(|last| last.index > row);
                self.rows.push(Row { index: row, cells: vec![cell] });
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

fn value_of(data: &Data) -> Option<Value> {
    Some(match data {
        Data::Empty => return None,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            return text_value(text.as_str().into());
        }
        Data::Float(number) => Value::Number(*number),
        Data::Int(number) => number_of(*number),
        Data::Bool(value) => Value::Bool(*value),
        Data::DateTime(date) => Value::Date(date.as_f64()),
        Data::Error(_) => Value::Error,
    })
}

fn value_of_ref(
    data: &DataRef<'_>,
    interned: &mut HashMap<(usize, usize), Arc<str>>,
) -> Option<Value> {
    Some(match data {
        DataRef::Empty => return None,
        DataRef::SharedString(text) => {
            let key = (text.as_ptr().addr(), text.len());
            let shared = interned.entry(key).or_insert_with(|| Arc::from(*text));
            return text_value(Arc::clone(shared));
        }
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            return text_value(text.as_str().into());
        }
        DataRef::Float(number) => Value::Number(*number),
        DataRef::Int(number) => number_of(*number),
        DataRef::Bool(value) => Value::Bool(*value),
        DataRef::DateTime(date) => Value::Date(date.as_f64()),
        DataRef::Error(_) => Value::Error,
    })
}

fn text_value(text: Arc<str>) -> Option<Value> {
    let blank = text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'));
    (!blank).then_some(Value::Text(text))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "a cell holds a double; calamine only says Int when the text had no point"
)]
fn number_of(number: i64) -> Value {
    Value::Number(number as f64)
}

fn regions(dimensions: &[Dimensions]) -> Vec<Region> {
    let mut regions: Vec<Region> = dimensions
        .iter()
        .filter(|region| region.start.0 <= region.end.0 && region.start.1 <= region.end.1)
        .take(MERGES_LIMIT)
        .map(|region| Region {
            first_row: region.start.0,
            last_row: region.end.0.min(ROWS_LIMIT),
            first_column: region.start.1,
            last_column: region.end.1.min(COLUMNS_LIMIT),
        })
        .collect();
    regions.sort_by_key(|region| (region.first_row, region.first_column));
    regions
}

/// The name of a cell as Excel shows it: row 0, column 1 is `B1`.
pub fn cell_name(row: u32, column: u32) -> String {
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
    use super::cell_name;

    #[test]
    fn cells_are_named_as_excel_does() {
        assert_eq!(cell_name(0, 0), "A1");
        assert_eq!(cell_name(10, 25), "Z11");
        assert_eq!(cell_name(10, 26), "AA11");
        assert_eq!(cell_name(1_048_575, 16_383), "XFD1048576");
    }
}
