//! What a round lacks to be whole: workbooks that were refused, rows that were left out, columns that wait for
//! an answer, and branches of which nothing is known.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::db::{self, AnyConnection, Campaign, ImportStatus, QueryResult};

/// Something that a round lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// A workbook that was refused; no other of its name or content came after it.
    Refused { import: i64 },
    /// Rows with errors that were left out of a workbook.
    LeftOut { import: i64, rows: usize },
    /// Columns of a workbook that are held back until a person answers.
    Asked { import: i64, questions: usize },
    /// A branch without branches of its own that has neither people nor figures.
    Empty { branch: i64 },
}

/// What each of some rounds lacks. A workbook that names no round may be of any.
pub(crate) fn missing(
    conn: &mut AnyConnection,
    rounds: &[Campaign],
) -> QueryResult<Vec<Vec<Missing>>> {
    let imports = of_imports(conn)?;
    let mut of_round = |round: &Campaign| {
        let of =
            |import: &&OfImport| import.rounds.is_empty() || import.rounds.contains(&round.code);
        let missing = imports.iter().filter(of).flat_map(|import| &import.missing);
        let mut found: Vec<Missing> = missing.cloned().collect();
        found.extend(empty_branches(conn, round.id)?);
        Ok(found)
    };
    rounds.iter().map(&mut of_round).collect()
}

/// What the workbook of an import lacks, and the rounds that it names.
struct OfImport {
    rounds: HashSet<String>,
    missing: Vec<Missing>,
}

fn of_imports(conn: &mut AnyConnection) -> QueryResult<Vec<OfImport>> {
    let imports = current(db::Import::versions_with_workbooks(conn)?);
    let ids: Vec<i64> = imports.iter().map(|import| import.id).collect();
    let mut rounds: HashMap<i64, HashSet<String>> = HashMap::new();
    for sheet in db::ImportSheet::of_imports(conn, &ids)? {
        let tables: Vec<serde_json::Value> =
            serde_json::from_str(&sheet.tables).unwrap_or_default();
        let codes = tables.iter().filter_map(|table| table["campaign"].as_str());
        rounds.entry(sheet.import_id).or_default().extend(codes.map(str::to_owned));
    }
    let mut rows: BTreeMap<i64, HashSet<(Option<String>, String)>> = BTreeMap::new();
    let mut questions: BTreeMap<i64, usize> = BTreeMap::new();
    for of in db::Diagnostic::unsettled(conn, &ids)? {
        if of.question.is_some() {
            *questions.entry(of.import_id).or_default() += 1;
        } else {
            let row = of.cell.as_deref().unwrap_or_default();
            let row = row.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();
            rows.entry(of.import_id).or_default().insert((of.sheet, row));
        }
    }
    let found = imports.into_iter().map(|version| {
        let import = version.id;
        let missing = if version.status == ImportStatus::Refused.name() {
            vec![Missing::Refused { import }]
        } else {
            let rows = rows.get(&import).map(|rows| Missing::LeftOut { import, rows: rows.len() });
            let asked = questions.get(&import);
            let asked = asked.map(|questions| Missing::Asked { import, questions: *questions });
            rows.into_iter().chain(asked).collect()
        };
        OfImport { rounds: rounds.remove(&import).unwrap_or_default(), missing }
    });
    Ok(found.collect())
}

/// The imports that count: applied ones that no other replaces, and refused ones after which nothing of the
/// same name or content was applied.
fn current(all: Vec<(db::Version, db::Workbook)>) -> Vec<db::Version> {
    let is_applied = |import: &db::Version| import.status == ImportStatus::Applied.name();
    let mut replaced: HashSet<i64> = HashSet::new();
    let mut last: HashMap<String, i64> = HashMap::new();
    for (import, workbook) in all.iter().filter(|(import, _)| is_applied(import)) {
        replaced.extend(import.replaces_id);
        for key in [&workbook.name, &workbook.content_hash] {
            last.insert(key.clone(), import.id);
        }
    }
    // A file that is refused twice is one that is missing.
    let mut refused: HashMap<String, i64> = HashMap::new();
    for (import, workbook) in &all {
        refused.insert(workbook.name.clone(), import.id);
    }
    let came_later = |import: &db::Version, workbook: &db::Workbook| {
        let keys = [&workbook.name, &workbook.content_hash];
        keys.iter().any(|key| last.get(*key).is_some_and(|applied| *applied > import.id))
            || refused.get(&workbook.name).is_some_and(|other| *other > import.id)
    };
    let counts = |(import, workbook): &(db::Version, db::Workbook)| {
        if is_applied(import) {
            !replaced.contains(&import.id)
        } else {
            import.status == ImportStatus::Refused.name() && !came_later(import, workbook)
        }
    };
    all.into_iter().filter(counts).map(|(import, _)| import).collect()
}

fn empty_branches(conn: &mut AnyConnection, round: i64) -> QueryResult<Vec<Missing>> {
    let placements = db::Placement::of_campaign(conn, round)?;
    let parents: HashSet<i64> = placements.iter().filter_map(|row| row.parent_id).collect();
    let known: HashSet<i64> = db::Tally::of_campaign(conn, round)?
        .into_iter()
        .filter(|tally| tally.own > 0 || tally.reported.is_some())
        .map(|tally| tally.branch_id)
        .collect();
    let rated = db::BranchEvaluation::branches_of(conn, round)?;
    let mut seen = HashSet::new();
    let leaves = placements.iter().map(|row| row.branch_id).filter(|id| !parents.contains(id));
    let empty = leaves.filter(|id| !known.contains(id) && !rated.contains(id));
    Ok(empty.filter(|id| seen.insert(*id)).map(|branch| Missing::Empty { branch }).collect())
}
