//! Scales of levels: the scheme that is made for one, and levels that belong to none.

use super::Reader;
use crate::diagnostic::{Code, Diagnostic};
use crate::role::{Column, Role, subject_of};
use std::sync::Arc;

use crate::record::{Measure, StageRating, Statement, Subject};
use crate::records::TableContext;
use crate::vocabulary::{LevelText, Vocabulary};

impl Reader<'_> {
    /// The schemes of the workbook's own scales that its records use.
    pub(super) fn make_schemes(&mut self) {
        let mut used: Vec<Arc<str>> = Vec::new();
        for record in &self.reading.records {
            for scheme in schemes_of(&record.statement) {
                if !used.contains(scheme) {
                    used.push(Arc::clone(scheme));
                }
            }
        }
        for scale in 0..self.scales.count() {
            for subject in [Subject::Members, Subject::Branches] {
                let code = self.scales.scheme_code(scale, subject);
                if !used.iter().any(|used| **used == *code) {
                    continue;
                }
                let scheme = self.scales.scheme(scale, subject);
                let of = self.scales.get(scale);
                let message = format!(
                    "a rating scheme was made for these levels, best first: {}; the order follows from {}",
                    scheme.name, of.order_from
                );
                let code = if of.is_doubtful { Code::DoubtfulOrder } else { Code::SchemeMade };
                self.reading.diagnostics.push(Diagnostic::new(code, message));
                self.reading.schemes.push(scheme);
            }
        }
    }
}

/// The schemes that a statement's ratings are of.
fn schemes_of(statement: &Statement) -> Vec<&Arc<str>> {
    fn rated(ratings: &[StageRating]) -> Vec<&Arc<str>> {
        ratings.iter().filter_map(|rating| Some(&rating.rating.as_ref()?.value.scheme)).collect()
    }
    match statement {
        Statement::Member(person) => rated(&person.ratings),
        Statement::Branch(organization) => rated(&organization.ratings),
        Statement::Figures { figures } => {
            figures.iter().filter_map(|figure| Some(&figure.rating.as_ref()?.scheme)).collect()
        }
        _ => Vec::new(),
    }
}

/// Columns of levels that belong to no scheme of their subject and year: their figures are not read.
pub(super) fn unknown_scales(context: &TableContext<'_>) -> Vec<Diagnostic> {
    let unknown = context.columns.iter().filter(|column| {
        let (level, subject, round) = match &column.role {
            Role::Count(key) | Role::Percent(key) | Role::CountAndPercent(key) => {
                (key.level.as_ref(), key.subject, key.campaign.clone())
            }
            Role::Tick(_, level) => (Some(level), context.subject_of_ticks(), None),
            _ => return false,
        };
        let round = round.or_else(|| context.campaign.clone());
        let (Some(level), Some(round)) = (level, round) else { return false };
        context.rating(level, subject, &round).is_none()
    });
    let told = unknown.map(|column| {
        Diagnostic::new(
            Code::UnknownScale,
            "the level belongs to no scheme of this subject and year",
        )
        .at_place(&context.sheet_name, column.place)
        .found(column.heading.clone())
        .hint("check the title's subject and year, and the word of the heading")
    });
    told.collect()
}

/// The subject, where a level of the columns belongs to the schemes of one subject alone.
pub(super) fn subject_of_levels(columns: &[Column], vocabulary: &Vocabulary) -> Option<Subject> {
    columns.iter().find_map(|column| {
        let (Role::Count(key) | Role::Percent(key) | Role::CountAndPercent(key)) = &column.role
        else {
            return None;
        };
        let Some(LevelText::Known(places)) = &key.level else { return None };
        let mut subjects: Vec<Subject> =
            places.iter().map(|(scheme, _)| vocabulary.schemes[*scheme].subject).collect();
        subjects.dedup();
        (subjects.len() == 1).then(|| subjects[0])
    })
}

/// The columns of levels, and of those rated in all, with the subject; those whose heading names one keep it.
pub(super) fn with_subject(
    mut columns: Vec<Column>,
    subject: Option<Subject>,
    vocabulary: &Vocabulary,
) -> Vec<Column> {
    let Some(subject) = subject else { return columns };
    let named = |column: &Column| subject_of(&column.heading, vocabulary).is_some();
    for column in columns.iter_mut().filter(|column| !named(column)) {
        if let Role::Count(key) | Role::Percent(key) | Role::CountAndPercent(key) = &mut column.role
            && (key.level.is_some() || key.measure == Measure::Rated)
        {
            key.subject = subject;
        }
    }
    columns
}
