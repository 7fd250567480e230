//! Where a fact comes from: workbook, sheet, row and cell.

use async_graphql::{Context, Object, Result};
use evalhub_import::{Person, StageRating, Statement, cell_name};

use super::import::Import;
use super::loader::{ImportKey, load_known};
use super::names::Stage;
use crate::db;

/// The place in a workbook that states a fact.
pub(super) struct Provenance {
    import_id: i64,
    workbook: String,
    sheet: String,
    row: i64,
    cell: Option<String>,
    raw: Option<String>,
}

#[Object]
impl Provenance {
    /// The import that brought it.
    async fn import(&self, ctx: &Context<'_>) -> Result<Import> {
        load_known(ctx, ImportKey(self.import_id)).await.map(Import)
    }

    /// The name of the workbook.
    async fn workbook(&self) -> &str {
        &self.workbook
    }

    /// The sheet.
    async fn sheet(&self) -> &str {
        &self.sheet
    }

    /// The row as Excel numbers it.
    async fn row(&self) -> i64 {
        self.row
    }

    /// The cell as Excel names it, such as `C11`.
    async fn cell(&self) -> Option<&str> {
        self.cell.as_deref()
    }

    /// The text of the cell as it was read, where the value does not show it.
    async fn raw(&self) -> Option<&str> {
        self.raw.as_deref()
    }
}

impl Provenance {
    /// The place of a record, and of the cell that `at` finds in its statement.
    pub(super) fn of(
        source: &db::Source,
        at: impl FnOnce(&Statement) -> Option<(u32, Option<String>)>,
    ) -> Self {
        let statement: Option<Statement> = serde_json::from_str(&source.record.statement).ok();
        let found = statement.as_ref().and_then(at);
        Self::of_cell(
            source,
            found.as_ref().map(|(column, _)| cell_of(source, *column)),
            found.and_then(|(_, raw)| raw),
        )
    }

    pub(super) fn of_cell(source: &db::Source, cell: Option<String>, raw: Option<String>) -> Self {
        Self {
            import_id: source.record.import_id,
            workbook: source.workbook.clone(),
            sheet: source.record.sheet.clone(),
            row: source.record.row_number,
            cell,
            raw,
        }
    }
}

fn cell_of(source: &db::Source, column: u32) -> String {
    let row = u32::try_from(source.record.row_number - 1).unwrap_or_default();
    cell_name(row, column)
}

/// The cell of a person's name.
pub(super) fn name_cell(statement: &Statement) -> Option<(u32, Option<String>)> {
    match statement {
        Statement::Member(Person { name, .. }) => Some((name.column, name.raw.clone())),
        Statement::Branch(organization) => {
            Some((organization.name.column, organization.name.raw.clone()))
        }
        Statement::Commendation(award) => {
            let named = award.person.as_ref().unwrap_or(&award.award);
            Some((named.column, named.raw.clone()))
        }
        Statement::Indicators { indicators } => {
            let figure = indicators.first()?;
            let stated =
                figure.actual.as_ref().or(figure.target.as_ref()).or(figure.percent.as_ref())?;
            Some((stated.column, stated.raw.clone()))
        }
        Statement::Figures { .. } => None,
    }
}

/// The cell of the rating or score that a stage gave, if the record states one.
pub(super) fn stage_cell(statement: &Statement, stage: i32) -> Option<(u32, Option<String>)> {
    let ratings: &[StageRating] = match statement {
        Statement::Member(person) => &person.ratings,
        Statement::Branch(organization) => &organization.ratings,
        _ => return None,
    };
    let of_stage = ratings.iter().filter(|rating| stage_of(rating) == stage);
    let rated = of_stage.clone().find_map(|rating| {
        rating.rating.as_ref().map(|stated| (stated.column, stated.raw.clone()))
    });
    rated.or_else(|| {
        let scored = of_stage.clone().find_map(|rating| rating.score.as_ref());
        scored.map(|stated| (stated.column, stated.raw.clone()))
    })
}

fn stage_of(rating: &StageRating) -> i32 {
    use evalhub_import::Stage as Read;
    let stage = match rating.stage {
        Read::Own => Stage::Own,
        Read::Authority => Stage::Authority,
        Read::CellCommittee => Stage::CellCommittee,
        Read::MassOrganization => Stage::MassOrganization,
        Read::Branch => Stage::Branch,
        Read::Unstated => Stage::Unstated,
        Read::Committee => Stage::Committee,
    };
    stage.number()
}
