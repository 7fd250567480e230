//! A sheet that is read as a profile says.

use std::sync::Arc;

use super::{ColumnReading, Found, Reader, TableReading};
use crate::account::Account;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Sheet, cell_name};
use crate::profile::{self, Profile};
use crate::vocabulary::Vocabulary;

impl Reader<'_> {
    pub(super) fn by_profile(&mut self, profile: &Profile, place: usize, sheet: &Sheet) {
        let committee = self.committee_of_profile(profile);
        let read = profile::read(profile, sheet, self.file_name, &committee, self.vocabulary);
        self.reading.sheets[place].tables.push(TableReading {
            kind: Profile::KIND,
            title: format!("read by the profile `{}`", profile.name),
            committee: committee.last().map(ToString::to_string),
            campaign: None,
            heading_rows: (read.heading_rows.0 + 1, read.heading_rows.1 + 1),
            body_rows: (
                read.records.first().map_or(0, |record| record.row),
                read.records.iter().map(|record| record.row).max().unwrap_or(0),
            ),
            columns: read
                .columns
                .into_iter()
                .map(|(column, heading, field)| ColumnReading {
                    column: cell_name(0, column).trim_end_matches('1').to_owned(),
                    heading,
                    field,
                    why: "the profile says so".into(),
                    weight: f64::INFINITY,
                    runner_up: None,
                })
                .collect(),
            records: read.records.len(),
            account: Account::default(),
            profile: None,
        });
        if let Some(scheme) = read.scheme
            && !self.reading.schemes.contains(&scheme)
        {
            let message = format!("a rating scheme was made for these levels: {}", scheme.name);
            self.reading.diagnostics.push(Diagnostic::new(Code::SchemeMade, message));
            self.reading.schemes.push(scheme);
        }
        self.reading.records.extend(read.records);
        self.reading.diagnostics.extend(read.diagnostics);
    }

    /// Says that a profile finds no list on a sheet.
    pub(super) fn profile_fails(&mut self, sheet: &Sheet) {
        let message = "no row of the sheet has the heading that the profile names";
        let expected = self.options.profile.as_ref().map(|profile| profile.heading_in_words());
        let problem = Diagnostic::new(Code::ProfileMismatch, message).on_sheet(&sheet.name);
        self.reading.diagnostics.push(problem.expected(expected.unwrap_or_default()));
    }

    /// The option, the profile, else the name of the file.
    fn committee_of_profile(&self, profile: &Profile) -> Arc<[Arc<str>]> {
        let said = self.options.committee.clone().or_else(|| profile.committee.clone());
        let name = said.unwrap_or_else(|| super::issuer::committee_from(self.file_name));
        Arc::from([Arc::<str>::from(name)])
    }
}

impl<'s> Found<'s> {
    /// The list under the heading that a profile names.
    pub(super) fn by_profile(
        profile: &Arc<Profile>,
        place: usize,
        sheet: &'s Sheet,
        vocabulary: &Vocabulary,
    ) -> Option<Self> {
        let table = profile.table(sheet, vocabulary)?;
        Some(Self { place, sheet, table, profile: Some(Arc::clone(profile)) })
    }
}
