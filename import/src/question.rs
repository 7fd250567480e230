//! What a person is asked about a column that no evidence settles.

use std::borrow::Cow;

use crate::diagnostic::{Code, Diagnostic, Likely, Question};
use crate::grid::{Place, Row};
use crate::profile::word_of;
use crate::role::Column;

/// Asks what a column holds; `message` says why it is in doubt.
pub(crate) fn about(
    sheet: &str,
    column: &Column,
    body: &[Cow<'_, Row>],
    layout: String,
    message: String,
) -> Diagnostic {
    let asked = Question {
        range: range(column, body),
        layout,
        heading: column.heading.clone(),
        readings: readings(column),
    };
    Diagnostic::new(Code::Question, message)
        .at_place(sheet, column.place)
        .found(column.heading.clone())
        .asks(asked)
        .hint("say what the column holds with `evalhub answer`, or in a profile")
}

/// The cells that are held back.
fn range(column: &Column, body: &[Cow<'_, Row>]) -> String {
    let cells = body.iter().filter(|row| row.cell(column.index).is_some());
    let places: Vec<Place> = cells.map(|row| row.place(column.index)).collect();
    match (places.first(), places.last()) {
        (Some(first), Some(last)) => format!("{first}:{last}"),
        _ => column.place.to_string(),
    }
}

/// What the column could hold: by evidence, then by the look of its values.
fn readings(column: &Column) -> Vec<Likely> {
    let mut readings: Vec<Likely> = column
        .readings
        .iter()
        .filter_map(|(role, weight)| Some(Likely { field: word_of(role)?, weight: *weight }))
        .collect();
    let guesses: &[&str] = match column.looks_like {
        Some("levels") => &["rating", "rating self", "rating branch", "rating committee"],
        Some("dates") => &["birth date", "admitted on", "official on"],
        Some("names") => &["name"],
        Some("organisations") => &["organisation", "parent organisation"],
        Some("figures") => &["count of on roll", "count of rated", "count of not yet rated"],
        _ => &[],
    };
    for field in guesses.iter().chain(&["ignored"]) {
        if !readings.iter().any(|known| known.field == *field) {
            readings.push(Likely { field: (*field).to_owned(), weight: 0.0 });
        }
    }
    readings
}
