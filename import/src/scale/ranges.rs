//! Keys that tell the points of each level in two columns: "From | To" over "85 | 100".

use std::borrow::Cow;

use crate::grid::{Cell, Row, Sheet, Value};
use crate::value::{number, shown};
use crate::vocabulary::Vocabulary;

/// The rows of a sheet, with the two columns of such a key as one: "85 - 100".
pub(crate) fn joined<'s>(sheet: &'s Sheet, vocabulary: &Vocabulary) -> Cow<'s, [Row]> {
    let heads: Vec<(usize, u32)> = sheet
        .rows
        .iter()
        .enumerate()
        .filter(|(at, row)| sheet.rows.get(at + 1).is_some_and(|below| may_head(row, below)))
        .filter_map(|(at, row)| Some((at, bounds_in(row, vocabulary)?)))
        .collect();
    if heads.is_empty() {
        return Cow::Borrowed(&sheet.rows);
    }
    let mut rows = sheet.rows.clone();
    for (head, column) in heads {
        for row in &mut rows[head + 1..] {
            if !join(row, column) {
                break;
            }
        }
    }
    Cow::Owned(rows)
}

/// Whether two texts side by side stand over two numbers: few rows of a sheet do so, and only those are searched
/// for words.
fn may_head(row: &Row, below: &Row) -> bool {
    let is_over_number = |cell: &Cell| {
        let below = below.cell(cell.column).and_then(|below| number(&below.value));
        matches!(cell.value, Value::Text(_)) && below.is_some()
    };
    row.cells.windows(2).any(|pair| pair.iter().all(is_over_number))
}

/// The first of two columns of bounds behind the one of the levels.
fn bounds_in(row: &Row, vocabulary: &Vocabulary) -> Option<u32> {
    const COLUMNS: usize = 6;
    let bounds = &vocabulary.words.bounds;
    let is_bound = |cell: &Cell| {
        let text = shown(&cell.value);
        bounds.is(&text) || bounds.ends(&text)
    };
    if !(3..=COLUMNS).contains(&row.cells.len()) {
        return None;
    }
    let pair = row.cells[1..].windows(2).find(|pair| pair.iter().all(is_bound))?;
    (pair[0].column + 1 == pair[1].column).then_some(pair[0].column)
}

/// Joins the bounds of a row; nothing where one of the two is no number.
fn join(row: &mut Row, column: u32) -> bool {
    let bound = |column: u32| Some(number(&row.cell(column)?.value)?.value);
    let (Some(left), Some(right)) = (bound(column), bound(column + 1)) else { return false };
    let range = format!("{} - {}", left.min(right), left.max(right));
    row.cells.retain(|cell| cell.column != column + 1);
    for cell in row.cells.iter_mut().filter(|cell| cell.column == column) {
        cell.value = Value::Text(range.as_str().into());
    }
    true
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;

    #[test]
    fn points_in_two_columns_tell_the_order_of_levels() {
        let reading = of_page(
            "HOLLIN COUNTY DEPOTS\nStanding of depots 2023\n\nDepot|Points|Standing\n\
             Arden Depot|90|Zorp\nBirch Depot|70|Blim\nCedar Depot|88|Zorp\nDeal Depot|20|Quax\n\
             Elm Depot|71|Blim\nFir Depot|30|Quax\n\nStanding|From|To\n\
             Quax|0|49\nBlim|50|84\nZorp|85|100",
        );
        let schemes: Vec<&str> = reading.schemes.iter().map(|of| of.name.as_str()).collect();
        assert_eq!(schemes, ["Zorp > Blim > Quax"]);
    }
}
