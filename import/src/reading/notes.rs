//! What is said of columns: those left out, those in doubt.

use std::borrow::Cow;

use super::Understood;
use crate::diagnostic::{Code, Diagnostic, Likely, Question};
use crate::grid::{Place, Row};
use crate::profile::word_of;
use crate::record::Stage;
use crate::role::{self, Column, Role};

/// What to do with a question.
pub(crate) const ANSWER: &str = "say what the column holds with `evalhub answer`, or in a profile";

/// What is asked about a column: what it could hold, and the cells that are held back.
pub(crate) fn question(column: &Column, body: &[Cow<'_, Row>], layout: String) -> Question {
    let cells = body.iter().filter(|row| row.cell(column.index).is_some());
    let places: Vec<Place> = cells.map(|row| row.place(column.index)).collect();
    let range = match (places.first(), places.last()) {
        (Some(first), Some(last)) => format!("{first}:{last}"),
        _ => column.place.to_string(),
    };
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
    Question { range, layout, heading: column.heading.clone(), readings }
}

/// Columns that are left out are told: doubts about ratings loudly, the rest in a notice.
pub(super) fn of_columns(found: &Understood<'_, '_>, read: &role::Read) -> Vec<Diagnostic> {
    read.columns.iter().filter_map(|column| of_column(found, column, read)).collect()
}

/// A rating beside those of others whose heading no word of which is known.
fn is_of_nobody(column: &Column, read: &role::Read) -> bool {
    let stage = |column: &Column| match &column.role {
        Role::Rating(stage) | Role::Tick(stage, _) => Some(*stage),
        _ => None,
    };
    let beside = |other: &&Column| {
        stage(other).is_some_and(|of| of != Stage::Unstated) && other.campaign == column.campaign
    };
    stage(column) == Some(Stage::Unstated)
        && column.is_unknown
        && read.columns.iter().any(|other| beside(&other))
}

fn of_column(found: &Understood<'_, '_>, column: &Column, read: &role::Read) -> Option<Diagnostic> {
    let left_out = || format!("the column was left out: {}", column.why);
    let (code, message) = match column.why {
        role::OTHER_ROUND | role::OTHER_RESULT | role::PART_OF_MEMBERS | role::SEVERAL_RATINGS => {
            (Code::Question, left_out())
        }
        role::LETTERS => {
            let message = "A, B, C, D are taken for the levels from the best one down";
            (Code::AssumedLevels, message.to_owned())
        }
        _ if is_of_nobody(column, read) => {
            (Code::Question, "levels of a rating, and nothing says who gave them".to_owned())
        }
        role::NOT_UNDERSTOOD if column.looks_like.is_some() => {
            let like = column.looks_like.unwrap_or_default();
            (Code::Question, format!("the column holds {like}, and its heading does not say whose"))
        }
        role::NOT_UNDERSTOOD if !column.heading.is_empty() => (Code::ColumnIgnored, left_out()),
        _ if column.role == Role::Criterion => (Code::ColumnIgnored, left_out()),
        _ => return None,
    };
    let diagnostic = Diagnostic::new(code, message)
        .at_place(&found.sheet.name, column.place)
        .found(column.heading.clone());
    let diagnostic = match code {
        Code::Question => {
            let layout = found.table.layout_key();
            let asked = question(column, &found.table.body, layout);
            diagnostic.asks(asked).hint(ANSWER)
        }
        _ => diagnostic,
    };
    Some(match column.why {
        role::SEVERAL_RATINGS => diagnostic.hint(
            "say in the heading who rated or in which round, or name the column in a profile",
        ),
        _ => diagnostic,
    })
}
