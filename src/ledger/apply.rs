//! One workbook into the ledger: provenance, records, links, and the facts that follow.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use evalhub_import::{Reading, Record as Read, Statement, cell_name};

use super::identity::{Branches, People, Roll};
use super::resolve::{self, BranchFacts, Codes, Linked, MemberFacts, stage_number};
use super::{Candidate, Change, Changes, LedgerError, Options, Outcome, Status, tally};
use crate::db::{
    self, AnyConnection, BranchEvaluation, Commendation, Diagnostic, Enrolment, Identifier, Ids,
    Import, ImportSheet, ImportStatus, Indicator, IndicatorResult, Link, Member, MemberEvaluation,
    Placement, Rating, Record, ReportedResult, Source, Workbook, insert_rows, tables,
};

/// Imports one candidate; its refusal is recorded, and the same content again changes nothing.
pub(super) fn candidate(
    conn: &mut AnyConnection,
    candidate: &Candidate,
    options: &Options,
) -> Result<Outcome, LedgerError> {
    if let Some(id) = Import::applied_with_content(conn, &candidate.content_hash)? {
        return Ok(Outcome {
            import_id: Some(id),
            status: Status::Unchanged,
            changes: Changes::new(),
        });
    }
    let mut ids = Ids::begin(conn)?;
    let errors = candidate.errors().count();
    let unreadable = candidate.reading.records.is_empty();
    let refused = unreadable || errors > 0 && !options.skip_invalid_rows;
    let status = if refused { ImportStatus::Refused } else { ImportStatus::Applied };
    let import_id = provenance(conn, candidate, status, options, &mut ids)?;
    let mut changes = Changes::new();
    if !refused {
        db::add_schemes(conn, &candidate.reading.schemes, &mut ids)?;
        changes = enter(conn, import_id, &candidate.reading, &mut ids)?;
        let text = serde_json::to_string(&changes)?;
        diesel::update(tables::imports::table.filter(tables::imports::id.eq(import_id)))
            .set(tables::imports::changes.eq(text))
            .execute(conn)?;
    }
    ids.finish(conn)?;
    let status = match (refused, options.dry_run) {
        (true, _) => Status::Refused,
        (false, true) => Status::Planned,
        (false, false) => Status::Applied,
    };
    Ok(Outcome { import_id: (!options.dry_run).then_some(import_id), status, changes })
}

/// Workbook, import, sheets and diagnostics.
fn provenance(
    conn: &mut AnyConnection,
    candidate: &Candidate,
    status: ImportStatus,
    options: &Options,
    ids: &mut Ids,
) -> Result<i64, LedgerError> {
    let reading = &candidate.reading;
    let workbook = Workbook {
        id: ids.give(),
        name: candidate.name.clone(),
        content_hash: candidate.content_hash.clone(),
        byte_count: candidate.byte_count,
        format: reading.format.to_owned(),
    };
    let import_id = Import::next_id(conn)?;
    let record_count = if status == ImportStatus::Applied { reading.records.len() } else { 0 };
    let import = Import {
        id: import_id,
        workbook_id: workbook.id,
        status: status.name().to_owned(),
        created_at: options.now.clone(),
        record_count: i64::try_from(record_count).unwrap_or(i64::MAX),
        changes: "{}".to_owned(),
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
        })
        .collect();
    insert_rows!(conn, tables::diagnostics::table, diagnostics);
    Ok(import_id)
}

/// Records enter the ledger and the facts that they touch are resolved again.
fn enter(
    conn: &mut AnyConnection,
    import_id: i64,
    reading: &Reading,
    ids: &mut Ids,
) -> Result<Changes, LedgerError> {
    let campaigns = campaigns(conn, &reading.records, ids)?;
    let mut changes = Changes::new();
    let mut branches = Branches::load(conn, &names_of_organizations(&reading.records))?;
    let mut people = load_people(conn, &reading.records)?;
    let mut records: Vec<Record> = Vec::with_capacity(reading.records.len());
    let mut links: Vec<Link> = Vec::with_capacity(reading.records.len());
    let mut paths = Paths::default();
    for read in &reading.records {
        let campaign_id = campaigns[&read.campaign.code];
        let path = paths.of(read, &mut branches, ids);
        let branch_id = path.last().copied().unwrap_or_default();
        let parent_id = path.len().checked_sub(2).map(|at| path[at]);
        let whole_committee = path.len() <= 2;
        let at = Roll { campaign_id, branch_id, sheet: &read.sheet };
        let who = match &read.statement {
            Statement::Member(person) => Some(people.member(person, &at, ids)),
            Statement::Commendation(award) => people.commended(award, &at, whole_committee, ids),
            _ => None,
        };
        let id = ids.give();
        links.push(Link {
            record_id: id,
            member_id: who.map(|(id, _)| id),
            branch_id,
            parent_id,
            rule: who.map_or("name and parent", |(_, rule)| rule).to_owned(),
        });
        records.push(Record {
            id,
            import_id,
            campaign_id,
            sheet: read.sheet.to_string(),
            row_number: i64::from(read.row),
            kind: kind_of(&read.statement).to_owned(),
            live: true,
            place: serde_json::to_string(
                &read.place.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
            )?,
            statement: serde_json::to_string(&read.statement)?,
        });
    }
    write_organizations(conn, &branches, &mut changes)?;
    insert_rows!(conn, tables::records::table, records);
    let added: BTreeSet<i64> = people.added.iter().copied().collect();
    let added_branches: BTreeSet<i64> = branches.added.iter().map(|branch| branch.id).collect();
    let linked: Vec<Linked> = reading
        .records
        .iter()
        .zip(&links)
        .map(|(read, link)| linked(read, link, &campaigns))
        .collect();
    insert_rows!(conn, tables::links::table, links);
    let touched = Touched { linked: &linked, added: &added, added_branches: &added_branches };
    let codes = codes(conn, &linked, ids)?;
    touched.resolve_members(conn, &codes, &mut changes, ids)?;
    touched.resolve_branches(conn, &codes, &mut changes, ids)?;
    report(conn, reading, &records, &linked, &codes, &mut changes, ids)?;
    let rounds: BTreeSet<i64> = linked.iter().map(|record| record.campaign_id).collect();
    for campaign_id in rounds {
        tally::recount(conn, campaign_id)?;
    }
    Ok(changes)
}

/// Organisations that the import adds, and fuller names of those that are known.
fn write_organizations(
    conn: &mut AnyConnection,
    branches: &Branches,
    changes: &mut Changes,
) -> QueryResult<()> {
    count(changes, "branches", branches.added.len(), branches.renamed.len(), 0);
    insert_rows!(conn, tables::branches::table, branches.added);
    for (id, name) in &branches.renamed {
        diesel::update(tables::branches::table.filter(tables::branches::id.eq(id)))
            .set((
                tables::branches::name.eq(name),
                tables::branches::search_key.eq(evalhub_import::search_key(name)),
                tables::branches::sort_key.eq(evalhub_import::comparison_key(name)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Paths of organisations that were resolved already: most rows stand under the one before.
#[derive(Default)]
struct Paths {
    known: HashMap<Vec<String>, Vec<i64>>,
}

impl Paths {
    fn of(&mut self, read: &Read, branches: &mut Branches, ids: &mut Ids) -> Vec<i64> {
        let key: Vec<String> = read.place.iter().map(ToString::to_string).collect();
        let resolve = || branches.resolve(read.place.iter().map(AsRef::as_ref), ids);
        self.known.entry(key).or_insert_with(resolve).clone()
    }
}

fn linked(read: &Read, link: &Link, campaigns: &HashMap<String, i64>) -> Linked {
    Linked {
        campaign_id: campaigns[&read.campaign.code],
        member_id: link.member_id,
        branch_id: link.branch_id,
        parent_id: link.parent_id,
        depth: read.place.len(),
        statement: read.statement.clone(),
    }
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

pub(super) fn count(
    changes: &mut Changes,
    kind: &str,
    added: usize,
    changed: usize,
    removed: usize,
) {
    if added + changed + removed > 0 {
        let change: &mut Change = changes.entry(kind.to_owned()).or_default();
        change.added += added;
        change.changed += changed;
        change.removed += removed;
    }
}

fn names_of_organizations(records: &[Read]) -> Vec<&str> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for record in records {
        names.extend(record.place.iter().map(AsRef::as_ref));
    }
    names.into_iter().collect()
}

fn load_people(conn: &mut AnyConnection, records: &[Read]) -> QueryResult<People> {
    let mut names: Vec<&str> = Vec::new();
    let mut numbers: Vec<&str> = Vec::new();
    for record in records {
        match &record.statement {
            Statement::Member(person) => {
                names.push(&person.name.value);
                numbers.extend(person.identifiers.iter().map(|number| number.value.as_str()));
            }
            Statement::Commendation(award) => {
                names.extend(award.person.as_ref().map(|person| person.value.as_str()));
            }
            _ => {}
        }
    }
    People::load(conn, &names, &numbers)
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

pub(super) fn codes(
    conn: &mut AnyConnection,
    linked: &[Linked],
    ids: &mut Ids,
) -> QueryResult<Codes> {
    let mut indicators: HashMap<String, i64> =
        Indicator::all(conn)?.into_iter().map(|row| (row.code, row.id)).collect();
    let mut added: Vec<Indicator> = Vec::new();
    for record in linked {
        let Statement::Indicators { indicators: figures } = &record.statement else { continue };
        for figure in figures {
            indicators.entry(figure.indicator.clone()).or_insert_with(|| {
                let id = ids.give();
                added.push(Indicator { id, code: figure.indicator.clone() });
                id
            });
        }
    }
    insert_rows!(conn, tables::indicators::table, added);
    Ok(Codes { ratings: Rating::ids_by_code(conn)?, indicators })
}

/// The records of an import and the keys that were not there before it.
pub(super) struct Touched<'a> {
    pub(super) linked: &'a [Linked],
    pub(super) added: &'a BTreeSet<i64>,
    pub(super) added_branches: &'a BTreeSet<i64>,
}

impl Touched<'_> {
    /// The live records of earlier imports, read back from the ledger.
    pub(super) fn from_ledger(sources: Vec<Source>) -> Result<Vec<Linked>, LedgerError> {
        let mut linked = Vec::with_capacity(sources.len());
        for source in sources {
            let place: Vec<String> = serde_json::from_str(&source.record.place)?;
            linked.push(Linked {
                campaign_id: source.record.campaign_id,
                member_id: source.link.member_id,
                branch_id: source.link.branch_id,
                parent_id: source.link.parent_id,
                depth: place.len(),
                statement: serde_json::from_str(&source.record.statement)?,
            });
        }
        Ok(linked)
    }

    pub(super) fn resolve_members(
        &self,
        conn: &mut AnyConnection,
        codes: &Codes,
        changes: &mut Changes,
        ids: &mut Ids,
    ) -> Result<(), LedgerError> {
        let touched: BTreeSet<i64> =
            self.linked.iter().filter_map(|record| record.member_id).collect();
        let before: Vec<i64> = touched.difference(self.added).copied().collect();
        let from_ledger = Self::from_ledger(Source::of_members(conn, &before)?)?;
        let mut by_member: BTreeMap<i64, Vec<&Linked>> = BTreeMap::new();
        // The records of this import are in the ledger already: for members of before, the ledger
        // has them all in their order; for new members there are none but these.
        for record in from_ledger.iter().chain(
            self.linked.iter().filter(|r| r.member_id.is_some_and(|id| self.added.contains(&id))),
        ) {
            if let Some(id) = record.member_id {
                by_member.entry(id).or_default().push(record);
            }
        }
        let facts: Vec<MemberFacts> = by_member
            .into_iter()
            .filter_map(|(id, records)| resolve::member(id, &records, codes))
            .collect();
        write_members(conn, &before, facts, changes, ids)
    }

    pub(super) fn resolve_branches(
        &self,
        conn: &mut AnyConnection,
        codes: &Codes,
        changes: &mut Changes,
        ids: &mut Ids,
    ) -> Result<(), LedgerError> {
        let is_about = |record: &&Linked| {
            !matches!(record.statement, Statement::Member(_) | Statement::Figures { .. })
        };
        let touched: BTreeSet<(i64, i64)> = self
            .linked
            .iter()
            .filter(is_about)
            .map(|record| (record.campaign_id, record.branch_id))
            .collect();
        let branch_ids: BTreeSet<i64> = touched.iter().map(|key| key.1).collect();
        let before: Vec<i64> = branch_ids.difference(self.added_branches).copied().collect();
        let kinds = ["BRANCH", "INDICATORS", "COMMENDATION"];
        let from_ledger = Self::from_ledger(Source::of_branches(conn, &before, &kinds)?)?;
        let new = self
            .linked
            .iter()
            .filter(is_about)
            .filter(|record| self.added_branches.contains(&record.branch_id));
        let mut by_key: BTreeMap<(i64, i64), Vec<&Linked>> = BTreeMap::new();
        for record in from_ledger.iter().chain(new) {
            let key = (record.campaign_id, record.branch_id);
            if touched.contains(&key) {
                by_key.entry(key).or_default().push(record);
            }
        }
        let facts: Vec<((i64, i64), BranchFacts)> = by_key
            .into_iter()
            .map(|(key, records)| (key, resolve::branch(key.0, key.1, &records, codes)))
            .collect();
        write_branches(conn, &before, &touched, facts, changes, ids)
    }
}

/// Compares what is with what should be, and writes the difference: ids of what stays are kept.
macro_rules! write_difference {
    ($conn:expr, $changes:expr, $ids:expr, $kind:literal, $table:ident, $current:expr, $wanted:expr) => {{
        let mut current: BTreeMap<_, _> = $current;
        let mut inserts = Vec::new();
        let mut stale: Vec<i64> = Vec::new();
        let (mut added, mut changed) = (0, 0);
        for (key, mut row) in $wanted {
            match current.remove(&key) {
                Some(before) => {
                    row.id = before.id;
                    if row != before {
                        changed += 1;
                        stale.push(before.id);
                        inserts.push(row);
                    }
                }
                None => {
                    added += 1;
                    row.id = $ids.give();
                    inserts.push(row);
                }
            }
        }
        let removed = current.len();
        stale.extend(current.into_values().map(|row| row.id));
        for chunk in stale.chunks(10_000) {
            diesel::delete(tables::$table::table.filter(tables::$table::id.eq_any(chunk)))
                .execute($conn)?;
        }
        insert_rows!($conn, tables::$table::table, inserts);
        count($changes, $kind, added, changed, removed);
    }};
}

fn write_members(
    conn: &mut AnyConnection,
    before: &[i64],
    facts: Vec<MemberFacts>,
    changes: &mut Changes,
    ids: &mut Ids,
) -> Result<(), LedgerError> {
    let mut known: HashMap<i64, Member> =
        Member::by_ids(conn, before)?.into_iter().map(|row| (row.id, row)).collect();
    let mut inserts: Vec<Member> = Vec::new();
    let mut identifiers: BTreeMap<(i64, String), Identifier> = BTreeMap::new();
    let mut enrolments = BTreeMap::new();
    let mut evaluations = BTreeMap::new();
    let mut changed = 0;
    for facts in facts {
        let id = facts.member.id;
        match known.remove(&id) {
            Some(current) if current != facts.member => {
                changed += 1;
                diesel::update(tables::members::table.filter(tables::members::id.eq(id)))
                    .set(&facts.member)
                    .execute(conn)?;
            }
            Some(_) => {}
            None => inserts.push(facts.member),
        }
        for value in facts.identifiers {
            identifiers.insert((id, value.clone()), Identifier { id: 0, member_id: id, value });
        }
        enrolments.extend(facts.enrolments.into_iter().map(|(key, row)| ((key.0, id, key.1), row)));
        evaluations.extend(
            facts.evaluations.into_iter().map(|(key, row)| ((key.0, id, key.1, key.2), row)),
        );
    }
    count(changes, "members", inserts.len(), changed, 0);
    insert_rows!(conn, tables::members::table, inserts);
    let current = Identifier::of_members(conn, before)?;
    write_difference!(
        conn,
        changes,
        ids,
        "identifiers",
        identifiers,
        current.into_iter().map(|row| ((row.member_id, row.value.clone()), row)).collect(),
        identifiers
    );
    let current = Enrolment::of_members(conn, before)?;
    write_difference!(
        conn,
        changes,
        ids,
        "enrolments",
        enrolments,
        current
            .into_iter()
            .map(|row| ((row.campaign_id, row.member_id, row.branch_id), row))
            .collect(),
        enrolments
    );
    let current = MemberEvaluation::of_members(conn, before)?;
    write_difference!(
        conn,
        changes,
        ids,
        "member evaluations",
        member_evaluations,
        current
            .into_iter()
            .map(|row| ((row.campaign_id, row.member_id, row.branch_id, row.stage), row))
            .collect(),
        evaluations
    );
    Ok(())
}

/// The facts about organisations by their keys.
#[derive(Default)]
struct BranchRows {
    placements: BTreeMap<(i64, i64), Placement>,
    evaluations: BTreeMap<(i64, i64, i32), BranchEvaluation>,
    indicators: BTreeMap<(i64, i64, i64), IndicatorResult>,
    commendations: BTreeMap<(i64, i64, Option<i64>, String), Commendation>,
}

impl BranchRows {
    /// Sorts the facts by their keys; a code is an attribute of the organisation itself.
    fn of(conn: &mut AnyConnection, facts: Vec<((i64, i64), BranchFacts)>) -> QueryResult<Self> {
        let mut rows = Self::default();
        for ((campaign_id, branch_id), facts) in facts {
            if let Some(code) = &facts.code {
                diesel::update(tables::branches::table.filter(tables::branches::id.eq(branch_id)))
                    .set(tables::branches::code.eq(code))
                    .execute(conn)?;
            }
            rows.placements.extend(facts.placement.map(|row| ((campaign_id, branch_id), row)));
            rows.evaluations.extend(
                facts
                    .evaluations
                    .into_iter()
                    .map(|(stage, row)| ((campaign_id, branch_id, stage), row)),
            );
            rows.indicators.extend(
                facts.indicators.into_iter().map(|(id, row)| ((campaign_id, branch_id, id), row)),
            );
            rows.commendations.extend(
                facts
                    .commendations
                    .into_iter()
                    .map(|(key, row)| ((campaign_id, branch_id, key.0, key.1), row)),
            );
        }
        Ok(rows)
    }
}

fn write_branches(
    conn: &mut AnyConnection,
    before: &[i64],
    touched: &BTreeSet<(i64, i64)>,
    facts: Vec<((i64, i64), BranchFacts)>,
    changes: &mut Changes,
    ids: &mut Ids,
) -> Result<(), LedgerError> {
    let is_touched = |campaign_id: i64, branch_id: i64| touched.contains(&(campaign_id, branch_id));
    let BranchRows { placements, evaluations, indicators, commendations } =
        BranchRows::of(conn, facts)?;
    let current = Placement::of_branches(conn, before)?
        .into_iter()
        .filter(|row| is_touched(row.campaign_id, row.branch_id));
    write_difference!(
        conn,
        changes,
        ids,
        "placements",
        placements,
        current.map(|row| ((row.campaign_id, row.branch_id), row)).collect(),
        placements
    );
    let current = BranchEvaluation::of_branches(conn, before)?
        .into_iter()
        .filter(|row| is_touched(row.campaign_id, row.branch_id));
    write_difference!(
        conn,
        changes,
        ids,
        "branch evaluations",
        branch_evaluations,
        current.map(|row| ((row.campaign_id, row.branch_id, row.stage), row)).collect(),
        evaluations
    );
    let current = IndicatorResult::of_branches(conn, before)?
        .into_iter()
        .filter(|row| is_touched(row.campaign_id, row.branch_id));
    write_difference!(
        conn,
        changes,
        ids,
        "indicator results",
        indicator_results,
        current.map(|row| ((row.campaign_id, row.branch_id, row.indicator_id), row)).collect(),
        indicators
    );
    let current = Commendation::of_branches(conn, before)?
        .into_iter()
        .filter(|row| is_touched(row.campaign_id, row.branch_id));
    write_difference!(
        conn,
        changes,
        ids,
        "commendations",
        commendations,
        current
            .map(|row| ((row.campaign_id, row.branch_id, row.member_id, row.award.clone()), row))
            .collect(),
        commendations
    );
    Ok(())
}

/// Printed figures are facts of their own: each belongs to its record.
fn report(
    conn: &mut AnyConnection,
    reading: &Reading,
    records: &[Record],
    linked: &[Linked],
    codes: &Codes,
    changes: &mut Changes,
    ids: &mut Ids,
) -> Result<(), LedgerError> {
    let mut rows: Vec<ReportedResult> = Vec::new();
    for ((record, linked), read) in records.iter().zip(linked).zip(&reading.records) {
        let Statement::Figures { figures } = &read.statement else { continue };
        for figure in figures {
            let column = figure
                .count
                .as_ref()
                .map(|count| count.column)
                .or(figure.percent.as_ref().map(|percent| percent.column));
            let raw = figure.count.as_ref().and_then(|count| count.raw.clone());
            rows.push(ReportedResult {
                id: ids.give(),
                record_id: record.id,
                campaign_id: linked.campaign_id,
                branch_id: linked.branch_id,
                group_name: figure.group.clone(),
                subject: name_of(&figure.subject)?,
                measure: name_of(&figure.measure)?,
                rating_id: figure.rating.as_ref().and_then(|rating| codes.rating(rating)),
                stage: stage_number(figure.stage),
                relation: name_of(&figure.relation)?,
                count: figure.count.as_ref().map(|count| count.value),
                percent: figure.percent.as_ref().map(|percent| percent.value),
                cell: cell_name(read.row - 1, column.unwrap_or_default()),
                raw: raw
                    .or_else(|| figure.percent.as_ref().and_then(|percent| percent.raw.clone())),
            });
        }
    }
    count(changes, "reported results", rows.len(), 0, 0);
    insert_rows!(conn, tables::reported_results::table, rows);
    Ok(())
}

/// The name of a variant, as it is stored.
fn name_of<T: serde::Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    Ok(json.trim_matches('"').to_owned())
}
