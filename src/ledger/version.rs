//! Versions of a workbook: a corrected one takes the place of the one before, row by row.

use std::collections::{BTreeSet, HashMap, HashSet};

use diesel::prelude::*;
use evalhub_import::{
    PartialDate, Person, Precision, Reading, Record, Statement, comparison_key, organization_key,
    search_key,
};

use super::LedgerError;
use super::resolve::follow;
use super::review::is_near;
use crate::db::{AnyConnection, Import, ImportStatus, Source, Version, tables};

/// The earlier version of a workbook, where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaces {
    /// Found by committee, campaign and the signature of the tables.
    Recognised,
    /// None: the workbook stands beside all others.
    Nothing,
    /// This import.
    Import(i64),
}

/// What the versions of a workbook have in common: issuing body, rounds, and tables with their
/// columns.
pub(super) fn signature(reading: &Reading) -> String {
    let mut parts: BTreeSet<String> = BTreeSet::new();
    for table in reading.sheets.iter().flat_map(|sheet| &sheet.tables) {
        let columns: Vec<&str> = table.columns.iter().map(|column| column.field.as_str()).collect();
        let committee = table.committee.as_deref().map(organization_key).unwrap_or_default();
        let campaign = table.campaign.as_deref().unwrap_or_default();
        parts.insert(format!("{committee}|{campaign}|{:?}|{}", table.kind, columns.join(",")));
    }
    let rounds: BTreeSet<&str> =
        reading.records.iter().map(|record| record.campaign.code.as_str()).collect();
    let issuers: BTreeSet<String> = reading
        .records
        .iter()
        .filter_map(|record| record.place.first())
        .map(|name| organization_key(name))
        .collect();
    let text = format!("{parts:?}{rounds:?}{issuers:?}");
    short_hash(&text)
}

fn short_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().chars().take(32).collect()
}

/// The fingerprint of each record: round, place, and who or what it is about, never what is stated
/// of them. Rows that are alike are numbered.
pub(super) fn fingerprints(records: &[Record]) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::with_capacity(records.len());
    let mut place_keys: HashMap<*const std::sync::Arc<str>, String> = HashMap::new();
    records
        .iter()
        .map(|record| {
            let place = place_keys.entry(record.place.as_ptr()).or_insert_with(|| {
                let keys: Vec<String> =
                    record.place.iter().map(|name| organization_key(name)).collect();
                keys.join("/")
            });
            let about = match &record.statement {
                Statement::Member(person) => {
                    let mut about = format!("member|{}", comparison_key(&person.name.value));
                    if let Some(date) = &person.birth_date {
                        about = format!("{about}|{}", date.value);
                    }
                    for number in &person.identifiers {
                        about = format!("{about}|{}", number.value);
                    }
                    about
                }
                Statement::Commendation(award) => {
                    let name = award.person.as_ref().map(|name| comparison_key(&name.value));
                    format!("award|{}|{}", name.unwrap_or_default(), award.award.value)
                }
                Statement::Branch(_) => "branch".to_owned(),
                Statement::Figures { .. } => "figures".to_owned(),
                Statement::Indicators { .. } => "indicators".to_owned(),
            };
            let text = format!("{}|{place}|{about}", record.campaign.code);
            let count = counts.entry(text.clone()).or_default();
            *count += 1;
            short_hash(&format!("{text}|{count}"))
        })
        .collect()
}

/// The imports whose records are live: applied, and not replaced by an applied later version.
pub(super) fn live(conn: &mut AnyConnection) -> QueryResult<BTreeSet<i64>> {
    let versions = Import::all_versions(conn)?;
    let applied = |version: &&Version| version.status == ImportStatus::Applied.name();
    let before: HashMap<i64, i64> =
        versions.iter().filter_map(|row| Some((row.id, row.replaces_id?))).collect();
    let mut replaced: BTreeSet<i64> = BTreeSet::new();
    for version in versions.iter().filter(applied) {
        let mut id = version.id;
        while let Some(earlier) =
            before.get(&id).copied().filter(|earlier| replaced.insert(*earlier))
        {
            id = earlier;
        }
    }
    Ok(versions
        .iter()
        .filter(applied)
        .map(|version| version.id)
        .filter(|id| !replaced.contains(id))
        .collect())
}

/// The first version of each import that is a later one.
pub(super) fn first_versions(conn: &mut AnyConnection) -> QueryResult<HashMap<i64, i64>> {
    let versions = Import::all_versions(conn)?;
    let before: HashMap<i64, i64> =
        versions.iter().filter_map(|row| Some((row.id, row.replaces_id?))).collect();
    Ok(before.keys().map(|id| (*id, follow(&before, *id))).collect())
}

/// The records of the imports that became live, or are so no more, since `before`; they are marked.
pub(super) fn toggle(conn: &mut AnyConnection, before: &BTreeSet<i64>) -> QueryResult<Vec<Source>> {
    let after = live(conn)?;
    let mut toggled = Vec::new();
    for id in before.symmetric_difference(&after) {
        diesel::update(tables::records::table.filter(tables::records::import_id.eq(*id)))
            .set(tables::records::live.eq(after.contains(id)))
            .execute(conn)?;
        toggled.extend(Source::of_import(conn, *id)?);
    }
    Ok(toggled)
}

/// The live import that a workbook is a later version of: the same issuing body, rounds and
/// columns, and at least half of the rows of either about the same people and branches. A list of
/// another branch that is laid out alike has other rows.
pub(super) fn earlier(
    conn: &mut AnyConnection,
    replaces: Replaces,
    signature: &str,
    records: &[Record],
    fingerprints: &[String],
) -> Result<Option<i64>, LedgerError> {
    let live = live(conn)?;
    match replaces {
        Replaces::Nothing => Ok(None),
        Replaces::Import(id) if live.contains(&id) => Ok(Some(id)),
        Replaces::Import(id) => match Import::by_ids(conn, &[id])?.pop() {
            Some(import) if import.status == ImportStatus::Applied.name() => {
                Err(LedgerError::Statement(format!(
                    "import {id} was replaced already; name the latest version"
                )))
            }
            Some(import) => Err(LedgerError::Statement(format!(
                "import {id} is {}: only an applied import can be replaced",
                import.status.to_lowercase()
            ))),
            None => Err(LedgerError::NoImport(id)),
        },
        Replaces::Recognised => {
            let rows = records.iter().zip(fingerprints).map(|(record, print)| {
                let is_member = matches!(record.statement, Statement::Member(_));
                let place = record.place.iter().map(ToString::to_string).collect();
                (is_member, place, print.clone())
            });
            let wanted = telling(rows.collect());
            let mut best: Option<(usize, i64)> = None;
            let alike = Import::all_versions(conn)?
                .into_iter()
                .filter(|row| row.signature == signature && live.contains(&row.id));
            for version in alike {
                use tables::records::dsl;
                let rows: Vec<(String, String, String)> = dsl::records
                    .filter(dsl::import_id.eq(version.id))
                    .select((dsl::kind, dsl::place, dsl::fingerprint))
                    .load(conn)?;
                let mut known: Vec<(bool, Vec<String>, String)> = Vec::with_capacity(rows.len());
                for (kind, place, print) in rows {
                    known.push((kind == "MEMBER", serde_json::from_str(&place)?, print));
                }
                let known = telling(known);
                let shared = known.intersection(&wanted).count();
                if 2 * shared >= known.len().min(wanted.len()) && shared > 0 {
                    best = best.max(Some((shared, version.id)));
                }
            }
            Ok(best.map(|(_, id)| id))
        }
    }
}

/// The fingerprints that tell one list from another: of its people, else of the branches under
/// which none of it stands. All lists of a committee name the committee.
fn telling(rows: Vec<(bool, Vec<String>, String)>) -> HashSet<String> {
    let of_people = rows.iter().any(|row| row.0);
    let above: HashSet<Vec<String>> = rows
        .iter()
        .flat_map(|(_, place, _)| (1..place.len()).map(|length| place[..length].to_vec()))
        .collect();
    rows.into_iter()
        .filter(|(is_member, place, _)| *is_member || !of_people && !above.contains(place))
        .map(|(_, _, print)| print)
        .collect()
}

/// Whom the rows of a new version are about, where the row itself was corrected: by the number, by
/// the name or the birth date in the same branch, by name and date in another, or between the same
/// neighbours. Keys are places in `records`.
pub(super) fn align(
    earlier: &[Source],
    records: &[Record],
    known: &HashMap<usize, i64>,
) -> Result<HashMap<usize, i64>, serde_json::Error> {
    let mut before: Vec<Row> = Vec::new();
    for source in earlier.iter().filter(|source| source.record.kind == "MEMBER") {
        let place: Vec<String> = serde_json::from_str(&source.record.place)?;
        let statement: Statement = serde_json::from_str(&source.record.statement)?;
        if let (Some(member), Statement::Member(person)) = (source.link.ruled_member_id, &statement)
        {
            before.push(Row::of(place.iter().map(String::as_str), person, Some(member)));
        }
    }
    let mut after: Vec<(usize, Row)> = Vec::new();
    for (at, record) in records.iter().enumerate() {
        if let Statement::Member(person) = &record.statement {
            let place = record.place.iter().map(AsRef::as_ref);
            after.push((at, Row::of(place, person, known.get(&at).copied())));
        }
    }
    let mut left = Left::of(&before, known.values().copied().collect());
    let mut found: HashMap<usize, i64> = HashMap::new();
    for evidence in [Evidence::Number, Evidence::Branch, Evidence::Elsewhere, Evidence::Between] {
        for nth in 0..after.len() {
            if after[nth].1.member.is_some() {
                continue;
            }
            let member = |nth: Option<usize>| {
                nth.and_then(|nth| after.get(nth)).and_then(|(_, row)| row.member)
            };
            let neighbours = [member(nth.checked_sub(1)), member(nth.checked_add(1))];
            if let Some(member) = left.take(evidence, &after[nth].1, neighbours) {
                found.insert(after[nth].0, member);
                after[nth].1.member = Some(member);
            }
        }
    }
    Ok(found)
}

/// What is compared of a row of a list.
struct Row {
    place: Vec<String>,
    name: String,
    search_key: String,
    birth_date: Option<PartialDate>,
    numbers: Vec<String>,
    member: Option<i64>,
}

impl Row {
    fn of<'p>(place: impl Iterator<Item = &'p str>, person: &Person, member: Option<i64>) -> Self {
        let date = person.birth_date.as_ref().map(|date| date.value);
        Self {
            place: place.map(organization_key).collect(),
            name: comparison_key(&person.name.value),
            search_key: search_key(&person.name.value),
            birth_date: date.filter(|date| date.precision() == Precision::Day),
            numbers: person.identifiers.iter().map(|number| number.value.clone()).collect(),
            member,
        }
    }

    /// Whether the names differ as a mended name differs from the wrong one.
    fn is_near(&self, other: &Self) -> bool {
        is_near(&self.search_key, &other.search_key, 3)
    }
}

/// Why a corrected row is about the person of a row of the version before; likelier reasons first.
#[derive(Debug, Clone, Copy)]
enum Evidence {
    Number,
    Branch,
    Elsewhere,
    Between,
}

/// The rows of the version before that no row of the new one repeats.
struct Left<'r> {
    rows: &'r [Row],
    taken: HashSet<i64>,
    /// Places in `rows` by what a row may be found by.
    by_clue: HashMap<Clue<'r>, Vec<usize>>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Clue<'r> {
    Number(&'r str),
    Name(&'r str),
    Date(PartialDate),
    Before(i64),
    After(i64),
}

impl<'r> Left<'r> {
    fn of(rows: &'r [Row], taken: HashSet<i64>) -> Self {
        let mut by_clue: HashMap<Clue<'r>, Vec<usize>> = HashMap::new();
        for (place, row) in rows.iter().enumerate() {
            let neighbour = |place: Option<usize>| {
                place.and_then(|place| rows.get(place)).and_then(|row| row.member)
            };
            let clues = row
                .numbers
                .iter()
                .map(|number| Clue::Number(number))
                .chain([Clue::Name(&row.name)])
                .chain(row.birth_date.map(Clue::Date))
                .chain(neighbour(place.checked_sub(1)).map(Clue::After))
                .chain(neighbour(place.checked_add(1)).map(Clue::Before));
            for clue in clues {
                by_clue.entry(clue).or_default().push(place);
            }
        }
        Self { rows, taken, by_clue }
    }

    /// The member of the only row that fits; it is left no more.
    fn take(&mut self, evidence: Evidence, row: &Row, neighbours: [Option<i64>; 2]) -> Option<i64> {
        let clues: Vec<Clue<'_>> = match evidence {
            Evidence::Number => row.numbers.iter().map(|number| Clue::Number(number)).collect(),
            Evidence::Branch => {
                [Clue::Name(&row.name)].into_iter().chain(row.birth_date.map(Clue::Date)).collect()
            }
            Evidence::Elsewhere => row.birth_date.map(Clue::Date).into_iter().collect(),
            Evidence::Between => neighbours[0]
                .map(Clue::After)
                .into_iter()
                .chain(neighbours[1].map(Clue::Before))
                .collect(),
        };
        let mut fits: BTreeSet<i64> = BTreeSet::new();
        for place in clues.iter().filter_map(|clue| self.by_clue.get(clue)).flatten() {
            let old = &self.rows[*place];
            let same_branch = old.place == row.place;
            let holds = match evidence {
                Evidence::Number => true,
                Evidence::Branch => same_branch && (old.name == row.name || old.is_near(row)),
                Evidence::Elsewhere => old.name == row.name,
                Evidence::Between => same_branch && old.is_near(row),
            };
            if let Some(member) = old.member.filter(|member| holds && !self.taken.contains(member))
            {
                fits.insert(member);
            }
        }
        let member = fits.first().copied().filter(|_| fits.len() == 1)?;
        self.taken.insert(member);
        Some(member)
    }
}
