//! Tallies of a round: counted from lists, as printed, and the best of the sources for every branch.
//!
//! For a branch and a subject the list counts if it is complete (it has as many rows as the printed
//! roll, or nothing contradicts it); else the sum over the branches directly below, if each has a
//! figure; else the printed figure of the branch itself. What is chosen for a branch is never added
//! to what its descendants have.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use crate::db::{
    AncestryRow, AnyConnection, DECIDING, OWN_SCORE, Placement, ReportedResult, ScoreTally, Spread,
    Tally, decided_score, insert_rows, spread, stages_of_scores, tables,
};

/// Measure and rating (0: none).
type Slot = (String, i64);
/// Subject, stage, measure, rating.
type Key = (&'static str, i32, String, i64);

/// Decisions of stages before this one are provisional.
const BRANCH_STAGE: i32 = 5;

const SUBJECTS: [&str; 2] = ["MEMBERS", "BRANCHES"];

/// Stage and rating (0: all who were rated).
type ScoreKey = (i32, i64);

/// What is known of one branch of a round.
#[derive(Default)]
struct Node {
    children: Vec<i64>,
    own: BTreeMap<Key, i64>,
    /// With those of the branches below, once they are settled.
    scores: BTreeMap<ScoreKey, Scored>,
    counted: BTreeMap<Key, i64>,
    reported: BTreeMap<Key, (i64, bool)>,
    /// As printed for the branch, else the sum of what is printed below it.
    printed: BTreeMap<Key, (i64, bool)>,
    best: BTreeMap<Key, Best>,
}

/// Scores, and the stages that gave them as bits.
#[derive(Debug, Clone, Copy)]
struct Scored {
    spread: Spread,
    stages: i32,
}

impl Scored {
    const NONE: Self = Self { spread: Spread::NONE, stages: 0 };

    fn and(self, other: Self) -> Self {
        Self { spread: self.spread.and(other.spread), stages: self.stages | other.stages }
    }

    /// As it is stored; sums do not depend on the order in which they were added up.
    fn row(
        &self,
        campaign_id: i64,
        branch_id: i64,
        (stage, rating_id): ScoreKey,
    ) -> Option<ScoreTally> {
        let Spread { count, sum, minimum, maximum } = self.spread;
        let sum = (sum? * 1e6).round() / 1e6;
        let (scores, minimum, maximum, stages) = (count, minimum?, maximum?, self.stages);
        Some(ScoreTally {
            campaign_id,
            branch_id,
            stage,
            rating_id,
            scores,
            sum,
            minimum,
            maximum,
            stages,
        })
    }
}

/// A chosen figure and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Best {
    value: i64,
    source: Origin,
    derived: bool,
    coverage: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Counted,
    Reported,
    Mixed,
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Self::Counted => "COUNTED",
            Self::Reported => "REPORTED",
            Self::Mixed => "MIXED",
        }
    }

    fn with(self, other: Self) -> Self {
        if self == other { self } else { Self::Mixed }
    }
}

/// Recounts a round and writes what differs: closure of the tree and tallies.
pub(super) fn recount(conn: &mut AnyConnection, campaign_id: i64) -> QueryResult<()> {
    let placements = Placement::of_campaign(conn, campaign_id)?;
    let mut parents: BTreeMap<i64, Option<i64>> =
        placements.iter().map(|row| (row.branch_id, row.parent_id)).collect();
    // What stands below itself is counted at the top.
    for circle in Placement::circles(&parents) {
        parents.insert(circle[0], None);
    }
    write_closure(conn, campaign_id, &parents)?;
    let mut nodes: BTreeMap<i64, Node> = parents.keys().map(|id| (*id, Node::default())).collect();
    nodes.insert(0, Node::default());
    for (id, parent) in &parents {
        let parent = parent.filter(|parent| parents.contains_key(parent)).unwrap_or(0);
        if let Some(node) = nodes.get_mut(&parent) {
            node.children.push(*id);
        }
    }
    for node in nodes.values_mut() {
        node.children.sort_unstable();
    }
    count_members(conn, campaign_id, &mut nodes)?;
    count_branches(conn, campaign_id, &parents, &mut nodes)?;
    add_reported(conn, campaign_id, &mut nodes)?;
    let order = bottom_up(&nodes);
    for id in order {
        settle(id, &mut nodes);
    }
    write_tallies(conn, campaign_id, &nodes)?;
    write_scores(conn, campaign_id, &nodes)
}

/// Branches before those above them.
fn bottom_up(nodes: &BTreeMap<i64, Node>) -> Vec<i64> {
    let mut order = Vec::with_capacity(nodes.len());
    let mut seen = BTreeSet::new();
    let mut stack = vec![(0, false)];
    while let Some((id, done)) = stack.pop() {
        if done {
            order.push(id);
        } else if seen.insert(id) {
            stack.push((id, true));
            stack.extend(nodes[&id].children.iter().map(|child| (*child, false)));
        }
    }
    order
}

fn write_closure(
    conn: &mut AnyConnection,
    campaign_id: i64,
    parents: &BTreeMap<i64, Option<i64>>,
) -> QueryResult<()> {
    let mut wanted: BTreeSet<(i64, i64, i32)> = BTreeSet::new();
    for id in parents.keys() {
        let mut above = Some(*id);
        let mut depth = 0;
        while let Some(ancestor) = above {
            wanted.insert((ancestor, *id, depth));
            above = parents.get(&ancestor).copied().flatten();
            depth += 1;
        }
    }
    let current: BTreeSet<(i64, i64, i32)> = AncestryRow::of_campaign(conn, campaign_id)?
        .into_iter()
        .map(|row| (row.ancestor_id, row.branch_id, row.depth))
        .collect();
    if current == wanted {
        return Ok(());
    }
    diesel::delete(
        tables::ancestries::table.filter(tables::ancestries::campaign_id.eq(campaign_id)),
    )
    .execute(conn)?;
    let rows: Vec<AncestryRow> = wanted
        .into_iter()
        .map(|(ancestor_id, branch_id, depth)| AncestryRow {
            campaign_id,
            ancestor_id,
            branch_id,
            depth,
        })
        .collect();
    insert_rows!(conn, tables::ancestries::table, rows);
    Ok(())
}

fn add(nodes: &mut BTreeMap<i64, Node>, branch_id: i64, key: Key, count: i64) {
    if let Some(node) = nodes.get_mut(&branch_id) {
        *node.own.entry(key).or_default() += count;
    }
}

fn add_scores(nodes: &mut BTreeMap<i64, Node>, branch_id: i64, key: ScoreKey, scores: Scored) {
    let node = nodes.get_mut(&branch_id).filter(|_| scores.spread.count > 0);
    if let Some(node) = node {
        let sum = node.scores.entry(key).or_insert(Scored::NONE);
        *sum = sum.and(scores);
    }
}

/// Branch, stage, whether it decides, rating, number, the scores of the stage, those that decide.
type RatedRow = (i64, i32, bool, Option<i64>, i64, Spread, Spread);

fn count_members(
    conn: &mut AnyConnection,
    campaign_id: i64,
    nodes: &mut BTreeMap<i64, Node>,
) -> QueryResult<()> {
    use tables::{enrolments, member_evaluations};
    let rolls: Vec<(i64, Option<String>, i64)> = enrolments::table
        .filter(enrolments::campaign_id.eq(campaign_id))
        .group_by((enrolments::branch_id, enrolments::reason))
        .select((enrolments::branch_id, enrolments::reason, diesel::dsl::count_star()))
        .load(conn)?;
    for (branch_id, reason, count) in rolls {
        let key = |measure: &str| ("MEMBERS", DECIDING, measure.to_owned(), 0);
        add(nodes, branch_id, key("ON_ROLL"), count);
        if reason.as_deref() != Some("EXEMPT") {
            add(nodes, branch_id, key("TO_RATE"), count);
        }
        let Some(reason) = reason else { continue };
        add(nodes, branch_id, key(&reason), count);
        if reason != "EXEMPT" {
            add(nodes, branch_id, key("NOT_YET_RATED"), count);
        }
    }
    let ratings: Vec<RatedRow> = member_evaluations::table
        .filter(member_evaluations::campaign_id.eq(campaign_id))
        .filter(member_evaluations::rating_id.is_not_null())
        .group_by((
            member_evaluations::branch_id,
            member_evaluations::stage,
            member_evaluations::deciding,
            member_evaluations::rating_id,
        ))
        .select((
            member_evaluations::branch_id,
            member_evaluations::stage,
            member_evaluations::deciding,
            member_evaluations::rating_id,
            diesel::dsl::count_star(),
            spread(OWN_SCORE),
            spread(&decided_score()),
        ))
        .load(conn)?;
    for (branch_id, stage, deciding, rating, count, own, decided) in ratings {
        if deciding && stage < BRANCH_STAGE {
            add(nodes, branch_id, ("MEMBERS", DECIDING, "PROVISIONAL".into(), 0), count);
        }
        let scored = |of: Spread| Scored {
            spread: of,
            stages: stages_of_scores(Some(stage), own.count, of.count),
        };
        let decided = deciding.then(|| (DECIDING, scored(decided)));
        for (stage, scores) in [(stage, scored(own))].into_iter().chain(decided) {
            let levels = [("RATING", rating.unwrap_or_default()), ("RATED", 0)];
            for (measure, rating) in levels {
                add(nodes, branch_id, ("MEMBERS", stage, measure.to_owned(), rating), count);
                add_scores(nodes, branch_id, (stage, rating), scores);
            }
        }
    }
    Ok(())
}

/// A rated branch counts for the branch above it.
fn count_branches(
    conn: &mut AnyConnection,
    campaign_id: i64,
    parents: &BTreeMap<i64, Option<i64>>,
    nodes: &mut BTreeMap<i64, Node>,
) -> QueryResult<()> {
    use tables::branch_evaluations;
    let rows: Vec<crate::db::BranchEvaluation> = branch_evaluations::table
        .filter(branch_evaluations::campaign_id.eq(campaign_id))
        .select(crate::db::BranchEvaluation::as_select())
        .load(conn)?;
    for row in rows {
        let above = parents
            .get(&row.branch_id)
            .copied()
            .flatten()
            .filter(|id| parents.contains_key(id))
            .unwrap_or(0);
        let mut one = |stage: i32, measure: &str, rating: i64| {
            add(nodes, above, ("BRANCHES", stage, measure.to_owned(), rating), 1);
        };
        if let Some(rating) = row.rating_id {
            one(row.stage, "RATING", rating);
            one(row.stage, "RATED", 0);
            if row.deciding {
                one(DECIDING, "RATING", rating);
                one(DECIDING, "RATED", 0);
            }
        }
        if row.exemplary {
            one(DECIDING, "EXEMPLARY", 0);
        }
    }
    Ok(())
}

/// Printed figures: later ones win; percentages without counts become counts of the printed rated.
fn add_reported(
    conn: &mut AnyConnection,
    campaign_id: i64,
    nodes: &mut BTreeMap<i64, Node>,
) -> QueryResult<()> {
    let figures = ReportedResult::of_campaign(conn, campaign_id)?;
    let usable =
        |figure: &&ReportedResult| figure.relation == "EXACT" || figure.measure == "EXEMPLARY";
    let mut stages: HashMap<(i64, String, String, i64), i32> = HashMap::new();
    let base = |figure: &ReportedResult| {
        let same = figures.iter().filter(|other| {
            other.record_id == figure.record_id
                && other.subject == figure.subject
                && other.count.is_some()
        });
        ["RATED", "TO_RATE", "ON_ROLL"]
            .iter()
            .find_map(|measure| same.clone().find(|other| other.measure == *measure))
            .and_then(|other| other.count)
    };
    for figure in figures.iter().filter(usable) {
        let derived = figure.count.is_none();
        let count = figure.count.or_else(|| Some(share_of(figure.percent?, base(figure)?)));
        let (Some(count), Some(node)) = (count, nodes.get_mut(&figure.branch_id)) else { continue };
        let subject = if figure.subject == "MEMBERS" { SUBJECTS[0] } else { SUBJECTS[1] };
        let rating = figure.rating_id.unwrap_or_default();
        node.reported
            .insert((subject, figure.stage, figure.measure.clone(), rating), (count, derived));
        let last = stages
            .entry((figure.branch_id, figure.subject.clone(), figure.measure.clone(), rating))
            .or_insert(figure.stage);
        if figure.stage >= *last {
            *last = figure.stage;
            node.reported
                .insert((subject, DECIDING, figure.measure.clone(), rating), (count, derived));
        }
    }
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::as_conversions,
    reason = "a share of a count of people is far below 2^52"
)]
fn share_of(percent: f64, count: i64) -> i64 {
    (percent * count as f64 / 100.0).round() as i64
}

/// Sums the subtree and chooses the best figures of one branch, whose children are settled.
fn settle(id: i64, nodes: &mut BTreeMap<i64, Node>) {
    let children = nodes[&id].children.clone();
    let mut counted = nodes[&id].own.clone();
    let mut scores = nodes[&id].scores.clone();
    for child in &children {
        for (key, below) in &nodes[child].scores {
            let sum = scores.entry(*key).or_insert(Scored::NONE);
            *sum = sum.and(*below);
        }
        for (key, count) in &nodes[child].counted {
            *counted.entry(key.clone()).or_default() += count;
        }
    }
    let printed = printed_with_parts(id, &children, nodes);
    let mut best = BTreeMap::new();
    for subject in SUBJECTS {
        for group in groups(&counted, id, &children, nodes, subject) {
            let choice = Choice {
                id,
                subject,
                group: &group,
                counted: &counted,
                children: &children,
                nodes,
            };
            best.extend(choice.make());
        }
    }
    if let Some(node) = nodes.get_mut(&id) {
        node.counted = counted;
        node.scores = scores;
        node.printed = printed;
        node.best = best;
    }
}

/// What is printed for a branch, else the sum of what is printed for the branches below it. Where
/// levels are printed, those who were rated are known by their sum. A roll is a sum only where each
/// branch that has ratings has a roll too: else shares of it would be too large.
fn printed_with_parts(
    id: i64,
    children: &[i64],
    nodes: &BTreeMap<i64, Node>,
) -> BTreeMap<Key, (i64, bool)> {
    let mut printed: BTreeMap<Key, (i64, bool)> = BTreeMap::new();
    for child in children {
        for (key, (count, derived)) in &nodes[child].printed {
            let sum = printed.entry(key.clone()).or_default();
            *sum = (sum.0 + count, sum.1 || *derived);
        }
    }
    printed.retain(|key, _| {
        let rated = (key.0, key.1, "RATED".to_owned(), 0);
        let is_roll = matches!(key.2.as_str(), "ON_ROLL" | "TO_RATE");
        !is_roll
            || children.iter().all(|child| {
                let figures = &nodes[child].printed;
                !figures.contains_key(&rated) || figures.contains_key(key)
            })
    });
    let own = &nodes[&id].reported;
    printed.extend(own.iter().map(|(key, figure)| (key.clone(), *figure)));
    let mut rated: BTreeMap<Key, (i64, bool)> = BTreeMap::new();
    for (key, (count, derived)) in own.iter().filter(|(key, _)| key.2 == "RATING") {
        let sum = rated.entry((key.0, key.1, "RATED".to_owned(), 0)).or_default();
        *sum = (sum.0 + count, sum.1 || *derived);
    }
    rated.retain(|key, _| !own.contains_key(key));
    printed.extend(rated);
    printed
}

/// Slots that are chosen together: the ratings and their sum, and each other measure alone.
fn groups(
    counted: &BTreeMap<Key, i64>,
    id: i64,
    children: &[i64],
    nodes: &BTreeMap<i64, Node>,
    subject: &str,
) -> Vec<Vec<Slot>> {
    let mut slots: BTreeSet<Slot> = BTreeSet::new();
    let keys = counted.keys().chain(nodes[&id].reported.keys());
    let below = children.iter().flat_map(|child| nodes[child].best.keys());
    for key in keys.chain(below).filter(|key| key.0 == subject && key.1 == DECIDING) {
        slots.insert((key.2.clone(), key.3));
    }
    let is_rating = |slot: &Slot| slot.0 == "RATING" || slot.0 == "RATED";
    let (ratings, others): (Vec<Slot>, Vec<Slot>) = slots.into_iter().partition(is_rating);
    let mut groups: Vec<Vec<Slot>> = others.into_iter().map(|slot| vec![slot]).collect();
    if !ratings.is_empty() {
        groups.push(ratings);
    }
    groups
}

struct Choice<'a> {
    id: i64,
    subject: &'static str,
    group: &'a [Slot],
    counted: &'a BTreeMap<Key, i64>,
    children: &'a [i64],
    nodes: &'a BTreeMap<i64, Node>,
}

impl Choice<'_> {
    fn key(&self, measure: &str, rating: i64) -> Key {
        (self.subject, DECIDING, measure.to_owned(), rating)
    }

    fn slots(&self) -> impl Iterator<Item = Key> {
        self.group.iter().map(|slot| self.key(&slot.0, slot.1))
    }

    fn is_ratings(&self) -> bool {
        self.group.iter().any(|slot| slot.0 == "RATING" || slot.0 == "RATED")
    }

    fn printed(&self, measure: &str) -> Option<i64> {
        self.nodes[&self.id].reported.get(&self.key(measure, 0)).map(|(count, _)| *count)
    }

    fn count(&self, measure: &str) -> i64 {
        self.counted.get(&self.key(measure, 0)).copied().unwrap_or_default()
    }

    fn make(&self) -> BTreeMap<Key, Best> {
        let listed = self.has_list();
        if listed && self.list_is_complete() && self.subtree_is_listed() {
            return self.listed_figures(self.share_below());
        }
        let (sum, coverage) = self.sum_below();
        let rated = sum.get(&self.key("RATED", 0)).map_or(0, |best| best.value);
        let coverage = coverage * self.share_below() * self.share_of_printed(rated);
        if coverage >= 1.0 && !sum.is_empty() {
            return sum;
        }
        let printed = self.printed_figures();
        if !printed.is_empty() {
            printed
        } else if !sum.is_empty() {
            sum.into_iter().map(|(key, best)| (key, Best { coverage, ..best })).collect()
        } else if listed {
            let coverage = if self.children.is_empty() { 1.0 } else { coverage };
            self.listed_figures(coverage * self.share_of_printed(self.count("RATED")))
        } else {
            BTreeMap::new()
        }
    }

    fn has_list(&self) -> bool {
        let roll = if self.subject == "MEMBERS" { "ON_ROLL" } else { "RATED" };
        self.count(roll) > 0 && (!self.is_ratings() || self.count("RATED") > 0)
    }

    /// The share of those to be counted in the branches below that are counted there.
    #[expect(
        clippy::cast_precision_loss,
        clippy::as_conversions,
        reason = "counts of people and branches are far below 2^52"
    )]
    fn share_below(&self) -> f64 {
        let (mut counted, mut whole) = (0.0, 0.0);
        for child in self.children {
            let figures = self.slots().filter_map(|key| self.nodes[child].best.get(&key));
            for best in figures.filter(|best| best.coverage > 0.0) {
                counted += best.value as f64;
                whole += best.value as f64 / best.coverage;
            }
        }
        let own = self.slots().filter_map(|key| self.nodes[&self.id].own.get(&key));
        let own: f64 = own.map(|count| *count as f64).sum();
        if whole > counted { (counted + own) / (whole + own) } else { 1.0 }
    }

    /// The share of those rated whom the printed figures of the branch count that so many are.
    fn share_of_printed(&self, rated: i64) -> f64 {
        if self.subject != "MEMBERS" || !self.is_ratings() {
            return 1.0;
        }
        let printed = self.printed("RATED").or_else(|| {
            // Who is on the roll and not rated is missing from no figure.
            let roll = self.printed("ON_ROLL").or_else(|| self.printed("TO_RATE"))?;
            Some(roll - (self.count("ON_ROLL") - self.count("RATED")).max(0))
        });
        match printed {
            Some(printed) if printed > rated => share(rated, printed),
            _ => 1.0,
        }
    }

    /// As many rows as the printed roll says, or no printed roll.
    fn list_is_complete(&self) -> bool {
        if !self.is_ratings() {
            let printed = self.group.first().and_then(|slot| self.printed(&slot.0));
            let counted = self.group.first().map(|slot| self.count(&slot.0));
            return printed.is_none() || printed == counted;
        }
        if let Some(rated) = self.printed("RATED") {
            return rated == self.count("RATED");
        }
        match self.printed("ON_ROLL").or_else(|| self.printed("TO_RATE")) {
            Some(roll) if self.subject == "MEMBERS" => roll == self.count("ON_ROLL"),
            Some(roll) => roll == self.count("RATED"),
            None => true,
        }
    }

    /// Where nothing is printed for a branch, its lists count alone only if no branch below has
    /// figures that its lists lack.
    fn subtree_is_listed(&self) -> bool {
        let is_printed =
            ["RATED", "ON_ROLL", "TO_RATE"].iter().any(|measure| self.printed(measure).is_some());
        is_printed
            || self.children.iter().all(|child| {
                let best = &self.nodes[child].best;
                self.slots()
                    .all(|key| best.get(&key).is_none_or(|best| best.source == Origin::Counted))
            })
    }

    fn listed_figures(&self, coverage: f64) -> BTreeMap<Key, Best> {
        self.slots()
            .map(|key| {
                let value = self.counted.get(&key).copied().unwrap_or_default();
                (key, Best { value, source: Origin::Counted, derived: false, coverage })
            })
            .collect()
    }

    /// The sum over the children and what is listed for the branch itself; a branch without
    /// branches of its own has no figure of branches to give.
    fn sum_below(&self) -> (BTreeMap<Key, Best>, f64) {
        let counts =
            |child: &&i64| self.subject == "MEMBERS" || !self.nodes[child].children.is_empty();
        let children: Vec<&i64> = self.children.iter().filter(counts).collect();
        let has_figure =
            |child: &&&i64| self.slots().any(|key| self.nodes[**child].best.contains_key(&key));
        let with_figure = children.iter().filter(has_figure).count();
        if children.is_empty() || with_figure == 0 {
            return (BTreeMap::new(), 0.0);
        }
        let number = |branches: usize| i64::try_from(branches).unwrap_or(i64::MAX);
        let coverage = share(number(with_figure), number(children.len()));
        let mut sum: BTreeMap<Key, Best> = BTreeMap::new();
        for key in self.slots() {
            let own = self.nodes[&self.id].own.get(&key).copied();
            let own =
                own.map(|value| Best { value, source: Origin::Counted, derived: false, coverage });
            let below =
                children.iter().filter_map(|child| self.nodes[*child].best.get(&key).copied());
            let total = own.into_iter().chain(below).reduce(|left, right| Best {
                value: left.value + right.value,
                source: left.source.with(right.source),
                derived: left.derived || right.derived,
                coverage,
            });
            sum.extend(total.map(|best| (key, Best { coverage, ..best })));
        }
        (sum, coverage)
    }

    fn printed_figures(&self) -> BTreeMap<Key, Best> {
        let reported = &self.nodes[&self.id].reported;
        let best =
            |value, derived| Best { value, source: Origin::Reported, derived, coverage: 1.0 };
        let mut printed: BTreeMap<Key, Best> = self
            .slots()
            .filter_map(|key| {
                reported.get(&key).map(|(count, derived)| (key, best(*count, *derived)))
            })
            .collect();
        let levels: Vec<Best> =
            printed.iter().filter(|(key, _)| key.2 == "RATING").map(|(_, best)| *best).collect();
        let rated = self.key("RATED", 0);
        if self.is_ratings() && levels.is_empty() {
            return BTreeMap::new();
        }
        if self.is_ratings() && !printed.contains_key(&rated) {
            let sum = levels.iter().map(|best| best.value).sum();
            printed.insert(rated, best(sum, levels.iter().any(|best| best.derived)));
        }
        printed
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "counts of people and branches are far below 2^52"
)]
fn share(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

fn write_tallies(
    conn: &mut AnyConnection,
    campaign_id: i64,
    nodes: &BTreeMap<i64, Node>,
) -> QueryResult<()> {
    type RowKey = (i64, String, i32, String, i64);
    let key_of = |row: &Tally| -> RowKey {
        (row.branch_id, row.subject.clone(), row.stage, row.measure.clone(), row.rating_id)
    };
    let current: BTreeMap<RowKey, Tally> =
        Tally::of_campaign(conn, campaign_id)?.into_iter().map(|row| (key_of(&row), row)).collect();
    let wanted: BTreeMap<RowKey, Tally> = nodes
        .iter()
        .flat_map(|(id, node)| rows_of(campaign_id, *id, node))
        .map(|row| (key_of(&row), row))
        .collect();
    let mut touched: BTreeSet<i64> =
        current.keys().filter(|key| !wanted.contains_key(key)).map(|key| key.0).collect();
    touched.extend(
        wanted.iter().filter(|(key, row)| current.get(key) != Some(row)).map(|(key, _)| key.0),
    );
    let branches: Vec<i64> = touched.iter().copied().collect();
    for chunk in branches.chunks(10_000) {
        let of_round = tables::tallies::table.filter(tables::tallies::campaign_id.eq(campaign_id));
        diesel::delete(of_round.filter(tables::tallies::branch_id.eq_any(chunk))).execute(conn)?;
    }
    let rows: Vec<Tally> =
        wanted.into_values().filter(|row| touched.contains(&row.branch_id)).collect();
    insert_rows!(conn, tables::tallies::table, rows);
    Ok(())
}

fn write_scores(
    conn: &mut AnyConnection,
    campaign_id: i64,
    nodes: &BTreeMap<i64, Node>,
) -> QueryResult<()> {
    let of_node = |(branch, node): (&i64, &Node)| -> Vec<ScoreTally> {
        let rows = node.scores.iter();
        rows.filter_map(|(key, scores)| scores.row(campaign_id, *branch, *key)).collect()
    };
    let wanted: Vec<ScoreTally> = nodes.iter().flat_map(of_node).collect();
    let mut current = ScoreTally::of_campaign(conn, campaign_id)?;
    current.sort_by_key(|row| (row.branch_id, row.stage, row.rating_id));
    if current == wanted {
        return Ok(());
    }
    let of_round =
        tables::score_tallies::table.filter(tables::score_tallies::campaign_id.eq(campaign_id));
    diesel::delete(of_round).execute(conn)?;
    insert_rows!(conn, tables::score_tallies::table, wanted);
    Ok(())
}

fn rows_of(campaign_id: i64, branch_id: i64, node: &Node) -> Vec<Tally> {
    let keys: BTreeSet<&Key> =
        node.counted.keys().chain(node.printed.keys()).chain(node.best.keys()).collect();
    keys.into_iter()
        .map(|key| {
            let best = node.best.get(key);
            let reported = node.printed.get(key);
            let counted = node.counted.get(key).copied();
            let (value, source) = match (best, counted, reported) {
                (Some(best), ..) => (Some(best.value), best.source),
                (None, Some(counted), _) if key.1 != DECIDING => (Some(counted), Origin::Counted),
                (None, _, Some((count, _))) if key.1 != DECIDING => {
                    (Some(*count), Origin::Reported)
                }
                (None, Some(_), _) => (None, Origin::Counted),
                _ => (None, Origin::Reported),
            };
            Tally {
                campaign_id,
                branch_id,
                subject: key.0.to_owned(),
                stage: key.1,
                measure: key.2.clone(),
                rating_id: key.3,
                own: node.own.get(key).copied().unwrap_or_default(),
                counted: counted.unwrap_or_default(),
                reported: reported.map(|(count, _)| *count),
                best: value,
                source: source.name().to_owned(),
                derived: best.map_or_else(
                    || reported.is_some_and(|(_, derived)| *derived),
                    |best| best.derived,
                ),
                coverage: best.map_or(1.0, |best| best.coverage),
            }
        })
        .collect()
}
