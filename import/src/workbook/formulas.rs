//! Formulas that hold no value: the reader passes over their cells, and what they would show is not in
//! the file.

use std::io::{BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use rustc_hash::FxHashMap;
use zip::ZipArchive;

use super::xml::attribute;
use super::{CELLS_LIMIT, position_of_cell};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The formulas of a sheet.
#[derive(Debug, Default)]
pub(super) struct Formulas {
    /// How many there are.
    pub(super) all: usize,
    /// The rows and columns of those that hold no value.
    pub(super) without_value: Vec<(u32, u32)>,
}

/// The formulas of the sheets of an .xlsx file by the names of the sheets; what is damaged is left to
/// the reader to say.
pub(super) fn of_xlsx(bytes: &[u8]) -> FxHashMap<String, Formulas> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return FxHashMap::default() };
    let parts = parts_of_sheets(&mut archive);
    let found = parts.into_iter().filter_map(|(sheet, part)| {
        let any = has_formula(archive.by_name(&part).ok()?);
        any.then(|| Some((sheet, formulas_of(archive.by_name(&part).ok()?))))?
    });
    found.collect()
}

/// The names of sheets and the parts of the file that hold them.
fn parts_of_sheets(archive: &mut Archive<'_>) -> Vec<(String, String)> {
    let mut targets: FxHashMap<String, String> = FxHashMap::default();
    elements(archive, "xl/_rels/workbook.xml.rels", |element| {
        if let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target")) {
            let target = target.strip_prefix('/').map_or(format!("xl/{target}"), str::to_owned);
            targets.insert(id, target);
        }
    });
    let mut sheets = Vec::new();
    elements(archive, "xl/workbook.xml", |element| {
        let is_sheet = element.local_name().as_ref() == "sheet";
        let part = attribute(element, "id").and_then(|id| targets.get(&id));
        if let (true, Some(name), Some(part)) = (is_sheet, attribute(element, "name"), part) {
            sheets.push((name, part.clone()));
        }
    });
    sheets
}

fn elements(archive: &mut Archive<'_>, part: &str, mut each: impl FnMut(&BytesStart<'_>)) {
    let Ok(part) = archive.by_name(part) else { return };
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Start(element) | Event::Empty(element) => each(&element),
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
}

/// Whether a sheet has a formula at all: most lists have none, and are not walked over.
fn has_formula(mut part: impl Read) -> bool {
    let mut block = vec![0; 1 << 16];
    let mut kept = 0;
    while let Ok(read @ 1..) = part.read(&mut block[kept..]) {
        let filled = kept + read;
        let is_formula = |three: &[u8]| {
            matches!(three[..2], [b'<' | b':', b'f']) && matches!(three[2], b'>' | b' ' | b'/')
        };
        if block[..filled].windows(3).any(is_formula) {
            return true;
        }
        kept = filled.min(2);
        block.copy_within(filled - kept..filled, 0);
    }
    false
}

/// An open cell: where it is, whether it has a formula, and a value.
#[derive(Default)]
struct OpenCell {
    at: Option<(u32, u32)>,
    has_formula: bool,
    has_value: bool,
}

/// A text that is blank is a value; a cell without one that is no text holds nothing.
fn formulas_of(part: impl Read) -> Formulas {
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut found = Formulas::default();
    let mut cell = OpenCell::default();
    let mut in_value = false;
    let mut buffer = Vec::new();
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "c" => {
                    in_value = false;
                    let is_text = attribute(&element, "t").is_some_and(|kind| kind == "str");
                    cell = OpenCell {
                        at: attribute(&element, "r").and_then(|name| position_of_cell(&name)),
                        has_formula: false,
                        has_value: is_text,
                    };
                }
                "f" => cell.has_formula = true,
                "v" => in_value = true,
                _ => {}
            },
            Event::Text(text) => cell.has_value |= in_value && !text.trim().is_empty(),
            Event::End(element) => match element.local_name().as_ref() {
                "v" => in_value = false,
                "c" if cell.has_formula => {
                    found.all += 1;
                    let missing = cell.at.filter(|_| !cell.has_value);
                    found.without_value.extend(missing.filter(|_| found.all < CELLS_LIMIT));
                    cell = OpenCell::default();
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    found
}
