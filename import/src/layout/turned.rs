//! A table that lies on its side: the fields below one another, a person or an organisation in each
//! column.

use std::collections::{HashMap, HashSet};

use super::Table;
use crate::grid::{Cell, Place, Region, Row, Sheet};
use crate::vocabulary::Vocabulary;

/// The most columns and rows of a sheet that is looked at on its side.
pub(super) const SIDE_LIMIT: usize = 600;
/// One value in as many records makes a field.
const FILLED: usize = 4;

/// The sheet with rows and columns exchanged, without the rows of a key; none of a large one.
fn turned(sheet: &Sheet, key: &HashSet<u32>) -> Option<Sheet> {
    let width =
        sheet.rows.iter().filter_map(|row| row.cells.last()).map(|cell| cell.column + 1).max()?;
    let width = usize::try_from(width).ok()?;
    if width > SIDE_LIMIT || sheet.rows.len() > SIDE_LIMIT {
        return None;
    }
    let mut columns: Vec<Row> = Vec::new();
    for column in 0..u32::try_from(width).ok()? {
        let rows = sheet.rows.iter().filter(|row| !key.contains(&row.index));
        let cells = rows.filter_map(|row| {
            let cell = row.cell(column)?;
            Some(Cell { column: row.index, value: cell.value.clone() })
        });
        let cells: Vec<Cell> = cells.collect();
        if !cells.is_empty() {
            columns.push(Row { index: column, cells, places: Vec::new() });
        }
    }
    let mut merges: Vec<Region> = sheet
        .merges
        .iter()
        .map(|region| Region {
            first_row: region.first_column,
            last_row: region.last_column,
            first_column: region.first_row,
            last_column: region.last_row,
        })
        .collect();
    merges.sort_by_key(|region| region.first_row);
    Some(Sheet {
        rows: columns,
        merges,
        raw: HashMap::default(),
        fonts: HashMap::default(),
        ..sheet.clone()
    })
}

/// The tables of a sheet on its side, with the places of their cells on the sheet as it stands.
pub(crate) fn find(sheet: &Sheet, vocabulary: &Vocabulary) -> Vec<Table<'static>> {
    let key = super::key::rows(sheet, vocabulary);
    let Some(side) = turned(sheet, &key) else { return Vec::new() };
    let lines_above = |first: u32| sheet.rows.partition_point(|row| row.index < first);
    let tables = super::find(&side, vocabulary).into_iter().filter_map(|table| {
        // Lines of the frame stand over no column of values.
        let is_filled = |column: u32| {
            let filled = table.body.iter().filter(|row| row.cell(column).is_some()).count();
            filled * FILLED >= table.body.len()
        };
        let mut columns = table.headings.iter().map(|heading| heading.column);
        let first = columns.find(|column| is_filled(*column))?;
        let left = table.heading_rows.0;
        let frame = super::frame::read(sheet, 0..lines_above(first), left, vocabulary);
        let headings =
            table.headings.into_iter().filter(|heading| heading.column >= first).map(|heading| {
                super::Heading {
                    place: Place::new(heading.place.column, heading.place.row),
                    ..heading
                }
            });
        let body = table.body.into_iter().map(|row| {
            let mut row = row.into_owned();
            row.places = row.cells.iter().map(|cell| Place::new(cell.column, row.index)).collect();
            std::borrow::Cow::Owned(row)
        });
        Some(Table {
            frame,
            headings: headings.collect(),
            heading_rows: table.heading_rows,
            body: body.collect(),
            round: table.round,
        })
    });
    tables.collect()
}
