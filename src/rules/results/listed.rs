//! Cells from the roll itself, and spreads of scores and ages.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::cell::{Cell, Figure, Measure, Spreads};
use super::key::{Dimension, Dimensions, Key};
use super::tree::Tree;
use super::{GroupBy, Levels, Question, Subject, shared};
use crate::db::{
    AnyConnection, BranchEvaluation, Campaign, Placement, QueryResult, RollColumn, RollCount,
    RollKey, RollMeasures, RollScope, Spread, StageScope,
};

/// The number of the branch's own stage: what was decided before it is provisional.
const BRANCH_STAGE: i32 = 4;

impl Question {
    /// Whether the branches above each branch must be known.
    pub(super) fn needs_closure(&self) -> bool {
        self.scans() || self.needs.spreads
    }

    fn age_width(&self) -> Option<i32> {
        self.groups.iter().find_map(|group| match group {
            GroupBy::AgeBand(width) => Some(*width),
            _ => None,
        })
    }

    fn columns(&self) -> Vec<RollColumn> {
        let mut columns = columns_of(self.dimensions());
        columns.push(RollColumn::Stage);
        if self.rating.is_some() {
            columns.push(RollColumn::Rating);
        }
        columns
    }

    /// Whether a stage is one of those that are asked for.
    pub(super) fn is_asked_for(&self, stage: Option<i32>) -> bool {
        match (&self.stages, stage) {
            (Some(stages), Some(stage)) => stages.contains(&stage),
            _ => true,
        }
    }

    pub(super) fn scope(&self, rounds: &[Campaign]) -> RollScope {
        RollScope {
            campaigns: rounds.iter().map(|round| round.id).collect(),
            branch: self.branch,
            member: self.member.clone(),
            enrolment: self.enrolment.clone().unwrap_or_default(),
            stage: self.stage_scope(),
            ratings: None,
        }
    }
}

/// The columns that some dimensions are made of.
pub(super) fn columns_of(dimensions: Dimensions) -> Vec<RollColumn> {
    let columns = [
        (Dimension::Branch, RollColumn::Branch),
        (Dimension::Rating, RollColumn::Rating),
        (Dimension::Scheme, RollColumn::Rating),
        (Dimension::Stage, RollColumn::Stage),
        (Dimension::Sex, RollColumn::Sex),
        (Dimension::AgeBand, RollColumn::BirthYear),
        (Dimension::Position, RollColumn::Position),
        (Dimension::Probationary, RollColumn::Probationary),
        (Dimension::Reason, RollColumn::Reason),
    ];
    let wanted = columns.into_iter().filter(|(dimension, _)| dimensions.has(*dimension));
    wanted.map(|(_, column)| column).collect()
}

/// Makes keys of counted rows.
pub(super) struct Keys<'a> {
    question: &'a Question,
    years: HashMap<i64, i32>,
    levels: &'a Levels,
    texts: HashSet<Arc<str>>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(question: &'a Question, rounds: &[Campaign], levels: &'a Levels) -> Self {
        let years = rounds.iter().map(|round| (round.id, round.year)).collect();
        Self { question, years, levels, texts: HashSet::new() }
    }

    fn year(&self, campaign: i64) -> i32 {
        self.years.get(&campaign).copied().unwrap_or_default()
    }

    pub(super) fn key(&mut self, row: &RollKey) -> Key {
        let age = row.birth_year.map(|year| self.year(row.campaign_id) - year);
        let band = |width: i32| age.map(|age| age.div_euclid(width) * width);
        Key {
            campaign: Some(row.campaign_id),
            branch: None,
            rating: row.rating_id,
            scheme: row.rating_id.and_then(|id| self.levels.get(&id)).map(|it| it.scheme_id),
            stage: row.stage.filter(|_| self.question.has(Dimension::Stage)),
            sex: shared(&mut self.texts, row.sex.clone()),
            age_band: self.question.age_width().and_then(band),
            position: shared(&mut self.texts, row.position.clone()),
            probationary: row.probationary,
            reason: shared(&mut self.texts, row.reason.clone()),
        }
    }
}

pub(super) fn cells(
    conn: &mut AnyConnection,
    question: &Question,
    rounds: &[Campaign],
    tree: &Tree,
    levels: &Levels,
) -> QueryResult<Vec<Cell>> {
    let mut keys = Keys::of(question, rounds, levels);
    let (scope, mut columns) = (question.scope(rounds), question.columns());
    let by_rating = columns.contains(&RollColumn::Rating);
    let mut cells = Vec::new();
    for row in RollCount::of_rated(conn, &scope, &columns)? {
        let RollCount { key: row, measures } = row;
        if !question.is_asked_for(row.stage) {
            continue;
        }
        let key = keys.key(&row);
        let figure = Figure::counted(measures.count);
        let all = Key { rating: None, scheme: None, ..key.clone() };
        let mut add = |measure, key: &Key| {
            let cell = Cell { key: key.clone(), measure, figure };
            place(&mut cells, tree, row.branch_id, &cell);
        };
        add(Measure::Rated, &all);
        if by_rating {
            add(Measure::Rating, &key);
        }
        let is_provisional = row.stage.is_some_and(|stage| stage < BRANCH_STAGE);
        if scope.stage == StageScope::Deciding && is_provisional {
            add(Measure::Provisional, &all);
        }
    }
    if question.needs.roll || question.has(Dimension::Reason) {
        columns.push(RollColumn::Reason);
        for row in RollCount::of_roll(conn, &scope, &columns)? {
            let RollCount { key: row, measures } = row;
            let key = keys.key(&row);
            let figure = Figure::counted(measures.count);
            let all = Key { reason: None, ..key.clone() };
            let mut add = |measure, key: &Key| {
                let cell = Cell { key: key.clone(), measure, figure };
                place(&mut cells, tree, row.branch_id, &cell);
            };
            add(Measure::Reason, &key);
            add(Measure::OnRoll, &all);
            if row.reason.as_deref() != Some("EXEMPT") {
                add(Measure::ToRate, &all);
            }
        }
    }
    Ok(cells)
}

/// A row counts for the whole, and for each group that its branch is a part of.
fn place(cells: &mut Vec<Cell>, tree: &Tree, branch: Option<i64>, cell: &Cell) {
    cells.push(cell.clone());
    let round = cell.key.campaign.unwrap_or_default();
    for group in branch.into_iter().flat_map(|branch| tree.counts_for(round, branch)) {
        let key = Key { branch: Some(group), ..cell.key.clone() };
        cells.push(Cell { key, ..cell.clone() });
    }
}

/// Scores and ages of those who are counted, by the keys of the groups; of the whole as well.
pub(super) fn spreads(
    conn: &mut AnyConnection,
    question: &Question,
    rounds: &[Campaign],
    tree: &Tree,
    levels: &Levels,
    fitting: Option<&HashSet<i64>>,
) -> QueryResult<Vec<(Key, Spreads)>> {
    if question.subject == Subject::Branches {
        return scores_of_branches(conn, question, rounds, tree, levels, fitting);
    }
    let mut keys = Keys::of(question, rounds, levels);
    let scope = RollScope {
        ratings: fitting.map(|ids| ids.iter().copied().collect()),
        ..question.scope(rounds)
    };
    let columns = question.columns();
    let rows = if question.has(Dimension::Reason) {
        RollCount::of_roll(conn, &scope, &columns)?
    } else {
        RollCount::of_rated(conn, &scope, &columns)?
    };
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| question.is_asked_for(row.key.stage)) {
        let key = keys.key(&row.key);
        let year = f64::from(keys.year(row.key.campaign_id));
        let RollMeasures { scores, birth_years, .. } = row.measures;
        let spread = Spreads { score: scores, age: age(birth_years, year) };
        add_spread(&mut found, tree, row.key.branch_id, &key, spread);
    }
    Ok(found)
}

/// Ages in a year from years of birth.
#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "counts of people are far below 2^52"
)]
fn age(born: Spread, year: f64) -> Spread {
    Spread {
        count: born.count,
        sum: born.sum.map(|sum| born.count as f64 * year - sum),
        minimum: born.maximum.map(|latest| year - latest),
        maximum: born.minimum.map(|earliest| year - earliest),
    }
}

fn add_spread(
    found: &mut Vec<(Key, Spreads)>,
    tree: &Tree,
    branch: Option<i64>,
    key: &Key,
    spread: Spreads,
) {
    found.push((key.clone(), spread));
    let round = key.campaign.unwrap_or_default();
    for group in branch.into_iter().flat_map(|branch| tree.counts_for(round, branch)) {
        found.push((Key { branch: Some(group), ..key.clone() }, spread));
    }
}

/// A rated branch counts for the branch above it.
fn scores_of_branches(
    conn: &mut AnyConnection,
    question: &Question,
    rounds: &[Campaign],
    tree: &Tree,
    levels: &Levels,
    fitting: Option<&HashSet<i64>>,
) -> QueryResult<Vec<(Key, Spreads)>> {
    let mut found = Vec::new();
    let none = Spread { count: 0, sum: None, minimum: None, maximum: None };
    for (key, parent, row) in of_branches(conn, question, rounds, levels, fitting)? {
        let count = i64::from(row.score.is_some());
        let score = Spread { count, sum: row.score, minimum: row.score, maximum: row.score };
        add_spread(&mut found, tree, parent, &key, Spreads { score, age: none });
    }
    Ok(found)
}

/// A key of the whole, the branch above, and the evaluation of a branch.
type OfBranch = (Key, Option<i64>, BranchEvaluation);

/// The evaluations of branches that a question counts.
pub(super) fn of_branches(
    conn: &mut AnyConnection,
    question: &Question,
    rounds: &[Campaign],
    levels: &Levels,
    fitting: Option<&HashSet<i64>>,
) -> QueryResult<Vec<OfBranch>> {
    let mut found = Vec::new();
    for round in rounds {
        let parents: HashMap<i64, Option<i64>> = Placement::of_campaign(conn, round.id)?
            .into_iter()
            .map(|row| (row.branch_id, row.parent_id))
            .collect();
        for row in BranchEvaluation::in_round(conn, round.id, question.branch)? {
            let Some(rating) = row.rating_id else { continue };
            let is_meant = match question.stage_scope() {
                StageScope::Deciding => row.deciding && question.is_asked_for(Some(row.stage)),
                StageScope::One(stage) => row.stage == stage,
                StageScope::Each => question.is_asked_for(Some(row.stage)),
            };
            if !is_meant || fitting.is_some_and(|ids| !ids.contains(&rating)) {
                continue;
            }
            let key = Key {
                campaign: Some(round.id),
                rating: Some(rating),
                scheme: levels.get(&rating).map(|level| level.scheme_id),
                stage: question.has(Dimension::Stage).then_some(row.stage),
                ..Key::default()
            };
            found.push((key, parents.get(&row.branch_id).copied().flatten(), row));
        }
    }
    Ok(found)
}
