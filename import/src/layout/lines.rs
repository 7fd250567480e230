//! One member over several lines: the heading names one field above another, and so do the rows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Heading, Table};
use crate::grid::{Cell, Place, Row, Sheet};
use crate::value::{ordinal, shown};
use crate::vocabulary::{Field, Vocabulary};

/// The table with the lines of each member as one row, if its heading is of several lines that name
/// fields of their own.
pub(super) fn folded<'s>(sheet: &Sheet, table: Table<'s>, vocabulary: &Vocabulary) -> Table<'s> {
    match lines(sheet, &table, vocabulary) {
        Some(lines) => fold(table, lines, sheet),
        None => table,
    }
}

/// How many lines a member has: as many as the heading, if two of its columns hold a field above
/// another one, and the rows below the first have no ordinal.
fn lines(sheet: &Sheet, table: &Table<'_>, vocabulary: &Vocabulary) -> Option<u32> {
    let (top, bottom) = table.heading_rows;
    let lines = bottom - top + 1;
    if !(2..=4).contains(&lines) {
        return None;
    }
    let field = |text: &String| vocabulary.field(text).map(|(field, _)| field);
    let stacked = table.headings.iter().filter(|heading| {
        let fields: Vec<Field> = heading.path.iter().filter_map(field).collect();
        fields.len() >= 2 && fields[0] != fields[1] && is_unmerged(sheet, top, heading.column)
    });
    let over_name = |heading: &&Heading| {
        matches!(heading.path.first().and_then(field), Some(Field::Name | Field::FamilyName))
    };
    let stacked: Vec<&Heading> = stacked.collect();
    let first = table.headings.first()?.column;
    let marked = table.body.iter().filter(|row| is_mark(row, first)).count();
    let unmarked = table.body.iter().filter(|row| row.cell(first).is_none()).count();
    let alternate = marked > 0 && unmarked + 2 >= marked * usize::try_from(lines - 1).ok()?;
    (stacked.iter().any(over_name) && alternate).then_some(lines)
}

fn is_unmerged(sheet: &Sheet, row: u32, column: u32) -> bool {
    super::merge_at(sheet, row, column)
        .is_none_or(|region| region.first_column == region.last_column)
}

fn is_mark(row: &Row, column: u32) -> bool {
    row.cell(column).is_some_and(|cell| ordinal(&shown(&cell.value)).is_some())
}

fn fold<'s>(table: Table<'s>, lines: u32, sheet: &Sheet) -> Table<'s> {
    let (top, _) = table.heading_rows;
    let first = table.headings.first().map_or(0, |heading| heading.column);
    // Each field of each line is a column of its own, numbered anew.
    let mut fields: BTreeMap<(u32, u32), (u32, String)> = BTreeMap::new();
    for line in 0..lines {
        let row = sheet.rows.iter().find(|row| row.index == top + line);
        for cell in row.into_iter().flat_map(|row| &row.cells) {
            let number = u32::try_from(fields.len()).unwrap_or(u32::MAX);
            fields.insert((line, cell.column), (number, shown(&cell.value)));
        }
    }
    let mut body: Vec<Cow<'s, Row>> = Vec::new();
    let mut last_mark: Option<u32> = None;
    for row in table.body {
        let line =
            last_mark.filter(|_| row.cell(first).is_none()).map_or(0, |mark| row.index - mark);
        let goes_on = (1..lines).contains(&line);
        if !goes_on {
            last_mark = is_mark(&row, first).then_some(row.index);
        }
        if !goes_on && last_mark.is_none() {
            // A heading of rows stays as it stands, in the first line's fields.
            body.push(row);
            continue;
        }
        let cells = row.cells.iter().filter_map(|cell| {
            let (field, _) = fields.get(&(line, cell.column))?;
            let place = Place::new(row.index, cell.column);
            Some((Cell { column: *field, value: cell.value.clone() }, place))
        });
        let (cells, places): (Vec<Cell>, Vec<Place>) = cells.unzip();
        match body.last_mut().filter(|_| goes_on) {
            Some(above) => {
                let above = above.to_mut();
                above.cells.extend(cells);
                above.places.extend(places);
            }
            None => body.push(Cow::Owned(Row { index: row.index, cells, places })),
        }
    }
    let headings = fields.into_iter().map(|((line, column), (field, text))| Heading {
        column: field,
        path: vec![text],
        place: Place::new(top + line, column),
    });
    let mut headings: Vec<Heading> = headings.collect();
    headings.sort_by_key(|heading| heading.column);
    Table { headings, body, ..table }
}
