//! What the bytes of a file are, whatever its name says.

use super::zipped;
use crate::diagnostic::{Code, Diagnostic};

/// The kinds of workbooks that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
    /// A table of a web page, of comma- or tab-parted text, or of SpreadsheetML 2003.
    Text(TextFormat),
}

/// Tables that are text, often under the name of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextFormat {
    Html,
    /// Web pages in one message, as Excel saves them (`.mht`).
    Mhtml,
    SpreadsheetMl,
    Delimited,
}

const SAVE_AS: &str = "open it in Excel or LibreOffice and save it as .xlsx";
/// The magic number of a compound file.
pub(super) const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// # Errors
/// What the bytes are instead of a workbook, and what to do.
pub(super) fn format(bytes: &[u8]) -> Result<Format, Box<Diagnostic>> {
    if bytes.is_empty() {
        return Err(unreadable("an empty file", "ask for the file again").into());
    }
    if bytes.starts_with(b"PK") {
        return zipped::format(bytes);
    }
    if bytes.starts_with(&COMPOUND) {
        return if ["Workbook", "Book", "WORKBOOK", "BOOK"]
            .iter()
            .any(|name| has_stream(bytes, name))
        {
            Ok(Format::Xls)
        } else {
            Err(unreadable("an Office document that holds no workbook", SAVE_AS).into())
        };
    }
    match bytes {
        // A stream of BIFF5 or BIFF8 without its compound file.
        [9, 8, _, _, _, 5 | 6, ..] => return Ok(Format::Xls),
        [9, 0 | 2 | 4, ..] => {
            return Err(unreadable("a workbook of Excel 2, 3 or 4", SAVE_AS).into());
        }
        _ => {}
    }
    of_text(bytes)
}

fn of_text(bytes: &[u8]) -> Result<Format, Box<Diagnostic>> {
    let start = &bytes[..bytes.len().min(8_192)];
    let wide = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    let text: String = String::from_utf8_lossy(start)
        .chars()
        .filter(|c| *c != '\0')
        .collect::<String>()
        .to_lowercase();
    if text.contains("urn:schemas-microsoft-com:office:spreadsheet") && text.contains("<?xml") {
        Ok(Format::Text(TextFormat::SpreadsheetMl))
    } else if text.starts_with("mime-version:") && text.contains("multipart/related") {
        Ok(Format::Text(TextFormat::Mhtml))
    } else if text.contains("<html") || text.contains("<table") {
        Ok(Format::Text(TextFormat::Html))
    } else if start.starts_with(b"%PDF") {
        Err(unreadable("a PDF document", "ask for the workbook that it was printed from").into())
    } else if text.trim_start().starts_with("{\\rtf") {
        Err(unreadable("a text document (RTF)", "ask for the workbook of its tables").into())
    } else if text.trim_start().starts_with("<?xml") {
        Err(unreadable("an XML document of another kind", SAVE_AS).into())
    } else if start.contains(&0) && !wide {
        Err(unreadable("a file of an unknown kind", SAVE_AS).into())
    } else if text.lines().filter(|line| line.contains(['\t', ';', ','])).count() >= 2 {
        Ok(Format::Text(TextFormat::Delimited))
    } else {
        Err(unreadable("a text file with the name of a workbook", SAVE_AS).into())
    }
}

/// Whether the directory of a compound file names a stream.
pub(super) fn has_stream(bytes: &[u8], name: &str) -> bool {
    let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    bytes.chunks_exact(128).any(|entry| entry.starts_with(&name))
}

pub(super) fn unreadable(found: &str, hint: &str) -> Diagnostic {
    Diagnostic::new(Code::NotAWorkbook, format!("this is {found}"))
        .found(found)
        .expected("an .xlsx, .xls, .xlsb or .ods workbook")
        .hint(hint)
}

pub(super) fn password() -> Diagnostic {
    Diagnostic::new(Code::PasswordProtected, "the workbook is protected by a password")
        .hint("open it with its password in Excel and save a copy without one")
}
