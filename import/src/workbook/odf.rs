//! What the reader does not tell of an .ods file: merged cells, what number formats show, and how much
//! its repeated cells ask for.

use std::io::{BufRead, BufReader, Cursor, Read, Write};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::look::{Look, Looks, NumberFormat};
use super::xml::attribute;
use super::{CELLS_LIMIT, COLUMNS_LIMIT, MERGES_LIMIT, ROWS_LIMIT, Region};

/// What was found of each sheet, in the order of the file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Walk {
    pub(super) merges: Vec<Vec<Region>>,
    pub(super) looks: Vec<Looks>,
}

/// The part of the file that holds the sheets.
const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
const EMPTY_MANIFEST: &str =
    r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
/// The most bytes that the text of repeated cells may take.
const TEXT_LIMIT: u64 = 200 << 20;
/// The most bytes of what a number shows that are looked at.
const SHOWN_LIMIT: usize = 40;
/// The largest rectangle around the filled cells of a sheet: the reader fills it.
const AREA_LIMIT: u64 = 10_000_000;

/// Walks over the content; what is damaged is left to the reader to say.
///
/// # Errors
/// How much the file asks for, where that is more than a workbook can need.
pub(super) fn walk(bytes: &[u8]) -> Result<Walk, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok();
    let content = archive.as_mut().and_then(|archive| archive.by_name(CONTENT).ok());
    content.map_or_else(|| Ok(Walk::default()), |content| walk_content(BufReader::new(content)))
}

/// The file without what the reader gives up on: the blanks between rows and cells of programs that
/// lay their XML out for people, and a manifest that tells of encrypted macros.
pub(super) fn made_plain(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut content = String::new();
    archive.by_name(CONTENT).ok()?.read_to_string(&mut content).ok()?;
    let mut written = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place).ok()?;
        if entry.name().is_ok_and(|name| name != CONTENT && name != MANIFEST) {
            written.raw_copy_file(entry).ok()?;
        }
    }
    written.start_file(MANIFEST, SimpleFileOptions::default()).ok()?;
    written.write_all(EMPTY_MANIFEST.as_bytes()).ok()?;
    written.start_file(CONTENT, SimpleFileOptions::default()).ok()?;
    for part in content.split_inclusive('>') {
        let bare = part.trim_start();
        let in_table = bare.starts_with("<table:") || bare.starts_with("</table:");
        written.write_all(if in_table { bare } else { part }.as_bytes()).ok()?;
    }
    Some(written.finish().ok()?.into_inner())
}

/// The kinds of values that number formats show in their own way.
#[derive(Clone, Copy)]
enum NumberType {
    Float,
    Percentage,
    Date,
}

impl NumberType {
    fn of(element: &BytesStart<'_>) -> Option<Self> {
        match attribute(element, "value-type")?.as_str() {
            "float" => Some(Self::Float),
            "percentage" => Some(Self::Percentage),
            "date" => Some(Self::Date),
            _ => None,
        }
    }
}

#[derive(Default)]
struct Walker {
    walk: Walk,
    row: u64,
    column: u64,
    /// Filled cells of the row and the bytes of their text, before the row is repeated.
    row_cells: u64,
    row_text: u64,
    row_repeat: u64,
    last_column: u64,
    /// How often the open cell is repeated, and the text in it.
    cell_repeat: u64,
    cell_text: u64,
    /// What kind of number the open cell has, and what is shown of it.
    cell_type: Option<NumberType>,
    cell_shown: String,
    /// The looks of cells of the row: the first column, how many, and the look.
    row_looks: Vec<(u64, u64, Look)>,
    cells: u64,
    text: u64,
}

fn walk_content(content: impl BufRead) -> Result<Walk, String> {
    let mut reader = Reader::from_reader(content);
    let mut walker = Walker::default();
    let mut buffer = Vec::new();
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Start(element) => walker.begin(&element, false)?,
            Event::Empty(element) => walker.begin(&element, true)?,
            Event::End(element) => walker.end(element.local_name().as_ref())?,
            Event::Text(text) => walker.text(&text),
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    Ok(walker.walk)
}

impl Walker {
    fn begin(&mut self, element: &BytesStart<'_>, empty: bool) -> Result<(), String> {
        match element.local_name().as_ref() {
            "table" => {
                self.walk.merges.push(Vec::new());
                self.walk.looks.push(Looks::new());
                (self.row, self.cells, self.text, self.last_column) = (0, 0, 0, 0);
            }
            "table-row" => {
                self.row_repeat = number(element, "number-rows-repeated").unwrap_or(1);
                (self.column, self.row_cells, self.row_text) = (0, 0, 0);
                if empty {
                    self.end_row()?;
                }
            }
            "table-cell" | "covered-table-cell" => {
                self.cell_repeat = number(element, "number-columns-repeated").unwrap_or(1);
                self.cell_text = 0;
                self.cell_type = NumberType::of(element);
                self.cell_shown.clear();
                self.merge(element);
                if empty {
                    self.end_cell(false);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), String> {
        match name {
            "table-cell" | "covered-table-cell" => self.end_cell(true),
            "table-row" => self.end_row()?,
            _ => {}
        }
        Ok(())
    }

    fn merge(&mut self, element: &BytesStart<'_>) {
        let columns = number(element, "number-columns-spanned").unwrap_or(1);
        let rows = number(element, "number-rows-spanned").unwrap_or(1);
        let Some(merges) = self.walk.merges.last_mut() else { return };
        if columns <= 1 && rows <= 1 || merges.len() >= MERGES_LIMIT {
            return;
        }
        let bounded = |at: u64, limit: u32| u32::try_from(at).unwrap_or(limit).min(limit);
        merges.push(Region {
            first_row: bounded(self.row, ROWS_LIMIT),
            last_row: bounded(self.row + rows.max(1) - 1, ROWS_LIMIT),
            first_column: bounded(self.column, COLUMNS_LIMIT),
            last_column: bounded(self.column + columns.max(1) - 1, COLUMNS_LIMIT),
        });
    }

    fn text(&mut self, text: &str) {
        self.cell_text += u64::try_from(text.len()).unwrap_or(u64::MAX);
        if self.cell_type.is_some() && self.cell_shown.len() < SHOWN_LIMIT {
            self.cell_shown.push_str(text);
        }
    }

    /// The format of the open cell, as far as its kind of value and what it shows tell.
    fn format(&self) -> NumberFormat {
        let Some(kind) = self.cell_type else { return NumberFormat::Plain };
        let shown = self.cell_shown.trim();
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
        let parts: Vec<&str> = shown.split(['/', '-', '.']).collect();
        match (kind, parts.as_slice()) {
            (NumberType::Percentage, _) => NumberFormat::Percent,
            (NumberType::Float, [digits]) if is_digits(digits) && digits.starts_with('0') => {
                NumberFormat::Digits(digits.len())
            }
            (NumberType::Float, _) if shown.starts_with(char::is_alphabetic) => {
                let word = shown.trim_end_matches(|c: char| c.is_ascii_digit());
                NumberFormat::Behind(word.into(), shown.len() - word.len())
            }
            (NumberType::Date, [year]) if is_digits(year) && year.len() == 4 => NumberFormat::Year,
            (NumberType::Date, [_, year]) if is_digits(year) => NumberFormat::Month,
            _ => NumberFormat::Plain,
        }
    }

    fn end_cell(&mut self, filled: bool) {
        let look = Look { font: None, format: self.format() };
        if filled && !look.is_plain() {
            self.row_looks.push((self.column, self.cell_repeat, look));
        }
        self.column = self.column.saturating_add(self.cell_repeat);
        if filled {
            self.row_cells = self.row_cells.saturating_add(self.cell_repeat);
            let text = self.cell_repeat.saturating_mul(self.cell_text);
            self.row_text = self.row_text.saturating_add(text);
            self.last_column = self.last_column.max(self.column);
        }
    }

    fn end_row(&mut self) -> Result<(), String> {
        let first_row = self.row;
        let looks = std::mem::take(&mut self.row_looks);
        self.row = self.row.saturating_add(self.row_repeat);
        if self.row_cells == 0 {
            return Ok(());
        }
        self.cells = self.cells.saturating_add(self.row_cells.saturating_mul(self.row_repeat));
        self.text = self.text.saturating_add(self.row_text.saturating_mul(self.row_repeat));
        let cells_limit = u64::try_from(CELLS_LIMIT).unwrap_or(u64::MAX);
        let area = self.row.saturating_mul(self.last_column);
        if self.cells > cells_limit || self.text > TEXT_LIMIT || area > AREA_LIMIT.max(cells_limit)
        {
            return Err(format!(
                "its repeated cells fill {} rows of {} columns",
                self.row, self.last_column
            ));
        }
        if !looks.is_empty() {
            (first_row..self.row).for_each(|row| self.look(row, &looks));
        }
        Ok(())
    }

    /// How the cells of a row look that is within the limits.
    fn look(&mut self, row: u64, looks: &[(u64, u64, Look)]) {
        let Some(sheet) = self.walk.looks.last_mut() else { return };
        for (first, repeat, look) in looks {
            for column in *first..first.saturating_add(*repeat) {
                if let (Ok(row), Ok(column)) = (u32::try_from(row), u32::try_from(column)) {
                    sheet.insert((row, column), look.clone());
                }
            }
        }
    }
}

fn number(element: &BytesStart<'_>, name: &str) -> Option<u64> {
    attribute(element, name)?.trim().parse().ok()
}
