//! Imports, their workbooks, sheets and diagnostics.

use diesel::prelude::*;

use super::AnyConnection;
use super::condition::{Condition, Filter, Test, Tests, boxed, tested};
use super::list::list;
use super::schema::{answers, diagnostics, import_sheets, imports, workbook_contents, workbooks};

/// What became of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportStatus {
    Planned,
    Applied,
    Refused,
    Reverted,
}

impl ImportStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Planned => "PLANNED",
            Self::Applied => "APPLIED",
            Self::Refused => "REFUSED",
            Self::Reverted => "REVERTED",
        }
    }
}

/// A file as it came in.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = workbooks)]
pub(crate) struct Workbook {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) content_hash: String,
    pub(crate) byte_count: i64,
    pub(crate) format: String,
}

/// One run of the importer over one workbook. `changes` is JSON: what was added, changed, removed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = imports, treat_none_as_default_value = false)]
pub(crate) struct Import {
    pub(crate) id: i64,
    pub(crate) workbook_id: i64,
    pub(crate) status: String,
    pub(crate) created_at: String,
    pub(crate) record_count: i64,
    pub(crate) changes: String,
    /// The same for the versions of a workbook, and for others that are laid out alike.
    pub(crate) signature: String,
    /// The import of the version before.
    pub(crate) replaces_id: Option<i64>,
    /// In what order imports were applied: later ones win.
    pub(crate) applied_order: i64,
    /// JSON: what was changed, before → after, by round and branch.
    pub(crate) plan: String,
    /// JSON: what was said when the workbook was read, which it does not say itself.
    pub(crate) said: String,
    /// What all its records come to.
    pub(crate) reading_hash: String,
}

/// An import as a version of its workbook.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = imports)]
pub(crate) struct Version {
    pub(crate) id: i64,
    pub(crate) status: String,
    pub(crate) signature: String,
    pub(crate) replaces_id: Option<i64>,
}

/// A sheet; `tables` is JSON: the tables found and their columns.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_sheets)]
pub(crate) struct ImportSheet {
    pub(crate) id: i64,
    pub(crate) import_id: i64,
    pub(crate) position: i32,
    pub(crate) name: String,
    pub(crate) hidden: bool,
    pub(crate) tables: String,
}

/// What was wrong with a workbook.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = diagnostics, treat_none_as_default_value = false)]
pub(crate) struct Diagnostic {
    pub(crate) id: i64,
    pub(crate) import_id: i64,
    pub(crate) severity: String,
    pub(crate) code: String,
    pub(crate) sheet: Option<String>,
    pub(crate) cell: Option<String>,
    pub(crate) found: Option<String>,
    pub(crate) expected: Option<String>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// JSON: what is asked.
    pub(crate) question: Option<String>,
}

/// What a person said that a column holds, in all tables with the same headings.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = answers, treat_none_as_default_value = false)]
pub(crate) struct Answer {
    pub(crate) id: i64,
    pub(crate) layout: String,
    pub(crate) heading: String,
    pub(crate) field: String,
    pub(crate) author: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) created_at: String,
}

impl Answer {
    /// All of them, as the reader takes them.
    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<evalhub_import::Answer>> {
        let rows: Vec<Self> =
            answers::table.select(Self::as_select()).order(answers::id).load(conn)?;
        let answers = rows.into_iter().map(|row| evalhub_import::Answer {
            layout: row.layout,
            heading: row.heading,
            field: row.field,
        });
        Ok(answers.collect())
    }

    /// Takes the place of an earlier answer to the same question.
    pub(crate) fn enter(self, conn: &mut AnyConnection) -> QueryResult<()> {
        let same = answers::table
            .filter(answers::layout.eq(&self.layout))
            .filter(answers::heading.eq(&self.heading));
        diesel::delete(same).execute(conn)?;
        diesel::insert_into(answers::table).values(self).execute(conn).map(drop)
    }
}

impl Diagnostic {
    /// The errors and the questions of imports.
    pub(crate) fn unsettled(conn: &mut AnyConnection, imports: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in imports.chunks(10_000) {
            let rows = diagnostics::table
                .filter(diagnostics::import_id.eq_any(chunk))
                .filter(diagnostics::severity.eq("ERROR").or(diagnostics::question.is_not_null()))
                .select(Self::as_select())
                .load::<Self>(conn)?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// Those of some codes, in the order in which they were said.
    pub(crate) fn of_codes(
        conn: &mut AnyConnection,
        imports: &[i64],
        codes: &[&str],
    ) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in imports.chunks(10_000) {
            let rows = diagnostics::table
                .filter(diagnostics::import_id.eq_any(chunk))
                .filter(diagnostics::code.eq_any(codes))
                .order(diagnostics::id)
                .select(Self::as_select())
                .load::<Self>(conn)?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// The questions of imports, and what each of them asks.
    pub(crate) fn questions(
        conn: &mut AnyConnection,
        imports: &[i64],
    ) -> QueryResult<Vec<(Self, evalhub_import::Question)>> {
        let mut found = Vec::new();
        for chunk in imports.chunks(10_000) {
            let rows: Vec<Self> = diagnostics::table
                .filter(diagnostics::import_id.eq_any(chunk))
                .filter(diagnostics::question.is_not_null())
                .order(diagnostics::id)
                .select(Self::as_select())
                .load(conn)?;
            found.extend(rows.into_iter().filter_map(|row| {
                let question = serde_json::from_str(row.question.as_deref()?).ok()?;
                Some((row, question))
            }));
        }
        Ok(found)
    }
}

/// Which diagnostics.
#[derive(Debug, Clone, Default)]
pub(crate) struct DiagnosticFilter {
    pub(crate) import: Option<Vec<i64>>,
    pub(crate) severity: Tests<String>,
    pub(crate) code: Tests<String>,
    pub(crate) sheet: Tests<String>,
}

/// Which imports.
#[derive(Debug, Clone, Default)]
pub(crate) struct ImportFilter {
    pub(crate) status: Tests<String>,
}

impl Filter for ImportFilter {
    type Table = imports::table;

    fn conditions(&self) -> Vec<Condition<imports::table>> {
        tested!(text imports::status, self.status).collect()
    }
}

impl Filter for DiagnosticFilter {
    type Table = diagnostics::table;

    fn conditions(&self) -> Vec<Condition<diagnostics::table>> {
        let imports = self.import.iter();
        let imports = imports.map(|ids| boxed(diagnostics::import_id.eq_any(ids.clone())));
        imports
            .chain(tested!(text diagnostics::severity, self.severity))
            .chain(tested!(text diagnostics::code, self.code))
            .chain(tested!(nullable text diagnostics::sheet, self.sheet))
            .collect()
    }
}

list! {
    Import of imports where ImportFilter by
    /// The columns that imports can be ordered by.
    ImportColumn {
        IdAsc IdDesc = always id: i64,
    }
}

list! {
    Diagnostic of diagnostics where DiagnosticFilter by
    /// The columns that diagnostics can be ordered by.
    DiagnosticColumn {
        IdAsc IdDesc = always id: i64,
        CodeAsc CodeDesc = always code: String,
    }
}

impl Import {
    /// Imports are numbered by themselves, for people name them.
    pub(crate) fn next_id(conn: &mut AnyConnection) -> QueryResult<i64> {
        let last: Option<i64> = imports::table.select(diesel::dsl::max(imports::id)).first(conn)?;
        Ok(last.unwrap_or_default() + 1)
    }

    /// The applied imports of workbooks with this content, and what their records come to.
    pub(crate) fn applied_with_content(
        conn: &mut AnyConnection,
        hash: &str,
    ) -> QueryResult<Vec<(i64, String)>> {
        imports::table
            .inner_join(workbooks::table)
            .filter(workbooks::content_hash.eq(hash))
            .filter(imports::status.eq(ImportStatus::Applied.name()))
            .select((imports::id, imports::reading_hash))
            .load(conn)
    }

    /// All imports with their workbooks, in the order in which they came.
    pub(crate) fn versions_with_workbooks(
        conn: &mut AnyConnection,
    ) -> QueryResult<Vec<(Version, Workbook)>> {
        imports::table
            .inner_join(workbooks::table)
            .select((Version::as_select(), Workbook::as_select()))
            .order(imports::id)
            .load(conn)
    }

    /// All imports, without what they changed: there are as many as workbooks.
    pub(crate) fn all_versions(conn: &mut AnyConnection) -> QueryResult<Vec<Version>> {
        imports::table.select(Version::as_select()).order(imports::id).load(conn)
    }

    /// The order that the next import to be applied gets.
    pub(crate) fn next_order(conn: &mut AnyConnection) -> QueryResult<i64> {
        let last: Option<i64> =
            imports::table.select(diesel::dsl::max(imports::applied_order)).first(conn)?;
        Ok(last.unwrap_or_default() + 1)
    }
}

impl Workbook {
    /// The workbook itself, if it was kept.
    pub(crate) fn content(conn: &mut AnyConnection, hash: &str) -> QueryResult<Option<Vec<u8>>> {
        workbook_contents::table
            .filter(workbook_contents::content_hash.eq(hash))
            .select(workbook_contents::content)
            .first(conn)
            .optional()
    }

    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        workbooks::table.filter(workbooks::id.eq_any(ids)).select(Self::as_select()).load(conn)
    }
}

impl ImportSheet {
    /// The codes of the rounds that its tables are of.
    pub(crate) fn rounds(&self) -> Vec<String> {
        let tables: Vec<serde_json::Value> = serde_json::from_str(&self.tables).unwrap_or_default();
        tables.iter().filter_map(|table| table["campaign"].as_str()).map(str::to_owned).collect()
    }

    pub(crate) fn of_imports(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let query = import_sheets::table.filter(import_sheets::import_id.eq_any(ids));
        query
            .select(Self::as_select())
            .order((import_sheets::import_id, import_sheets::position))
            .load(conn)
    }
}
