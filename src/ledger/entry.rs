//! One workbook into the ledger: provenance, records and links; the facts follow.

use std::borrow::Cow;
use std::collections::HashMap;

use diesel::prelude::*;
use evalhub_import::{Reading, Record as Read, Scheme, Statement};
use serde::{Deserialize, Serialize};

use super::facts::{self, Fresh, Touched};
use super::identity::{Decided, Organizations, People, Roll};
use super::plan::{Log, Phase, Plan, PlanPart};
use super::resolve::Linked;
use super::version::{self, Replaces};
use super::{Candidate, LedgerError, Options, Outcome, Status};
use crate::db::{
    self, AnyConnection, Diagnostic, Ids, Import, ImportSheet, ImportStatus, Link, MendedRows,
    Record, Source, Workbook, insert_rows, tables,
};

/// What enters the ledger: all that a planned import must keep of its reading.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) records: Vec<Read>,
    /// One for each record.
    pub(super) fingerprints: Vec<String>,
    pub(super) schemes: Vec<Scheme>,
    pub(super) replaces: Option<i64>,
}

/// Imports one candidate; its refusal is recorded, and the same content again changes nothing.
pub(super) fn candidate(
    conn: &mut AnyConnection,
    candidate: &mut Candidate,
    options: &Options,
    watcher: &mut dyn FnMut(Phase),
) -> Result<Outcome, LedgerError> {
    let live = version::live(conn)?;
    let same = Import::applied_with_content(conn, &candidate.content_hash)?;
    let same = same.into_iter().find(|(id, _)| live.contains(id));
    let reading_hash = candidate.reading_hash()?;
    if let Some((id, hash)) = &same
        && *hash == reading_hash
    {
        return Ok(Outcome { import_id: Some(*id), ..Outcome::of(Status::Unchanged) });
    }
    let refused = candidate.is_refused(options.skip_invalid_rows);
    if refused {
        let import_id = provenance(conn, candidate, &reading_hash, ImportStatus::Refused, options)?;
        return Ok(Outcome { import_id: Some(import_id), ..Outcome::of(Status::Refused) });
    }
    let signature = version::signature(&candidate.reading);
    let prints = version::fingerprints(&candidate.reading.records);
    let records = &candidate.reading.records;
    // The same workbook read in another way is a version of itself.
    let replaces = match (options.replaces, &same) {
        (Replaces::Recognised, Some((id, _))) => Some(*id),
        (replaces, _) => version::earlier(conn, replaces, &signature, records, &prints)?,
    };
    // It is planned until its records are in the ledger.
    let import_id = provenance(conn, candidate, &reading_hash, ImportStatus::Planned, options)?;
    set_version(conn, import_id, &signature, replaces)?;
    let entry = candidate.entry(replaces, prints);
    let plan = enter(conn, import_id, &entry, watcher);
    candidate.reading.records = entry.records;
    Ok(Outcome {
        import_id: Some(import_id),
        replaces,
        plan: plan?,
        ..Outcome::of(Status::Applied)
    })
}

/// Stores what a candidate would change, to be applied later; `outcome` is that of a trial.
pub(super) fn store(
    conn: &mut AnyConnection,
    candidate: &mut Candidate,
    outcome: &Outcome,
    options: &Options,
) -> Result<(), LedgerError> {
    use tables::{imports::dsl, planned_readings};
    let status = match outcome.status {
        Status::Applied => ImportStatus::Planned,
        Status::Refused => ImportStatus::Refused,
        _ => return Ok(()),
    };
    let import_id = provenance(conn, candidate, &candidate.reading_hash()?, status, options)?;
    if status == ImportStatus::Refused {
        return Ok(());
    }
    let signature = version::signature(&candidate.reading);
    set_version(conn, import_id, &signature, outcome.replaces)?;
    let prints = version::fingerprints(&candidate.reading.records);
    let entry = candidate.entry(outcome.replaces, prints);
    let reading = serde_json::to_string(&entry)?;
    candidate.reading.records = entry.records;
    diesel::insert_into(planned_readings::table)
        .values((planned_readings::import_id.eq(import_id), planned_readings::reading.eq(reading)))
        .execute(conn)?;
    diesel::update(dsl::imports.filter(dsl::id.eq(import_id)))
        .set((
            dsl::changes.eq(serde_json::to_string(&outcome.plan.changes)?),
            dsl::plan.eq(serde_json::to_string(&outcome.plan.parts)?),
        ))
        .execute(conn)?;
    Ok(())
}

fn set_version(
    conn: &mut AnyConnection,
    import_id: i64,
    signature: &str,
    replaces: Option<i64>,
) -> QueryResult<()> {
    use tables::imports::dsl;
    diesel::update(dsl::imports.filter(dsl::id.eq(import_id)))
        .set((dsl::signature.eq(signature), dsl::replaces_id.eq(replaces)))
        .execute(conn)
        .map(drop)
}

/// Workbook, import, sheets and diagnostics.
fn provenance(
    conn: &mut AnyConnection,
    candidate: &Candidate,
    reading_hash: &str,
    status: ImportStatus,
    options: &Options,
) -> Result<i64, LedgerError> {
    let mut ids = Ids::begin(conn)?;
    let reading = &candidate.reading;
    let workbook = Workbook {
        id: ids.give(),
        name: candidate.name.clone(),
        content_hash: candidate.content_hash.clone(),
        byte_count: i64::try_from(candidate.byte_count).unwrap_or(i64::MAX),
        format: reading.format.clone().into_owned(),
    };
    let import_id = Import::next_id(conn)?;
    let record_count = if status == ImportStatus::Refused { 0 } else { reading.records.len() };
    let import = Import {
        id: import_id,
        workbook_id: workbook.id,
        status: status.name().to_owned(),
        created_at: options.now.clone(),
        record_count: i64::try_from(record_count).unwrap_or(i64::MAX),
        changes: "{}".to_owned(),
        signature: String::new(),
        replaces_id: None,
        applied_order: 0,
        plan: "[]".to_owned(),
        said: serde_json::to_string(&candidate.said)?,
        reading_hash: reading_hash.to_owned(),
    };
    insert_rows!(conn, tables::workbooks::table, [workbook]);
    insert_rows!(conn, tables::imports::table, [import]);
    let mut sheets: Vec<ImportSheet> = Vec::new();
    for (sheet, position) in reading.sheets.iter().zip(1..) {
        sheets.push(ImportSheet {
            id: ids.give(),
            import_id,
            position,
            name: sheet.name.clone(),
            hidden: sheet.hidden,
            tables: serde_json::to_string(&sheet.tables)?,
        });
    }
    insert_rows!(conn, tables::import_sheets::table, sheets);
    let diagnostics: Vec<Diagnostic> = reading
        .diagnostics
        .iter()
        .map(|diagnostic| Diagnostic {
            id: ids.give(),
            import_id,
            severity: diagnostic.severity().name().to_owned(),
            code: diagnostic.code.name().to_owned(),
            sheet: diagnostic.sheet.clone(),
            cell: diagnostic.cell.clone(),
            found: diagnostic.found.clone(),
            expected: diagnostic.expected.clone(),
            message: diagnostic.message.clone(),
            hint: diagnostic.hint.clone(),
            question: diagnostic
                .question
                .as_ref()
                .and_then(|question| serde_json::to_string(question).ok()),
        })
        .collect();
    insert_rows!(conn, tables::diagnostics::table, diagnostics);
    insert_rows!(conn, tables::mended_rows::table, mended_rows(reading, import_id, &mut ids));
    if options.keep_workbooks {
        keep(conn, candidate)?;
    }
    ids.finish(conn)?;
    Ok(import_id)
}

/// The rows of other workbooks that an import brings.
fn mended_rows(reading: &Reading, import_id: i64, ids: &mut Ids) -> Vec<MendedRows> {
    let rows = reading.mended.iter().map(|of| MendedRows {
        id: ids.give(),
        import_id,
        content_hash: of.content_hash.clone(),
        sheet: of.sheet.clone(),
        came: i64::try_from(of.came).unwrap_or(i64::MAX),
    });
    rows.collect()
}

/// Keeps the workbook itself, once for each content.
fn keep(conn: &mut AnyConnection, candidate: &Candidate) -> QueryResult<()> {
    use tables::workbook_contents::dsl;
    let kept = dsl::workbook_contents.filter(dsl::content_hash.eq(&candidate.content_hash));
    if !diesel::select(diesel::dsl::exists(kept)).get_result::<bool>(conn)? {
        diesel::insert_into(dsl::workbook_contents)
            .values((
                dsl::content_hash.eq(&candidate.content_hash),
                dsl::content.eq(&candidate.content),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Applies an import that was planned, if what it would change is as it was then.
pub(super) fn apply_planned(
    conn: &mut AnyConnection,
    import_id: i64,
    watcher: &mut dyn FnMut(Phase),
) -> Result<Outcome, LedgerError> {
    use tables::planned_readings::dsl;
    let Some(import) = Import::by_ids(conn, &[import_id])?.pop() else {
        return Err(LedgerError::NoImport(import_id));
    };
    if import.status != ImportStatus::Planned.name() {
        let status = import.status.to_lowercase();
        return Err(LedgerError::Statement(format!(
            "import {import_id} is {status}: only a planned import can be applied"
        )));
    }
    let planned = dsl::planned_readings.filter(dsl::import_id.eq(import_id));
    let text: String = planned.select(dsl::reading).first(conn)?;
    let entry: Entry = serde_json::from_str(&text)?;
    if let Some(earlier) = entry.replaces
        && !version::live(conn)?.contains(&earlier)
    {
        return Err(LedgerError::PlanIsStale(vec![format!(
            "import {earlier}, which it was to replace, is live no more"
        )]));
    }
    let stored: Vec<PlanPart> = serde_json::from_str(&import.plan)?;
    diesel::delete(planned).execute(conn)?;
    let plan = enter(conn, import_id, &entry, watcher)?;
    let differing = plan.differing_from(&stored);
    if !differing.is_empty() {
        return Err(LedgerError::PlanIsStale(differing));
    }
    Ok(Outcome {
        import_id: Some(import_id),
        replaces: entry.replaces,
        plan,
        ..Outcome::of(Status::Applied)
    })
}

/// Enters the records of an import: the version before is withdrawn, and the facts that either
/// touches are resolved again.
fn enter(
    conn: &mut AnyConnection,
    import_id: i64,
    entry: &Entry,
    watcher: &mut dyn FnMut(Phase),
) -> Result<Plan, LedgerError> {
    use tables::imports::dsl;
    let mut ids = Ids::begin(conn)?;
    let before = version::live(conn)?;
    db::add_schemes(conn, &entry.schemes, &mut ids)?;
    let order = Import::next_order(conn)?;
    diesel::update(dsl::imports.filter(dsl::id.eq(import_id)))
        .set((dsl::applied_order.eq(order), dsl::status.eq(ImportStatus::Applied.name())))
        .execute(conn)?;
    let mut log = Log::watched(watcher);
    log.enters(Phase::Records);
    let withdrawn = version::toggle(conn, &before)?;
    let fresh = records(conn, import_id, entry, &withdrawn, &mut ids)?;
    let touched = Touched::by(&fresh.linked).and(Touched::by(&facts::linked(&withdrawn)?));
    facts::settle(conn, &touched, &fresh, &mut ids, &mut log)?;
    ids.finish(conn)?;
    let plan = log.into_plan(conn)?;
    diesel::update(dsl::imports.filter(dsl::id.eq(import_id)))
        .set((
            dsl::changes.eq(serde_json::to_string(&plan.changes)?),
            dsl::plan.eq(serde_json::to_string(&plan.parts)?),
        ))
        .execute(conn)?;
    Ok(plan)
}

/// Writes records and links.
fn records<'e>(
    conn: &mut AnyConnection,
    import_id: i64,
    entry: &'e Entry,
    earlier: &[Source],
    ids: &mut Ids,
) -> Result<Fresh<'e>, LedgerError> {
    /// Rows that are held as text before they are written.
    const BATCH: usize = 5_000;
    let campaigns = campaigns(conn, &entry.records, ids)?;
    let mut organizations = Organizations::load(conn, &entry.records)?;
    let mut people = People::load(conn, &entry.records)?;
    let decided = decided_before(conn, entry, earlier)?;
    let batch = BATCH.min(entry.records.len());
    let mut rows: Vec<Record> = Vec::with_capacity(batch);
    let mut links: Vec<Link> = Vec::with_capacity(batch);
    let mut linked: Vec<Linked<'_>> = Vec::with_capacity(entry.records.len());
    for ((at, read), fingerprint) in entry.records.iter().enumerate().zip(&entry.fingerprints) {
        let campaign_id = campaigns[&read.campaign.code];
        let path = organizations.of(read, ids);
        let Some(branch) = path.last().copied() else { continue };
        let parent = path.len().checked_sub(2).map(|at| path[at]);
        let whole_committee = path.len() <= 2;
        let roll = Roll { campaign_id, branch_id: branch.id, sheet: &read.sheet };
        let remembered = decided.get(&at).copied();
        let who: Option<Decided> = match &read.statement {
            Statement::Member(person) => Some(people.member(person, &roll, remembered, ids)),
            Statement::Commendation(award) => {
                people.commended(award, &roll, whole_committee, remembered, ids)
            }
            _ => None,
        };
        let id = ids.give();
        links.push(Link {
            record_id: id,
            member_id: who.map(|who| who.id),
            branch_id: branch.id,
            parent_id: parent.map(|parent| parent.id),
            rule: who.map_or("name and parent", |who| who.rule).to_owned(),
            ruled_member_id: who.map(|who| who.ruled),
            ruled_branch_id: branch.ruled,
            ruled_parent_id: parent.map(|parent| parent.ruled),
        });
        rows.push(Record {
            id,
            import_id,
            campaign_id,
            sheet: read.sheet.to_string(),
            row_number: i64::from(read.row),
            kind: kind_of(&read.statement).to_owned(),
            live: true,
            place: serde_json::to_string(&read.place)?,
            statement: serde_json::to_string(&read.statement)?,
            fingerprint: fingerprint.clone(),
        });
        linked.push(Linked {
            record_id: id,
            import_id,
            campaign_id,
            member_id: who.map(|who| who.id),
            of_part: who.is_some_and(|who| who.id != who.ruled),
            branch_id: branch.id,
            parent_id: parent.map(|parent| parent.id),
            depth: path.len(),
            statement: Cow::Borrowed(&read.statement),
        });
        if rows.len() == BATCH {
            insert_rows!(conn, tables::records::table, std::mem::take(&mut rows));
            insert_rows!(conn, tables::links::table, std::mem::take(&mut links));
        }
    }
    insert_rows!(conn, tables::records::table, rows);
    insert_rows!(conn, tables::links::table, links);
    Ok(Fresh { members: people.added, branches: organizations.added, linked })
}

/// Whom rows are about that were in the ledger before, or in the version before, by their places.
fn decided_before(
    conn: &mut AnyConnection,
    entry: &Entry,
    earlier: &[Source],
) -> Result<HashMap<usize, (i64, &'static str)>, LedgerError> {
    let prints = &entry.fingerprints;
    let mut known: HashMap<usize, i64> = HashMap::new();
    if Source::are_there(conn)? {
        let named = entry.records.iter().zip(prints).filter(|(read, _)| {
            matches!(read.statement, Statement::Member(_) | Statement::Commendation(_))
        });
        let wanted: Vec<String> = named.map(|(_, print)| print.clone()).collect();
        let remembered = Source::remembered(conn, &wanted)?;
        known = prints
            .iter()
            .enumerate()
            .filter_map(|(at, print)| Some((at, *remembered.get(print)?)))
            .collect();
    }
    let aligned = version::align(earlier, &entry.records, &known)?;
    let mut decided: HashMap<usize, (i64, &'static str)> =
        known.into_iter().map(|(at, id)| (at, (id, "as decided for this row before"))).collect();
    decided.extend(aligned.into_iter().map(|(at, id)| (at, (id, "the row of the version before"))));
    Ok(decided)
}

fn kind_of(statement: &Statement) -> &'static str {
    match statement {
        Statement::Member(_) => "MEMBER",
        Statement::Branch(_) => "BRANCH",
        Statement::Figures { .. } => "FIGURES",
        Statement::Commendation(_) => "COMMENDATION",
        Statement::Indicators { .. } => "INDICATORS",
    }
}

/// The ids of the rounds by code; unknown ones are added.
fn campaigns(
    conn: &mut AnyConnection,
    records: &[Read],
    ids: &mut Ids,
) -> QueryResult<HashMap<String, i64>> {
    let known = db::Campaign::all(conn)?;
    let mut by_code: HashMap<String, i64> =
        known.into_iter().map(|row| (row.code, row.id)).collect();
    let mut added: Vec<db::Campaign> = Vec::new();
    for campaign in records.iter().map(|record| &record.campaign) {
        if !by_code.contains_key(&campaign.code) {
            let id = ids.give();
            by_code.insert(campaign.code.clone(), id);
            added.push(db::Campaign {
                id,
                code: campaign.code.clone(),
                year: campaign.year,
                quarter: campaign.quarter.map(i32::from),
            });
        }
    }
    insert_rows!(conn, tables::campaigns::table, added);
    Ok(by_code)
}
