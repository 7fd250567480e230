//! `evalhub imports`: what was imported, what each import changed, and undoing it.

use std::fmt::Write;

use evalhub_import::Vocabulary;

use super::import::changes_in_words;
use super::output::{counted, print, safe};
use super::{DatabaseArgument, Stop};
use crate::db::{self, Database, DiagnosticFilter, PageOfIds, Snapshot};
use crate::ledger::{self, Changes, LedgerError};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    database: DatabaseArgument,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List all imports; the default
    List {
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Show one import: its sheets, what it changed, what was wrong
    Show {
        /// The number of the import: 3, or Import:3
        id: String,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Undo an import: its records are withdrawn; what others state stays
    Revert {
        /// The number of the import: 3, or Import:3
        id: String,
        /// Show what would change, and write nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        database: DatabaseArgument,
    },
}

/// The most imports that a list shows.
const LIMIT: i64 = 10_000;

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let open =
        |argument: &DatabaseArgument| Database::open(&argument.database, &Vocabulary::bundled());
    match &arguments.action {
        None => list(&open(&arguments.database)?),
        Some(Action::List { database }) => list(&open(database)?),
        Some(Action::Show { id, database }) => show(&open(database)?, number(id)?),
        Some(Action::Revert { id, dry_run, database }) => {
            revert(&open(database)?, number(id)?, *dry_run)
        }
    }
}

fn number(id: &str) -> Result<i64, Stop> {
    let digits = id.strip_prefix("Import:").unwrap_or(id);
    digits.parse().map_err(|_cause| {
        Stop::Usage(format!("`{id}` is no import; expected its number, such as 3 or Import:3"))
    })
}

fn list(database: &Database) -> Result<(), Stop> {
    let mut snapshot = Snapshot::open(database)?;
    let imports =
        snapshot.run(|conn| db::Import::page(conn, PageOfIds { after: None, limit: LIMIT }))?;
    let workbooks: Vec<i64> = imports.iter().map(|import| import.workbook_id).collect();
    let workbooks = snapshot.run(|conn| db::Workbook::by_ids(conn, &workbooks))?;
    let mut text = String::new();
    for import in &imports {
        let name =
            workbooks.iter().find(|book| book.id == import.workbook_id).map(|book| &book.name);
        let _ = writeln!(
            text,
            "{:>5}  {:9} {}  {:>6} records  {}",
            import.id,
            import.status.to_lowercase(),
            import.created_at.get(..16).unwrap_or(&import.created_at),
            import.record_count,
            safe(name.map_or("", String::as_str)),
        );
    }
    if imports.is_empty() {
        text.push_str("nothing was imported yet\n");
    }
    Ok(print(&text)?)
}

fn show(database: &Database, id: i64) -> Result<(), Stop> {
    let mut snapshot = Snapshot::open(database)?;
    let Some(import) = snapshot.run(|conn| db::Import::by_ids(conn, &[id]))?.pop() else {
        return Err(Stop::Usage(LedgerError::NoImport(id).to_string()));
    };
    let mut text = String::new();
    for workbook in snapshot.run(|conn| db::Workbook::by_ids(conn, &[import.workbook_id]))? {
        let _ = writeln!(text, "Import:{id}  {}", safe(&workbook.name));
        let _ =
            writeln!(text, "  content  {} ({} bytes)", workbook.content_hash, workbook.byte_count);
    }
    let _ = writeln!(text, "  status   {}, {}", import.status.to_lowercase(), import.created_at);
    let records = usize::try_from(import.record_count).unwrap_or(0);
    let _ = writeln!(text, "  records  {}", counted(records, "record"));
    let changes: Changes = serde_json::from_str(&import.changes)?;
    if !changes.is_empty() {
        let _ = writeln!(text, "  changed  {}", changes_in_words(&changes));
    }
    for sheet in snapshot.run(|conn| db::ImportSheet::of_imports(conn, &[id]))? {
        let hidden = if sheet.hidden { ", hidden, not read" } else { "" };
        let _ = writeln!(text, "  sheet    {}{hidden}", safe(&sheet.name));
    }
    let filter = DiagnosticFilter { import_ids: Some(vec![id]), ..DiagnosticFilter::default() };
    let all = PageOfIds { after: None, limit: LIMIT };
    for problem in snapshot.run(|conn| db::Diagnostic::page(conn, &filter, all))? {
        let place =
            [problem.sheet, problem.cell].into_iter().flatten().collect::<Vec<_>>().join("!");
        let severity = problem.severity.to_lowercase();
        let message = safe(&problem.message);
        let _ = writeln!(text, "  {severity:8} {}: {message} [{}]", safe(&place), problem.code);
    }
    Ok(print(&text)?)
}

fn revert(database: &Database, id: i64, dry_run: bool) -> Result<(), Stop> {
    match ledger::revert(database, id, dry_run) {
        Ok(changes) => {
            let done =
                if dry_run { "would be reverted; nothing was written" } else { "is reverted" };
            let changed = changes_in_words(&changes);
            let changed = if changed.is_empty() { "no fact".to_owned() } else { changed };
            Ok(print(&format!("Import:{id} {done}\n  changed  {changed}\n"))?)
        }
        Err(refused @ (LedgerError::NoImport(_) | LedgerError::NotApplied { .. })) => {
            crate::log(&format!("error: {refused}"));
            Err(Stop::Data)
        }
        Err(other) => Err(other.into()),
    }
}
