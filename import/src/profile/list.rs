//! Profiles of lists: which column is which field, and what marks mean, where words do not say it.

use super::{HeadingAt, Profile, selects};
use crate::grid::Sheet;
use crate::layout::{self, Table, TableKind};
use crate::legend::Legend;
use crate::record::Stage;
use crate::role::{Column, Role};
use crate::vocabulary::Vocabulary;

/// The words for fields, as `inspect` shows them too.
const FIELDS: [(&str, Role); 16] = [
    ("ordinal", Role::Ordinal),
    ("name", Role::Name),
    ("family name", Role::FamilyName),
    ("given name", Role::GivenName),
    ("identifier", Role::Identifier),
    ("birth date", Role::BirthDate(None)),
    ("sex", Role::Sex),
    ("position", Role::Position),
    ("admitted on", Role::AdmittedOn),
    ("official on", Role::OfficialOn),
    ("probationary", Role::Probationary),
    ("organisation", Role::Organization),
    ("parent organisation", Role::ParentOrganization),
    ("reason", Role::Reason),
    ("note", Role::Note),
    ("ignored", Role::Ignored),
];

/// The words for bodies that rate, behind `rating` and `score`.
const STAGES: [(&str, Stage); 8] = [
    ("", Stage::Unstated),
    ("self", Stage::Own),
    ("authority", Stage::Authority),
    ("reviewer", Stage::Reviewer),
    ("cell committee", Stage::CellCommittee),
    ("mass organisation", Stage::MassOrganization),
    ("branch", Stage::Branch),
    ("committee", Stage::Committee),
];

/// Why a column has its field.
const BY_PROFILE: &str = "the profile says so";

impl Profile {
    /// Whether the profile is for lists of members or of rated organisations.
    pub(crate) fn is_for_lists(&self) -> bool {
        !self.columns.is_empty()
    }

    /// What keeps the profile from being used.
    pub(super) fn check_list(&self) -> Result<(), String> {
        for word in self.columns.values() {
            if meaning(word).is_none() {
                let known: Vec<&str> = FIELDS.iter().map(|(word, _)| *word).collect();
                return Err(format!(
                    "`{word}` is no field; expected one of {}, rating or score (with self, authority, \
                     cell committee, mass organisation, branch or committee)",
                    known.join(", ")
                ));
            }
        }
        Ok(())
    }

    /// The table under the heading that the profile names.
    pub(crate) fn table<'s>(&self, sheet: &'s Sheet, vocabulary: &Vocabulary) -> Option<Table<'s>> {
        let (bottom, _) = super::figures::heading_row(self, sheet)?;
        let top = bottom + 1 - self.heading_rows.min(bottom + 1);
        Some(layout::under(sheet, top, bottom, vocabulary))
    }

    /// The heading as messages name it.
    pub(crate) fn heading_in_words(&self) -> String {
        match &self.heading {
            HeadingAt::Row(row) => format!("row {row}"),
            HeadingAt::Word(word) => word.clone(),
        }
    }

    /// What marks mean, in addition to what the sheet says.
    pub(crate) fn add_marks(&self, legend: &mut Legend<'_>) {
        for (mark, meaning) in &self.marks {
            legend.define_mark(mark, meaning);
        }
    }

    /// The columns as the profile says, and what its rows are.
    ///
    /// # Errors
    /// The selector that no column fits.
    pub(crate) fn name_columns(&self, columns: &mut [Column]) -> Result<TableKind, String> {
        for (selector, word) in &self.columns {
            let fits = |column: &&mut Column| {
                let path: Vec<String> = column.heading.split(" / ").map(str::to_owned).collect();
                selects(selector, column.index, &path)
            };
            let column = columns.iter_mut().find(fits).ok_or_else(|| selector.clone())?;
            column.role = meaning(word).unwrap_or(Role::Ignored);
            column.why = BY_PROFILE;
        }
        let has_people =
            columns.iter().any(|column| matches!(column.role, Role::Name | Role::FamilyName));
        Ok(if has_people { TableKind::Members } else { TableKind::Organizations })
    }
}

fn meaning(word: &str) -> Option<Role> {
    let word = word.trim().to_lowercase();
    if let Some((_, meaning)) = FIELDS.iter().find(|(name, _)| *name == word) {
        return Some(meaning.clone());
    }
    let stage = |rest: &str| STAGES.iter().find(|(name, _)| *name == rest.trim()).map(|of| of.1);
    if let Some(rest) = word.strip_prefix("rating") {
        return stage(rest).map(Role::Rating);
    }
    stage(word.strip_prefix("score")?).map(Role::Score)
}
