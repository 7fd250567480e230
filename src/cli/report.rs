//! `--report FILE.xlsx`: the rows that were not read, as a workbook to mend and to import again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use evalhub_import::{
    CellValue, Diagnostic, ORIGIN_HEADINGS, ORIGIN_SHEET, Severity, SheetCells, cells_of,
    position_of_cell,
};
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::ledger::Candidate;

/// Writes the rows with errors of all workbooks: their sheets with titles and headings as they are,
/// without the rows that were read, the wrong cells marked and the reasons beside them. Returns
/// whether there was anything to write. A hidden sheet says which workbooks they complete.
pub(super) fn write(path: &Path, candidates: &[Candidate]) -> anyhow::Result<bool> {
    let mut report = Workbook::new();
    let mut names = BTreeSet::from([ORIGIN_SHEET.to_owned()]);
    let mut origins: Vec<[String; ORIGIN_HEADINGS.len()]> = Vec::new();
    for candidate in candidates {
        let mut wrong: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
        for diagnostic in &candidate.reading.diagnostics {
            if let (Severity::Error, Some(sheet), Some(_)) =
                (diagnostic.severity(), &diagnostic.sheet, &diagnostic.cell)
            {
                wrong.entry(sheet).or_default().push(diagnostic);
            }
        }
        for cells in cells_of(&candidate.content)
            .iter()
            .filter(|cells| wrong.contains_key(cells.name.as_str()))
        {
            let name = free_name(&cells.name, &mut names);
            let worksheet = report.add_worksheet().set_name(&name)?;
            let read: BTreeSet<u32> = candidate
                .reading
                .records
                .iter()
                .filter(|record| *record.sheet == *cells.name)
                .map(|record| record.row - 1)
                .collect();
            let wrong = wrong[cells.name.as_str()].iter();
            let wrong = wrong.filter_map(|of| Some((position_of_cell(of.cell.as_ref()?)?, *of)));
            let wrong: Places<'_> = wrong.collect();
            sheet(worksheet, cells, &read, &wrong)?;
            let rows = wrong.keys().map(|(row, _)| row).collect::<BTreeSet<_>>().len();
            let of_workbook = [&candidate.name, &candidate.content_hash, &cells.name];
            let [workbook, content, of_sheet] = of_workbook.map(Clone::clone);
            origins.push([name, workbook, content, of_sheet, rows.to_string()]);
        }
    }
    if origins.is_empty() {
        return Ok(false);
    }
    let origin = report.add_worksheet().set_name(ORIGIN_SHEET)?.set_hidden(true);
    origin.write_row(0, 0, ORIGIN_HEADINGS)?;
    origin.write_row_matrix(1, 0, origins)?;
    report.save(path).with_context(|| format!("cannot write the report `{}`", path.display()))?;
    Ok(true)
}

/// A name that no sheet of the report has yet, of at most the 31 characters that Excel allows.
pub(super) fn free_name(name: &str, names: &mut BTreeSet<String>) -> String {
    let short = |suffix: &str| {
        let room = 31 - suffix.chars().count();
        name.chars().take(room).collect::<String>() + suffix
    };
    let mut free = short("");
    let mut number = 2;
    while !names.insert(free.to_lowercase()) {
        free = short(&format!(" ({number})"));
        number += 1;
    }
    free
}

/// What is wrong, by row and column.
type Places<'d> = BTreeMap<(u32, u32), &'d Diagnostic>;

fn sheet(
    worksheet: &mut Worksheet,
    cells: &SheetCells,
    read: &BTreeSet<u32>,
    places: &Places<'_>,
) -> Result<(), XlsxError> {
    let mark = Format::new().set_background_color(Color::RGB(0x00FF_C7CE)).set_text_wrap();
    let reason = Format::new().set_font_color(Color::RGB(0x009C_0006)).set_text_wrap();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let centre = Format::new().set_align(FormatAlign::Center);
    let last = cells.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.0).max().unwrap_or(0);
    let mut next = 0;
    let mut moved: BTreeMap<u32, u32> = BTreeMap::new();
    let mut above = 0;
    for row in &cells.rows {
        // Blank rows stay: they part titles and tables.
        let blank = u32::from(row.index > above);
        above = row.index + 1;
        let is_wrong = places.range((row.index, 0)..(row.index + 1, 0)).next().is_some();
        if read.contains(&row.index) && !is_wrong {
            continue;
        }
        next += blank;
        moved.insert(row.index, next);
        let mut reasons = Vec::new();
        for (column, value) in &row.cells {
            let at = u16::try_from(*column).unwrap_or(u16::MAX);
            let found = places.get(&(row.index, *column));
            reasons.extend(found.map(|diagnostic| diagnostic.message.clone()));
            match (value, found) {
                (CellValue::Text(text), Some(_)) => {
                    worksheet.write_with_format(next, at, text, &mark)
                }
                (CellValue::Text(text), None) => worksheet.write(next, at, text),
                (CellValue::Number(number), Some(_)) => {
                    worksheet.write_with_format(next, at, *number, &mark)
                }
                (CellValue::Number(number), None) => worksheet.write(next, at, *number),
                (CellValue::Date(serial), _) => {
                    worksheet.write_with_format(next, at, *serial, &date)
                }
            }?;
        }
        if !reasons.is_empty() {
            let at = u16::try_from(last + 2).unwrap_or(u16::MAX);
            worksheet.write_with_format(next, at, reasons.join("; "), &reason)?;
        }
        next += 1;
    }
    for region in &cells.merges {
        let rows = (moved.get(&region.0), moved.get(&region.2).or_else(|| moved.get(&region.0)));
        let (Some(first), Some(bottom)) = rows else { continue };
        let first_row = cells.rows.iter().find(|row| row.index == region.0);
        let value = first_row.and_then(|row| row.cells.iter().find(|cell| cell.0 == region.1));
        let columns = (u16::try_from(region.1), u16::try_from(region.3));
        if let (Some((_, CellValue::Text(text))), (Ok(left), Ok(right))) = (value, columns)
            && (first, left) != (bottom, right)
        {
            worksheet.merge_range(*first, left, *bottom, right, text, &centre)?;
        }
    }
    Ok(())
}
