//! Where a fact comes from: workbook, sheet, row and cell.

use async_graphql::{Context, Object, Result};
use evalhub_import::{Statement, position_of_cell};

use super::import::Import;
use super::loader::{ImportKey, load_known};
use crate::db;
use crate::ledger::trace::stated_cell;
pub(super) use crate::ledger::trace::{name_cell, stage_cell};

pub(super) struct Provenance {
    import_id: i64,
    workbook: String,
    sheet: String,
    row: i64,
    cell: Option<String>,
    raw: Option<String>,
    rule: String,
}

/// The place in a workbook that states a fact.
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

    /// Why the row is about this member or branch: the rule that linked it.
    async fn rule(&self) -> &str {
        &self.rule
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
        at: impl FnOnce(&Statement) -> Option<(evalhub_import::Place, Option<String>)>,
    ) -> Self {
        let cell = stated_cell(source, at);
        let raw = cell.as_ref().and_then(|cell| cell.raw.clone());
        Self::of_cell(source, cell.map(|cell| cell.name), raw)
    }

    /// A cell that is in no record.
    pub(super) fn of_sheet(import_id: i64, workbook: &str, sheet: &str, cell: &str) -> Self {
        let row = position_of_cell(cell).map(|(row, _)| i64::from(row) + 1);
        Self {
            import_id,
            workbook: workbook.to_owned(),
            sheet: sheet.to_owned(),
            row: row.unwrap_or_default(),
            cell: Some(cell.to_owned()),
            raw: None,
            rule: "warned about when it was read".to_owned(),
        }
    }

    pub(super) fn of_cell(source: &db::Source, cell: Option<String>, raw: Option<String>) -> Self {
        Self {
            import_id: source.record.import_id,
            workbook: source.workbook.clone(),
            sheet: source.record.sheet.clone(),
            row: source.record.row_number,
            cell,
            raw,
            rule: source.link.rule.clone(),
        }
    }
}
