//! What a change of the ledger does to the facts: per round and branch, before → after.
//!
//! While facts are written, differences are logged by id; a plan names them, so that a plan that
//! was stored can be compared with the one of a later day, whatever ids were given since.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::QueryResult;
use serde::{Deserialize, Serialize};

use crate::db::{AnyConnection, Branch, Campaign, Ids, Member, Rating};

/// How many facts of one kind were added, changed, removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) removed: usize,
}

/// Changes by kind of fact: `members`, `enrolments`, …
pub(crate) type Changes = BTreeMap<String, Change>;

/// What a change of the ledger does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) changes: Changes,
    pub(crate) parts: Vec<PlanPart>,
}

/// What it does to one branch in one round; without a round, to a branch or to people themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanPart {
    pub(crate) campaign: Option<String>,
    pub(crate) branch: Option<String>,
    /// Facts that were not there before, by kind.
    pub(crate) added: BTreeMap<String, usize>,
    /// Facts that were stated again and stay as they are.
    pub(crate) unchanged: usize,
    /// Statements that now contradict others of equal right.
    pub(crate) conflicts: usize,
    /// Facts that get another value, or go.
    pub(crate) changed: Vec<FactChange>,
}

/// One field of one fact: what it was and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct FactChange {
    /// The kind of fact: `enrolments`, `member evaluations`, …
    pub(crate) kind: String,
    /// Whom or what it is about.
    pub(crate) about: String,
    /// The field; none where the whole fact goes.
    pub(crate) field: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// A value of a field, by id where it has one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    None,
    Text(String),
    Rating(i64),
    Branch(i64),
}

impl Value {
    pub(super) fn text(text: Option<&String>) -> Self {
        text.map_or(Self::None, |text| Self::Text(text.clone()))
    }

    /// What is false goes without saying.
    pub(super) fn flag(flag: bool) -> Self {
        if flag { Self::Text("true".to_owned()) } else { Self::None }
    }

    pub(super) fn number(number: Option<f64>) -> Self {
        number.map_or(Self::None, |number| Self::Text(number.to_string()))
    }
}

/// A row of a table of facts.
pub(super) trait Fact: PartialEq {
    /// The kind, in words, in the plural.
    const KIND: &'static str;

    fn id(&self) -> i64;
    fn set_id(&mut self, id: i64);
    /// Round and branch; 0 where it has none.
    fn place(&self) -> (i64, i64) {
        (0, 0)
    }
    /// The member that it is about; 0 where it is about a branch.
    fn member(&self) -> i64 {
        0
    }
    /// What tells it from others of its kind about the same: the stage, the measure.
    fn detail(&self) -> String {
        String::new()
    }
    /// The level of a figure that counts one.
    fn rating(&self) -> Option<i64> {
        None
    }
    /// The fields that people would compare.
    fn fields(&self) -> Vec<(&'static str, Value)>;
    /// Whether it goes without saying where the enrolment or placement of its own is new or gone.
    fn is_part(&self) -> bool {
        false
    }
    /// Whether it comes and goes with its enrolments or placements, and is only counted then.
    fn is_root(&self) -> bool {
        false
    }
}

/// What an import is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Records and links are written.
    Records,
    Branches,
    Members,
    Figures,
    Tallies,
    /// The plan is named and the transaction ends.
    Commit,
}

impl Phase {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 6] =
        [Self::Records, Self::Branches, Self::Members, Self::Figures, Self::Tallies, Self::Commit];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Branches => "branches",
            Self::Members => "members",
            Self::Figures => "figures",
            Self::Tallies => "tallies",
            Self::Commit => "commit",
        }
    }
}

/// Differences by id, as they are written.
#[derive(Default)]
pub(super) struct Log<'w> {
    /// Is told of each phase.
    watcher: Option<&'w mut dyn FnMut(Phase)>,
    changes: Changes,
    parts: BTreeMap<(i64, i64), Part>,
    /// Enrolments (round, member, branch) and placements (round, 0, branch) that came or went.
    whole: BTreeSet<(i64, i64, i64)>,
}

#[derive(Default)]
struct Part {
    added: BTreeMap<&'static str, usize>,
    unchanged: usize,
    conflicts: usize,
    changed: Vec<Logged>,
}

struct Logged {
    kind: &'static str,
    member: i64,
    branch: i64,
    detail: String,
    rating: Option<i64>,
    field: Option<&'static str>,
    before: Value,
    after: Value,
}

/// Rows to delete by id, and rows to insert.
pub(super) struct Difference<F> {
    pub(super) stale: Vec<i64>,
    pub(super) rows: Vec<F>,
}

impl<'w> Log<'w> {
    pub(super) fn watched(watcher: &'w mut dyn FnMut(Phase)) -> Self {
        Self { watcher: Some(watcher), ..Self::default() }
    }

    pub(super) fn enters(&mut self, phase: Phase) {
        if let Some(watcher) = &mut self.watcher {
            watcher(phase);
        }
    }

    /// Compares what is with what should be: ids of what stays are kept.
    pub(super) fn difference<K: Ord, F: Fact>(
        &mut self,
        mut current: BTreeMap<K, F>,
        wanted: BTreeMap<K, F>,
        ids: &mut Ids,
    ) -> Difference<F> {
        let mut difference = Difference { stale: Vec::new(), rows: Vec::new() };
        let mut new: Vec<F> = Vec::new();
        for (key, mut row) in wanted {
            if let Some(before) = current.remove(&key) {
                row.set_id(before.id());
                self.compare(&before, &row);
                if row != before {
                    difference.stale.push(before.id());
                    difference.rows.push(row);
                }
            } else {
                self.added(&row);
                new.push(row);
            }
        }
        // New rows may come with their places in a workbook for ids: they keep that order.
        new.sort_by_key(F::id);
        for row in &mut new {
            row.set_id(ids.give());
        }
        difference.rows.extend(new);
        for before in current.into_values() {
            self.removed(&before);
            difference.stale.push(before.id());
        }
        difference
    }

    /// Logs a fact that stays, with those of its fields that differ.
    pub(super) fn compare<F: Fact>(&mut self, before: &F, after: &F) {
        let differing: Vec<Logged> = before
            .fields()
            .into_iter()
            .zip(after.fields())
            .filter(|(before, after)| before.1 != after.1)
            .map(|((field, before), (_, new))| Logged {
                kind: F::KIND,
                member: after.member(),
                branch: after.place().1,
                detail: after.detail(),
                rating: after.rating(),
                field: Some(field),
                before,
                after: new,
            })
            .collect();
        let part = self.parts.entry(after.place()).or_default();
        if differing.is_empty() {
            part.unchanged += 1;
        } else {
            part.changed.extend(differing);
            self.changes.entry(F::KIND.to_owned()).or_default().changed += 1;
        }
    }

    pub(super) fn added<F: Fact>(&mut self, row: &F) {
        self.changes.entry(F::KIND.to_owned()).or_default().added += 1;
        self.note_whole(row);
        *self.parts.entry(row.place()).or_default().added.entry(F::KIND).or_default() += 1;
    }

    pub(super) fn removed<F: Fact>(&mut self, row: &F) {
        self.changes.entry(F::KIND.to_owned()).or_default().removed += 1;
        self.note_whole(row);
        if row.is_root() || row.is_part() && self.whole.contains(&whole_of(row)) {
            return;
        }
        let shown = row.fields().into_iter().find(|(_, value)| *value != Value::None);
        self.parts.entry(row.place()).or_default().changed.push(Logged {
            kind: F::KIND,
            member: row.member(),
            branch: row.place().1,
            detail: row.detail(),
            rating: row.rating(),
            field: None,
            before: shown.map_or(Value::None, |(_, value)| value),
            after: Value::None,
        });
    }

    pub(super) fn conflict(&mut self, campaign_id: i64, branch_id: i64) {
        self.parts.entry((campaign_id, branch_id)).or_default().conflicts += 1;
    }

    fn note_whole<F: Fact>(&mut self, row: &F) {
        if !row.is_part() {
            self.whole.insert(whole_of(row));
        }
    }

    /// Names what was logged.
    pub(super) fn into_plan(mut self, conn: &mut AnyConnection) -> QueryResult<Plan> {
        self.enters(Phase::Commit);
        self.changes.retain(|_, change| *change != Change::default());
        let names = Names::load(conn, &self.parts)?;
        let mut parts: Vec<PlanPart> = Vec::with_capacity(self.parts.len());
        for ((campaign_id, branch_id), part) in self.parts {
            let mut changed: Vec<FactChange> =
                part.changed.iter().map(|logged| names.of(logged)).collect();
            changed.sort();
            parts.push(PlanPart {
                campaign: names.campaigns.get(&campaign_id).cloned(),
                branch: names.branches.get(&branch_id).cloned(),
                added: part
                    .added
                    .into_iter()
                    .map(|(kind, count)| (kind.to_owned(), count))
                    .collect(),
                unchanged: part.unchanged,
                conflicts: part.conflicts,
                changed,
            });
        }
        parts.sort_by(|left, right| {
            (&left.campaign, &left.branch).cmp(&(&right.campaign, &right.branch))
        });
        Ok(Plan { changes: self.changes, parts })
    }
}

fn whole_of<F: Fact>(row: &F) -> (i64, i64, i64) {
    (row.place().0, row.member(), row.place().1)
}

struct Names {
    campaigns: HashMap<i64, String>,
    branches: HashMap<i64, String>,
    members: HashMap<i64, String>,
    ratings: HashMap<i64, String>,
}

impl Names {
    fn load(conn: &mut AnyConnection, parts: &BTreeMap<(i64, i64), Part>) -> QueryResult<Self> {
        let mut branches: BTreeSet<i64> = parts.keys().map(|key| key.1).collect();
        let mut members: BTreeSet<i64> = BTreeSet::new();
        for logged in parts.values().flat_map(|part| &part.changed) {
            members.insert(logged.member);
            for value in [&logged.before, &logged.after] {
                if let Value::Branch(id) = value {
                    branches.insert(*id);
                }
            }
        }
        let branches: Vec<i64> = branches.into_iter().collect();
        let members: Vec<i64> = members.into_iter().collect();
        let dated = |row: Member| match row.birth_date {
            Some(date) => (row.id, format!("{} ({date})", row.name)),
            None => (row.id, row.name),
        };
        Ok(Self {
            campaigns: Campaign::all(conn)?.into_iter().map(|row| (row.id, row.code)).collect(),
            branches: Branch::by_ids(conn, &branches)?
                .into_iter()
                .map(|row| (row.id, row.name))
                .collect(),
            members: Member::by_ids(conn, &members)?.into_iter().map(dated).collect(),
            ratings: Rating::all(conn)?.into_iter().map(|row| (row.id, row.code)).collect(),
        })
    }

    fn of(&self, logged: &Logged) -> FactChange {
        let who = match logged.member {
            0 => self.branches.get(&logged.branch),
            id => self.members.get(&id),
        };
        let mut about = who.cloned().unwrap_or_default();
        if !logged.detail.is_empty() {
            about = format!("{about}: {}", logged.detail);
        }
        if let Some(rating) = logged.rating.and_then(|id| self.ratings.get(&id)) {
            about = format!("{about} {rating}");
        }
        FactChange {
            kind: logged.kind.to_owned(),
            about,
            field: logged.field.map(str::to_owned),
            before: self.value(&logged.before),
            after: self.value(&logged.after),
        }
    }

    fn value(&self, value: &Value) -> Option<String> {
        match value {
            Value::None => None,
            Value::Text(text) => Some(text.clone()),
            Value::Rating(id) => self.ratings.get(id).cloned(),
            Value::Branch(id) => self.branches.get(id).cloned(),
        }
    }
}

impl Plan {
    /// How many fields and facts get another value or go.
    pub(crate) fn change_count(&self) -> usize {
        self.parts.iter().map(|part| part.changed.len()).sum()
    }

    /// Where this plan starts from other values than one that was stored, in sentences.
    pub(super) fn differing_from(&self, stored: &[PlanPart]) -> Vec<String> {
        let (now, then) = (before_values(&self.parts), before_values(stored));
        let keys: BTreeSet<&ChangeKey<'_>> = now.keys().chain(then.keys()).collect();
        let shown = |value: Option<&str>| value.unwrap_or("nothing").to_owned();
        keys.into_iter()
            .filter(|key| now.get(*key) != then.get(*key))
            .map(|key| {
                let [campaign, branch, kind, about, field] = key.map(Option::unwrap_or_default);
                let place = format!("{campaign} {branch}, {kind}, {about} {field}");
                let said = match (then.get(key), now.get(key)) {
                    (Some(then), Some(now)) => format!("was {}, is {}", shown(*then), shown(*now)),
                    (Some(then), None) => {
                        format!("was {}, and would not change any more", shown(*then))
                    }
                    (None, now) => format!("is {} now", shown(now.copied().flatten())),
                };
                format!("{}: {said}", place.trim())
            })
            .collect()
    }
}

/// Round, branch, kind, whom it is about, field.
type ChangeKey<'p> = [Option<&'p str>; 5];

/// What stands before each change, by what is changed: a stored plan holds as long as this is the
/// same.
fn before_values(parts: &[PlanPart]) -> BTreeMap<ChangeKey<'_>, Option<&str>> {
    let mut values = BTreeMap::new();
    for part in parts {
        for change in &part.changed {
            let key = [
                part.campaign.as_deref(),
                part.branch.as_deref(),
                Some(change.kind.as_str()),
                Some(change.about.as_str()),
                change.field.as_deref(),
            ];
            values.insert(key, change.before.as_deref());
        }
    }
    values
}
