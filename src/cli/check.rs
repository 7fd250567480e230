//! `evalhub check`: what does not agree, with size, place and likely culprit; and whether facts and
//! tallies are what the ledger says.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use super::output::{counted, print, safe};
use super::{DatabaseArgument, Stop};
use super::{plan, status};
use crate::db::{self, Database, Snapshot, Source};
use crate::ledger;
use crate::rules::{self, Culprit, Discrepancy, Kind, Place, QuotaCheck};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One campaign: 2019; all of them by default
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// Resolve all facts and count all tallies again from the ledger alone, and compare
    #[arg(long)]
    tallies: bool,
    #[command(flatten)]
    database: DatabaseArgument,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let database = arguments.database.open()?;
    if arguments.tallies {
        return tallies(&database);
    }
    let mut snapshot = Snapshot::open(&database)?;
    let filter = arguments.campaign.clone().map(db::CampaignFilter::of_code).unwrap_or_default();
    let rounds = snapshot.run(|conn| db::Campaign::matching(conn, &filter))?;
    if let Some(code) = arguments.campaign.as_ref().filter(|_| rounds.is_empty()) {
        return Err(Stop::Usage(format!("there is no campaign `{code}`")));
    }
    let mut text = String::new();
    // What agrees is little worth where something is missing.
    let is_whole = status::write(&mut snapshot, &rounds, &mut text)?;
    let found = snapshot.run(|conn| rules::discrepancies(conn, &rounds))?;
    let (accepted, found): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|row| row.acceptance.is_some());
    let names = Names::load(&mut snapshot, &found)?;
    for row in &found {
        names.write(&mut text, row);
    }
    let mut exceeded = 0;
    for round in &rounds {
        let checks = snapshot.run(|conn| rules::quota_checks(conn, round, None))?;
        let ids: Vec<i64> = checks.iter().map(|check| check.branch_id).collect();
        let branches = snapshot.run(|conn| db::Branch::by_ids(conn, &ids))?;
        for check in checks.iter().filter(|check| check.headroom() < 0) {
            exceeded += 1;
            let branch = branches.iter().find(|branch| branch.id == check.branch_id);
            quota(&mut text, &round.code, branch.map_or("", |branch| &branch.name), check);
        }
    }
    let waiting = snapshot.run(ledger::waiting_corrections)?.len();
    let pairs = snapshot.run(db::MergeCandidate::count)?;
    let discrepancies = if found.len() == 1 { "discrepancy" } else { "discrepancies" };
    let _ = writeln!(
        text,
        "{} {discrepancies} ({} accepted), {} exceeded, {pairs} pairs of members to review, {} \
         without ground",
        found.len(),
        accepted.len(),
        counted(exceeded, "quota"),
        counted(waiting, "correction"),
    );
    print(&text)?;
    if is_whole && found.is_empty() && exceeded == 0 { Ok(()) } else { Err(Stop::Data) }
}

fn quota(text: &mut String, campaign: &str, branch: &str, check: &QuotaCheck) {
    let policy = check.policy;
    let _ = writeln!(
        text,
        "{campaign}, {}: {} of {} for {} {}; at most {} ({} %)\n  {}: {}",
        safe(branch),
        check.count,
        policy.rating,
        check.denominator,
        policy.of_words,
        check.limit,
        policy.percent,
        policy.document,
        policy.wording,
    );
}

fn tallies(database: &Database) -> Result<(), Stop> {
    let verdict = ledger::verify(database).map_err(Stop::of_ledger)?;
    let mut text = String::new();
    let is_well = verdict.plan.changes.is_empty() && verdict.stale_tallies == 0;
    if is_well {
        let (facts, tallies) = (verdict.facts, verdict.tallies);
        let _ = writeln!(text, "{facts} facts and {tallies} tallies are what the ledger says");
    } else {
        let _ = writeln!(
            text,
            "resolving again would change {}; counting again {}",
            plan::changes_in_words(&verdict.plan.changes),
            if verdict.stale_tallies == 1 {
                "1 tally".to_owned()
            } else {
                format!("{} tallies", verdict.stale_tallies)
            },
        );
        plan::parts(&mut text, &verdict.plan);
    }
    print(&text)?;
    if is_well { Ok(()) } else { Err(Stop::Data) }
}

/// Names of what discrepancies are about.
struct Names {
    rounds: HashMap<i64, String>,
    branches: HashMap<i64, String>,
    members: HashMap<i64, String>,
    ratings: HashMap<i64, String>,
    sources: BTreeMap<i64, Source>,
}

impl Names {
    fn load(snapshot: &mut Snapshot, found: &[Discrepancy]) -> Result<Self, Stop> {
        let branches: Vec<i64> =
            found.iter().flat_map(|row| row.rolls.iter().copied().chain([row.branch_id])).collect();
        let members: Vec<i64> = found.iter().filter_map(|row| row.member_id).collect();
        let records: Vec<i64> = found
            .iter()
            .flat_map(|row| [&row.place, &row.other_place])
            .flatten()
            .filter_map(Place::record)
            .collect();
        Ok(Self {
            rounds: snapshot
                .run(db::Campaign::all)?
                .into_iter()
                .map(|row| (row.id, row.code))
                .collect(),
            branches: snapshot
                .run(|conn| db::Branch::by_ids(conn, &branches))?
                .into_iter()
                .map(|row| (row.id, row.name))
                .collect(),
            members: snapshot
                .run(|conn| db::Member::by_ids(conn, &members))?
                .into_iter()
                .map(|row| (row.id, row.name))
                .collect(),
            ratings: snapshot
                .run(db::Rating::all)?
                .into_iter()
                .map(|row| (row.id, row.code))
                .collect(),
            sources: snapshot
                .run(|conn| Source::by_ids(conn, &records))?
                .into_iter()
                .map(|source| (source.record.id, source))
                .collect(),
        })
    }

    fn place(&self, place: &Place, row: &Discrepancy) -> String {
        let (record_id, cell) = match place {
            Place::Record { record_id, cell } => (record_id, cell),
            Place::Sheet { workbook, sheet, cell, .. } => {
                return format!("{} {}!{cell}", safe(workbook), safe(sheet));
            }
        };
        let Some(source) = self.sources.get(record_id) else { return String::new() };
        let stated = || {
            let field = row.field.as_deref().unwrap_or_default();
            ledger::trace::field_cell(source, field, row.stage).map(|cell| cell.name)
        };
        let cell = cell
            .clone()
            .or_else(stated)
            .unwrap_or_else(|| format!("row {}", source.record.row_number));
        format!("{} {}!{cell}", safe(&source.workbook), safe(&source.record.sheet))
    }

    /// Two lines: what disagrees, and where.
    fn write(&self, text: &mut String, row: &Discrepancy) {
        let known = |names: &HashMap<i64, String>, id: i64| names.get(&id).map(|name| safe(name));
        let about: Vec<String> = [
            known(&self.rounds, row.campaign_id),
            known(&self.branches, row.branch_id),
            row.member_id.and_then(|id| known(&self.members, id)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let words = |name: &Option<String>| {
            name.as_deref().unwrap_or_default().to_lowercase().replace('_', " ")
        };
        let rating = row.rating_id.and_then(|id| self.ratings.get(&id));
        let thing = match (&row.field, rating) {
            (Some(field), _) => field.clone(),
            (None, Some(rating)) => format!("{} {rating}", words(&row.subject)),
            (None, None) => format!("{} {}", words(&row.subject), words(&row.measure)),
        };
        let thing = Some(thing.trim()).filter(|thing| !thing.is_empty()).unwrap_or("figures");
        let (found, expected) = (safe(&row.found), safe(&row.expected));
        let said = match row.kind {
            Kind::PrintedAgainstList => format!("{found} printed, {expected} listed"),
            Kind::PrintedAgainstSum => {
                format!("{found} printed, {expected} the sum of its branches")
            }
            Kind::PrintedAgainstPrinted => format!("{found} printed, {expected} printed elsewhere"),
            Kind::PrintedAgainstSheet => format!("{found} printed, {expected} by its sheet"),
            Kind::RivalStatements => format!("{found} stands, {expected} stated too"),
            Kind::TwoRolls => {
                let rolls: Vec<String> =
                    row.rolls.iter().filter_map(|id| known(&self.branches, *id)).collect();
                format!("on {found} rolls: {}", rolls.join(", "))
            }
            Kind::BelowItself => format!("below {found}, which is below it"),
        };
        let off = row.difference.map_or(String::new(), |by| format!(" ({by:+})"));
        let _ = writeln!(text, "{}: {thing}: {said}{off}", about.join(", "));
        let culprit = match row.culprit {
            Culprit::Found => format!("likely wrong: {found}; "),
            Culprit::Expected => format!("likely wrong: {expected}; "),
            Culprit::Unknown => String::new(),
        };
        let places: Vec<String> = [&row.place, &row.other_place]
            .into_iter()
            .flatten()
            .map(|at| self.place(at, row))
            .collect();
        let figure = row.figure_id.map(|id| format!("ReportedResult:{id}"));
        let at = Some(places.join(" / ")).filter(|places| !places.is_empty());
        let known_by: Vec<String> =
            [Some(format!("Discrepancy:{}", row.id)), figure, at].into_iter().flatten().collect();
        let _ = writeln!(text, "  {culprit}{}\n  {}", row.reason, known_by.join(", "));
    }
}
