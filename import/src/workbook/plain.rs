//! Tables that are text under the name of a workbook: web pages, alone or several in a message, comma- or
//! tab-parted text, and SpreadsheetML 2003.

use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1258};
use mail_parser::{MessageParser, PartType};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::sniff::TextFormat;
use super::xml::attribute;
use super::{Cell, MERGES_LIMIT, Region, Row, RowBuilder, Sheet, Value, Workbook, text_value};

/// Reads text as the sheets of a workbook.
///
/// # Errors
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], format: TextFormat) -> Result<Workbook, String> {
    let text = decoded(bytes);
    let (name, sheets) = match format {
        TextFormat::Html => ("html", vec![page(&text)]),
        TextFormat::Mhtml => ("mhtml", pages(bytes)),
        TextFormat::Delimited => ("csv", vec![delimited(&text)?]),
        TextFormat::SpreadsheetMl => ("xml", spreadsheet_ml(&text)?),
    };
    Ok(Workbook { format: name, sheets, diagnostics: Vec::new() })
}

/// By byte order mark, else the character set that the text names, else UTF-8 where it is valid.
fn decoded(bytes: &[u8]) -> String {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(2_048)]).to_lowercase();
    let named = start.split("charset=").nth(1).map(|rest| {
        rest.trim_start_matches(['"', '\''])
            .split(['"', '\'', '>', ';', ' ', '/'])
            .next()
            .unwrap_or_default()
    });
    let fallback = if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1258 };
    let named = named.and_then(|label| Encoding::for_label(label.as_bytes()));
    let encoding = named.filter(|named| *named != UTF_8).unwrap_or(fallback);
    encoding.decode(bytes).0.into_owned()
}

/// A number where the text is one in the spelling of programs; figures of people stay text.
fn value_of(text: &str) -> Option<Value> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let plain = digits.len() <= 15
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    let thousands = digits.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 3);
    if plain
        && !leading_zero
        && !thousands
        && let Ok(number) = text.parse()
    {
        return Some(Value::Number(number));
    }
    text_value(Arc::from(text))
}

fn delimited(text: &str) -> Result<Sheet, String> {
    let count =
        |mark: char| text.lines().take(50).map(|line| line.matches(mark).count()).sum::<usize>();
    let delimiter = [('\t', b'\t'), (';', b';'), (',', b',')]
        .into_iter()
        .max_by_key(|(mark, byte)| (count(*mark), *byte == b'\t'))
        .map_or(b',', |(_, byte)| byte);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = RowBuilder::default();
    // As a spreadsheet shows them: a field of several lines is in one row.
    let mut next: u32 = 0;
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let blank = record.position().map_or(0, |position| blank_lines(text, position));
        let row = next.saturating_add(blank);
        next = row.saturating_add(1);
        for (column, field) in (0..).zip(record.iter()) {
            if let Some(value) = value_of(field)
                && !rows.push(row, column, value)
            {
                return Err("it has more cells than a table of this kind".to_owned());
            }
        }
    }
    Ok(Sheet { name: "Sheet1".to_owned(), rows: rows.finish(), ..Sheet::default() })
}

/// The blank lines before a record, which are skipped.
fn blank_lines(text: &str, position: &csv::Position) -> u32 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.get(start..).unwrap_or_default();
    // A record begins behind the first of the two signs that end a line.
    let ends_line = start > 0 && text.as_bytes().get(start - 1) == Some(&b'\r');
    let rest = if ends_line { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
    let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    rest[..blank].matches('\n').count().try_into().unwrap_or(u32::MAX)
}

/// The pages of a message that hold a table, each a sheet.
fn pages(bytes: &[u8]) -> Vec<Sheet> {
    let message = MessageParser::new().parse(bytes);
    let parts = message.iter().flat_map(|message| &message.parts);
    let pages = parts.filter_map(|part| match &part.body {
        PartType::Html(text) if text.to_lowercase().contains("<table") => Some(page(text)),
        _ => None,
    });
    let named = |(place, page): (usize, Sheet)| Sheet {
        name: format!("Sheet{}", place + 1),
        place,
        ..page
    };
    pages.enumerate().map(named).collect()
}

/// All tables of a page, one below the other on one sheet; text between them is a line.
fn page(text: &str) -> Sheet {
    let mut page = Page::default();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        page.text(&rest[..open]);
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let Some(close) = rest.find('>') else { break };
        let tag = &rest[1..close];
        rest = &rest[close + 1..];
        let name: String = tag
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '/')
            .collect::<String>()
            .to_lowercase();
        if matches!(name.as_str(), "script" | "style" | "title") {
            let end = format!("</{name}");
            rest = rest.to_ascii_lowercase().find(&end).map_or("", |at| &rest[at..]);
            continue;
        }
        page.tag(&name, tag);
    }
    page.end_cell();
    Sheet { name: "Sheet1".to_owned(), rows: page.rows, merges: page.merges, ..Sheet::default() }
}

#[derive(Default)]
struct Page {
    rows: Vec<Row>,
    merges: Vec<Region>,
    /// The number of the row that is open, and the next one.
    row: u32,
    next_row: u32,
    column: u32,
    in_cell: bool,
    text: String,
}

impl Page {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn tag(&mut self, name: &str, tag: &str) {
        match name {
            "td" | "th" => {
                self.end_cell();
                self.in_cell = true;
                self.begin_cell(tag);
            }
            "/td" | "/th" => self.end_cell(),
            "tr" => {
                self.end_cell();
                self.begin_row();
            }
            "/tr" | "/table" | "table" => {
                self.end_cell();
                self.column = 0;
            }
            "p" | "/p" | "div" | "/div" | "h1" | "h2" | "h3" | "/h1" | "/h2" | "/h3"
                if !self.in_cell =>
            {
                self.end_cell();
            }
            "br" | "br/" | "p" | "/p" | "div" | "/div" => self.text.push(' '),
            _ => {}
        }
    }

    fn begin_row(&mut self) {
        self.row = self.next_row;
        self.next_row = self.next_row.saturating_add(1);
        self.column = 0;
    }

    /// Cells under one that reaches down from above stand right of it.
    fn begin_cell(&mut self, tag: &str) {
        while let Some(region) = self.covering(self.column) {
            self.column = region.last_column + 1;
        }
        let (columns, rows) = (span(tag, "colspan"), span(tag, "rowspan"));
        if (columns > 1 || rows > 1) && self.merges.len() < MERGES_LIMIT {
            self.merges.push(Region {
                first_row: self.row,
                last_row: self.row + rows - 1,
                first_column: self.column,
                last_column: self.column + columns - 1,
            });
        }
    }

    fn covering(&self, column: u32) -> Option<Region> {
        let covers = |region: &&Region| {
            region.first_row < self.row
                && self.row <= region.last_row
                && (region.first_column..=region.last_column).contains(&column)
        };
        self.merges.iter().rev().take(200).find(covers).copied()
    }

    fn end_cell(&mut self) {
        let text = unescaped(&std::mem::take(&mut self.text));
        if !self.in_cell {
            // A line between the tables has a row of its own.
            if let Some(value) = value_of(&text) {
                self.begin_row();
                self.rows.push(Row {
                    index: self.row,
                    cells: vec![Cell { column: 0, value }],
                    places: Vec::new(),
                });
            }
            return;
        }
        self.in_cell = false;
        let column = self.column;
        let merge = self
            .merges
            .iter()
            .rev()
            .take(200)
            .find(|region| region.first_row == self.row && region.first_column == column);
        self.column = merge.map_or(column, |region| region.last_column) + 1;
        let Some(value) = value_of(&text) else { return };
        let cell = Cell { column, value };
        match self.rows.last_mut().filter(|last| last.index == self.row) {
            Some(last) => last.cells.push(cell),
            None => self.rows.push(Row { index: self.row, cells: vec![cell], places: Vec::new() }),
        }
    }
}

/// `colspan=3`, quoted or not; at most what a sheet has.
fn span(tag: &str, name: &str) -> u32 {
    let lower = tag.to_ascii_lowercase();
    let value = lower.split(name).nth(1).and_then(|rest| rest.trim_start().strip_prefix('='));
    let digits: String = value
        .unwrap_or_default()
        .trim_start_matches([' ', '"', '\''])
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or(1).clamp(1, 1_000)
}

fn unescaped(text: &str) -> String {
    let spaced = text.replace("&nbsp;", " ").replace("&NBSP;", " ");
    let resolve = |entity: &str| quick_xml::escape::resolve_html5_entity(entity).or(Some(" "));
    quick_xml::escape::unescape_with(&spaced, resolve)
        .map_or_else(|_| spaced.clone(), std::borrow::Cow::into_owned)
}

/// The worksheets of a SpreadsheetML 2003 document.
fn spreadsheet_ml(text: &str) -> Result<Vec<Sheet>, String> {
    let mut reader = Reader::from_str(text);
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut rows = RowBuilder::default();
    let (mut row, mut column) = (0, 0);
    let mut across = 0;
    let mut data: Option<(String, String)> = None;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "Worksheet" => {
                    let name = attribute(&element, "Name").unwrap_or_default();
                    sheets.push(Sheet { name, place: sheets.len(), ..Sheet::default() });
                    (row, column) = (0, 0);
                }
                "Row" => {
                    row = index(&element).unwrap_or(row + 1);
                    (column, across) = (0, 0);
                }
                "Cell" => {
                    column = index(&element).unwrap_or(column + across + 1);
                    across = number(&element, "MergeAcross");
                    let down = number(&element, "MergeDown");
                    if let Some(sheet) = sheets.last_mut().filter(|_| across + down > 0) {
                        sheet.merges.push(Region {
                            first_row: row.saturating_sub(1),
                            last_row: row.saturating_sub(1) + down,
                            first_column: column.saturating_sub(1),
                            last_column: column.saturating_sub(1) + across,
                        });
                    }
                }
                "Data" => {
                    data = Some((attribute(&element, "Type").unwrap_or_default(), String::new()));
                }
                _ => {}
            },
            Event::Text(part) => {
                if let Some((_, text)) = &mut data {
                    text.push_str(&part);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some((_, text)) = &mut data {
                    let name: &str = &reference;
                    text.push_str(&unescaped(&format!("&{name};")));
                }
            }
            Event::End(element) => match element.local_name().as_ref() {
                "Data" => {
                    let (kind, text) = data.take().unwrap_or_default();
                    if let Some(value) = typed(&kind, &text) {
                        rows.push(row.saturating_sub(1), column.saturating_sub(1), value);
                    }
                }
                "Worksheet" => {
                    if let Some(sheet) = sheets.last_mut() {
                        sheet.rows = std::mem::take(&mut rows).finish();
                        sheet.merges.sort_by_key(|region| (region.first_row, region.first_column));
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(sheets),
            _ => {}
        }
    }
}

fn typed(kind: &str, text: &str) -> Option<Value> {
    match kind {
        "Number" => text.trim().parse().ok().map(Value::Number),
        "Boolean" => Some(Value::Bool(text.trim() == "1")),
        "Error" => Some(Value::Error("#VALUE!")),
        // "2019-03-19T00:00:00.000": the day is enough.
        "DateTime" => text_value(text.split('T').next().unwrap_or_default().into()),
        _ => text_value(text.into()),
    }
}

fn number(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|value| value.parse().ok()).unwrap_or(0).min(16_384)
}

fn index(element: &BytesStart<'_>) -> Option<u32> {
    attribute(element, "Index").and_then(|value| value.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::delimited;

    #[test]
    fn rows_are_those_that_a_spreadsheet_shows() {
        for end in ["\n", "\r\n"] {
            let text = ["Title", "", "No,\"Reporting\nOfficer\"", "1,Ann", "", "2,Ben"].join(end);
            let sheet = delimited(&text).expect("a table");
            let rows: Vec<u32> = sheet.rows.iter().map(|row| row.index).collect();
            assert_eq!(rows, [0, 2, 3, 5], "{end:?}");
        }
    }
}
