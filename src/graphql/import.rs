//! Imports, what was read from their workbooks, and what was wrong.

use std::collections::BTreeMap;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use serde::Deserialize;

use super::filter::{DiagnosticFilter, id_of, typed};
use super::loader::{ImportKey, SheetsOf, WorkbookKey, load, load_known};
use super::names::{ImportStatus, Severity, named};
use super::page::{Rows, Window, list, wraps};
use crate::db::{self, Where};

#[derive(Clone)]
pub(super) struct Import(pub(super) db::Import);

wraps! { Import of db::Import; }

/// A column and the field it was read as.
#[derive(SimpleObject, Deserialize)]
struct ImportColumn {
    /// The column, such as `C`.
    column: String,
    /// The words over it.
    heading: String,
    /// What it holds.
    field: String,
    /// Why it was read so.
    why: String,
}

/// A table that was found on a sheet.
#[derive(SimpleObject, Deserialize)]
struct ImportTable {
    /// What its rows are: `members`, `organizations`, `figures`, `indicators`, `commendations`.
    kind: String,
    /// The title.
    title: String,
    /// The issuing body.
    committee: Option<String>,
    /// The round of the title.
    campaign: Option<String>,
    /// The columns.
    columns: Vec<ImportColumn>,
    /// The number of records read from it.
    records: usize,
}

/// A sheet of an imported workbook.
#[derive(SimpleObject)]
struct ImportSheet {
    /// The name.
    name: String,
    /// Whether it is hidden; hidden sheets are not read.
    hidden: bool,
    /// The tables, top to bottom.
    tables: Vec<ImportTable>,
}

/// How many facts of one kind an import added, changed, removed.
#[derive(SimpleObject)]
struct ImportChange {
    /// The kind: `members`, `enrolments` …
    kind: String,
    /// Facts that were not there before.
    added: usize,
    /// Facts with another value than before.
    changed: usize,
    /// Facts that no record states any more.
    removed: usize,
}

/// What an import does to one branch in one round; without a round, to a branch or to people.
#[derive(SimpleObject)]
struct PlanPart {
    /// The code of the round.
    campaign: Option<String>,
    /// The name of the branch.
    branch: Option<String>,
    /// Facts that were not there before.
    added: Vec<PlanAddition>,
    /// How many facts were stated again and stay as they are.
    unchanged: usize,
    /// How many statements contradict others of equal right.
    conflicts: usize,
    /// Facts that get another value, or go.
    changed: Vec<FactChange>,
}

/// How many facts of a kind are new.
#[derive(SimpleObject)]
struct PlanAddition {
    /// The kind: `enrolments`, `member evaluations` …
    kind: String,
    /// How many.
    count: usize,
}

/// One field of one fact: before and after.
#[derive(SimpleObject)]
struct FactChange {
    /// The kind: `enrolments`, `member evaluations` …
    kind: String,
    /// Whom or what it is about.
    about: String,
    /// The field; none where the whole fact goes.
    field: Option<String>,
    /// The value before.
    before: Option<String>,
    /// The value after.
    after: Option<String>,
}

impl From<crate::ledger::PlanPart> for PlanPart {
    fn from(part: crate::ledger::PlanPart) -> Self {
        let change = |change: crate::ledger::FactChange| FactChange {
            kind: change.kind,
            about: change.about,
            field: change.field,
            before: change.before,
            after: change.after,
        };
        let addition = |(kind, count)| PlanAddition { kind, count };
        Self {
            campaign: part.campaign,
            branch: part.branch,
            added: part.added.into_iter().map(addition).collect(),
            unchanged: part.unchanged,
            conflicts: part.conflicts,
            changed: part.changed.into_iter().map(change).collect(),
        }
    }
}

/// One run of the importer over one workbook.
#[Object]
impl Import {
    /// The id, such as `Import:12`.
    pub(super) async fn id(&self) -> ID {
        typed("Import", self.0.id)
    }

    /// What became of it.
    async fn status(&self) -> ImportStatus {
        named(&self.0.status, ImportStatus::Refused)
    }

    /// The name of the workbook.
    async fn workbook(&self, ctx: &Context<'_>) -> Result<String> {
        load_known(ctx, WorkbookKey(self.0.workbook_id)).await.map(|row| row.name)
    }

    /// The BLAKE3 hash of the workbook's content.
    async fn content_hash(&self, ctx: &Context<'_>) -> Result<String> {
        load_known(ctx, WorkbookKey(self.0.workbook_id)).await.map(|row| row.content_hash)
    }

    /// When it ran, ISO 8601.
    async fn created_at(&self) -> &str {
        &self.0.created_at
    }

    /// The import of the version before, whose place this one takes.
    async fn replaces(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        match self.0.replaces_id {
            Some(id) => load_known(ctx, ImportKey(id)).await.map(|row| Some(Self(row))),
            None => Ok(None),
        }
    }

    /// What it changed, or would change: by round and branch, before and after.
    async fn plan(&self) -> Vec<PlanPart> {
        let parts: Vec<crate::ledger::PlanPart> =
            serde_json::from_str(&self.0.plan).unwrap_or_default();
        parts.into_iter().map(PlanPart::from).collect()
    }

    /// The number of records that entered the ledger.
    async fn records(&self) -> i64 {
        self.0.record_count
    }

    /// The sheets and the tables found on them.
    async fn sheets(&self, ctx: &Context<'_>) -> Result<Vec<ImportSheet>> {
        let rows = load(ctx, SheetsOf(self.0.id)).await?.unwrap_or_default();
        let shown = |row: db::ImportSheet| ImportSheet {
            tables: serde_json::from_str(&row.tables).unwrap_or_default(),
            name: row.name,
            hidden: row.hidden,
        };
        Ok(rows.into_iter().map(shown).collect())
    }

    /// What it changed.
    async fn changes(&self) -> Vec<ImportChange> {
        let changes: BTreeMap<String, crate::ledger::Change> =
            serde_json::from_str(&self.0.changes).unwrap_or_default();
        let shown = |(kind, change): (String, crate::ledger::Change)| ImportChange {
            kind,
            added: change.added,
            changed: change.changed,
            removed: change.removed,
        };
        changes.into_iter().map(shown).collect()
    }

    /// What was wrong with the workbook.
    async fn diagnostics(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ severity: { in: [ERROR, WARNING] } }`.")]
        filter: Option<DiagnosticFilter>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Diagnostic>> {
        let own = db::DiagnosticFilter {
            import: Some(vec![self.0.id]),
            ..db::DiagnosticFilter::default()
        };
        let filter = Where::All(vec![Where::Is(own), filter.unwrap_or_default().resolve()?]);
        list::<db::Diagnostic, _>(ctx, filter, vec![], Window::forwards(first, after)).await
    }
}

#[derive(Clone)]
pub(super) struct Diagnostic(db::Diagnostic);

wraps! { Diagnostic of db::Diagnostic; }

/// One thing that is wrong with a workbook, or worth knowing, and where.
#[Object]
impl Diagnostic {
    /// The id, such as `Diagnostic:12`.
    pub(super) async fn id(&self) -> ID {
        typed("Diagnostic", self.0.id)
    }

    /// How much it weighs.
    async fn severity(&self) -> Severity {
        named(&self.0.severity, Severity::Error)
    }

    /// The stable code, such as `suspect-count`; the README has the table.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The import.
    async fn import(&self, ctx: &Context<'_>) -> Result<Import> {
        load_known(ctx, ImportKey(self.0.import_id)).await.map(Import)
    }

    /// The name of the workbook.
    async fn workbook(&self, ctx: &Context<'_>) -> Result<String> {
        let import = load_known(ctx, ImportKey(self.0.import_id)).await?;
        load_known(ctx, WorkbookKey(import.workbook_id)).await.map(|row| row.name)
    }

    /// The sheet.
    async fn sheet(&self) -> Option<&str> {
        self.0.sheet.as_deref()
    }

    /// The cell as Excel names it.
    async fn cell(&self) -> Option<&str> {
        self.0.cell.as_deref()
    }

    /// The cells that a question holds back until it is answered: `C7:C46`.
    async fn range(&self) -> Option<String> {
        self.question().map(|question| question.range)
    }

    /// What the column of a question could hold, the likeliest first; none where nothing is asked.
    async fn readings(&self) -> Option<Vec<Likely>> {
        self.question().map(|question| question.readings.into_iter().map(Likely).collect())
    }

    /// The line of a profile that answers a question as its likeliest reading does:
    /// `"Mức xếp loại" = "rating"`.
    async fn profile_line(&self) -> Option<String> {
        self.question()?.profile_line()
    }

    /// What the workbook holds.
    async fn found(&self) -> Option<&str> {
        self.0.found.as_deref()
    }

    /// What would have been right.
    async fn expected(&self) -> Option<&str> {
        self.0.expected.as_deref()
    }

    /// One sentence.
    async fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do.
    async fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl Diagnostic {
    fn question(&self) -> Option<evalhub_import::Question> {
        serde_json::from_str(self.0.question.as_deref()?).ok()
    }
}

/// One of the things that a column in doubt could hold.
pub(super) struct Likely(evalhub_import::Likely);

/// One of the things that a column in doubt could hold.
#[Object]
impl Likely {
    /// The field, as `evalhub answer` and profiles name it.
    async fn field(&self) -> &str {
        &self.0.field
    }

    /// The weight of the evidence; 0 for what only the look of the values suggests.
    async fn weight(&self) -> f64 {
        self.0.weight
    }
}

/// The import of a typed id.
pub(super) async fn by_id(ctx: &Context<'_>, id: &ID) -> Result<Option<Import>> {
    Ok(load(ctx, ImportKey(id_of("Import", id)?)).await?.map(Import))
}
