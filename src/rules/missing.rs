//! What a round lacks to be whole: workbooks that were refused, rows that were left out, columns that wait for
//! an answer, and branches of which nothing is known.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use evalhub_import::organization_key;

use crate::db::{self, AnyConnection, Campaign, Dictionary, ImportStatus, Placement, QueryResult};

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
    /// A branch whose lists have fewer people than its printed figures count, and no levels are printed that
    /// could stand in for them.
    Unlisted { branch: i64, people: i64 },
    /// A branch of the round before, or of the list of branches, of which nothing came.
    Absent { branch: Option<i64>, name: String },
}

/// What is missing, and the branches that lack it.
#[derive(Debug)]
struct Gap {
    missing: Missing,
    /// A branch and all above it; where nobody knows, all that have branches below them.
    of: Option<HashSet<i64>>,
}

/// What a round lacks.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    gaps: Vec<Gap>,
    /// How many branches stand directly below a branch; below 0 those at the top.
    children: HashMap<i64, usize>,
}

impl Gaps {
    /// What all of the round lacks.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Missing> {
        self.gaps.iter().map(|gap| &gap.missing)
    }

    /// What a branch with all below it lacks; 0 is everything.
    pub(crate) fn of(&self, branch: i64) -> impl Iterator<Item = &Missing> {
        let lacks = move |gap: &&Gap| match &gap.of {
            Some(branches) => branch == 0 || branches.contains(&branch),
            None => self.children.contains_key(&branch),
        };
        self.gaps.iter().filter(lacks).map(|gap| &gap.missing)
    }

    /// The share of what a branch should have that came: of the branches directly below it, and of the rows
    /// of those that were rated.
    #[expect(
        clippy::cast_precision_loss,
        clippy::as_conversions,
        reason = "counts of people and branches are far below 2^52"
    )]
    pub(crate) fn share(&self, branch: i64, rated: i64) -> f64 {
        let (mut branches, mut rows) = (0, 0);
        for missing in self.of(branch) {
            match missing {
                Missing::Refused { .. } | Missing::Absent { .. } => branches += 1,
                Missing::LeftOut { rows: of, .. } => rows += of,
                // The figure itself knows the people and the branches that it lacks.
                Missing::Asked { .. } | Missing::Empty { .. } | Missing::Unlisted { .. } => {}
            }
        }
        let part = |came: f64, missing: usize| match missing {
            0 => 1.0,
            _ => came / (came + missing as f64),
        };
        let children = self.children.get(&branch).copied().unwrap_or(1);
        part(children as f64, branches) * part(rated as f64, rows)
    }
}

/// What each round lacks, worked out once until the data change.
pub(crate) fn gaps(
    conn: &mut AnyConnection,
    dictionary: &Dictionary,
) -> QueryResult<Arc<HashMap<i64, Gaps>>> {
    dictionary.derived(|| of_rounds(conn, dictionary.rounds()))
}

/// A workbook that names no round may be of any.
fn of_rounds(
    conn: &mut AnyConnection,
    rounds: &[Arc<Campaign>],
) -> QueryResult<HashMap<i64, Gaps>> {
    let imports = of_imports(conn)?;
    let mut trees: HashMap<i64, Tree> = HashMap::new();
    for row in Placement::all(conn)? {
        trees.entry(row.campaign_id).or_default().parents.insert(row.branch_id, row.parent_id);
    }
    let placed: HashSet<i64> =
        trees.values().flat_map(|tree| tree.parents.keys()).copied().collect();
    let placed: Vec<i64> = placed.into_iter().collect();
    let expected = Expected::load(conn, rounds, &placed)?;
    let mut found = HashMap::new();
    for (place, round) in rounds.iter().enumerate() {
        let Some(tree) = trees.get(&round.id) else { continue };
        let of =
            |import: &&OfImport| import.rounds.is_empty() || import.rounds.contains(&round.code);
        let mut gaps: Vec<Gap> = Vec::new();
        for import in imports.iter().filter(of) {
            let named = import.branches.get(&round.id).map(|branches| tree.with_above(branches));
            let gap = |missing: &Missing| Gap { missing: missing.clone(), of: named.clone() };
            gaps.extend(import.missing.iter().map(gap));
        }
        let of_branches = of_branches(conn, round.id, tree)?.into_iter();
        gaps.extend(
            of_branches
                .map(|(branch, missing)| Gap { missing, of: Some(tree.with_above(&[branch])) }),
        );
        let before = rounds[..place].iter().rev().filter(|other| other.is_like(round));
        let mut before = before.filter_map(|other| trees.get(&other.id));
        let before = before.find(|before| before.shares(tree));
        gaps.extend(expected.absent(round, tree, before));
        let mut children: HashMap<i64, usize> = HashMap::new();
        for parent in tree.parents.values() {
            *children.entry(parent.unwrap_or_default()).or_default() += 1;
        }
        found.insert(round.id, Gaps { gaps, children });
    }
    Ok(found)
}

/// The branches of a round, each with the one above it.
#[derive(Debug, Default)]
struct Tree {
    parents: HashMap<i64, Option<i64>>,
}

impl Tree {
    /// Some branches and all that stand above them.
    fn with_above(&self, branches: &[i64]) -> HashSet<i64> {
        let mut all: HashSet<i64> = HashSet::new();
        for branch in branches {
            let mut next = Some(*branch);
            while let Some(branch) = next.filter(|branch| all.insert(*branch)) {
                next = self.parents.get(&branch).copied().flatten();
            }
        }
        all
    }

    fn shares(&self, other: &Self) -> bool {
        self.parents.keys().any(|branch| other.parents.contains_key(branch))
    }
}

/// The branches that a round should have.
struct Expected {
    names: HashMap<i64, String>,
    successions: Vec<db::Succession>,
    /// The branches of the list that was given beforehand, with the ids they are known by.
    registered: Vec<(String, Option<i64>)>,
    /// The places of the rounds in their order.
    order: HashMap<i64, usize>,
}

impl Expected {
    fn load(
        conn: &mut AnyConnection,
        rounds: &[Arc<Campaign>],
        placed: &[i64],
    ) -> QueryResult<Self> {
        let list = db::RegisteredBranch::register(conn)?;
        let keys: Vec<(String, String)> = list
            .iter()
            .flat_map(evalhub_import::Register::bodies)
            .map(|body| (body.name.clone(), organization_key(&body.name)))
            .collect();
        let mut known: HashMap<String, i64> = HashMap::new();
        let wanted: Vec<String> = keys.iter().map(|(_, key)| key.clone()).collect();
        for branch in db::Branch::by_keys(conn, &wanted)? {
            known.entry(branch.comparison_key).or_insert(branch.merged_into.unwrap_or(branch.id));
        }
        let names = db::Branch::by_ids(conn, placed)?;
        Ok(Self {
            names: names.into_iter().map(|branch| (branch.id, branch.name)).collect(),
            successions: db::Succession::all(conn)?,
            registered: keys
                .into_iter()
                .map(|(name, key)| (name, known.get(&key).copied()))
                .collect(),
            order: rounds.iter().enumerate().map(|(place, round)| (round.id, place)).collect(),
        })
    }

    /// The branches of the round before, and of the list, that a round has not; of the list only where it is
    /// of that office.
    fn absent(&self, round: &Campaign, tree: &Tree, before: Option<&Tree>) -> Vec<Gap> {
        let at = self.order.get(&round.id);
        let is_followed = |branch: i64| {
            let mut of = self.successions.iter().filter(|row| row.predecessor_id == branch);
            of.any(|row| self.order.get(&row.campaign_id) <= at)
        };
        let mut found: Vec<Gap> = Vec::new();
        let mut said: HashSet<i64> = HashSet::new();
        for (branch, parent) in before.iter().flat_map(|before| &before.parents) {
            let is_here = tree.parents.contains_key(branch) || is_followed(*branch);
            let is_office = parent.is_none_or(|parent| tree.parents.contains_key(&parent));
            let Some(name) = self.names.get(branch).filter(|_| !is_here && is_office) else {
                continue;
            };
            said.insert(*branch);
            let above: Vec<i64> = parent.iter().copied().collect();
            let missing = Missing::Absent { branch: Some(*branch), name: name.clone() };
            found.push(Gap { missing, of: Some(tree.with_above(&above)) });
        }
        let is_here = |id: Option<i64>| id.is_some_and(|id| tree.parents.contains_key(&id));
        let is_of_list = self.registered.iter().any(|(_, id)| is_here(*id));
        for (name, id) in self.registered.iter().filter(|_| is_of_list) {
            let is_known =
                is_here(*id) || id.is_some_and(|id| said.contains(&id) || is_followed(id));
            if !is_known {
                let missing = Missing::Absent { branch: *id, name: name.clone() };
                found.push(Gap { missing, of: None });
            }
        }
        found.sort_by_key(|gap| match &gap.missing {
            Missing::Absent { branch, .. } => branch.unwrap_or(i64::MAX),
            _ => 0,
        });
        found
    }
}

/// What the workbook of an import lacks, and the rounds that it names.
struct OfImport {
    rounds: HashSet<String>,
    /// The branches that its records are about, by round.
    branches: HashMap<i64, Vec<i64>>,
    missing: Vec<Missing>,
}

fn of_imports(conn: &mut AnyConnection) -> QueryResult<Vec<OfImport>> {
    let all = db::Import::versions_with_workbooks(conn)?;
    let contents: HashMap<i64, String> =
        all.iter().map(|(import, workbook)| (import.id, workbook.content_hash.clone())).collect();
    let imports = current(all);
    let ids: Vec<i64> = imports.iter().map(|import| import.id).collect();
    let mut rounds: HashMap<i64, HashSet<String>> = HashMap::new();
    for sheet in db::ImportSheet::of_imports(conn, &ids)? {
        rounds.entry(sheet.import_id).or_default().extend(sheet.rounds());
    }
    let mut branches: HashMap<i64, HashMap<i64, Vec<i64>>> = HashMap::new();
    let mut rows: BTreeMap<i64, LeftOut> = BTreeMap::new();
    let mut questions: BTreeMap<i64, usize> = BTreeMap::new();
    for of in db::Diagnostic::unsettled(conn, &ids)? {
        if of.question.is_some() {
            *questions.entry(of.import_id).or_default() += 1;
        } else {
            let row = of.cell.as_deref().unwrap_or_default();
            let row = row.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();
            let sheet = of.sheet.unwrap_or_default();
            rows.entry(of.import_id).or_default().entry(sheet).or_default().insert(row);
        }
    }
    let applied = imports.iter().filter(|of| of.status == ImportStatus::Applied.name());
    let mended = came_mended(conn, &applied.map(|of| of.id).collect())?;
    let rows = rows.into_iter().map(|(import, left_out)| {
        (import, still_missing(&left_out, mended.get(&contents[&import])))
    });
    let rows: BTreeMap<i64, usize> = rows.filter(|(_, rows)| *rows > 0).collect();
    let lacking: Vec<i64> = rows.keys().chain(questions.keys()).copied().collect();
    for (import, round, branch) in db::Record::branches_of_imports(conn, &lacking)? {
        branches.entry(import).or_default().entry(round).or_default().push(branch);
    }
    let found = imports.into_iter().map(|version| {
        let import = version.id;
        let missing = if version.status == ImportStatus::Refused.name() {
            vec![Missing::Refused { import }]
        } else {
            let rows = rows.get(&import).map(|rows| Missing::LeftOut { import, rows: *rows });
            let asked = questions.get(&import);
            let asked = asked.map(|questions| Missing::Asked { import, questions: *questions });
            rows.into_iter().chain(asked).collect()
        };
        let rounds = rounds.remove(&import).unwrap_or_default();
        OfImport { rounds, branches: branches.remove(&import).unwrap_or_default(), missing }
    });
    Ok(found.collect())
}

/// The rows with errors of a workbook, by sheet.
type LeftOut = HashMap<String, HashSet<String>>;
/// How many rows came mended, by the content of the workbook that they were left out of, and by its sheets.
type Mended = HashMap<String, HashMap<String, usize>>;

/// The rows that were left out of workbooks and came in another one.
fn came_mended(conn: &mut AnyConnection, applied: &HashSet<i64>) -> QueryResult<Mended> {
    let mut came = Mended::new();
    for of in db::MendedRows::all(conn)? {
        if applied.contains(&of.import_id) {
            let rows = usize::try_from(of.came).unwrap_or_default();
            // Two imports of one report bring its rows once.
            let most = came.entry(of.content_hash).or_default().entry(of.sheet).or_default();
            *most = rows.max(*most);
        }
    }
    Ok(came)
}

/// The rows of a workbook that were left out and did not come mended. Those that came with another error are
/// missing in the workbook that brought them.
fn still_missing(left_out: &LeftOut, came: Option<&HashMap<String, usize>>) -> usize {
    let missing = left_out.iter().map(|(sheet, rows)| {
        let came = came.and_then(|came| came.get(sheet)).copied().unwrap_or_default();
        rows.len().saturating_sub(came)
    });
    missing.sum()
}

/// The imports that count: applied ones that no other replaces, and refused ones after which nothing of the
/// same name or content was applied.
pub(super) fn current(all: Vec<(db::Version, db::Workbook)>) -> Vec<db::Version> {
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

/// What single branches lack, in the order of their ids.
fn of_branches(
    conn: &mut AnyConnection,
    round: i64,
    tree: &Tree,
) -> QueryResult<BTreeMap<i64, Missing>> {
    let parents: HashSet<i64> = tree.parents.values().filter_map(|parent| *parent).collect();
    let tallies = db::Tally::of_campaign(conn, round)?;
    let is_known = |tally: &&db::Tally| tally.own > 0 || tally.reported.is_some();
    let known: HashSet<i64> =
        tallies.iter().filter(is_known).map(|tally| tally.branch_id).collect();
    let rated = db::BranchEvaluation::branches_of(conn, round)?;
    let leaves = tree.parents.keys().copied().filter(|id| !parents.contains(id));
    let empty = leaves.filter(|id| !known.contains(id) && !rated.contains(id));
    let mut found: BTreeMap<i64, Missing> =
        empty.map(|branch| (branch, Missing::Empty { branch })).collect();
    let of_people = tallies.iter().filter(|tally| {
        tally.subject == "MEMBERS" && tally.measure == "RATED" && tally.stage == db::DECIDING
    });
    let short = of_people.filter_map(|tally| {
        let people = tally.reported? - tally.counted;
        let is_listed = tally.counted > 0 && tally.best == Some(tally.counted);
        (people > 0 && is_listed && tally.branch_id != 0).then_some((tally.branch_id, people))
    });
    let short: BTreeMap<i64, i64> = short.collect();
    // Above a branch that lacks people the same people are missing.
    let above = short.keys().filter_map(|branch| tree.parents.get(branch).copied().flatten());
    let above = tree.with_above(&above.collect::<Vec<i64>>());
    let short = short.into_iter().filter(|(branch, _)| !above.contains(branch));
    found.extend(short.map(|(branch, people)| (branch, Missing::Unlisted { branch, people })));
    Ok(found)
}
