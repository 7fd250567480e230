//! The only file that names calamine: a format's reader to sheets of sparse rows.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::formulas::Formulas;
use super::look::{Look, Looks, NumberFormat};
use calamine::{CellErrorType, Data, DataRef, Dimensions, Reader, SheetType, SheetVisible};

use super::{
    BAD_CELLS_LIMIT, CELLS_LIMIT, COLUMNS_LIMIT, LegacyFont, MERGES_LIMIT, ROWS_LIMIT, Region, Row,
    RowBuilder, Sheet, Value, Workbook, biff, formulas, odf, text_value,
};
use crate::diagnostic::{CALCULATE, Code, Diagnostic};
use crate::grid::NO_VALUE;

pub(super) fn xlsx(bytes: &[u8]) -> Result<Workbook, String> {
    // Merged cells stand behind the cells of a sheet, and finding them walks over all of it again, as
    // finding formulas does: that is done beside the reading.
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| (merges_of_xlsx(bytes), formulas::of_xlsx(bytes)));
        let mut workbook = cells_of_xlsx(bytes)?;
        let (mut merges, formulas) = beside.join().unwrap_or_default();
        for sheet in &mut workbook.sheets {
            sheet.merges = merges.remove(&sheet.name).unwrap_or_default();
            let missing = formulas.get(&sheet.name).map(|formulas| &formulas.without_value);
            if let Some(cells) = missing.filter(|cells| !cells.is_empty()) {
                sheet.rows = fill(std::mem::take(&mut sheet.rows), cells);
            }
        }
        workbook.diagnostics.extend(no_values(&formulas));
        Ok(workbook)
    })
}

/// Formulas without a value are errors of their cells; the reader saw none of them.
fn fill(rows: Vec<Row>, cells: &[(u32, u32)]) -> Vec<Row> {
    let mut filled = RowBuilder { rows, ..RowBuilder::default() };
    for (row, column) in cells {
        if !filled.push(*row, *column, Value::Error(NO_VALUE)) {
            break;
        }
    }
    filled.finish()
}

/// What is said of a workbook none of whose formulas hold a value.
fn no_values(formulas: &FxHashMap<String, Formulas>) -> Option<Diagnostic> {
    let all: usize = formulas.values().map(|sheet| sheet.all).sum();
    let without: usize = formulas.values().map(|sheet| sheet.without_value.len()).sum();
    (all > 0 && without == all).then(|| {
        let message = format!("none of the {all} formulas of the workbook holds a value");
        Diagnostic::new(Code::FormulasWithoutValues, message).hint(CALCULATE)
    })
}

/// The merged cells of each sheet by its name; a sheet whose merges cannot be read has none.
fn merges_of_xlsx(bytes: &[u8]) -> FxHashMap<String, Vec<Region>> {
    let find = || {
        let mut book = calamine::Xlsx::new(Cursor::new(bytes)).ok()?;
        let names = book.sheet_names();
        let merges = names.into_iter().filter_map(|name| {
            let found = || book.merge_cells_by_sheet_name(&name);
            let found = catch_unwind(AssertUnwindSafe(found)).ok()?.ok()?;
            Some((name, regions(&found)))
        });
        Some(merges.collect())
    };
    catch_unwind(AssertUnwindSafe(find)).ok().flatten().unwrap_or_default()
}

fn cells_of_xlsx(bytes: &[u8]) -> Result<Workbook, String> {
    let mut book = calamine::Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let epoch_1904 = book.has_1904_epoch();
    let mut workbook = Workbook { format: "xlsx", ..Workbook::default() };
    for (place, metadata) in book.sheets_metadata().to_vec().into_iter().enumerate() {
        if metadata.typ != SheetType::WorkSheet {
            workbook.diagnostics.push(not_a_worksheet(&metadata.name));
            continue;
        }
        let mut sheet = empty_sheet(&metadata, place, epoch_1904);
        guarded(&mut workbook.diagnostics, &metadata.name, |diagnostics| {
            stream_xlsx(&mut book, &mut sheet, diagnostics)
        });
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
    let looks: Vec<Look> = reader.styles().iter().map(look_of).collect();
    let is_plain = looks.iter().all(Look::is_plain);
    let mut rows = RowBuilder::default();
    let mut interned = Interned::default();
    let mut bad_cells = 0;
    loop {
        match reader.next_cell_with_style_id() {
            Ok(Some((cell, style))) => {
                let (row, column) = cell.get_position();
                let Some(mut value) = value_of_ref(cell.get_value(), &mut interned) else {
                    continue;
                };
                if let Some(look) = looks.get(style).filter(|_| !is_plain) {
                    sheet.fonts.extend(look.font.map(|font| ((row, column), font)));
                    value = look.shown(value, sheet.epoch_1904);
                }
                if !rows.push(row, column, value) {
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

/// An .xls file, after a walk over its records; one that cannot be walked over is read as it is.
pub(super) fn xls(bytes: &[u8]) -> Result<Workbook, String> {
    let Some(walk) = biff::walk(bytes) else { return walked_xls(bytes, None) };
    if walk.encrypted {
        return Err("it is protected by a password".to_owned());
    }
    let mut workbook = walked_xls(&walk.bytes, walk.codepage)?;
    workbook.look(&walk.looks);
    Ok(workbook)
}

fn walked_xls(bytes: &[u8], codepage: Option<u16>) -> Result<Workbook, String> {
    let mut options = calamine::XlsOptions::default();
    options.force_codepage = codepage;
    let book = calamine::Xls::new_with_options(Cursor::new(bytes), options)
        .map_err(|error| error.to_string())?;
    let epoch_1904 = book.has_1904_epoch();
    let mut workbook = collect(book, "xls", |book, name| {
        book.merge_cells_by_sheet_name(name).map(|merges| regions(&merges)).unwrap_or_default()
    });
    workbook.sheets.iter_mut().for_each(|sheet| sheet.epoch_1904 = epoch_1904);
    Ok(workbook)
}

/// An .ods file; its merged cells are those of the walk.
pub(super) fn ods(bytes: &[u8], walk: &odf::Walk) -> Result<Workbook, String> {
    let open = |bytes: Vec<u8>| calamine::Ods::new(Cursor::new(bytes));
    let book =
        open(bytes.to_vec()).or_else(|error| odf::made_plain(bytes).map_or(Err(error), open));
    let book = book.map_err(|error| error.to_string())?;
    let mut workbook = collect(book, "ods", |_, _| Vec::new());
    for sheet in &mut workbook.sheets {
        sheet.merges = walk.merges.get(sheet.place).cloned().unwrap_or_default();
    }
    workbook.look(&walk.looks);
    Ok(workbook)
}

/// An .xlsb file, cell by cell.
pub(super) fn xlsb(bytes: &[u8]) -> Result<Workbook, String> {
    let mut book = calamine::Xlsb::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut workbook = Workbook { format: "xlsb", ..Workbook::default() };
    for (place, metadata) in book.sheets_metadata().to_vec().iter().enumerate() {
        if metadata.typ != SheetType::WorkSheet {
            workbook.diagnostics.push(not_a_worksheet(&metadata.name));
            continue;
        }
        let mut sheet = empty_sheet(metadata, place, false);
        guarded(&mut workbook.diagnostics, &metadata.name, |diagnostics| {
            let mut reader =
                book.worksheet_cells_reader(&metadata.name).map_err(|error| error.to_string())?;
            let mut rows = RowBuilder::default();
            let mut interned = Interned::default();
            while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
                let (row, column) = cell.get_position();
                if let Some(value) = value_of_ref(cell.get_value(), &mut interned)
                    && !rows.push(row, column, value)
                {
                    diagnostics.push(too_large(&metadata.name));
                    break;
                }
            }
            sheet.rows = rows.finish();
            Ok(())
        });
        workbook.sheets.push(sheet);
    }
    Ok(workbook)
}

fn look_of(style: &calamine::Style) -> Look {
    let font = style.font.as_ref().and_then(|font| font.name.as_deref());
    let format = style.number_format.as_ref().map(|format| format.format_code.as_str());
    Look {
        font: font.and_then(LegacyFont::of_name),
        format: format.map(NumberFormat::of_code).unwrap_or_default(),
    }
}

impl Workbook {
    /// Gives cells what a person sees in them, by the looks of each sheet in the order of the file.
    fn look(&mut self, looks: &[Looks]) {
        for sheet in &mut self.sheets {
            let Some(looks) = looks.get(sheet.place).filter(|looks| !looks.is_empty()) else {
                continue;
            };
            for row in &mut sheet.rows {
                for cell in &mut row.cells {
                    let place = (row.index, cell.column);
                    let Some(look) = looks.get(&place) else { continue };
                    sheet.fonts.extend(look.font.map(|font| (place, font)));
                    cell.value = look.shown(cell.value.clone(), sheet.epoch_1904);
                }
            }
        }
    }
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
    for (place, metadata) in book.sheets_metadata().to_vec().into_iter().enumerate() {
        if metadata.typ != SheetType::WorkSheet {
            workbook.diagnostics.push(not_a_worksheet(&metadata.name));
            continue;
        }
        let mut sheet = empty_sheet(&metadata, place, false);
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

fn empty_sheet(metadata: &calamine::Sheet, place: usize, epoch_1904: bool) -> Sheet {
    Sheet {
        name: metadata.name.clone(),
        place,
        hidden: metadata.visible != SheetVisible::Visible,
        epoch_1904,
        ..Sheet::default()
    }
}

/// Shared strings by their place in memory: every cell of a table asks for one.
type Interned = FxHashMap<(usize, usize), Arc<str>>;

/// An error of a formula as Excel names it.
fn name_of_error(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
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
        Data::Error(error) => Value::Error(name_of_error(error)),
    })
}

fn value_of_ref(data: &DataRef<'_>, interned: &mut Interned) -> Option<Value> {
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
        DataRef::Error(error) => Value::Error(name_of_error(error)),
    })
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
