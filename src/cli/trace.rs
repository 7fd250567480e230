//! `evalhub trace`: from a fact back to workbook, sheet and cell.

use std::fmt::Write;

use super::output::{print, safe, signed};
use super::{DatabaseArgument, Stop, number};
use crate::db::{self, Database, List, Slice, Snapshot, Where};
use crate::ledger::{self, LedgerError, Target, trace::Trace};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The fact by its id in the API: `Member:12`, `MemberEvaluation:34`, `ReportedResult:56` …; or
    /// a name, for the members and branches that have it
    fact: String,
    #[command(flatten)]
    database: DatabaseArgument,
}

/// The most members and branches of a name that are shown.
const LIMIT: i64 = 20;

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let database = arguments.database.open()?;
    let known = arguments.fact.split_once(':').and_then(|(kind, id)| {
        Target::of_name(kind).map(|target| number(kind, id).map(|id| (target, id)))
    });
    let facts = match known {
        Some(fact) => vec![fact?],
        None => named(&database, &arguments.fact)?,
    };
    let mut text = String::new();
    for (target, id) in facts {
        let traced = ledger_trace(&database, target, id).map_err(Stop::of_ledger)?;
        let _ = writeln!(text, "{}:{id}  {}", target.name(), about(&database, &traced)?);
        show(&mut text, &database, &traced)?;
    }
    Ok(print(&text)?)
}

fn ledger_trace(database: &Database, target: Target, id: i64) -> Result<Trace, LedgerError> {
    let mut snapshot = Snapshot::open(database)?;
    let mut traced = Err(LedgerError::Statement("nothing was traced".to_owned()));
    snapshot.run(|conn| {
        traced = ledger::trace::of(conn, target, id);
        Ok(())
    })?;
    traced
}

/// Members and branches whose names have the words.
fn named(database: &Database, words: &str) -> Result<Vec<(Target, i64)>, Stop> {
    let mut snapshot = Snapshot::open(database)?;
    let search = Some(words.to_owned());
    let filter = db::MemberFilter { search: search.clone(), ..db::MemberFilter::default() };
    let first = Slice { order: vec![db::MemberColumn::NameAsc], ..Slice::first(LIMIT) };
    let members = snapshot.run(|conn| db::Member::page(conn, &Where::Is(filter), &first))?;
    let filter = db::BranchFilter { search, ..db::BranchFilter::default() };
    let first = Slice { order: vec![db::BranchColumn::NameAsc], ..Slice::first(LIMIT) };
    let branches = snapshot.run(|conn| db::Branch::page(conn, &Where::Is(filter), &first))?;
    if members.is_empty() && branches.is_empty() {
        return Err(Stop::of_ledger(LedgerError::Statement(format!(
            "`{words}` is no id, and no member or branch has it in the name"
        ))));
    }
    let members = members.into_iter().map(|row| (Target::Member, row.id));
    Ok(members.chain(branches.into_iter().map(|row| (Target::Branch, row.id))).collect())
}

fn about(database: &Database, traced: &Trace) -> Result<String, Stop> {
    let mut snapshot = Snapshot::open(database)?;
    let ids: Vec<i64> = traced.member_id.into_iter().collect();
    let member = snapshot.run(|conn| db::Member::by_ids(conn, &ids))?.pop();
    let ids: Vec<i64> = traced.branch_id.into_iter().collect();
    let branch = snapshot.run(|conn| db::Branch::by_ids(conn, &ids))?.pop();
    let ids: Vec<i64> = traced.campaign_id.into_iter().collect();
    let round = snapshot.run(|conn| db::Campaign::by_ids(conn, &ids))?.pop();
    let parts = [member.map(|row| row.name), branch.map(|row| row.name), round.map(|row| row.code)];
    Ok(parts.into_iter().flatten().map(|part| safe(&part)).collect::<Vec<_>>().join(", "))
}

fn show(text: &mut String, database: &Database, traced: &Trace) -> Result<(), Stop> {
    for (field, value) in &traced.fields {
        let _ = writeln!(text, "  {field:12} {}", safe(value));
    }
    for row in &traced.corrections {
        let value = row.value.as_deref().map_or("–".to_owned(), safe);
        let former = row.former.as_deref().map_or("–".to_owned(), safe);
        let signed = signed(row.author.as_deref(), &row.created_at, row.note.as_deref());
        let _ = writeln!(
            text,
            "  corrected    {} {former} → {value} {signed} (correction {})",
            row.field, row.id
        );
    }
    let mut snapshot = Snapshot::open(database)?;
    let ids: Vec<i64> = traced.sources.iter().map(|(source, _)| source.record.import_id).collect();
    let imports = snapshot.run(|conn| db::Import::by_ids(conn, &ids))?;
    let ids: Vec<i64> = imports.iter().map(|import| import.workbook_id).collect();
    let books = snapshot.run(|conn| db::Workbook::by_ids(conn, &ids))?;
    for (place, (source, cell)) in traced.sources.iter().enumerate() {
        let word = if place == 0 && traced.corrections.is_empty() { "decides" } else { "stated" };
        let import = imports.iter().find(|import| import.id == source.record.import_id);
        let book = import.and_then(|import| books.iter().find(|it| it.id == import.workbook_id));
        let hash = book.map_or("", |book| book.content_hash.get(..12).unwrap_or_default());
        let cell_name = cell
            .as_ref()
            .map_or_else(|| format!("row {}", source.record.row_number), |cell| cell.name.clone());
        let raw = cell.as_ref().and_then(|cell| cell.raw.as_deref());
        let raw = raw.map_or(String::new(), |raw| format!(" “{}”", safe(raw)));
        let _ = writeln!(
            text,
            "  {word:12} {}!{cell_name}{raw} of {} (Import:{}, content {hash}…); {}",
            safe(&source.record.sheet),
            safe(&source.workbook),
            source.record.import_id,
            source.link.rule,
        );
    }
    Ok(())
}
