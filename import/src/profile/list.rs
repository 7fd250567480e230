//! Profiles of lists: which column is which field, and what marks mean, where words do not say it.

use super::{HeadingAt, Profile, selects};
use crate::grid::Sheet;
use crate::layout::{self, Table, TableKind};
use crate::legend::Legend;
use crate::record::{Measure, Relation, Stage, Subject};
use crate::role::{Column, FigureKey, Role};
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

/// The words for measures, behind `count of`; a profile for figures has `_` for the blanks.
pub(crate) const MEASURES: [(&str, Measure); 6] = [
    ("on roll", Measure::OnRoll),
    ("to rate", Measure::ToRate),
    ("rated", Measure::Rated),
    ("exempt", Measure::Exempt),
    ("not yet rated", Measure::NotYetRated),
    ("withheld", Measure::Withheld),
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
                return Err(format!(
                    "`{word}` is no field; expected one of {}",
                    words().join(", ")
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

/// The role that a word for a field means, in a profile or an answer.
pub(crate) fn meaning(word: &str) -> Option<Role> {
    let word = word.trim().to_lowercase();
    if let Some((_, meaning)) = FIELDS.iter().find(|(name, _)| *name == word) {
        return Some(meaning.clone());
    }
    let stage = |rest: &str| STAGES.iter().find(|(name, _)| *name == rest.trim()).map(|of| of.1);
    if let Some(rest) = word.strip_prefix("rating") {
        return stage(rest).map(Role::Rating);
    }
    if let Some(rest) = word.strip_prefix("score") {
        return stage(rest).map(Role::Score);
    }
    let counted = word.strip_prefix("count of ")?;
    let measure = MEASURES.iter().find(|(name, _)| *name == counted.trim())?.1;
    Some(Role::Count(FigureKey {
        campaign: None,
        subject: Subject::Members,
        measure,
        level: None,
        stage: Stage::Unstated,
        relation: Relation::Exact,
    }))
}

/// The word for a role, if a profile or an answer can name it.
pub(crate) fn word_of(role: &Role) -> Option<String> {
    let of_stage = |head: &str, stage: &Stage| {
        let (word, _) = STAGES.iter().find(|(_, of)| of == stage)?;
        Some(format!("{head} {word}").trim_end().to_owned())
    };
    match role {
        Role::Rating(stage) => of_stage("rating", stage),
        Role::Score(stage) => of_stage("score", stage),
        Role::Count(key) if key.level.is_none() => {
            let (word, _) = MEASURES.iter().find(|(_, measure)| *measure == key.measure)?;
            Some(format!("count of {word}"))
        }
        Role::NotHeld => Some("ignored".to_owned()),
        role => FIELDS.iter().find(|(_, of)| of == role).map(|(word, _)| (*word).to_owned()),
    }
}

/// The words that a column can be called by in an answer.
pub(crate) fn words() -> Vec<String> {
    let fields = FIELDS.iter().map(|(word, _)| (*word).to_owned());
    let stages = ["rating", "score"].into_iter().flat_map(|head| {
        STAGES.iter().map(move |(word, _)| format!("{head} {word}").trim_end().to_owned())
    });
    let counts = MEASURES.iter().map(|(word, _)| format!("count of {word}"));
    fields.chain(stages).chain(counts).collect()
}
