//! Scales of levels: the scheme that is made for one, and levels that belong to none.

use super::Reader;
use crate::column::{Column, Meaning};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::Subject;
use crate::rows::TableContext;
use crate::vocabulary::{Level, LevelText, Scheme, Vocabulary};

impl Reader<'_> {
    /// The scheme for a scale of which no known scheme has the levels, ordered by polarity.
    pub(super) fn made_scheme(&mut self, columns: &[Column], subject: Subject) -> Option<Scheme> {
        let mut levels: Vec<(u8, String)> = columns
            .iter()
            .filter_map(|column| match &column.meaning {
                Meaning::Count(key) | Meaning::Percent(key) | Meaning::CountAndPercent(key) => {
                    key.level.as_ref()
                }
                Meaning::Tick(_, level) => Some(level),
                _ => None,
            })
            .filter_map(|level| match level {
                LevelText::Foreign { label, polarity } => Some((*polarity, label.clone())),
                _ => None,
            })
            .collect();
        levels.sort_by(|left, right| right.cmp(left));
        levels.dedup();
        if levels.len() < 2 {
            return None;
        }
        let labels: Vec<&str> = levels.iter().map(|(_, label)| label.as_str()).collect();
        let name = labels.iter().map(|label| capitalized(label)).collect::<Vec<_>>().join(" > ");
        if !self.reading.schemes.iter().any(|scheme| scheme.name == name) {
            let message = format!("a rating scheme was made for these levels: {name}");
            self.reading.diagnostics.push(Diagnostic::new(Code::SchemeMade, message));
        }
        let code = labels.iter().map(|label| label.replace(' ', "_")).collect::<Vec<_>>().join("-");
        let levels = labels.iter().zip(1..).map(|(label, rank)| Level {
            code: label.replace(' ', "_").to_uppercase(),
            rank,
            label: (*label).to_owned(),
            label_en: capitalized(label),
            aliases: Vec::new(),
        });
        Some(Scheme {
            code,
            subject,
            name,
            from: None,
            to: None,
            documents: Vec::new(),
            levels: levels.collect(),
        })
    }
}

/// Columns of levels that belong to no scheme of their subject and year: their figures are not read.
pub(super) fn unknown_scales(context: &TableContext<'_>, heading_row: u32) -> Vec<Diagnostic> {
    let unknown = context.columns.iter().filter(|column| {
        let (level, subject, round) = match &column.meaning {
            Meaning::Count(key) | Meaning::Percent(key) | Meaning::CountAndPercent(key) => {
                (key.level.as_ref(), key.subject, key.campaign.clone())
            }
            Meaning::Tick(_, level) => (Some(level), context.subject_of_ticks(), None),
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
        .at(&context.sheet_name, heading_row, column.index)
        .found(column.heading.clone())
        .hint("check the title's subject and year, and the word of the heading")
    });
    told.collect()
}

/// The subject, where a level of the columns belongs to the schemes of one subject alone.
pub(super) fn subject_of_levels(columns: &[Column], vocabulary: &Vocabulary) -> Option<Subject> {
    columns.iter().find_map(|column| {
        let (Meaning::Count(key) | Meaning::Percent(key) | Meaning::CountAndPercent(key)) =
            &column.meaning
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

pub(super) fn with_subject(mut columns: Vec<Column>, subject: Option<Subject>) -> Vec<Column> {
    let Some(subject) = subject else { return columns };
    for column in &mut columns {
        if let Meaning::Count(key) | Meaning::Percent(key) | Meaning::CountAndPercent(key) =
            &mut column.meaning
            && key.level.is_some()
        {
            key.subject = subject;
        }
    }
    columns
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
