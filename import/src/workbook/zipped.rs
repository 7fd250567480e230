//! The directory of a zip file: what is in it, and whether it may be unpacked.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::sniff::{Format, password, unreadable};
use crate::diagnostic::Diagnostic;

/// The most parts that a workbook has.
const ENTRIES_LIMIT: usize = 10_000;
/// The most bytes of all parts together, unpacked.
const UNPACKED_LIMIT: u64 = 512 << 20;
/// A part that is larger than this may be at most [`RATIO_LIMIT`] times its packed size.
const LARGE_PART: u64 = 16 << 20;
const RATIO_LIMIT: u64 = 200;

/// The kind of workbook that a zip file is, if its directory is harmless.
///
/// # Errors
/// What is wrong with the file, or what it is instead.
pub(super) fn format(bytes: &[u8]) -> Result<Format, Box<Diagnostic>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| Box::new(super::damaged(&error.to_string())))?;
    check_size(&mut archive)?;
    let names: Vec<String> =
        archive.file_names().flatten().map(|name| name.replace('\\', "/")).collect();
    let has = |name: &str| names.iter().any(|entry| entry.eq_ignore_ascii_case(name));
    let ends = |suffix: &str| names.iter().any(|entry| entry.ends_with(suffix));
    if has("xl/workbook.bin") {
        return Ok(Format::Xlsb);
    }
    if has("EncryptedPackage") {
        return Err(password().into());
    }
    if ends("workbook.xml") || has("[Content_Types].xml") && ends("workbook.xml.rels") {
        return Ok(Format::Xlsx);
    }
    if has("content.xml") {
        return of_open_document(&mut archive);
    }
    let found = if has("word/document.xml") {
        "a Word document"
    } else if has("ppt/presentation.xml") {
        "a presentation"
    } else {
        return if has("[Content_Types].xml") {
            Ok(Format::Xlsx)
        } else {
            Err(unreadable("an archive", "unpack it and import the workbooks in it").into())
        };
    };
    Err(unreadable(found, "ask for the workbook of its tables").into())
}

fn of_open_document(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Format, Box<Diagnostic>> {
    let read = |archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str| {
        let mut text = String::new();
        let entry = archive.by_name(name).ok()?;
        entry.take(1 << 20).read_to_string(&mut text).ok()?;
        Some(text)
    };
    let manifest = read(archive, "META-INF/manifest.xml").unwrap_or_default();
    // Macros alone may be encrypted.
    let content = manifest
        .split("file-entry")
        .find(|entry| entry.contains("\"content.xml\"") || entry.contains("'content.xml'"));
    if content.is_some_and(|content| content.contains("encryption-data")) {
        return Err(password().into());
    }
    match read(archive, "mimetype") {
        Some(kind) if kind.contains("opendocument") && !kind.contains("spreadsheet") => {
            Err(unreadable("a text document or a drawing", "ask for the workbook of its tables")
                .into())
        }
        _ => Ok(Format::Ods),
    }
}

fn check_size(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), Box<Diagnostic>> {
    if archive.len() > ENTRIES_LIMIT {
        return Err(super::too_much(format!("{} parts", archive.len())));
    }
    let mut unpacked: u64 = 0;
    for place in 0..archive.len() {
        let Ok(entry) = archive.by_index_raw(place) else { continue };
        let (size, packed) = (entry.size(), entry.compressed_size().max(1));
        unpacked = unpacked.saturating_add(size);
        if size > LARGE_PART
            && size / packed > RATIO_LIMIT
            && entry.name().is_ok_and(|name| name.ends_with(".xml"))
        {
            return Err(super::too_much(format!("a part unpacks to {size} bytes")));
        }
    }
    if unpacked > UNPACKED_LIMIT {
        return Err(super::too_much(format!("{unpacked} bytes unpacked")));
    }
    Ok(())
}
