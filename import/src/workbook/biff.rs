//! A walk over the records of an .xls file before its reader sees it: passwords, fonts, number formats,
//! and records that lie about sizes.
//!
//! Record layouts are those of [MS-XLS]; the walk copies the root's workbook stream into a compound
//! file of its own, so that nothing embedded is taken for the workbook.

use std::collections::HashMap;
use std::io::{Cursor, Read, Write};

use super::look::{Look, Looks, NumberFormat};
use super::{COLUMNS_LIMIT, LegacyFont};

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) encrypted: bool,
    /// The code page that the reader must be told: BIFF8 is UTF-16 whatever its CODEPAGE says.
    pub(super) codepage: Option<u16>,
    /// The workbook stream in a compound file of its own.
    pub(super) bytes: Vec<u8>,
    /// How the cells of each sheet look, in the order of the file.
    pub(super) looks: Vec<Looks>,
}

/// Ids of the records that matter.
mod id {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const FORMULA_OF_BIFF4: u16 = 0x0406;
    pub(super) const FILE_PASS: u16 = 0x002f;
    pub(super) const FONT: u16 = 0x0031;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const RICH_STRING: u16 = 0x00d6;
    pub(super) const EXTENDED_FORMAT: u16 = 0x00e0;
    pub(super) const MULTIPLE_RK: u16 = 0x00bd;
    pub(super) const LABEL_SST: u16 = 0x00fd;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const RK: u16 = 0x027e;
    pub(super) const FORMAT: u16 = 0x041e;
    pub(super) const BOF: u16 = 0x0809;
}

const BIFF8: u16 = 0x0600;
const UTF_16: u16 = 1200;
const ROWS_LIMIT: u32 = 65_536;

/// Walks over the records; nothing if the bytes hold no stream of a workbook that can be walked.
pub(super) fn walk(bytes: &[u8]) -> Option<Walk> {
    let mut stream = if bytes.starts_with(&[9, 8]) {
        bytes.to_vec()
    } else {
        let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
        let names: Vec<_> = file.read_root_storage().filter(cfb::Entry::is_stream).collect();
        let named = |name: &str| names.iter().find(|entry| entry.name().eq_ignore_ascii_case(name));
        let path = named("Workbook").or_else(|| named("Book"))?.path().to_owned();
        let mut stream = Vec::new();
        file.open_stream(path).ok()?.read_to_end(&mut stream).ok()?;
        stream
    };
    let mut walker = Walker::default();
    walker.records(&mut stream);
    if walker.version == 0 {
        return None;
    }
    let Walker { mut walk, sheets, mut by_position, .. } = walker;
    walk.looks =
        sheets.iter().map(|position| by_position.remove(position).unwrap_or_default()).collect();
    walk.bytes = wrapped(&stream, "Workbook")?;
    Some(walk)
}

/// A compound file that holds one stream.
fn wrapped(stream: &[u8], name: &str) -> Option<Vec<u8>> {
    // The reader takes a root of version 4 without small streams for none at all.
    let space = Cursor::new(Vec::with_capacity(stream.len() + 4_096));
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, space).ok()?;
    file.create_stream(format!("/{name}")).ok()?.write_all(stream).ok()?;
    file.flush().ok()?;
    Some(file.into_inner().into_inner())
}

#[derive(Default)]
struct Walker {
    walk: Walk,
    version: u16,
    /// The fonts of the FONT records, in their order.
    fonts: Vec<Option<LegacyFont>>,
    /// The number formats of the FORMAT records by their index.
    codes: HashMap<u16, NumberFormat>,
    /// The indices of the font and of the number format of each extended format.
    formats: Vec<(u16, u16)>,
    /// How the cells of an extended format look, as far as it was asked.
    looks: HashMap<u16, Look>,
    /// The positions of the streams of the sheets.
    sheets: Vec<u32>,
    by_position: HashMap<u32, Looks>,
    /// The position of the sheet's stream that is walked over.
    current: u32,
}

impl Walker {
    fn records(&mut self, stream: &mut [u8]) {
        let mut at = 0;
        while let Some(head) = stream.get(at..at + 4) {
            let (id, length) = (word(head, 0), usize::from(word(head, 2)));
            if id == id::FORMULA_OF_BIFF4 && self.version >= 0x0500 {
                stream[at..at + 2].copy_from_slice(&id::FORMULA.to_le_bytes());
            }
            let Some(data) = stream.get_mut(at + 4..at + 4 + length) else { break };
            self.record(id, data, at);
            at += 4 + length;
        }
    }

    fn record(&mut self, id: u16, data: &mut [u8], at: usize) {
        match id {
            id::BOF if data.len() >= 4 => {
                if self.version == 0 {
                    self.version = word(data, 0);
                }
                self.current = u32::try_from(at).unwrap_or(u32::MAX);
            }
            id::FILE_PASS => self.walk.encrypted = true,
            id::CODE_PAGE
                if data.len() >= 2 && self.version == BIFF8 && word(data, 0) != UTF_16 =>
            {
                self.walk.codepage = Some(UTF_16);
            }
            id::FONT => self
                .fonts
                .push(font_name(data, self.version).and_then(|name| LegacyFont::of_name(&name))),
            id::FORMAT if data.len() >= 2 => {
                let code = format_code(&data[2..], self.version).unwrap_or_default();
                self.codes.insert(word(data, 0), NumberFormat::of_code(&code));
            }
            id::EXTENDED_FORMAT if data.len() >= 4 => {
                self.formats.push((word(data, 0), word(data, 2)));
            }
            id::BOUND_SHEET if data.len() >= 6 => self.sheets.push(double_word(data, 0)),
            id::DIMENSIONS => mend_dimensions(data, self.version),
            id::LABEL | id::LABEL_SST | id::RICH_STRING | id::FORMULA | id::NUMBER | id::RK
                if data.len() >= 6 =>
            {
                self.cell(word(data, 0), word(data, 2), word(data, 4));
            }
            // Numbers that stand beside one another: a row, its first column, six bytes for each.
            id::MULTIPLE_RK if data.len() >= 6 => {
                let (row, first) = (word(data, 0), word(data, 2));
                for (column, number) in (first..).zip(data[4..].chunks_exact(6)) {
                    self.cell(row, column, word(number, 0));
                }
            }
            _ => {}
        }
    }

    fn cell(&mut self, row: u16, column: u16, format: u16) {
        if !self.looks.contains_key(&format) {
            let look = self.look_of(format).unwrap_or_default();
            self.looks.insert(format, look);
        }
        let look = &self.looks[&format];
        if !look.is_plain() {
            let place = (u32::from(row), u32::from(column));
            self.by_position.entry(self.current).or_default().insert(place, look.clone());
        }
    }

    /// Font 4 does not exist: the fifth record has the index 5.
    fn look_of(&self, format: u16) -> Option<Look> {
        let (font, code) = *self.formats.get(usize::from(format))?;
        let place = usize::from(if font > 4 { font - 1 } else { font });
        let format = self.codes.get(&code).cloned();
        Some(Look {
            font: self.fonts.get(place).copied().flatten(),
            format: format.unwrap_or_else(|| NumberFormat::built_in(code)),
        })
    }
}

/// The reader makes room for what DIMENSIONS says: what no sheet can have, or what is reversed, is
/// made "nothing", and the cells themselves tell.
fn mend_dimensions(data: &mut [u8], version: u16) {
    let (rows, columns) = if version == BIFF8 && data.len() >= 12 {
        ((double_word(data, 0), double_word(data, 4)), (word(data, 8), word(data, 10)))
    } else if data.len() >= 8 {
        ((u32::from(word(data, 0)), u32::from(word(data, 2))), (word(data, 4), word(data, 6)))
    } else {
        return;
    };
    let lies = rows.0 > rows.1
        || columns.0 > columns.1
        || rows.1 > ROWS_LIMIT
        || u32::from(columns.1) > COLUMNS_LIMIT;
    if lies {
        data.fill(0);
    }
}

/// The name in a FONT record.
fn font_name(data: &[u8], version: u16) -> Option<String> {
    let (length, rest) = data.get(14..)?.split_first()?;
    characters(usize::from(*length), rest, version)
}

/// The code in a FORMAT record behind its index.
fn format_code(data: &[u8], version: u16) -> Option<String> {
    if version != BIFF8 {
        let (length, rest) = data.split_first()?;
        return characters(usize::from(*length), rest, version);
    }
    let length = usize::from(word(data.get(..2)?, 0));
    characters(length, &data[2..], version)
}

/// Characters of one byte or of two, as a byte before them says since BIFF8.
fn characters(length: usize, data: &[u8], version: u16) -> Option<String> {
    if version != BIFF8 {
        return data.get(..length).map(latin);
    }
    let (wide, data) = data.split_first()?;
    if wide & 1 == 0 {
        return data.get(..length).map(latin);
    }
    let units: Vec<u16> =
        data.get(..2 * length)?.chunks_exact(2).map(|pair| word(pair, 0)).collect();
    Some(String::from_utf16_lossy(&units))
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn word(data: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([data[at], data[at + 1]])
}

fn double_word(data: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]])
}
