//! One person over several rows, one for each body that rates: "Self | x", "Manager | x", "Panel | x" beside
//! one name. Each body's columns stand beside one another as if its name were a heading over them.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Heading, Table};
use crate::grid::{Cell, Place, Row};
use crate::text::comparison_key;
use crate::vocabulary::Vocabulary;

/// The bodies that rate one after the other.
const BODIES: usize = 5;
/// The rows by which the column of bodies is known.
const SAMPLE: usize = 60;

/// The table with the rows of each person as one row, if a column says for each row whose rating it holds.
pub(super) fn folded<'s>(table: Table<'s>, vocabulary: &Vocabulary) -> Table<'s> {
    let column = table.headings.iter().map(|heading| heading.column);
    let bodies = column.into_iter().find_map(|column| bodies_in(&table, column, vocabulary));
    match bodies {
        Some(bodies) => fold(table, &bodies),
        None => table,
    }
}

/// The column that names who rated, and the bodies in their order.
struct Bodies {
    column: u32,
    names: Vec<String>,
    /// The names as they are compared.
    keys: Vec<String>,
}

impl Bodies {
    /// The place of the body that a row names.
    fn of(&self, row: &Row) -> Option<usize> {
        let key = comparison_key(&row.text(self.column)?);
        self.keys.iter().position(|other| *other == key)
    }
}

/// The bodies that a column names row by row, again and again in their order, where nothing before it tells
/// the rows of one person apart.
fn bodies_in(table: &Table<'_>, column: u32, vocabulary: &Vocabulary) -> Option<Bodies> {
    const LEAST: usize = 3;
    let rows = || table.body.iter().filter(|row| row.cells.len() > 1);
    let first = rows().find_map(|row| row.text(column))?;
    vocabulary.stage(&first)?;
    let mut names: Vec<String> = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    for text in rows().take(SAMPLE).filter_map(|row| row.text(column)) {
        let key = comparison_key(&text);
        if !keys.contains(&key) {
            vocabulary.stage(&text)?;
            names.push(text);
            keys.push(key);
        }
        if names.len() > BODIES {
            return None;
        }
    }
    let bodies = Bodies { column, names, keys };
    let all: Vec<&Row> = rows().take(SAMPLE).map(|row| &**row).collect();
    let begins = all.iter().filter(|row| bodies.of(row) == Some(0)).count();
    let goes_on = all.windows(2).filter(|pair| goes_on(&bodies, pair[0], pair[1])).count();
    let rated = all.iter().filter(|row| bodies.of(row).is_some()).count();
    let fits = bodies.names.len() > 1
        && begins >= LEAST
        && goes_on >= begins
        && begins + goes_on == rated
        && column > table.headings.first()?.column;
    fits.then_some(bodies)
}

/// Whether a row is of a later body that rates the person of the row above: the cells before are blank or the
/// same.
fn goes_on(bodies: &Bodies, above: &Row, row: &Row) -> bool {
    let before = |row: &Row| row.cells.partition_point(|cell| cell.column < bodies.column);
    let (upper, own) = (&above.cells[..before(above)], &row.cells[..before(row)]);
    let next = bodies.of(above).zip(bodies.of(row)).is_some_and(|(above, of)| of > above);
    next && (own.is_empty() || own == upper)
}

fn fold<'s>(table: Table<'s>, bodies: &Bodies) -> Table<'s> {
    // What only the first row of each person has is of the person.
    let later = table.body.iter().filter(|row| bodies.of(row).is_some_and(|of| of > 0));
    let filled: HashSet<u32> = later.flat_map(|row| &row.cells).map(|cell| cell.column).collect();
    let is_of_body = |column: u32| column > bodies.column && filled.contains(&column);
    let (own, rated): (Vec<Heading>, Vec<Heading>) = table
        .headings
        .iter()
        .filter(|heading| heading.column != bodies.column)
        .cloned()
        .partition(|heading| !is_of_body(heading.column));
    let width = table.headings.iter().map(|heading| heading.column + 1).max().unwrap_or_default();
    let numbered = |column: u32, of: usize| {
        let moved = u32::try_from(of + 1).unwrap_or(u32::MAX).saturating_mul(width);
        if is_of_body(column) { column.saturating_add(moved) } else { column }
    };
    let mut body: Vec<Cow<'s, Row>> = Vec::with_capacity(table.body.len());
    let mut above: Option<&Row> = None;
    for row in &table.body {
        let Some(of) = bodies.of(row) else {
            body.push(row.clone());
            above = None;
            continue;
        };
        let follows = above.is_some_and(|above| goes_on(bodies, above, row));
        let cells = row
            .cells
            .iter()
            .filter(|cell| cell.column != bodies.column && (!follows || is_of_body(cell.column)));
        let placed = cells.map(|cell| {
            let column = numbered(cell.column, of);
            (Cell { column, value: cell.value.clone() }, row.place(cell.column))
        });
        let (cells, places): (Vec<Cell>, Vec<Place>) = placed.unzip();
        match body.last_mut().filter(|_| follows) {
            Some(person) => {
                let person = person.to_mut();
                person.cells.extend(cells);
                person.places.extend(places);
            }
            None => body.push(Cow::Owned(in_order(row.index, cells, places))),
        }
        above = Some(row);
    }
    let of_bodies = bodies.names.iter().enumerate().flat_map(|(of, name)| {
        rated.iter().map(move |heading| {
            let path = std::iter::once(name).chain(&heading.path).cloned().collect();
            (of, Heading { path, ..heading.clone() })
        })
    });
    let of_bodies = of_bodies.map(|(of, heading)| {
        let column = numbered(heading.column, of);
        Heading { column, ..heading }
    });
    let headings = own.into_iter().chain(of_bodies).collect();
    Table { headings, body, ..table }
}

/// A row whose cells stand in the order of their new columns.
fn in_order(index: u32, cells: Vec<Cell>, places: Vec<Place>) -> Row {
    let mut both: Vec<(Cell, Place)> = cells.into_iter().zip(places).collect();
    both.sort_by_key(|(cell, _)| cell.column);
    let (cells, places) = both.into_iter().unzip();
    Row { index, cells, places }
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;
    use crate::record::{Stage, StageRating};

    #[test]
    fn lines_of_bodies_are_ratings_of_one_person() {
        let reading = of_page(
            "ĐẢNG ỦY CẢNG\nXẾP LOẠI ĐẢNG VIÊN NĂM 2020\n\n\
             TT|Họ và tên|Cấp đánh giá|HTXSNV|HTTNV|HTNV\n\
             1|Đinh Ngọc Trang|Cá nhân tự XL|x||\n||Chi bộ xếp loại||x|\n||Đảng ủy duyệt||x|\n\
             2|Nguyễn Thị Yến|Cá nhân tự XL||x|\n||Chi bộ xếp loại||x|\n||Đảng ủy duyệt|||x\n\
             3|Mai Trọng Lâm|Cá nhân tự XL||x|\n||Chi bộ xếp loại||x|\n||Đảng ủy duyệt|x||\n\
             |Cộng|Cá nhân tự XL|1|2|0\n||Chi bộ xếp loại|0|3|0\n||Đảng ủy duyệt|1|1|1",
        );
        assert_eq!(reading.diagnostics, []);
        let of = |rating: &StageRating| {
            let rated = rating.rating.as_ref().expect("a rating");
            (rating.stage, rated.value.code.to_string(), rated.at.to_string())
        };
        let rated = reading.people().map(|(_, person)| person.ratings.iter().map(of).collect());
        let rated: Vec<Vec<(Stage, String, String)>> = rated.collect();
        let of = |stage, code: &str, at: &str| (stage, code.to_owned(), at.to_owned());
        assert_eq!(rated.len(), 3);
        assert_eq!(
            rated[1],
            [
                of(Stage::Own, "HTTNV", "E8"),
                of(Stage::Branch, "HTTNV", "E9"),
                of(Stage::Committee, "HTNV", "F10"),
            ]
        );
        assert_eq!(reading.figures().count(), 9);
    }
}
