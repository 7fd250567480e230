//! A list that lies on its side: the fields below one another, a member in each column.

use std::borrow::Cow;

use super::{Heading, Table, frame};
use crate::cell::shown;
use crate::vocabulary::{Field, Vocabulary};
use crate::workbook::{Cell, LINE, Row, Sheet};

/// The members that a list on its side has at least.
const MEMBERS: usize = 3;
/// The fields that it has at least.
const FIELDS: usize = 3;

/// The table of a sheet whose first column is its heading.
pub(super) fn find<'s>(sheet: &'s Sheet, vocabulary: &Vocabulary) -> Option<Table<'s>> {
    let field_of = |row: &Row| {
        let first = row.cells.first()?;
        vocabulary.field(&shown(&first.value)).map(|(field, _)| field)
    };
    let name = sheet
        .rows
        .iter()
        .position(|row| field_of(row) == Some(Field::Name) && row.cells.len() > MEMBERS)?;
    let column = sheet.rows[name].cells.first()?.column;
    let is_line = |row: &Row| {
        row.cells.len() > 1 && row.cells.first().is_some_and(|cell| cell.column == column)
    };
    let last = name + sheet.rows[name..].iter().take_while(|row| is_line(row)).count();
    let first = name
        - sheet.rows[..name]
            .iter()
            .rev()
            .take_while(|row| is_line(row) && field_of(row).is_some())
            .count();
    let lines = &sheet.rows[name..last];
    if lines.iter().filter(|row| field_of(row).is_some()).count() < FIELDS {
        return None;
    }
    let top = sheet.rows[name].index;
    let at = |row: &Row| LINE * (row.index - top);
    let headings = lines.iter().filter_map(|row| {
        Some(Heading { column: at(row), path: vec![shown(&row.cells.first()?.value)] })
    });
    let members = sheet.rows[name].cells.iter().skip(1).map(|member| {
        let cells = lines.iter().filter_map(|row| {
            let cell = row.cell(member.column)?;
            Some(Cell { column: at(row), value: cell.value.clone() })
        });
        Cow::Owned(Row { index: top, cells: cells.collect(), shift: member.column })
    });
    Some(Table {
        frame: frame::read(sheet, 0..first, column, vocabulary),
        headings: headings.collect(),
        heading_rows: (top, top),
        body: members.collect(),
    })
}
