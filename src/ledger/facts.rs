//! Facts follow the ledger: what a change touches is resolved again from the live records, and the
//! difference is written.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use evalhub_import::Statement;

use super::correction::{Field, FigureKey, Target, name_of};
use super::plan::{Fact, Log, Phase, Value};
use super::resolve::{self, BranchFacts, Codes, Linked, MemberFacts, follow, stage_number};
use super::{LedgerError, review, tally, version};
use crate::db::{
    self, AnyConnection, Branch, BranchEvaluation, Commendation, Conflict, Correction, Enrolment,
    Identifier, Ids, Indicator, IndicatorResult, Member, MemberEvaluation, Placement, Rating,
    ReportedResult, Source, insert_rows, tables,
};

/// The keys of the facts that a change of the ledger may change.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) members: BTreeSet<i64>,
    pub(super) branches: BTreeSet<i64>,
    /// Branches in rounds: placements, ratings, indicators, commendations.
    pub(super) branch_rounds: BTreeSet<(i64, i64)>,
    /// Branches in rounds with printed figures.
    pub(super) figures: BTreeSet<(i64, i64)>,
    pub(super) rounds: BTreeSet<i64>,
}

impl Touched {
    pub(super) fn by<'l>(records: impl IntoIterator<Item = &'l Linked<'l>>) -> Self {
        let mut touched = Self::default();
        for record in records {
            let place = (record.campaign_id, record.branch_id);
            touched.rounds.insert(record.campaign_id);
            touched.members.extend(record.member_id);
            match *record.statement {
                Statement::Member(_) => {}
                Statement::Figures { .. } => {
                    touched.figures.insert(place);
                }
                _ => {
                    touched.branches.insert(record.branch_id);
                    touched.branch_rounds.insert(place);
                }
            }
        }
        touched
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.members.extend(other.members);
        self.branches.extend(other.branches);
        self.branch_rounds.extend(other.branch_rounds);
        self.figures.extend(other.figures);
        self.rounds.extend(other.rounds);
        self
    }
}

/// What is in the ledger since this very change: for its members and branches nothing need be read.
pub(super) struct Fresh<'r> {
    pub(super) members: BTreeSet<i64>,
    pub(super) branches: BTreeMap<i64, Branch>,
    pub(super) linked: Vec<Linked<'r>>,
}

impl Fresh<'_> {
    pub(super) fn none() -> Self {
        Self { members: BTreeSet::new(), branches: BTreeMap::new(), linked: Vec::new() }
    }
}

const BRANCH_KINDS: [&str; 3] = ["BRANCH", "INDICATORS", "COMMENDATION"];

/// Records of the ledger with their statements.
pub(super) fn linked(sources: &[Source]) -> Result<Vec<Linked<'static>>, LedgerError> {
    let mut all = Vec::with_capacity(sources.len());
    for source in sources {
        let place: Vec<String> = serde_json::from_str(&source.record.place)?;
        all.push(Linked {
            record_id: source.record.id,
            import_id: source.record.import_id,
            campaign_id: source.record.campaign_id,
            member_id: source.link.member_id,
            of_part: source.link.member_id != source.link.ruled_member_id,
            branch_id: source.link.branch_id,
            parent_id: source.link.parent_id,
            depth: place.len(),
            statement: Cow::Owned(serde_json::from_str(&source.record.statement)?),
        });
    }
    Ok(all)
}

/// Resolves what was touched and writes what differs; tallies follow.
pub(super) fn settle(
    conn: &mut AnyConnection,
    touched: &Touched,
    fresh: &Fresh<'_>,
    ids: &mut Ids,
    log: &mut Log<'_>,
) -> Result<(), LedgerError> {
    let codes = codes(conn, fresh, ids)?;
    log.enters(Phase::Branches);
    // Enrolments refer to branches, and commendations of branches to members.
    let in_rounds = settle_branches(conn, touched, fresh, &codes, log)?;
    log.enters(Phase::Members);
    let shifted = settle_members(conn, touched, fresh, &codes, ids, log)?;
    in_rounds.write(conn, ids, log)?;
    log.enters(Phase::Figures);
    settle_figures(conn, touched, &codes, ids, log)?;
    review::refresh(conn, &shifted, ids)?;
    log.enters(Phase::Tallies);
    for campaign_id in &touched.rounds {
        tally::recount(conn, *campaign_id)?;
    }
    Ok(())
}

/// The codes that statements use; indicators that are new are added.
fn codes(conn: &mut AnyConnection, fresh: &Fresh<'_>, ids: &mut Ids) -> Result<Codes, LedgerError> {
    let mut indicators: HashMap<String, i64> =
        Indicator::all(conn)?.into_iter().map(|row| (row.code, row.id)).collect();
    let mut added: Vec<Indicator> = Vec::new();
    for record in &fresh.linked {
        let Statement::Indicators { indicators: figures } = &*record.statement else { continue };
        for figure in figures {
            indicators.entry(figure.indicator.clone()).or_insert_with(|| {
                let id = ids.give();
                added.push(Indicator { id, code: figure.indicator.clone() });
                id
            });
        }
    }
    insert_rows!(conn, tables::indicators::table, added);
    Ok(Codes {
        ratings: Rating::ids_by_code(conn)?,
        indicators,
        merged_members: db::merged_members(conn)?.into_iter().collect(),
        merged_branches: db::merged_branches(conn)?.into_iter().collect(),
        first_versions: version::first_versions(conn)?,
    })
}

macro_rules! write_difference {
    ($conn:expr, $table:ident, $difference:expr) => {{
        let difference = $difference;
        for chunk in difference.stale.chunks(10_000) {
            diesel::delete(tables::$table::table.filter(tables::$table::id.eq_any(chunk)))
                .execute($conn)?;
        }
        insert_rows!($conn, tables::$table::table, difference.rows);
    }};
}

fn by_target<T>(rows: Vec<T>, key: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut grouped: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        grouped.entry(key(&row)).or_default().push(row);
    }
    grouped
}

/// Corrections by what the corrected members or branches are a part of now.
fn corrections(
    conn: &mut AnyConnection,
    ids: &[i64],
    merged: &HashMap<i64, i64>,
    of: fn(&mut AnyConnection, &[i64]) -> QueryResult<Vec<Correction>>,
    key: fn(&Correction) -> i64,
) -> QueryResult<HashMap<i64, Vec<Correction>>> {
    let wanted: BTreeSet<i64> = ids.iter().copied().collect();
    let parts = merged.keys().copied().filter(|id| wanted.contains(&follow(merged, *id)));
    let all: Vec<i64> = wanted.iter().copied().chain(parts).collect();
    Ok(by_target(of(conn, &all)?, |correction| follow(merged, key(correction))))
}

fn standing(all: &HashMap<i64, Vec<Correction>>, id: i64) -> Vec<&Correction> {
    all.get(&id).into_iter().flatten().collect()
}

/// Resolves members; returns those whose name, dates, numbers or rolls changed.
fn settle_members(
    conn: &mut AnyConnection,
    touched: &Touched,
    fresh: &Fresh<'_>,
    codes: &Codes,
    ids: &mut Ids,
    log: &mut Log<'_>,
) -> Result<BTreeSet<i64>, LedgerError> {
    let merged = &codes.merged_members;
    let mut all: BTreeSet<i64> = touched.members.iter().map(|id| follow(merged, *id)).collect();
    all.extend(touched.members.iter().copied());
    let before: Vec<i64> = all.difference(&fresh.members).copied().collect();
    let from_ledger = linked(&Source::of_members(conn, &before)?)?;
    let is_fresh =
        |record: &&Linked<'_>| record.member_id.is_some_and(|id| fresh.members.contains(&id));
    let mut by_member: BTreeMap<i64, Vec<&Linked<'_>>> = BTreeMap::new();
    for record in from_ledger.iter().chain(fresh.linked.iter().filter(is_fresh)) {
        if let Some(id) = record.member_id {
            by_member.entry(id).or_default().push(record);
        }
    }
    let corrections =
        corrections(conn, &before, merged, Correction::of_members, |row| row.member_id)?;
    let mut known: HashMap<i64, Member> =
        Member::by_ids(conn, &before)?.into_iter().map(|row| (row.id, row)).collect();
    let mut written = MemberRows::default();
    for id in all {
        let records = by_member.get(&id).map(Vec::as_slice).unwrap_or_default();
        let facts = resolve::member(id, records, &standing(&corrections, id), codes);
        written.take(conn, id, known.remove(&id), facts, log)?;
    }
    written.write(conn, &before, ids, log)
}

/// The facts about people by their keys.
#[derive(Default)]
struct MemberRows {
    added: Vec<Member>,
    shifted: BTreeSet<i64>,
    identifiers: BTreeMap<(i64, String), Identifier>,
    enrolments: BTreeMap<(i64, i64, i64), Enrolment>,
    evaluations: BTreeMap<(i64, i64, i64, i32), MemberEvaluation>,
    conflicts: BTreeMap<db::ConflictKey, Conflict>,
}

impl MemberRows {
    /// The member's own row, and the rows about the member. Who is named no more stays as a row
    /// that is not live: the id comes back with the name.
    fn take(
        &mut self,
        conn: &mut AnyConnection,
        id: i64,
        known: Option<Member>,
        facts: Option<MemberFacts>,
        log: &mut Log<'_>,
    ) -> QueryResult<()> {
        let row = match (known, &facts) {
            (None, None) => return Ok(()),
            (None, Some(facts)) => {
                log.added(&facts.member);
                self.shifted.insert(id);
                self.added.push(facts.member.clone());
                None
            }
            (Some(known), None) => {
                if known.live {
                    log.removed(&known);
                }
                Some((Member { live: false, ..known.clone() }, known))
            }
            (Some(known), Some(facts)) => {
                if known.live {
                    log.compare(&known, &facts.member);
                } else {
                    log.added(&facts.member);
                }
                let mut member = facts.member.clone();
                member.merged_into = known.merged_into;
                // By what name rows find it does not change with who was merged into it.
                if !facts.of_itself {
                    member.comparison_key.clone_from(&known.comparison_key);
                }
                Some((member, known))
            }
        };
        if let Some((row, before)) = row.filter(|(row, before)| row != before) {
            self.shifted.insert(before.id);
            diesel::update(tables::members::table.filter(tables::members::id.eq(id)))
                .set(&row)
                .execute(conn)?;
        }
        let Some(facts) = facts else { return Ok(()) };
        for value in facts.identifiers {
            self.identifiers
                .insert((id, value.clone()), Identifier { id: 0, member_id: id, value });
        }
        self.enrolments
            .extend(facts.enrolments.into_iter().map(|(key, row)| ((key.0, id, key.1), row)));
        self.evaluations.extend(
            facts.evaluations.into_iter().map(|(key, row)| ((key.0, id, key.1, key.2), row)),
        );
        self.conflicts.extend(facts.conflicts);
        Ok(())
    }

    fn write(
        mut self,
        conn: &mut AnyConnection,
        before: &[i64],
        ids: &mut Ids,
        log: &mut Log<'_>,
    ) -> Result<BTreeSet<i64>, LedgerError> {
        insert_rows!(conn, tables::members::table, self.added);
        let current = Identifier::of_members(conn, before)?;
        let current = current.into_iter().map(|row| ((row.member_id, row.value.clone()), row));
        let difference = log.difference(current.collect(), self.identifiers, ids);
        self.shifted.extend(difference.rows.iter().map(|row| row.member_id));
        write_difference!(conn, identifiers, difference);
        let current = Enrolment::of_members(conn, before)?;
        let rolls: BTreeMap<i64, i64> = current.iter().map(|row| (row.id, row.member_id)).collect();
        let current =
            current.into_iter().map(|row| ((row.campaign_id, row.member_id, row.branch_id), row));
        let difference = log.difference(current.collect(), self.enrolments, ids);
        let gone = difference.stale.iter().filter_map(|id| rolls.get(id));
        self.shifted.extend(difference.rows.iter().map(|row| &row.member_id).chain(gone));
        write_difference!(conn, enrolments, difference);
        let current = MemberEvaluation::of_members(conn, before)?;
        let key =
            |row: &MemberEvaluation| (row.campaign_id, row.member_id, row.branch_id, row.stage);
        let current = current.into_iter().map(|row| (key(&row), row)).collect();
        write_difference!(conn, member_evaluations, log.difference(current, self.evaluations, ids));
        let current = Conflict::of_members(conn, before)?;
        write_conflicts(conn, current, self.conflicts, ids, log)?;
        Ok(self.shifted)
    }
}

/// Conflicts are no facts: they are not changes of a plan, but counted in it.
fn write_conflicts(
    conn: &mut AnyConnection,
    current: Vec<Conflict>,
    wanted: BTreeMap<db::ConflictKey, Conflict>,
    ids: &mut Ids,
    log: &mut Log<'_>,
) -> QueryResult<()> {
    let mut current: BTreeMap<db::ConflictKey, Conflict> =
        current.into_iter().map(|row| (row.key(), row)).collect();
    let mut rows: Vec<Conflict> = Vec::new();
    let mut stale: Vec<i64> = Vec::new();
    for (key, mut row) in wanted {
        if let Some(before) = current.remove(&key) {
            row.id = before.id;
            if row == before {
                continue;
            }
            stale.push(before.id);
        } else {
            row.id = ids.give();
            log.conflict(row.campaign_id, row.branch_id);
        }
        rows.push(row);
    }
    stale.extend(current.into_values().map(|row| row.id));
    for chunk in stale.chunks(10_000) {
        diesel::delete(tables::conflicts::table.filter(tables::conflicts::id.eq_any(chunk)))
            .execute(conn)?;
    }
    insert_rows!(conn, tables::conflicts::table, rows);
    Ok(())
}

/// Resolves branches and writes their own rows; what they are in rounds is left to be written.
fn settle_branches(
    conn: &mut AnyConnection,
    touched: &Touched,
    fresh: &Fresh<'_>,
    codes: &Codes,
    log: &mut Log<'_>,
) -> Result<BranchRows, LedgerError> {
    let mut all: BTreeSet<i64> = touched.branches.iter().map(|id| codes.branch(*id)).collect();
    all.extend(touched.branches.iter().copied());
    let mut places: BTreeSet<(i64, i64)> =
        touched.branch_rounds.iter().map(|key| (key.0, codes.branch(key.1))).collect();
    places.extend(touched.branch_rounds.iter().copied());
    let before: Vec<i64> =
        all.iter().copied().filter(|id| !fresh.branches.contains_key(id)).collect();
    let from_ledger = linked(&Source::of_branches(conn, &before, &BRANCH_KINDS)?)?;
    let is_fresh = |record: &&Linked<'_>| {
        fresh.branches.contains_key(&record.branch_id)
            && !matches!(*record.statement, Statement::Member(_) | Statement::Figures { .. })
    };
    let mut by_branch: BTreeMap<i64, Vec<&Linked<'_>>> = BTreeMap::new();
    for record in from_ledger.iter().chain(fresh.linked.iter().filter(is_fresh)) {
        by_branch.entry(record.branch_id).or_default().push(record);
    }
    let corrections =
        corrections(conn, &before, &codes.merged_branches, Correction::of_branches, |row| {
            row.branch_id
        })?;
    let known: HashMap<i64, Branch> =
        Branch::by_ids(conn, &before)?.into_iter().map(|row| (row.id, row)).collect();
    let mut added: Vec<Branch> = Vec::new();
    for id in &all {
        let records = by_branch.get(id).map(Vec::as_slice).unwrap_or_default();
        let standing = standing(&corrections, *id);
        if let Some(base) = fresh.branches.get(id) {
            let row = resolve::branch_itself(base, records, &standing);
            let row = row.unwrap_or_else(|| base.clone());
            log.added(&row);
            added.push(row);
        } else if let Some(known) = known.get(id) {
            let row = resolve::branch_itself(known, records, &standing);
            write_branch(conn, known, row, log)?;
        }
    }
    insert_rows!(conn, tables::branches::table, added);
    let mut rows = BranchRows::default();
    for (campaign_id, branch_id) in &places {
        let records = by_branch.get(branch_id).map(Vec::as_slice).unwrap_or_default();
        let of_round: Vec<&Linked<'_>> =
            records.iter().copied().filter(|record| record.campaign_id == *campaign_id).collect();
        let place = (*campaign_id, *branch_id);
        let standing = standing(&corrections, *branch_id);
        rows.take(place, resolve::branch(place, &of_round, &standing, codes));
    }
    rows.before = before;
    rows.places = places;
    Ok(rows)
}

/// The row of a branch that is known; one that no record names any more stays as a row that is not
/// live.
fn write_branch(
    conn: &mut AnyConnection,
    known: &Branch,
    resolved: Option<Branch>,
    log: &mut Log<'_>,
) -> QueryResult<()> {
    let row = resolved.unwrap_or_else(|| Branch { live: false, ..known.clone() });
    match (known.live, row.live) {
        (true, true) => log.compare(known, &row),
        (false, true) => log.added(&row),
        (true, false) => log.removed(known),
        (false, false) => {}
    }
    if row != *known {
        diesel::update(tables::branches::table.filter(tables::branches::id.eq(known.id)))
            .set(&row)
            .execute(conn)?;
    }
    Ok(())
}

/// The facts about organisations in rounds, by their keys.
#[derive(Default)]
struct BranchRows {
    /// The branches that were there before, and the rounds in which they are resolved.
    before: Vec<i64>,
    places: BTreeSet<(i64, i64)>,
    placements: BTreeMap<(i64, i64), Placement>,
    evaluations: BTreeMap<(i64, i64, i32), BranchEvaluation>,
    indicators: BTreeMap<(i64, i64, i64), IndicatorResult>,
    commendations: BTreeMap<(i64, i64, Option<i64>, String), Commendation>,
    conflicts: BTreeMap<db::ConflictKey, Conflict>,
}

impl BranchRows {
    fn take(&mut self, (campaign_id, branch_id): (i64, i64), facts: BranchFacts) {
        self.placements.extend(facts.placement.map(|row| ((campaign_id, branch_id), row)));
        self.evaluations.extend(
            facts
                .evaluations
                .into_iter()
                .map(|(stage, row)| ((campaign_id, branch_id, stage), row)),
        );
        self.indicators.extend(
            facts.indicators.into_iter().map(|(id, row)| ((campaign_id, branch_id, id), row)),
        );
        self.commendations.extend(
            facts
                .commendations
                .into_iter()
                .map(|(key, row)| ((campaign_id, branch_id, key.0, key.1), row)),
        );
        self.conflicts.extend(facts.conflicts);
    }

    fn write(
        self,
        conn: &mut AnyConnection,
        ids: &mut Ids,
        log: &mut Log<'_>,
    ) -> Result<(), LedgerError> {
        let before = &self.before;
        let is_touched =
            |campaign_id: i64, branch_id: i64| self.places.contains(&(campaign_id, branch_id));
        let current = Placement::of_branches(conn, before)?
            .into_iter()
            .filter(|row| is_touched(row.campaign_id, row.branch_id))
            .map(|row| ((row.campaign_id, row.branch_id), row))
            .collect();
        write_difference!(conn, placements, log.difference(current, self.placements, ids));
        let current = BranchEvaluation::of_branches(conn, before)?
            .into_iter()
            .filter(|row| is_touched(row.campaign_id, row.branch_id))
            .map(|row| ((row.campaign_id, row.branch_id, row.stage), row))
            .collect();
        write_difference!(conn, branch_evaluations, log.difference(current, self.evaluations, ids));
        let current = IndicatorResult::of_branches(conn, before)?
            .into_iter()
            .filter(|row| is_touched(row.campaign_id, row.branch_id))
            .map(|row| ((row.campaign_id, row.branch_id, row.indicator_id), row))
            .collect();
        write_difference!(conn, indicator_results, log.difference(current, self.indicators, ids));
        let current = Commendation::of_branches(conn, before)?
            .into_iter()
            .filter(|row| is_touched(row.campaign_id, row.branch_id))
            .map(|row| ((row.campaign_id, row.branch_id, row.member_id, row.award.clone()), row))
            .collect();
        write_difference!(conn, commendations, log.difference(current, self.commendations, ids));
        let current = Conflict::of_branches(conn, before)?
            .into_iter()
            .filter(|row| is_touched(row.campaign_id, row.branch_id))
            .collect();
        write_conflicts(conn, current, self.conflicts, ids, log)?;
        Ok(())
    }
}

/// Tells a printed figure from others: round, branch, group, subject, measure, rating, stage,
/// relation; then the first version of its workbook, and its place among those that are alike.
type FigurePlace = (i64, i64, Option<String>, String, String, Option<i64>, i32, String);

fn figure_place(row: &ReportedResult) -> FigurePlace {
    (
        row.campaign_id,
        row.branch_id,
        row.group_name.clone(),
        row.subject.clone(),
        row.measure.clone(),
        row.rating_id,
        row.stage,
        row.relation.clone(),
    )
}

/// Numbers figures that are alike within the versions of one workbook, in the order of its rows.
fn numbered(
    mut rows: Vec<(ReportedResult, i64)>,
    codes: &Codes,
) -> BTreeMap<(FigurePlace, i64, usize), ReportedResult> {
    rows.sort_by_key(|(row, _)| (row.record_id, row.id));
    let mut counts: HashMap<(FigurePlace, i64), usize> = HashMap::new();
    rows.into_iter()
        .map(|(row, import_id)| {
            let first = codes.first_versions.get(&import_id).copied().unwrap_or(import_id);
            let key = (figure_place(&row), first);
            let count = counts.entry(key.clone()).or_default();
            *count += 1;
            ((key.0, key.1, *count), row)
        })
        .collect()
}

fn settle_figures(
    conn: &mut AnyConnection,
    touched: &Touched,
    codes: &Codes,
    ids: &mut Ids,
    log: &mut Log<'_>,
) -> Result<(), LedgerError> {
    let mut places: BTreeSet<(i64, i64)> =
        touched.figures.iter().map(|key| (key.0, codes.branch(key.1))).collect();
    places.extend(touched.figures.iter().copied());
    if places.is_empty() {
        return Ok(());
    }
    let branches: BTreeSet<i64> = places.iter().map(|key| key.1).collect();
    let branches: Vec<i64> = branches.into_iter().collect();
    let records = linked(&Source::of_branches(conn, &branches, &["FIGURES"])?)?;
    let mut wanted: Vec<(ReportedResult, i64)> = Vec::new();
    for record in &records {
        if places.contains(&(record.campaign_id, record.branch_id)) {
            let rows = printed(record, codes)?;
            wanted.extend(rows.into_iter().map(|row| (row, record.import_id)));
        }
    }
    // Rows of one record keep their order: until they are written, the id is their place.
    for (place, (row, _)) in (0..).zip(&mut wanted) {
        row.id = place;
    }
    let corrections =
        corrections(conn, &branches, &codes.merged_branches, Correction::of_branches, |row| {
            row.branch_id
        })?;
    for (row, _) in &mut wanted {
        correct_figure(row, &standing(&corrections, row.branch_id))?;
    }
    let current = ReportedResult::of_branches(conn, &branches)?
        .into_iter()
        .filter(|(row, _)| places.contains(&(row.campaign_id, row.branch_id)))
        .collect();
    let difference = log.difference(numbered(current, codes), numbered(wanted, codes), ids);
    write_difference!(conn, reported_results, difference);
    Ok(())
}

/// The figures of a record, as printed.
fn printed(record: &Linked<'_>, codes: &Codes) -> Result<Vec<ReportedResult>, LedgerError> {
    let Statement::Figures { figures } = &*record.statement else { return Ok(Vec::new()) };
    let mut rows = Vec::with_capacity(figures.len());
    for figure in figures {
        let count = figure.count.as_ref().map(|count| count.at);
        let Some(at) = count.or(figure.percent.as_ref().map(|percent| percent.at)) else {
            continue;
        };
        let raw = figure.count.as_ref().and_then(|count| count.raw.clone());
        rows.push(ReportedResult {
            id: 0,
            record_id: record.record_id,
            campaign_id: record.campaign_id,
            branch_id: record.branch_id,
            group_name: figure.group.clone(),
            subject: name_of(&figure.subject)?,
            measure: name_of(&figure.measure)?,
            rating_id: figure.rating.as_ref().and_then(|rating| codes.rating(rating)),
            stage: stage_number(figure.stage),
            relation: name_of(&figure.relation)?,
            count: figure.count.as_ref().map(|count| count.value),
            percent: figure.percent.as_ref().map(|percent| percent.value),
            cell: at.to_string(),
            raw: raw.or_else(|| figure.percent.as_ref().and_then(|percent| percent.raw.clone())),
        });
    }
    Ok(rows)
}

/// Gives a figure the values that its workbook prints, whatever was corrected.
pub(super) fn as_printed(
    conn: &mut AnyConnection,
    row: &mut ReportedResult,
) -> Result<(), LedgerError> {
    let codes = Codes { ratings: Rating::ids_by_code(conn)?, ..Codes::default() };
    for record in linked(&Source::by_ids(conn, &[row.record_id])?)? {
        let alike = |other: &ReportedResult| {
            other.cell == row.cell && figure_place(other) == figure_place(row)
        };
        if let Some(printed) = printed(&record, &codes)?.into_iter().find(alike) {
            (row.count, row.percent) = (printed.count, printed.percent);
        }
    }
    Ok(())
}

fn correct_figure(
    row: &mut ReportedResult,
    corrections: &[&Correction],
) -> Result<(), LedgerError> {
    let figures = corrections.iter().filter(|correction| {
        Target::ReportedResult.is(&correction.target) && correction.campaign_id == row.campaign_id
    });
    let as_printed = FigureKey::of(row);
    for correction in figures {
        let key: FigureKey = serde_json::from_str(&correction.figure)?;
        if key != as_printed {
            continue;
        }
        let value = correction.value.as_deref();
        if Field::Count.is(&correction.field) {
            row.count = value.and_then(|text| text.parse().ok());
        } else {
            row.percent = value.and_then(|text| text.parse().ok());
        }
    }
    Ok(())
}

macro_rules! fact {
    (
        $row:ident $kind:literal, |$it:ident|
        $(place: $place:expr,)?
        $(member: $member:expr,)?
        $(detail: $detail:expr,)?
        $(rating: $rating:expr,)?
        $(part: $part:literal,)?
        $(root: $root:literal,)?
        fields: $fields:expr
    ) => {
        impl Fact for $row {
            const KIND: &'static str = $kind;

            fn id(&self) -> i64 {
                self.id
            }

            fn set_id(&mut self, id: i64) {
                self.id = id;
            }

            $(
                fn place(&self) -> (i64, i64) {
                    let $it = self;
                    $place
                }
            )?
            $(
                fn member(&self) -> i64 {
                    let $it = self;
                    $member
                }
            )?
            $(
                fn detail(&self) -> String {
                    let $it = self;
                    $detail
                }
            )?
            $(
                fn rating(&self) -> Option<i64> {
                    let $it = self;
                    $rating
                }
            )?
            $(
                fn is_part(&self) -> bool {
                    $part
                }
            )?
            $(
                fn is_root(&self) -> bool {
                    $root
                }
            )?

            fn fields(&self) -> Vec<(&'static str, Value)> {
                let $it = self;
                $fields
            }
        }
    };
}

fact! { Member "members", |row|
    member: row.id,
    root: true,
    fields: vec![
        ("name", Value::Text(row.name.clone())),
        ("birthDate", Value::text(row.birth_date.as_ref())),
        ("sex", Value::text(row.sex.as_ref())),
        ("admittedOn", Value::text(row.admitted_on.as_ref())),
        ("officialOn", Value::text(row.official_on.as_ref())),
    ]
}

fact! { Identifier "identifiers", |row|
    member: row.member_id,
    part: true,
    fields: vec![("value", Value::Text(row.value.clone()))]
}

fact! { Enrolment "enrolments", |row|
    place: (row.campaign_id, row.branch_id),
    member: row.member_id,
    fields: vec![
        ("position", Value::text(row.position.as_ref())),
        ("probationary", Value::flag(row.probationary)),
        ("reason", Value::text(row.reason.as_ref())),
    ]
}

fact! { MemberEvaluation "member evaluations", |row|
    place: (row.campaign_id, row.branch_id),
    member: row.member_id,
    detail: stage_name(row.stage),
    part: true,
    fields: vec![("rating", rating(row.rating_id)), ("score", Value::number(row.score))]
}

fact! { Branch "branches", |row|
    place: (0, row.id),
    root: true,
    fields: vec![
        ("name", Value::Text(row.name.clone())),
        ("code", Value::text(row.code.as_ref())),
        ("kind", Value::Text(row.kind.clone())),
    ]
}

fact! { Placement "placements", |row|
    place: (row.campaign_id, row.branch_id),
    fields: vec![("parent", row.parent_id.map_or(Value::None, Value::Branch))]
}

fact! { BranchEvaluation "branch evaluations", |row|
    place: (row.campaign_id, row.branch_id),
    detail: stage_name(row.stage),
    part: true,
    fields: vec![
        ("rating", rating(row.rating_id)),
        ("score", Value::number(row.score)),
        ("exemplary", Value::flag(row.exemplary)),
    ]
}

fact! { IndicatorResult "indicator results", |row|
    place: (row.campaign_id, row.branch_id),
    detail: format!("Indicator:{}", row.indicator_id),
    fields: vec![
        ("target", Value::number(row.target)),
        ("actual", Value::number(row.actual)),
        ("percent", Value::number(row.percent)),
    ]
}

fact! { Commendation "commendations", |row|
    place: (row.campaign_id, row.branch_id),
    member: row.member_id.unwrap_or_default(),
    detail: row.award.clone(),
    fields: vec![("award", Value::Text(row.award.clone()))]
}

fact! { ReportedResult "reported results", |row|
    place: (row.campaign_id, row.branch_id),
    detail: format!(
        "{} {}{}",
        row.subject.to_lowercase(),
        row.measure.to_lowercase().replace('_', " "),
        row.group_name.as_ref().map(|group| format!(" ({group})")).unwrap_or_default(),
    ),
    rating: row.rating_id,
    fields: vec![
        ("count", row.count.map_or(Value::None, |count| Value::Text(count.to_string()))),
        ("percent", Value::number(row.percent)),
    ]
}

fn rating(id: Option<i64>) -> Value {
    id.map_or(Value::None, Value::Rating)
}

/// The name of a stage, as the API has it.
pub(super) fn stage_name(stage: i32) -> String {
    let names = [
        "SELF",
        "AUTHORITY",
        "REVIEWER",
        "CELL_COMMITTEE",
        "MASS_ORGANIZATION",
        "BRANCH",
        "UNSTATED",
        "COMMITTEE",
    ];
    let place = usize::try_from(stage).ok();
    place.and_then(|place| names.get(place)).map(|name| (*name).to_owned()).unwrap_or_default()
}
