//! What the importer warned about when it read the figures of a sheet: printed sums, shares and numbers
//! of rows that do not fit what is printed beside them.

use std::collections::{BTreeSet, HashMap};

use evalhub_import::{Code, position_of_cell};

use super::discrepancy::{Culprit, Discrepancy, Kind, Place};
use super::missing::current;
use crate::db::{
    AnyConnection, Campaign, Diagnostic, Import, ImportSheet, ImportStatus, QueryResult,
    ReportedResult,
};

/// What is said of figures that do not fit one another.
const CODES: [Code; 4] =
    [Code::SumMismatch, Code::PercentMismatch, Code::SuspectCount, Code::RollMismatch];

/// An import, a sheet of it, and a cell.
pub(super) type At = (i64, String, String);

/// The warnings of the imports that count.
pub(super) struct Warnings {
    rows: Vec<Diagnostic>,
    workbooks: HashMap<i64, String>,
    /// The codes of the rounds that the tables of a sheet are of.
    rounds: HashMap<(i64, String), BTreeSet<String>>,
}

impl Warnings {
    pub(super) fn load(conn: &mut AnyConnection) -> QueryResult<Self> {
        let all = Import::versions_with_workbooks(conn)?;
        let workbooks: HashMap<i64, String> =
            all.iter().map(|(import, workbook)| (import.id, workbook.name.clone())).collect();
        let applied = current(all).into_iter();
        let ids: Vec<i64> = applied
            .filter(|import| import.status == ImportStatus::Applied.name())
            .map(|import| import.id)
            .collect();
        let rows = Diagnostic::of_codes(conn, &ids, &CODES.map(Code::name))?;
        let mut rounds: HashMap<(i64, String), BTreeSet<String>> = HashMap::new();
        let warned: BTreeSet<i64> = rows.iter().map(|row| row.import_id).collect();
        let warned: Vec<i64> = warned.into_iter().collect();
        for sheet in ImportSheet::of_imports(conn, &warned)? {
            let codes = sheet.rounds();
            rounds.entry((sheet.import_id, sheet.name)).or_default().extend(codes);
        }
        Ok(Self { rows, workbooks, rounds })
    }

    /// Those of some rounds as discrepancies, without those at a place where one is known already, and
    /// those of figures that were corrected since.
    pub(super) fn discrepancies(
        &self,
        rounds: &[Campaign],
        known: &BTreeSet<At>,
        figures: &Figures,
    ) -> Vec<Discrepancy> {
        let mut found = Vec::new();
        for row in &self.rows {
            let (Some(sheet), Some(cell)) = (&row.sheet, &row.cell) else { continue };
            let at = (row.import_id, sheet.clone(), cell.clone());
            let beside = figures.in_row_of(&at);
            let figure = beside.iter().find(|figure| is_of(figure, row));
            // What is in no figure of its row any more was corrected.
            if known.contains(&at) || figure.is_none() && !beside.is_empty() {
                continue;
            }
            let of_sheet = self.rounds.get(&(row.import_id, sheet.clone()));
            let is_round = |round: &&Campaign| of_sheet.is_some_and(|of| of.contains(&round.code));
            let campaign = match figure {
                Some(figure) => Some(figure.campaign_id),
                None => rounds.iter().find(is_round).map(|round| round.id),
            };
            if let Some(campaign_id) = campaign {
                let workbook = self.workbooks.get(&row.import_id).cloned().unwrap_or_default();
                let (import_id, sheet, cell) = at;
                let place = Place::Sheet { import_id, workbook, sheet, cell };
                found.push(discrepancy(row, place, campaign_id, figure));
            }
        }
        found
    }
}

/// An import, a sheet of it, and a row.
type RowAt = (i64, String, Option<u32>);

/// Figures by the rows that they stand in.
#[derive(Default)]
pub(super) struct Figures {
    rows: HashMap<RowAt, Vec<ReportedResult>>,
}

impl Figures {
    pub(super) fn add(&mut self, at: &At, figure: ReportedResult) {
        self.rows.entry(row_of(at)).or_default().push(figure);
    }

    fn in_row_of(&self, at: &At) -> &[ReportedResult] {
        self.rows.get(&row_of(at)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The row of a cell.
fn row_of((import_id, sheet, cell): &At) -> RowAt {
    (*import_id, sheet.clone(), position_of_cell(cell).map(|(row, _)| row))
}

/// Whether a figure is the one that was warned about: its count or its percentage is what was found.
fn is_of(figure: &ReportedResult, warning: &Diagnostic) -> bool {
    let Some(found) = &warning.found else { return warning.cell.as_ref() == Some(&figure.cell) };
    let percent = figure.percent.is_some_and(|percent| found.parse() == Ok(percent));
    percent || figure.count.is_some_and(|count| found.parse() == Ok(count))
}

fn discrepancy(
    row: &Diagnostic,
    place: Place,
    campaign_id: i64,
    figure: Option<&ReportedResult>,
) -> Discrepancy {
    let is_suspect = row.code == Code::SuspectCount.name();
    Discrepancy {
        branch_id: figure.map_or(0, |figure| figure.branch_id),
        subject: figure.map(|figure| figure.subject.clone()),
        measure: figure.map(|figure| figure.measure.clone()),
        rating_id: figure.and_then(|figure| figure.rating_id),
        stage: figure.map(|figure| figure.stage),
        figure_id: figure.map(|figure| figure.id),
        culprit: if is_suspect { Culprit::Found } else { Culprit::Unknown },
        reason: row.message.clone(),
        place: Some(place),
        ..Discrepancy::of(
            Kind::PrintedAgainstSheet,
            campaign_id,
            row.found.clone().unwrap_or_default(),
            row.expected.clone().unwrap_or_default(),
        )
    }
}
