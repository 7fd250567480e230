//! What is said of columns: those left out, those in doubt.

use super::Understood;
use crate::diagnostic::{Code, Diagnostic};
use crate::question;
use crate::record::Stage;
use crate::role::{self, Column, Role};
use crate::value::DateOrder;
use crate::vocabulary::{Field, Vocabulary};

/// Columns that are left out are told: doubts about ratings loudly, the rest in a notice.
pub(super) fn of_columns(found: &Understood<'_, '_>, read: &role::Read) -> Vec<Diagnostic> {
    let doubts = read.columns.iter().filter_map(|column| of_column(found, column, read));
    doubts.chain(read.columns.iter().filter_map(|column| of_dates(found, column))).collect()
}

/// Dates that a program took the wrong way are told once, over their column.
fn of_dates(found: &Understood<'_, '_>, column: &Column) -> Option<Diagnostic> {
    let holds_dates =
        matches!(column.role, Role::BirthDate(_) | Role::AdmittedOn | Role::OfficialOn);
    (holds_dates && column.date_order == DateOrder::Swapped).then(|| {
        let message = "all its texts have a day above 12, and none of its dates: the dates had day \
                       and month swapped when the list was typed or opened, and were put back";
        Diagnostic::new(Code::SwappedDates, message)
            .at_place(&found.sheet.name, column.place)
            .found(column.heading.clone())
            .hint("compare a few of its dates with the files of the members")
    })
}

/// A rating beside those of others whose heading no word of which is known.
fn is_of_nobody(column: &Column, read: &role::Read, vocabulary: &Vocabulary) -> bool {
    let stage = |column: &Column| match &column.role {
        Role::Rating(stage) | Role::Tick(stage, _) => Some(*stage),
        _ => None,
    };
    let beside = |other: &&Column| {
        stage(other).is_some_and(|of| of != Stage::Unstated) && other.campaign == column.campaign
    };
    // Of ticks the first one is asked about.
    let is_first = || !matches!(column.role, Role::Tick(..)) || leads_ticks(column, read);
    stage(column) == Some(Stage::Unstated)
        && column.is_unknown
        && (is_first() && read.columns.iter().any(|other| beside(&other))
            || heads_ticks(column, read, vocabulary))
}

/// Names that are taken for those of people by their shape alone: no word over them or beside them, no family
/// name and no repeated part says so.
fn is_of_anybody(column: &Column, read: &role::Read) -> bool {
    /// What the shape of names weighs at most.
    const SHAPE: f64 = 2.2;
    let is_told = |other: &Column| {
        matches!(
            other.role,
            Role::BirthDate(_)
                | Role::Sex
                | Role::SexTick(_)
                | Role::Identifier
                | Role::Position
                | Role::AdmittedOn
                | Role::OfficialOn
                | Role::Probationary
                | Role::Organization
                | Role::ParentOrganization
        )
    };
    column.role == Role::Name
        && column.is_unknown
        && column.weight <= SHAPE + f64::EPSILON
        && !read.columns.iter().any(is_told)
}

/// Whether a column is the first of ticks under a heading that says neither that they rate nor who did.
fn heads_ticks(column: &Column, read: &role::Read, vocabulary: &Vocabulary) -> bool {
    let says = |text: &str| matches!(vocabulary.field(text), Some((Field::Rating, _)));
    heading_over(column).is_some()
        && leads_ticks(column, read)
        && !column.heading.split(" / ").any(says)
}

/// Whether a column is the first of the ticks that one heading is over, or none.
fn leads_ticks(column: &Column, read: &role::Read) -> bool {
    let is_under = |other: &&Column| {
        matches!(other.role, Role::Tick(..)) && heading_over(other) == heading_over(column)
    };
    read.columns.iter().find(is_under).is_some_and(|first| first.index == column.index)
}

/// The topmost of several headings over a column.
fn heading_over(column: &Column) -> Option<&str> {
    column.heading.split_once(" / ").map(|(over, _)| over)
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
        role::SCATTERED if column.role == Role::Organization => {
            let message =
                "texts that come again in rows apart are taken for the units of the people";
            (Code::Question, message.to_owned())
        }
        role::NAMES if is_of_anybody(column, read) => {
            let message =
                "the column holds names, and nothing tells whether of people or of bodies";
            (Code::Question, message.to_owned())
        }
        _ if is_of_nobody(column, read, found.legend.vocabulary) => {
            (Code::Question, "levels of a rating, and nothing says who gave them".to_owned())
        }
        role::NOT_UNDERSTOOD if column.looks_like.is_some() => {
            let like = column.looks_like.unwrap_or_default();
            (Code::Question, format!("the column holds {like}, and its heading does not say whose"))
        }
        role::OTHER_SCALE => (Code::ColumnIgnored, left_out()),
        role::NOT_UNDERSTOOD if !column.heading.is_empty() => (Code::ColumnIgnored, left_out()),
        _ if column.role == Role::Criterion => (Code::ColumnIgnored, left_out()),
        _ => return None,
    };
    let Understood { sheet, table, .. } = found;
    let diagnostic = match code {
        Code::Question => {
            question::about(&sheet.name, column, &table.body, table.layout_key(), message)
        }
        _ => Diagnostic::new(code, message)
            .at_place(&sheet.name, column.place)
            .found(column.heading.clone()),
    };
    Some(match column.why {
        role::SEVERAL_RATINGS => diagnostic.hint(
            "say in the heading who rated or in which round, or name the column in a profile",
        ),
        _ => diagnostic,
    })
}
