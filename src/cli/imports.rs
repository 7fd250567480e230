//! `evalhub imports`: what was imported, what each import changed, and undoing it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::output::{Language, counted, minute, print, safe};
use super::plan::{self, changes_in_words};
use super::{DatabaseArgument, Stop, number};
use crate::db::{self, Database, DiagnosticFilter, List, Slice, Snapshot, Where};
use crate::ledger::{self, Candidate, LedgerError, Mode, Options, Plan, Replaces, Status};
use crate::worker::read_guarded;

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
    /// Read kept workbooks again, with the reader and the answers of today
    Reread {
        /// The numbers of the imports: 3, or Import:3
        ids: Vec<String>,
        /// All imports that hold
        #[arg(long, conflicts_with = "ids", required_unless_present = "ids")]
        all: bool,
        /// Show what would change, and write nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Apply an import that was planned with `evalhub import --save-plan`
    Apply {
        /// The number of the import: 3, or Import:3
        id: String,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Give back the workbook of an import, if it was kept with `--keep-workbooks`
    Workbook {
        /// The number of the import: 3, or Import:3
        id: String,
        /// Where to write it; the name of the workbook by default
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
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

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    match &arguments.action {
        None => list(&arguments.database.open()?),
        Some(Action::List { database }) => list(&database.open()?),
        Some(Action::Show { id, database }) => show(&database.open()?, number("Import", id)?),
        Some(Action::Reread { ids, dry_run, database, .. }) => {
            let numbers = ids.iter().map(|id| number("Import", id));
            let numbers = numbers.collect::<Result<Vec<i64>, Stop>>()?;
            let named = Some(numbers.as_slice()).filter(|numbers| !numbers.is_empty());
            read_again(&database.open()?, named, *dry_run)
        }
        Some(Action::Apply { id, database }) => apply(&database.open()?, number("Import", id)?),
        Some(Action::Workbook { id, output, database }) => {
            workbook(&database.open()?, number("Import", id)?, output.as_deref())
        }
        Some(Action::Revert { id, dry_run, database }) => {
            revert(&database.open()?, number("Import", id)?, *dry_run)
        }
    }
}

/// Reads kept workbooks again: what becomes different enters as a version of the same import.
pub(super) fn read_again(
    database: &Database,
    ids: Option<&[i64]>,
    dry_run: bool,
) -> Result<(), Stop> {
    let mut lost = Vec::new();
    let mut refused = false;
    for kept in ledger::kept(database, ids).map_err(Stop::of_ledger)? {
        let Some(content) = kept.content else {
            lost.push(format!("{} (Import:{})", safe(&kept.name), kept.import_id));
            continue;
        };
        let reading = read_guarded(&content, &kept.name, &kept.options)?;
        let options = Options {
            mode: if dry_run { Mode::DryRun } else { Mode::Apply },
            skip_invalid_rows: kept.said.skip_invalid_rows,
            strict: false,
            keep_workbooks: true,
            replaces: Replaces::Import(kept.import_id),
            now: jiff::Timestamp::now().to_string(),
        };
        let mut candidates = [Candidate::new(kept.name, content, reading, kept.said)];
        let outcomes = ledger::import(database, &mut candidates, &options, &mut |_, _| {});
        let outcomes = outcomes.map_err(Stop::of_ledger)?;
        refused |= outcomes.iter().any(|outcome| outcome.status == Status::Refused);
        print(&super::import::text(&candidates, &outcomes, Language::chosen(None)))?;
    }
    if !lost.is_empty() {
        crate::log(&format!(
            "not kept, so import them once more (with --keep-workbooks they are): {}",
            lost.join(", ")
        ));
    }
    if refused || !lost.is_empty() { Err(Stop::Data) } else { Ok(()) }
}

fn list(database: &Database) -> Result<(), Stop> {
    let mut snapshot = Snapshot::open(database)?;
    let imports =
        snapshot.run(|conn| db::Import::page(conn, &Where::default(), &Slice::everything()))?;
    let workbooks: Vec<i64> = imports.iter().map(|import| import.workbook_id).collect();
    let workbooks = snapshot.run(|conn| db::Workbook::by_ids(conn, &workbooks))?;
    let mut text = String::new();
    for import in &imports {
        let name =
            workbooks.iter().find(|book| book.id == import.workbook_id).map(|book| &book.name);
        let instead = match import.replaces_id {
            Some(id) => format!(" (in place of Import:{id})"),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "{:>5}  {:9} {}  {:>6} records  {}{instead}",
            import.id,
            import.status.to_lowercase(),
            minute(&import.created_at),
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
    if let Some(earlier) = import.replaces_id {
        let _ = writeln!(text, "  version  in place of Import:{earlier}");
    }
    let changes = serde_json::from_str(&import.changes)?;
    let plan = Plan { changes, parts: serde_json::from_str(&import.plan)? };
    if !plan.changes.is_empty() {
        let _ = writeln!(text, "  changed  {}", changes_in_words(&plan.changes));
        plan::parts(&mut text, &plan);
    }
    for sheet in snapshot.run(|conn| db::ImportSheet::of_imports(conn, &[id]))? {
        let hidden = if sheet.hidden { ", hidden, not read" } else { "" };
        let _ = writeln!(text, "  sheet    {}{hidden}", safe(&sheet.name));
    }
    let filter = DiagnosticFilter { import: Some(vec![id]), ..DiagnosticFilter::default() };
    let all = Slice::everything();
    for problem in snapshot.run(|conn| db::Diagnostic::page(conn, &Where::Is(filter), &all))? {
        let place =
            [problem.sheet, problem.cell].into_iter().flatten().collect::<Vec<_>>().join("!");
        let severity = problem.severity.to_lowercase();
        let message = safe(&problem.message);
        let _ = writeln!(text, "  {severity:8} {}: {message} [{}]", safe(&place), problem.code);
    }
    Ok(print(&text)?)
}

fn apply(database: &Database, id: i64) -> Result<(), Stop> {
    let outcome = ledger::apply(database, id).map_err(Stop::of_ledger)?;
    let mut text = format!("Import:{id} is applied\n");
    let changed = changes_in_words(&outcome.plan.changes);
    let changed = if changed.is_empty() { "nothing".to_owned() } else { changed };
    let _ = writeln!(text, "  changed  {changed}");
    plan::first_changes(&mut text, &outcome.plan);
    Ok(print(&text)?)
}

fn workbook(database: &Database, id: i64, output: Option<&Path>) -> Result<(), Stop> {
    let mut snapshot = Snapshot::open(database)?;
    let Some(import) = snapshot.run(|conn| db::Import::by_ids(conn, &[id]))?.pop() else {
        return Err(Stop::of_ledger(LedgerError::NoImport(id)));
    };
    let ids = [import.workbook_id];
    let Some(book) = snapshot.run(|conn| db::Workbook::by_ids(conn, &ids))?.pop() else {
        return Err(Stop::of_ledger(LedgerError::NoImport(id)));
    };
    let Some(content) = snapshot.run(|conn| db::Workbook::content(conn, &book.content_hash))?
    else {
        crate::log(&format!(
            "error: the workbook of import {id} was not kept; import it with --keep-workbooks"
        ));
        return Err(Stop::Data);
    };
    let own_name = Path::new(&book.name).file_name().map(PathBuf::from).unwrap_or_default();
    let path = output.map_or(own_name, Path::to_path_buf);
    if path.exists() {
        return Err(Stop::Usage(format!(
            "`{}` exists; name another file with --output",
            path.display()
        )));
    }
    std::fs::write(&path, content)
        .with_context(|| format!("cannot write the file `{}`", path.display()))?;
    Ok(print(&format!("{}: as it was imported, {} bytes\n", path.display(), book.byte_count))?)
}

fn revert(database: &Database, id: i64, dry_run: bool) -> Result<(), Stop> {
    let reverted = ledger::revert(database, id, dry_run).map_err(Stop::of_ledger)?;
    let done = if dry_run { "would be reverted; nothing was written" } else { "is reverted" };
    let changed = changes_in_words(&reverted.plan.changes);
    let changed = if changed.is_empty() { "no fact".to_owned() } else { changed };
    let mut text = format!("Import:{id} {done}\n  changed  {changed}\n");
    for earlier in &reverted.returned {
        let _ = writeln!(text, "  version  Import:{earlier} holds again");
    }
    if dry_run {
        plan::parts(&mut text, &reverted.plan);
    }
    for correction in &reverted.waiting {
        let _ = writeln!(
            text,
            "  waiting  correction {} ({} of {}) has lost its ground; it is kept, and holds when \
             a workbook states the fact again",
            correction.id, correction.field, correction.target
        );
    }
    Ok(print(&text)?)
}
