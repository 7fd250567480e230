//! `inspect --picture FILE.xlsx`: the workbook as it was read, so that a person sees it at once.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use anyhow::Context;
use evalhub_import::{
    CellValue, ColumnReading, Diagnostic, Fate, Severity, SheetCells, SheetReading, cells_of,
    position_of_cell,
};
use rust_xlsxwriter::{Color, Format, Note, Workbook, Worksheet, XlsxError};

use super::report::free_name;
use super::workbooks::ReadWorkbook;

/// What a colour means, as the first sheet says it.
const KEY: [(&str, u32, &str); 9] = [
    (
        "heading",
        0x00BD_D7EE,
        "heads a column; its comment says what the column was read as, and why",
    ),
    ("fact", 0x00E2_EFDA, "a record states it, or it names whom the record is about"),
    ("section", 0x00FF_F2CC, "heads rows"),
    ("total", 0x00E4_DFEC, "sums other rows"),
    ("ordinal", 0x00FF_FFFF, "numbers a row, or says that there is nothing"),
    ("not held", 0x00ED_EDED, "a field that the hub does not hold, or a note"),
    ("doubtful", 0x00F8_CBAD, "read and doubtful, or asked about; its comment says what"),
    ("not read", 0x00FF_7C80, "not read: an error, or nothing explains it"),
    ("outside", 0x00FF_FFFF, "outside any table"),
];

fn colour_of(fate: Fate) -> u32 {
    let place = match fate {
        Fate::Heading => 0,
        Fate::Fact => 1,
        Fate::Section => 2,
        Fate::Total => 3,
        Fate::Ordinal | Fate::Nothing => 4,
        Fate::NotHeld | Fate::Note => 5,
        Fate::Told => 6,
        Fate::Unexplained => 7,
    };
    KEY[place].1
}

/// Writes the sheets of the workbooks with headings, roles and doubts coloured and commented.
pub(super) fn write(path: &Path, workbooks: &[ReadWorkbook]) -> anyhow::Result<()> {
    let mut picture = Workbook::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    key(picture.add_worksheet().set_name(free_name("Key", &mut names))?)?;
    for workbook in workbooks {
        for cells in cells_of(&workbook.bytes) {
            let worksheet = picture.add_worksheet();
            worksheet.set_name(free_name(&cells.name, &mut names))?;
            let of_sheet = |sheet: &&SheetReading| sheet.name == cells.name;
            let read = workbook.reading.sheets.iter().find(of_sheet);
            let told = workbook.reading.diagnostics.iter();
            let told = told.filter(|told| told.sheet.as_deref() == Some(&cells.name));
            sheet(worksheet, &cells, read, &told.collect::<Vec<_>>())?;
        }
    }
    picture.save(path).with_context(|| format!("cannot write the picture `{}`", path.display()))
}

fn key(worksheet: &mut Worksheet) -> Result<(), XlsxError> {
    worksheet.set_column_width(0, 14)?.set_column_width(1, 90)?;
    for (row, (word, colour, meaning)) in (0..).zip(KEY) {
        worksheet.write_with_format(row, 0, word, &filled(colour))?;
        worksheet.write(row, 1, meaning)?;
    }
    Ok(())
}

fn filled(colour: u32) -> Format {
    Format::new().set_background_color(Color::RGB(colour))
}

/// What is painted on a cell.
#[derive(Default)]
struct Paint {
    colour: Option<u32>,
    comments: Vec<String>,
}

fn sheet(
    worksheet: &mut Worksheet,
    cells: &SheetCells,
    read: Option<&SheetReading>,
    told: &[&Diagnostic],
) -> Result<(), XlsxError> {
    let mut painted = paint(read);
    for told in told {
        let Some(place) = told.cell.as_deref().and_then(position_of_cell) else { continue };
        let paint = painted.entry(place).or_default();
        if told.severity() != Severity::Notice {
            let is_error = told.severity() == Severity::Error;
            paint.colour = Some(if is_error { KEY[7].1 } else { KEY[6].1 });
        }
        paint.comments.push(format!("{} [{}]", told.message, told.code.name()));
    }
    for row in &cells.rows {
        for (column, value) in &row.cells {
            let paint = painted.get(&(row.index, *column));
            let format = paint.and_then(|paint| paint.colour).map_or_else(Format::new, filled);
            let at = u16::try_from(*column).unwrap_or(u16::MAX);
            match value {
                CellValue::Text(text) => {
                    worksheet.write_with_format(row.index, at, text, &format)?;
                }
                CellValue::Number(number) => {
                    worksheet.write_with_format(row.index, at, *number, &format)?;
                }
                CellValue::Date(serial) => {
                    let format = format.set_num_format("dd/mm/yyyy");
                    worksheet.write_with_format(row.index, at, *serial, &format)?;
                }
            }
            if let Some(paint) = paint.filter(|paint| !paint.comments.is_empty()) {
                let note = Note::new(paint.comments.join("\n")).set_width(320).set_height(120);
                worksheet.insert_note(row.index, at, &note)?;
            }
        }
    }
    Ok(())
}

/// The colours of what became of the cells, and the comments of headings.
fn paint(read: Option<&SheetReading>) -> HashMap<(u32, u32), Paint> {
    let mut painted: HashMap<(u32, u32), Paint> = HashMap::new();
    for table in read.into_iter().flat_map(|sheet| &sheet.tables) {
        let (first, last) = table.heading_rows;
        for column in &table.columns {
            let Some((_, at)) = position_of_cell(&format!("{}1", column.column)) else { continue };
            for row in first.saturating_sub(1)..last {
                painted.entry((row, at)).or_default().colour = Some(colour_of(Fate::Heading));
            }
            let lowest = painted.entry((last.saturating_sub(1), at)).or_default();
            lowest.comments.push(comment(column));
        }
        for (place, fate) in &table.account.places {
            painted.entry((place.row, place.column)).or_default().colour = Some(colour_of(*fate));
        }
    }
    painted
}

/// "rating, stage branch (levels below); else count of rated (margin 2.1)".
fn comment(column: &ColumnReading) -> String {
    let otherwise = column
        .runner_up
        .as_ref()
        .map(|other| format!("; otherwise {}, by a margin of {:.1}", other.field, other.margin));
    format!("{} ({}){}", column.field, column.why, otherwise.unwrap_or_default())
}
